"""Watches: two actors as data, the schema of that data, and what a compiled watch looks for in a text.

A watch document is checked whole before anything else sees it. Nothing here reads a text.
"""
