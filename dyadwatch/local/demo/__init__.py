"""The demo's own world, on loopback: a newsroom that publishes and a receiver that is told.

Everything here is made up, lives only in `dyadwatch up --demo`, and shows nothing that the product does not do by itself:
the newsroom is polled like any publisher, the receiver gets what every subscriber gets.
"""
