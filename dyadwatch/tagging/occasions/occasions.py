"""Occasions: which events a text tells of, on which days, where, with whom, in which numbers.

By these, and not by its words, a report is compared with those in other languages. They are made of the
sentences that carry the relationship, the headline and the lead.
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import nlargest

from dyadwatch.dates import expressions
from dyadwatch.dates.expressions import Expression
from dyadwatch.model.mentions import DayBasis, Mention, Occasion, Zone
from dyadwatch.model.values import valueclass
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.occasions.places import find_place
from dyadwatch.tagging.relations.document_level import WeightedMention, weigh

_MAX_MENTIONS = 5  # the heaviest, of which occasions are made
_MAX_OCCASIONS = 4
_MAX_OPENING = 3  # sentences of headline and lead that are read
_NEWS = timedelta(days=10)  # for which an event is told as news
_AHEAD = timedelta(days=45)
_MAX_NUMBERS = 8
_BESIDE = 12  # characters between the actors and what says how they talked
# It begins with a character set, for a fast search.
_NUMBER = re.compile(r"\d(?<![\w.,:/-]\d)\d*(?:[.,]\d+)*(?![\w:/-])")
_GROUPED = re.compile(r"[.,](?=\d{3}(?:\D|$))")
_YEARS = range(1900, 2101)


@valueclass(frozen=True, slots=True)
class _Content:
    """What one sentence tells beside the actors; offsets count in the document."""

    days: Sequence[Expression]
    anniversary: bool
    place: str | None
    others: frozenset[str]
    numbers: frozenset[str]


@valueclass(frozen=True, slots=True)
class _Day:
    first: date
    last: date
    basis: DayBasis


class _Reader:
    """Reads sentences of a document, each once."""

    def __init__(self, document: Document, actors: Sequence[ActorSpan], published: date | None) -> None:
        self._document = document
        self._actors = actors
        self.published = published
        self._contents: dict[tuple[int, bool], _Content] = {}

    def read(self, index: int, *, ahead: bool = False) -> _Content:
        if (index, ahead) not in self._contents:
            self._contents[index, ahead] = self._parse(self._document.sentences[index], ahead=ahead)
        return self._contents[index, ahead]

    def _parse(self, sentence: Sentence, *, ahead: bool) -> _Content:
        text, language = sentence.folded_text, sentence.lexicon.language
        days: list[Expression] = []
        if self.published is not None:
            days = expressions.find(text, language, self.published, ahead=ahead)
        return _Content(
            days,
            expressions.marks_anniversary(text, language),
            find_place(text, language),
            frozenset(self._others(sentence)),
            frozenset(_numbers(text, days)),
        )

    def _others(self, sentence: Sentence) -> Iterable[str]:
        for cue in self._document.words.get(sentence.index, ()):
            if cue.payload.kind == "person" and not self._is_actor(cue.start, cue.end):
                yield cue.payload.id

    def _is_actor(self, start: int, end: int) -> bool:
        index = bisect_left(self._actors, (end,))
        return index > 0 and self._actors[index - 1].end > start

    def mode_of(self, mention: Mention, index: int) -> str | None:
        """How an event was done; words are by phone, too, where the sentence says so beside the actors ("told
        him by telephone"), and not of somebody after them."""
        if mention.mode or mention.event_type != "CONSULT":
            return mention.mode
        sentence = self._document.sentences[index]
        low, high = self.actors_in(sentence)
        phones = (cue for cue in sentence.cues if cue.payload.mode == "phone")
        starts = [cue.start - sentence.start for cue in phones]
        return "phone" if any(low <= start <= high + _BESIDE for start in starts) else None

    def actors_in(self, sentence: Sentence) -> tuple[int, int]:
        """Where the actors stand in a sentence, in its own offsets."""
        low = bisect_left(self._actors, (sentence.start,))
        spans = self._actors[low : bisect_left(self._actors, (sentence.end,), low)]
        if not spans:
            return 0, len(sentence.folded_text)
        return spans[0].start - sentence.start, spans[-1].end - sentence.start


def occasions(
    document: Document,
    mentions: Sequence[Mention],
    zones: Iterable[Zone],
    actors: Sequence[ActorSpan],
    published: datetime | date | None,
) -> tuple[Occasion, ...]:
    """What the mentions tell of, the heaviest first."""
    parts = tuple(zones)
    day_of_text = None if published is None else expressions.day_of(published, document.language)
    reader = _Reader(document, actors, day_of_text)
    opening = _opening(document, parts)
    groups: dict[tuple[object, ...], list[tuple[WeightedMention, int, _Day | None]]] = defaultdict(list)
    for weighted in nlargest(_MAX_MENTIONS, weigh(mentions), key=lambda one: one.weight):
        mention = weighted.mention
        index = document.sentence_at(document.folding.folded(mention.evidence.start))
        day = _day_in(reader, index, document, ahead=mention.modality == "hypothetical")
        old = mention.modality == "historical" or _is_old(day, day_of_text)
        if day is None and not old:
            day = _day_of_text(reader, opening)
        key = (mention.event_type, reader.mode_of(mention, index), day and (day.first, day.last), old)
        groups[key].append((weighted, index, day))
    total = math.fsum(weighted.weight for group in groups.values() for weighted, _, _ in group)
    results = [_occasion(reader, group, opening, total) for group in groups.values()]
    results.sort(key=lambda occasion: -occasion.weight)
    return tuple(results[:_MAX_OCCASIONS])


def _opening(document: Document, zones: Sequence[Zone]) -> list[int]:
    """The sentences of headline and lead, of which some are enough."""
    indices: dict[int, None] = {}
    for zone in zones:
        if zone.kind in {"headline", "lead"}:
            first = document.sentence_at(document.folding.folded(zone.start))
            last = document.sentence_at(max(0, document.folding.folded(zone.end) - 1))
            indices.update(dict.fromkeys(range(first, last + 1)))
    return list(indices)[:_MAX_OPENING]


def _day_in(reader: _Reader, index: int, document: Document, *, ahead: bool) -> _Day | None:
    """The day that a sentence names closest to the actors, a day before a period."""
    content = reader.read(index, ahead=ahead)
    if not content.days:
        return None
    low, high = reader.actors_in(document.sentences[index])

    def rank(one: Expression) -> tuple[bool, int]:
        return one.basis == "period", max(0, one.start - high, low - one.end)

    best = min(content.days, key=rank)
    return _Day(best.first, best.last, best.basis)


def _is_old(day: _Day | None, published: date | None) -> bool:
    return day is not None and published is not None and published - day.last > _NEWS


def _occasion(
    reader: _Reader,
    group: Sequence[tuple[WeightedMention, int, _Day | None]],
    opening: Sequence[int],
    total: float,
) -> Occasion:
    (heaviest, _), index, day = group[0]
    content = _content_of(reader, dict.fromkeys(index for _, index, _ in group), opening)
    old = heaviest.modality == "historical" or _is_old(day, reader.published)
    first, last, basis = (day.first, day.last, day.basis) if day else (None, None, None)
    return Occasion(
        event_type=heaviest.event_type,
        mode=reader.mode_of(heaviest, index),
        direction=heaviest.direction,
        modality=heaviest.modality,
        first=first,
        last=last,
        basis=basis,
        retrospective=old or content.anniversary,
        place=content.place,
        others=tuple(sorted(content.others)),
        numbers=tuple(sorted(content.numbers)[:_MAX_NUMBERS]),
        weight=round(math.fsum(weighted.weight for weighted, _, _ in group) / total, 4),
    )


def _content_of(reader: _Reader, indices: Mapping[int, None], opening: Sequence[int]) -> _Content:
    """What the sentences of an event tell, with those of the opening where one of these tells of it."""
    around = () if indices.keys().isdisjoint(opening) else opening
    sentences = [reader.read(index) for index in dict.fromkeys((*indices, *around))]
    return _Content(
        days=(),
        anniversary=any(one.anniversary for one in sentences),
        place=next((one.place for one in sentences if one.place), None),
        others=frozenset().union(*(one.others for one in sentences)),
        numbers=frozenset().union(*(one.numbers for one in sentences)),
    )


def _day_of_text(reader: _Reader, opening: Sequence[int]) -> _Day | None:
    """The day of news that does not say when: what the headline or the lead names, else that of the text."""
    published = reader.published
    if published is None:
        return None
    for index in opening:
        for one in reader.read(index).days:
            if one.basis != "period" and published - _NEWS <= one.first <= published + _AHEAD:
                return _Day(one.first, one.last, one.basis)
    return _Day(published - timedelta(days=1), published, "published")


def _numbers(text: str, days: Sequence[Expression]) -> Iterable[str]:
    """The numbers of a sentence that are no dates."""
    for match in _NUMBER.finditer(text):
        if any(day.start <= match.start() < day.end for day in days):
            continue
        number = _GROUPED.sub("", match[0]).replace(",", ".")
        if number != "1" and not (len(number) == 4 and number.isdigit() and int(number) in _YEARS):
            yield number
