"""A timeline as bars: geometry for the template, which draws it as SVG. Chart libraries write style
attributes and style elements, which our policy forbids in a page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dyadwatch.model.activity import DayCount
from dyadwatch.tagging.events.plover import EVENT_TYPES
from service.ui import labels
from service.ui.labels import TIE, Label

HEIGHT = 100
WIDTH = 10  # of a day
_GAP = 2
_ORDER = (*EVENT_TYPES, TIE)  # from cooperation to conflict: kinds of one colour lie together
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Part:
    """The alerts of one event type on a day; `y` and `height` are in units of the chart. Where alerts have
    several types, each takes its share of the bar."""

    code: str
    label: Label
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, at `x` from the left, `until` the day after it."""

    day: date
    until: date
    x: int
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of consecutive days, the scale up to `top`, and the event types that occur with their sums."""

    bars: tuple[Bar, ...]
    top: int
    kinds: tuple[tuple[str, Label, int], ...]

    @property
    def width(self) -> int:
        return WIDTH * len(self.bars)

    @property
    def bar_width(self) -> int:
        return WIDTH - _GAP


def build(counts: Sequence[DayCount], *, mirrored: bool = False) -> Timeline:
    """The timeline of consecutive days, its newest at the left where it is mirrored."""
    top = _top(max((day.count for day in counts), default=0))
    bars = [
        Bar(
            day=day.day,
            until=day.day + timedelta(days=1),
            x=WIDTH * (len(counts) - 1 - number if mirrored else number),
            count=day.count,
            parts=tuple(_parts(day, top)),
        )
        for number, day in enumerate(counts)
    ]
    sums = Counter[str]()
    for bar in bars:
        sums.update({part.code: part.count for part in bar.parts})
    return Timeline(tuple(bars), top, tuple((code, _label(code), sums[code]) for code in _order(sums)))


def _parts(day: DayCount, top: int) -> Iterable[Part]:
    kinds = Counter(day.event_types)
    if (plain := day.count - kinds.total()) > 0:
        kinds[TIE] = plain
    below = 0.0
    for code in _order(kinds):
        height = HEIGHT * day.count / top * kinds[code] / kinds.total()
        below += height
        yield Part(code, _label(code), kinds[code], round(HEIGHT - below, 2), round(height, 2))


def _order(codes: Iterable[str]) -> Sequence[str]:
    return sorted(codes, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER))


def _label(code: str) -> Label:
    """The label of an event type; within a quad class every other one has a lighter shade."""
    label = labels.event(code)
    alike = [other for other in _ORDER if labels.event(other).style == label.style]
    shade = " light" if code in alike and alike.index(code) % 2 else ""
    return Label(label.text, label.meaning, label.style + shade)


def _top(most: int) -> int:
    """The next round number."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= most:
                return step * size
        size *= 10
