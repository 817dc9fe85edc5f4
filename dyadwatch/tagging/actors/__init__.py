"""Actors: which surfaces of a document mean the actors of a watch, who else it names, and what a pronoun
refers to.

`resolution` is about names (`refusals` says why one means someone else), `descriptions` about the offices and
kinds of bodies by which a text calls those whom it has introduced, `coreference` about other words that stand
for them. Every refusal keeps its reason. Nothing here knows what the actors do.
"""
