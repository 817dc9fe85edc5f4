"""A text being read: folded, cut into sentences, with the cues of its language. Made once per text, when needed."""

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dyadwatch.model.mentions import SurfaceKind
from dyadwatch.tagging.automaton import Found
from dyadwatch.tagging.fold import Folded
from dyadwatch.tagging.lexicon import Group, Lexicon
from dyadwatch.tagging.sentences import sentences
from dyadwatch.tagging.watch import Side

_YEAR = re.compile(r"(?<!\d)(19[4-9]\d|20[0-4]\d)(?!\d)")


class Hit(NamedTuple):
    """An actor as found, in folded offsets. `full` for a name that only the actor bears."""

    start: int
    end: int
    side: Side
    kind: SurfaceKind
    full: bool = False


@dataclass(eq=False)
class Sentence:
    """A sentence, never changed (a frozen class takes three times as long to make): in folded offsets (start, end), as a span of the text as given, and with its folded words."""

    index: int
    start: int
    end: int
    source: tuple[int, int]
    text: str
    lexicon: Lexicon

    @functools.cached_property
    def cues(self) -> tuple[Found[Group], ...]:
        """Its cues in order, in offsets of the folded text; looked for when first asked."""
        shift = self.start
        return tuple(
            Found(cue.start + shift, cue.end + shift, cue.payload) for cue in self.lexicon.find(self.text)
        )

    def kind(self, *kinds: str) -> list[Found[Group]]:
        """Its cues of these kinds, in order of kind and text."""
        return [cue for kind in kinds for cue in self._kinds.get(kind, ())]

    @functools.cached_property
    def _kinds(self) -> dict[str, list[Found[Group]]]:
        kinds: dict[str, list[Found[Group]]] = {}
        for cue in self.cues:
            kinds.setdefault(cue.payload.kind, []).append(cue)
        return kinds

    @functools.cached_property
    def years(self) -> tuple[int, ...]:
        """The years that it tells of, each once, in order; not those since which something holds."""
        told = (match for match in _YEAR.finditer(self.text) if not self._since(match))
        return tuple(sorted({int(match.group()) for match in told}))

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
    void_from: int

    def at(self, offset: int) -> int:
        """The index of the sentence at a folded offset."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def capital(self, offset: int) -> bool:
        """Whether the character at a folded offset is written as a capital."""
        return self.given[self.folded.source(offset, offset + 1)[0]].isupper()

    def small(self, offset: int) -> bool:
        """Whether it is written as a small letter; letters without case are not."""
        return self.given[self.folded.source(offset, offset + 1)[0]].islower()


def read(given: str, folded: Folded, text: str, lexicon: Lexicon, published: date | None) -> Reading:
    """`given`, cut into sentences."""
    parts = []
    for index, source in enumerate(sentences(given)):
        start, end = folded.folded(source[0]), folded.folded(source[1])
        parts.append(Sentence(index, start, end, source, text[start:end], lexicon))
    return Reading(
        given=given,
        folded=folded,
        text=text,
        language=lexicon.language,
        lexicon=lexicon,
        published=published,
        sentences=tuple(parts),
        starts=tuple(part.start for part in parts),
        void_from=_void_from(text, lexicon),
    )


def _void_from(text: str, lexicon: Lexicon) -> int:
    """Where links to other articles begin: a heading such as "Read also" after the first third of a text."""
    starts = (found.start for found in lexicon.headings.find(text))
    return min((start for start in starts if start > len(text) // 3), default=len(text))
