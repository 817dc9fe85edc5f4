"""Text: encodings, folding with offsets, sentences, words, languages and news agencies, shared by the domain.

Bytes or strings in, strings and offsets out. Nothing here may know feeds, articles or actors.
"""
