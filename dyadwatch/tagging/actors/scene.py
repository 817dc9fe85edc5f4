"""Scenes: a sentence that leaves an actor unnamed, with what its text has mentioned before."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from dyadwatch.tagging.actors.memory import Memory, other_side
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.lexicons.lexicon import CASED, Cue
from dyadwatch.tagging.watches.watch import SIDES, Side

_WORD = re.compile(r"\w[\w'-]*")
_NAME_AFTER = re.compile(r",? (\w+) (\w+)")


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

    def names_stranger_before(self, cue: Cue) -> bool:
        """Whether two words with capitals stand before a word, as far as those tell: a name, whose bearer
        may be meant by what refers to the word's owner ("Jane Doe praised her rival")."""
        document, sentence = self.document, self.sentence
        if document.language not in CASED | {"de"}:
            return False
        words = list(_WORD.finditer(document.folded_text, sentence.start, cue.start))
        if words and words[0].group() in document.lexicon.function_words:
            del words[0]
        return any(
            document.is_upper(one.start())
            and document.is_upper(other.start())
            and other.start() - one.end() == 1
            and not document.lexicon.knows(other.group(), "day")
            for one, other in pairwise(words)
        )

    def is_named(self, cue: Cue) -> bool:
        """Whether a word is followed by a name, which is no actor's ("her successor, Jane Doe")."""
        match = _NAME_AFTER.match(self.document.folded_text, cue.end, self.sentence.end)
        if match is None or self.document.language not in CASED | {"de"}:
            return False
        if any(span.start < match.end() and match.start(1) < span.end for span in self.spans):
            return False
        is_upper, language = self.document.is_upper, self.document.language
        return is_upper(match.start(1)) and (language in CASED or is_upper(match.start(2)))

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
