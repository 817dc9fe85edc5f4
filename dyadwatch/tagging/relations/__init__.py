"""Relations: whether a sentence relates the two actors, how sure that is, and what the document says as a whole.

Every candidate keeps the named features that made its confidence, and every refusal its reason.
"""
