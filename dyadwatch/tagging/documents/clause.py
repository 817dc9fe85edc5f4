"""A clause: a sentence seen from the two actors that it mentions, or refers to."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dyadwatch.tagging.documents.case_marking import case_of
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon
from dyadwatch.tagging.lexicons.matcher import SPAN

Place = Literal["before", "between", "after"]  # of a word, with respect to the two actors

# Punctuation at which one part of a sentence ends, and line ends.
EDGE = re.compile(r"""[,;:.!?"\u2014\n،؛؟()]""")
_WORD = re.compile(r"[\w&'-]+")
_DASHES = frozenset({"-", "\u2013", "\u2014"})  # "the A-K talks"
_FOR_BOTH = frozenset({"joint", "they", "they_bodies"})  # kinds of words that may mean both
_COORDINATED_WORDS = 4  # titles and the like between two coordinated actors
_POSTPOSITION = 30  # folded characters after an actor in which its postposition stands
_PRONOUN_TO_VERB = 5  # folded characters
_QUOTE_TAG = 3  # folded characters between a speaker and the verb of saying


@dataclass(slots=True, eq=False)
class Clause:
    """Two actors in a sentence; not to be changed. `document` has the lexicon of the sentence; `places` are
    the offsets of words for the actors' countries; `first` is the actor that stands first, `last` the other
    one.

    `coordinated`: joined by a conjunction alone ("A and K"); `introduced_by_between`: and that by
    "between"."""

    document: Document
    sentence: Sentence
    a: ActorSpan
    b: ActorSpan
    places: frozenset[int] = frozenset()
    coordinated: bool = False
    introduced_by_between: bool = False
    first: ActorSpan = field(init=False)
    last: ActorSpan = field(init=False)
    lexicon: Lexicon = field(init=False)  # that of the sentence
    folded_text: str = field(init=False)  # that of the whole document
    cues_of: Callable[..., Sequence[Cue]] = field(init=False)  # those of the sentence
    gap: str = field(init=False)  # the folded text between the two
    gap_words: list[str] = field(init=False)  # its words, with their punctuation marks

    def __post_init__(self) -> None:
        first, last = (self.a, self.b) if self.a <= self.b else (self.b, self.a)
        self.first = first
        self.last = last
        self.lexicon = self.document.lexicon
        self.folded_text = self.document.folded_text
        self.cues_of = self.sentence.cues_of
        self.gap = self.folded_text[first.end : last.start]
        self.gap_words = self.gap.split()

    @property
    def has_pronoun(self) -> bool:
        return "pronoun" in {self.a.kind, self.b.kind}

    @property
    def has_one_word_for_both(self) -> bool:
        """Whether one word means both ("the two leaders signed ..."), and not an act between them."""
        one = self.a.start, self.a.end
        words = self.document.words.get(self.sentence.index, ()) if one == (self.b.start, self.b.end) else ()
        return any(SPAN(word) == one and word.payload.kind in _FOR_BOTH for word in words)

    @property
    def passage(self) -> tuple[int, int]:
        """The offsets of what is read of the two: the sentence, or more where an actor stands outside."""
        return min(self.sentence.start, self.first.start), max(self.sentence.end, self.last.end)

    def cues_between(self, kind: str, *others: str) -> list[Cue]:
        """The sentence's cues of these kinds that begin between the two."""
        low, high = self.first.end, self.last.start
        return [cue for cue in self.sentence.cues_of(kind, *others) if low <= cue.start < high]

    def place_of(self, cue: Cue) -> Place:
        if cue.end <= self.first.start:
            return "before"
        return "after" if cue.start >= self.last.end else "between"

    def case_of(self, span: ActorSpan, cue: Cue | None = None) -> str | None:
        """See case_marking.case_of."""
        return case_of(self.document, span, cue)

    def pronoun_acts(self, cue: Cue) -> bool:
        """Whether a pronoun that follows the first actor is the subject of a cue between the two ("a visit of
        A, during which he met K")."""
        return self.place_of(cue) == "between" and any(
            self.first.end <= one.start and 0 < cue.start - one.end <= _PRONOUN_TO_VERB
            for one in self.cues_of("pronoun")
        )

    @property
    def is_quote_by_last(self) -> bool:
        """Whether the second actor says what stands quoted before ('"We will not forget A," K said')."""
        return '"' in self.gap and any(
            -_QUOTE_TAG <= cue.start - self.last.end <= _QUOTE_TAG
            or 0 <= self.last.start - cue.end <= _QUOTE_TAG
            for cue in self.sentence.cues_of("speech")
        )


def closest_clause(
    document: Document, sentence: Sentence, spans: Sequence[ActorSpan], places: frozenset[int]
) -> Clause | None:
    """The clause of the two closest spans of different sides; `spans` are in order."""
    best: tuple[int, ActorSpan, ActorSpan] | None = None
    for left, right in itertools.pairwise(spans):
        if left.side != right.side and (best is None or right.start - left.end < best[0]):
            best = (right.start - left.end, left, right)
    if best is None:
        return None
    _, left, right = best
    a, b = (left, right) if left.side == "a" else (right, left)
    return make_clause(document, sentence, a, b, places)


def make_clause(
    document: Document, sentence: Sentence, a: ActorSpan, b: ActorSpan, places: frozenset[int] = frozenset()
) -> Clause:
    """The clause of two spans, with how they are joined."""
    first, last = min(a, b), max(a, b)
    coordinated = _are_coordinated(document, first, last, places)
    introduced = coordinated and _has_between(document, first, last)
    return Clause(document, sentence, a, b, places, coordinated, introduced)


def _are_coordinated(document: Document, first: ActorSpan, last: ActorSpan, places: frozenset[int]) -> bool:
    """Whether a dash, or a conjunction and beside it only titles, articles and the actors' countries, stands
    between two actors."""
    text, lexicon = document.folded_text, document.lexicon
    if text[first.end : last.start].strip() in _DASHES:
        return True
    matches = _WORD.finditer(text, first.end, last.start)
    words = [match.group() for match in matches if match.start() not in places]
    others = [
        word
        for word in words
        if word not in lexicon.conjunctions and not _is_fused_conjunction(lexicon, word)
    ]
    if len(others) == len(words) and not text.endswith(lexicon.fused_conjunctions, 0, last.start):
        return False
    return len(others) <= _COORDINATED_WORDS and all(
        lexicon.knows(word, "title", "after_name") or word in lexicon.determiners for word in others
    )


def _is_fused_conjunction(lexicon: Lexicon, word: str) -> bool:
    """Whether a word is a marker with a conjunction fused before it (Hebrew, Arabic: "and on")."""
    return word.startswith(lexicon.fused_conjunctions) and any(
        word.startswith(letters) and word[len(letters) :] in lexicon.markers
        for letters in lexicon.fused_conjunctions
    )


def _has_between(document: Document, first: ActorSpan, last: ActorSpan) -> bool:
    """Whether "between" stands before the two or, as a postposition, after them."""
    if case_of(document, first) == "between":
        return True
    after = document.folded_text[last.end : last.end + _POSTPOSITION].split()[:2]
    return any(document.lexicon.postpositions.get(word) == "between" for word in after)
