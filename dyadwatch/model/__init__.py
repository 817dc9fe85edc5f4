"""The words: frozen values that rooms hand to each other, a different type for each stage of a datum's life.

Standard library only. Names are DESIGN's and PLOVER's. A value that a door shows (`...View`, Mention, Alert)
has exactly the field names of its JSON form, so that serialising is one call. No I/O, no rules, no defaults
that hide a missing fact.
"""
