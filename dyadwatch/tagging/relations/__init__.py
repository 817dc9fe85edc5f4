"""Relations: whether a clause relates the two actors, how sure that is, and what the document says as a
whole.

`candidates` finds the clauses, `scoring` weighs their features, `document_level` sums up. Every candidate
keeps the named features that made its confidence, every silence its reason. Event types and who acts are
decided in `events`.
"""
