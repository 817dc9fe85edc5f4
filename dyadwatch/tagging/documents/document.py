"""A document: one text folded and cut into sentences and paragraphs, with the cues of its languages."""

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeVar

from dyadwatch.model.mentions import SurfaceKind
from dyadwatch.model.values import valueclass
from dyadwatch.tagging.documents.code_switching import MIN_LENGTH, other_language
from dyadwatch.tagging.documents.related_parts import related_parts
from dyadwatch.tagging.lexicons.groups import Group
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon, lexicon
from dyadwatch.tagging.lexicons.matcher import Match
from dyadwatch.tagging.watches.watch import Side
from dyadwatch.text.folding import Folded
from dyadwatch.text.line_breaks import unwrapped
from dyadwatch.text.sentences import sentences

_YEAR = re.compile(r"(?:1(?<!\d1)9[4-9]|2(?<!\d2)0[0-4])\d(?!\d)")
_WORDS_SINCE = 7  # from a word for "since" to its year at most: "since the start of the war in 2011"
_WORDS_NEAR_YEAR = 48  # folded characters on either side of a year that are searched for its neighbours


MAX_FLASHBACK = 12  # sentences for which a text goes on about a year that it named

Span = TypeVar("Span", "ActorSpan", Match[Group])


class ActorSpan(NamedTuple):
    """Where an actor is mentioned, in folded offsets."""

    start: int
    end: int
    side: Side
    kind: SurfaceKind


actor_span = functools.partial(tuple.__new__, ActorSpan)  # from a tuple, without the cost of a call in Python


class Sentence:
    """An immutable sentence: `start` and `end` are folded offsets, `source` is its span in the original
    text."""

    __slots__ = (
        "_cues",
        "_cues_by_kind",
        "_years",
        "end",
        "folded_text",
        "index",
        "lexicon",
        "source",
        "start",
    )

    def __init__(
        self, index: int, start: int, end: int, source: tuple[int, int], folded_text: str, lexicon: Lexicon
    ) -> None:
        self.index = index
        self.start = start
        self.end = end
        self.source = source
        self.folded_text = folded_text
        self.lexicon = lexicon
        self._cues: tuple[Cue, ...] | None = None
        self._cues_by_kind: Mapping[str, Sequence[Cue]] | None = None
        self._years: tuple[int, ...] | None = None

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Its cues in order, in offsets of the folded document; computed on first use."""
        if self._cues is None:
            self._cues = tuple(self.lexicon.find(self.folded_text, self.start))
        return self._cues

    def cues_of(self, kind: str, *others: str) -> Sequence[Cue]:
        """Its cues of these kinds, kind after kind, each in order."""
        by_kind = self._cues_by_kind or self._group_cues()
        cues = by_kind.get(kind, ())
        for other in others:
            if other in by_kind:
                cues = [*cues, *by_kind[other]]
        return cues

    def has_cue_of(self, kinds: frozenset[str]) -> bool:
        """Whether it has a cue of one of these kinds."""
        return not kinds.isdisjoint(self._cues_by_kind or self._group_cues())

    def _group_cues(self) -> Mapping[str, Sequence[Cue]]:
        by_kind: dict[str, list[Cue]] = {}
        for cue in self.cues:
            by_kind.setdefault(cue.payload.kind, []).append(cue)
        self._cues_by_kind = by_kind
        return by_kind

    @property
    def years(self) -> tuple[int, ...]:
        """The distinct years it mentions, ascending, without those that only begin a period ("since
        1989")."""
        if self._years is None:
            text = self.folded_text
            matches = _YEAR.finditer(text) if "19" in text or "20" in text else ()
            self._years = tuple(sorted({int(one.group()) for one in matches if not self._begins_period(one)}))
        return self._years

    def _begins_period(self, year: re.Match[str]) -> bool:
        low, high = max(0, year.start() - _WORDS_NEAR_YEAR), year.end() + _WORDS_NEAR_YEAR
        before = self.folded_text[low : year.start()].split()[-_WORDS_SINCE:]
        after = self.folded_text[year.end() : high].split()[:2]
        return not self.lexicon.since.isdisjoint((*before, *after))


class Sentences:
    """The sentences of a text by index, each made when it is first looked at, because most never are.

    `sources` are their spans in the original text, `folded` in the folded one. Their lexicon is `words`
    unless `foreign` has another one for the sentence that begins their paragraph."""

    __slots__ = ("_folded", "_folded_text", "_foreign", "_made", "_paragraph_starts", "_sources", "_words")

    def __init__(
        self,
        folded_text: str,
        sources: Sequence[tuple[int, int]],
        folded: Sequence[tuple[int, int]],
        paragraph_starts: Sequence[int],
        words: Lexicon,
        foreign: Mapping[int, Lexicon],
    ) -> None:
        self._folded_text = folded_text
        self._sources = sources
        self._folded = folded
        self._paragraph_starts = paragraph_starts
        self._words = words
        self._foreign = foreign
        self._made: list[Sentence | None] = [None] * len(sources)

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, index: int) -> Sentence:
        sentence = self._made[index]
        if sentence is None:
            start, end = self._folded[index]
            sentence = self._made[index] = Sentence(
                index,
                start,
                end,
                self._sources[index],
                self._folded_text[start:end],
                self.lexicon_of(index),
            )
        return sentence

    def lexicon_of(self, index: int) -> Lexicon:
        return self._foreign.get(self._paragraph_starts[index], self._words)

    @property
    def lexicons(self) -> list[Lexicon]:
        """The distinct lexicons of the sentences."""
        return list({id(words): words for words in (self._words, *self._foreign.values())}.values())


@valueclass(frozen=True, slots=True)
class Document:
    """A text as the tagger sees it. All offsets are into `folded_text` unless said otherwise; `folding` maps
    them back to the original `text`."""

    text: str
    folding: Folded
    folded_text: str  # line ends are spaces
    language: str
    lexicon: Lexicon
    published: date | None
    sentences: Sentences
    sentence_starts: tuple[int, ...]  # the first one is 0: what stands before the first sentence is of it
    paragraph_starts: tuple[
        int, ...
    ]  # for each sentence, the index of the sentence that begins its paragraph
    words: Mapping[int, Sequence[Cue]]  # by sentence, those that lexicon.find_words finds
    related: tuple[tuple[int, int], ...]  # where links to other articles stand
    # The grammatical cases of actors computed so far (case_marking.case_of).
    cases: dict[ActorSpan, tuple[str | None, str | None, int]] = field(default_factory=dict)
    # Whether actors stand as objects, as far as asked (object_position.stands_as_object).
    objects: dict[ActorSpan, bool] = field(default_factory=dict)
    # The letters of the cases that names may stand in, by where they begin; empty where those are not known.
    name_cases: dict[int, str] = field(default_factory=dict)

    def is_related(self, sentence: Sentence) -> bool:
        """Whether a sentence stands among links to other articles."""
        return bool(self.related) and any(start <= sentence.start < end for start, end in self.related)

    def localized(self, sentence: Sentence) -> "Document":
        """The same document with the lexicon of one of its sentences."""
        words = sentence.lexicon
        if words is self.lexicon:
            return self
        return replace(self, language=words.language, lexicon=words, cases={}, objects={})

    def sentence_at(self, offset: int) -> int:
        """The index of the sentence at a folded offset."""
        return bisect_right(self.sentence_starts, offset) - 1

    def by_sentence(self, spans: Iterable[Span]) -> dict[int, list[Span]]:
        """Actor spans or cues, in their order, by the index of the sentence in which they begin."""
        grouped: dict[int, list[Span]] = {}
        starts = self.sentence_starts
        for span in spans:
            grouped.setdefault(bisect_right(starts, span.start) - 1, []).append(span)
        return grouped

    def is_upper(self, offset: int) -> bool:
        """Whether the original character at a folded offset is upper case."""
        return self.text[self.folding.source(offset, offset + 1)[0]].isupper()

    def is_lower(self, offset: int) -> bool:
        """Whether the original character at a folded offset is lower case; letters of caseless scripts are
        not."""
        return self.text[self.folding.source(offset, offset + 1)[0]].islower()


def within(spans: Sequence[ActorSpan], sentence: Sentence) -> Sequence[ActorSpan]:
    """The spans, which are in order, that begin in a sentence."""
    if not spans:
        return spans
    low = bisect_left(spans, (sentence.start,))
    return spans[low : bisect_left(spans, (sentence.end,), low)]


def make_document(
    text: str,
    folding: Folded,
    folded_text: str,
    words: Lexicon,
    published: date | None,
    *,
    lexicons: Callable[[str], Lexicon] = lexicon,
) -> Document:
    """`text` cut into sentences, each with the lexicon of its language: `words`, or what `lexicons` gives for
    the language of a paragraph in another one."""
    spans = sentences(lines := unwrapped(text))
    paragraph_starts = _paragraph_starts(lines, spans)
    folded = (
        [(folding.folded(start), folding.folded(end)) for start, end in spans] if folding.starts else spans
    )
    foreign: dict[int, Lexicon] = {}
    for start, following in pairwise((*dict.fromkeys(paragraph_starts), len(spans))):
        low, high = folded[start][0], folded[following - 1][1]
        if high - low < MIN_LENGTH:
            continue
        part = text[spans[start][0] : spans[following - 1][1]]
        if language := other_language(part, folded_text[low:high], words):
            foreign[start] = lexicons(language)
    by_index = Sentences(folded_text, spans, folded, paragraph_starts, words, foreign)
    starts = (0, *[start for start, _ in folded[1:]])
    found = _words_by_sentence(folded_text, by_index, starts)
    return Document(
        text=text,
        folding=folding,
        folded_text=folded_text,
        language=words.language,
        lexicon=words,
        published=published,
        sentences=by_index,
        sentence_starts=starts,
        paragraph_starts=paragraph_starts,
        words=found,
        related=tuple(related_parts(text, folding, found.values(), starts, paragraph_starts)),
    )


def _paragraph_starts(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """A paragraph ends with its line."""
    firsts: list[int] = []
    done = 0
    for index, (start, end) in enumerate(spans):
        firsts.append(firsts[-1] if firsts and text.find("\n", done, start) < 0 else index)
        done = end
    return tuple(firsts)


def _words_by_sentence(folded_text: str, by_index: Sentences, starts: Sequence[int]) -> dict[int, list[Cue]]:
    """The words of each sentence that its lexicon finds; `starts` are those of the sentences."""
    words: dict[int, list[Cue]] = {}
    lexicons = by_index.lexicons
    for lexicon_of_some in lexicons:
        of_sentence: list[Cue] = []  # the words of one, as far as to where the next begins
        following = -1
        for word in lexicon_of_some.find_words(folded_text):
            if word.start >= following:
                index = bisect_right(starts, word.start) - 1
                following = starts[index + 1] if index + 1 < len(starts) else len(folded_text)
                is_own = len(lexicons) == 1 or by_index.lexicon_of(index) is lexicon_of_some
                of_sentence = words.setdefault(index, []) if is_own else []
            of_sentence.append(word)
    return words
