"""Watches: two actors as data, the schema of that data, and the gazetteer of surfaces that a watch looks for.

A watch is validated whole by `parse_watch`, and only here; everything above gets a `Watch`. Nothing here
looks into a text.
"""
