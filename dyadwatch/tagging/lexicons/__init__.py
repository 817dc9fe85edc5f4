"""Lexicons: the words of each language as data (languages/*.yaml), and the matcher that finds them in a text.

A language is known by its data alone; the few rules that need code stand in a module named for them
(proclitics). Nothing here knows a watch, an actor or a document.
"""
