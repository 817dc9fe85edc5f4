"""Text: Unicode folding with offsets, sentences and languages, shared by all rooms of the domain.

Strings in, strings and offsets out. Nothing here knows feeds, articles or actors.
"""
