"""A text being read: folded, cut into sentences, with the cues of its language. Made once per text, when needed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple, TypeVar

from dyadwatch.model.mentions import SurfaceKind
from dyadwatch.tagging.documents.code_switching import other_language
from dyadwatch.tagging.lexicons.lexicon import Group, Lexicon, lexicon
from dyadwatch.tagging.lexicons.matcher import Found
from dyadwatch.tagging.watches.watch import Side
from dyadwatch.text.folding import Folded
from dyadwatch.text.sentences import sentences

_YEAR = re.compile(r"(?:1(?<!\d1)9[4-9]|2(?<!\d2)0[0-4])\d(?!\d)")


Span = TypeVar("Span", "Hit", Found[Group])


class Hit(NamedTuple):
    """An actor as found, in folded offsets. `full` for a name that only the actor bears."""

    start: int
    end: int
    side: Side
    kind: SurfaceKind
    full: bool = False


class Sentence:
    """A sentence, never changed: in folded offsets (start, end), as a span of the text as given, and with its folded
    words. A plain class, since a text has many and most are never looked into."""

    __slots__ = ("_cues", "_kinds", "_years", "end", "index", "lexicon", "source", "start", "text")

    def __init__(
        self, index: int, start: int, end: int, source: tuple[int, int], text: str, lexicon: Lexicon
    ) -> None:
        self.index = index
        self.start = start
        self.end = end
        self.source = source
        self.text = text
        self.lexicon = lexicon
        self._cues: tuple[Found[Group], ...] | None = None
        self._kinds: dict[str, list[Found[Group]]] | None = None
        self._years: tuple[int, ...] | None = None

    @property
    def cues(self) -> tuple[Found[Group], ...]:
        """Its cues in order, in offsets of the folded text; looked for when first asked."""
        if self._cues is None:
            self._cues = tuple(self.lexicon.find(self.text, self.start))
        return self._cues

    def kind(self, *kinds: str) -> list[Found[Group]]:
        """Its cues of these kinds, in order of kind and text."""
        found = self._kinds
        if found is None:
            found = self._kinds = {}
            for cue in self.cues:
                found.setdefault(cue.payload.kind, []).append(cue)
        if len(kinds) == 1:
            return found.get(kinds[0], [])
        return [cue for kind in kinds for cue in found.get(kind, ())]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that it tells of, each once, in order; not those since which something holds."""
        if self._years is None:
            told = (match for match in _YEAR.finditer(self.text) if not self._since(match))
            self._years = tuple(sorted({int(match.group()) for match in told}))
        return self._years

    def _since(self, year: re.Match[str]) -> bool:
        before = self.text[max(0, year.start() - 24) : year.start()].split()[-2:]
        after = self.text[year.end() : year.end() + 24].split()[:2]
        return not self.lexicon.since.isdisjoint((*before, *after))


@dataclass(frozen=True, slots=True)
class Reading:
    """`given` is the text as given, `text` the folded one with spaces for line ends."""

    given: str
    folded: Folded
    text: str
    language: str
    lexicon: Lexicon
    published: date | None
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]  # of the sentences
    paragraphs: tuple[int, ...]  # for each sentence, that with which its paragraph begins
    void_from: int
    # what letters and words beside an actor say of his part, as far as asked (events.marker)
    parts: dict[Hit, tuple[str | None, str | None, int]] = field(default_factory=dict)

    def local(self, sentence: Sentence) -> "Reading":
        """The same text, read with the lexicon of one of its sentences."""
        words = sentence.lexicon
        if words is self.lexicon:
            return self
        return replace(self, language=words.language, lexicon=words, parts={})

    def at(self, offset: int) -> int:
        """The index of the sentence at a folded offset."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def capital(self, offset: int) -> bool:
        """Whether the character at a folded offset is written as a capital."""
        return self.given[self.folded.source(offset, offset + 1)[0]].isupper()

    def by_sentence(self, spans: Iterable[Span]) -> dict[int, list[Span]]:
        """Hits or cues, in their order, by the index of the sentence in which they begin."""
        found: dict[int, list[Span]] = {}
        starts = self.starts
        for span in spans:
            found.setdefault(max(0, bisect_right(starts, span[0]) - 1), []).append(span)
        return found

    def small(self, offset: int) -> bool:
        """Whether it is written as a small letter; letters without case are not."""
        return self.given[self.folded.source(offset, offset + 1)[0]].islower()


def inside(hits: Sequence[Hit], sentence: Sentence) -> Sequence[Hit]:
    """Those of the hits, which are in order, that stand in a sentence."""
    low = bisect_left(hits, sentence.start, key=lambda hit: hit.start)
    return hits[low : bisect_left(hits, sentence.end, key=lambda hit: hit.start)]


def read(
    given: str,
    folded: Folded,
    text: str,
    words: Lexicon,
    published: date | None,
    *,
    lexicons: Callable[[str], Lexicon] = lexicon,
) -> Reading:
    """`given`, cut into sentences, each with the lexicon of its language: `words`, or that which `lexicons` has for the
    language of a paragraph in another."""
    spans = sentences(given)
    firsts = _paragraphs(given, spans)
    parts: list[Sentence] = []
    own = words
    moved = bool(folded.starts)
    for index, source in enumerate(spans):
        start, end = (folded.folded(source[0]), folded.folded(source[1])) if moved else source
        if firsts[index] == index:
            last = index + 1
            while last < len(spans) and firsts[last] == index:
                last += 1
            stop = spans[last - 1][1]
            language = other_language(given[source[0] : stop], text[start : folded.folded(stop)], words)
            own = lexicons(language) if language else words
        parts.append(Sentence(index, start, end, source, text[start:end], own))
    return Reading(
        given=given,
        folded=folded,
        text=text,
        language=words.language,
        lexicon=words,
        published=published,
        sentences=tuple(parts),
        starts=tuple(part.start for part in parts),
        paragraphs=firsts,
        void_from=_void_from(text, words),
    )


def _paragraphs(given: str, spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """A paragraph ends with its line."""
    firsts: list[int] = []
    done = 0
    for index, (start, end) in enumerate(spans):
        firsts.append(firsts[-1] if firsts and given.find("\n", done, start) < 0 else index)
        done = end
    return tuple(firsts)


def _void_from(text: str, lexicon: Lexicon) -> int:
    """Where links to other articles begin: a heading such as "Read also" after the first third of a text."""
    starts = (found.start for found in lexicon.headings.find(text))
    return min((start for start in starts if start > len(text) // 3), default=len(text))
