"""Frozen values that packages exchange, with a type for each stage of a datum's life: New, Parsed, Claimed,
View.

Standard library only; no I/O and no rules. Names of event data are PLOVER's. A value that the API returns
(`...View`, Mention, Alert) has exactly the field names of its JSON form, so that serialising is one call.
"""
