"""Scenes: a sentence that leaves an actor unnamed, with what its text has mentioned before."""

from collections.abc import Sequence
from typing import NamedTuple

from dyadwatch.tagging.actors.memory import Memory, other_side
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.watches.watch import SIDES, Side


class Reference(NamedTuple):
    """A clause in which at least one actor is not named, and how he was found: one of its features."""

    clause: Clause
    how: str


class Scene(NamedTuple):
    """A sentence that names one of the two, or none: whom else it names, and what was mentioned before."""

    document: Document
    memory: Memory
    sentence: Sentence
    spans: Sequence[ActorSpan]  # by names, roles and descriptions
    others: Sequence[ActorSpan]

    @property
    def since_related(self) -> int:
        """Sentences since the two were last related."""
        return self.sentence.index - self.memory.last_related

    def since_seen(self, side: Side) -> int:
        return self.sentence.index - self.memory.last_seen[side]

    @property
    def since_both(self) -> int:
        """Sentences since both had been mentioned."""
        return self.sentence.index - min(self.memory.last_seen.values())

    def references(self, *kinds: str, to: Sequence[Side] = SIDES) -> list[Cue]:
        return self.memory.references(self.sentence, *kinds, to=to)

    def free_references(self, *kinds: str, to: Sequence[Side] = SIDES) -> list[Cue]:
        """Those that are no part of a name ("his guest, K")."""
        return [
            cue
            for cue in self.references(*kinds, to=to)
            if not any(cue.start < span.end and span.start < cue.end for span in self.spans)
        ]

    def other_stands_between(self, span: ActorSpan, cue: Cue) -> bool:
        low, high = min(span.end, cue.end), max(span.start, cue.start)
        return any(low <= other.start < high for other in self.others)

    def clause(self, one: ActorSpan, other: ActorSpan) -> Clause:
        a, b = (one, other) if one.side == "a" else (other, one)
        return Clause(self.document, self.sentence, a, b)

    def with_both(self, cue: Cue, how: str) -> Reference:
        """One word that refers to both."""
        return Reference(self.clause(referring(cue, "a"), referring(cue, "b")), how)


def omitted_other(scene: Scene, offset: int, how: str) -> Reference:
    """The other actor is left out: an empty span stands for him."""
    here = scene.spans[0]
    return Reference(scene.clause(here, ActorSpan(offset, offset, other_side(here.side), "pronoun")), how)


def referring(cue: Cue, side: Side) -> ActorSpan:
    return ActorSpan(cue.start, cue.end, side, "pronoun")
