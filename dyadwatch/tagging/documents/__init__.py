"""Documents: a text cut into zones, paragraphs and sentences, with the cues of its languages and the spans of actors.

Made once per text; what is costly is computed when first asked for. Nothing here decides what a text means.
"""
