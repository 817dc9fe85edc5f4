"""Text: folding with offsets, sentences, words and languages, shared by the whole domain.

Strings in, strings and offsets out. Nothing here may know feeds, articles or actors.
"""
