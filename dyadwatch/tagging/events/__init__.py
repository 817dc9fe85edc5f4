"""Events: what passes between two actors in a clause: PLOVER type, mode, direction, modality, attribution.

Whether the clause is evidence of a relation at all is decided in `relations`.
"""
