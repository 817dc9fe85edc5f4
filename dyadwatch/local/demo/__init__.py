"""The demo's counterparts on loopback: a newsroom that publishes feeds and pages, and a receiver of webhooks.

Both are made up and run only under `dyadwatch up --demo`. Nothing here gets special treatment: the newsroom
is polled like any publisher, and the receiver gets what every subscriber gets.
"""
