"""Actors: who is named where, by name, role in its time or alias, and which surfaces belong to somebody else.

Namesakes, expired roles and other persons are refused with a reason. Nothing here knows events or relations.
"""
