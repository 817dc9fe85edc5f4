"""Occasions: which events a text tells of, on which days, where, with whom else, in which numbers.

`occasions.occasions` makes them of the clauses that carry the relationship, `places` finds where something
happens. Which reports tell of one event is decided in `dyadwatch.stories`.
"""
