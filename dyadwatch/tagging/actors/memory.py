"""Memory: what a text has said so far of the two actors and of others, by which words are resolved that refer
to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.lexicons.groups import OF_BODIES, OF_WOMEN
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.watches.watch import SIDES, Side

_MAIN_COUNT = 3  # times that a text names the actor whom it is about
# By an actor's pronoun: which kinds stand for it in place of those that stand for a man.
_AS_CALLED: Mapping[str, Mapping[str, str]] = {
    "he": {"descriptor": "descriptor"} | {kind: kind for kind in OF_WOMEN},
    "she": {"descriptor": "descriptor"} | OF_WOMEN,
    "it": OF_BODIES,
}
_GENDERED = frozenset({*_AS_CALLED["he"], *OF_BODIES})
_LONG_AGO = -99


@dataclass(slots=True)
class Memory:
    """What the sentences so far have mentioned, by index of the sentence.

    `last_seen`: where each actor was mentioned last; `last_other`: where someone else was; `last_related`:
    which sentence last related the two; `named_both`: which last named both, and `named_first`: whom it
    named first, if it named nobody else; `counts`: how often each was named; `words`: those of the text, by
    sentence; `pronouns`: he, she or it, by side; `kinds`: what kinds of bodies each may be."""

    last_seen: dict[Side, int] = field(default_factory=lambda: {"a": _LONG_AGO, "b": _LONG_AGO})
    last_other: int = _LONG_AGO
    last_related: int = _LONG_AGO
    named_both: int = _LONG_AGO
    named_first: Side | None = None
    counts: dict[Side, int] = field(default_factory=lambda: {"a": 0, "b": 0})
    words: Mapping[int, Sequence[Cue]] = field(default_factory=dict)
    pronouns: Mapping[Side, str] = field(default_factory=lambda: dict.fromkeys(SIDES, "he"))
    kinds: Mapping[Side, frozenset[str]] = field(default_factory=dict)
    # Possible subjects since the last subject that was decided; looked into when first needed.
    _subject: Side | None = None
    _undecided: list[tuple[Document, Sentence, ActorSpan | None]] = field(default_factory=list)

    def references(self, sentence: Sentence, *kinds: str, to: Sequence[Side] = SIDES) -> list[Cue]:
        """The words of these kinds by which a sentence refers `to` an actor or both, kind after kind;
        pronouns as they stand for a man, a woman or a body."""
        words = self.words.get(sentence.index)
        if not words:
            return []
        asked: dict[str, None] = {}
        for kind in kinds:
            if kind in _GENDERED:
                self._add_as_called(asked, kind, to)
            else:
                asked[kind] = None
        found = [word for word in words if word.payload.kind in asked]
        if len(found) < 2 or len(asked) < 2:
            return found
        return [word for kind in asked for word in found if word.payload.kind == kind]

    def _add_as_called(self, asked: dict[str, None], kind: str, to: Sequence[Side]) -> None:
        """Adds the kinds of words that stand for actors in place of one of words that stand for a man."""
        for side in to:
            called = _AS_CALLED[self.pronouns[side]]
            if kind in called:
                asked[called[kind]] = None
            if kind == "pronoun" and called is OF_BODIES and self.topic == side:
                asked.update(dict.fromkeys(self._of_those_who_act_for(side)))

    def _of_those_who_act_for(self, side: Side) -> Iterator[str]:
        """Kinds of subject pronouns that may mean who acts for a body ("A's mayor came. He ..."), and not the
        other actor."""
        for pronoun in ("he", "she"):
            if self.pronouns[other_side(side)] != pronoun:
                yield _AS_CALLED[pronoun]["pronoun"]

    @property
    def topic(self) -> Side | None:
        """The last subject, None where it is someone else; an actor who stands as an object changes
        nothing."""
        while self._undecided:
            document, sentence, span = self._undecided.pop()
            if span is None or not word_order_of(document.lexicon).stands_as_object(document, sentence, span):
                self._subject = span.side if span else None
                self._undecided.clear()
        return self._subject

    @property
    def main(self) -> Side | None:
        """Whom the text so far is about, if one is named at least twice as often as the other."""
        for side in SIDES:
            if self.counts[side] >= max(_MAIN_COUNT, 2 * self.counts[other_side(side)]):
                return side
        return None

    def is_current(self, side: Side) -> bool:
        """Whether nobody else was named since an actor was."""
        return self.last_seen[side] >= self.last_other

    def both_are_current(self) -> bool:
        """Whether nobody else was named since both actors were mentioned, or related."""
        return max(self.last_related, min(self.last_seen.values())) >= self.last_other

    def add(
        self,
        document: Document,
        sentence: Sentence,
        spans: Sequence[ActorSpan],
        others: Sequence[ActorSpan],
        *,
        related: bool,
    ) -> None:
        """Takes in a sentence: the actors and other persons that it names, and whether it relates the two."""
        for span in spans:
            self.last_seen[span.side] = sentence.index
            self.counts[span.side] += 1
        if len({span.side for span in spans}) == len(SIDES):
            self.named_both, self.named_first = sentence.index, None if others else spans[0].side
        if others:
            self.last_other = sentence.index
        if spans or others:
            self._add_subject(document, sentence, spans, others)
        if related:
            self.last_related = sentence.index
            self.last_seen = dict.fromkeys(self.last_seen, sentence.index)

    def _add_subject(
        self, document: Document, sentence: Sentence, spans: Sequence[ActorSpan], others: Sequence[ActorSpan]
    ) -> None:
        """Takes whoever is named first for a subject, unless a pronoun stands before."""
        first = min([some[0].start for some in (spans, others) if some])
        pronouns = self.references(sentence, "pronoun")
        if not pronouns or first < pronouns[0].start:
            subject = spans[0] if spans and spans[0].start == first else None
            self._undecided.append((document, sentence, subject))


def other_side(side: Side) -> Side:
    return "b" if side == "a" else "a"
