"""Lexicons: what each language says with which words, as data (`languages/*.yaml`), and the one matcher that reads it.

A language is known here by its data alone. Nothing here knows a watch, an actor or a document.
"""
