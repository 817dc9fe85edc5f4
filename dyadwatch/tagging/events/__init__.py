"""Events: what passes between the two actors of a clause: PLOVER type, mode, direction, modality, source.

`coder.code_events` types alerts, `type_event` the event of marked actors: the same rules, cues and weights.
Whether a clause is evidence of a relation at all is decided in `relations`, of which nothing here knows.
"""
