"""A timeline as bars: geometry for the template, which draws it as SVG. Chart libraries write style
attributes and style elements, which our policy forbids in a page."""

from collections import defaultdict
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
    """The alerts of one event type on a day; `y` and `height` are in units of the chart."""

    code: str
    label: Label
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, from left to right at `x`, `until` the day after it."""

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

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


def build(counts: Iterable[DayCount], first: date, days: int, *, mirrored: bool = False) -> Timeline:
    """The timeline of so many days from the first on, its newest day at the left where it is mirrored."""
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for item in counts:
        by_day[item.day][item.event_type or TIE] = item.count
    span = [first + timedelta(days=number) for number in range(days)]
    top = _top(max((sum(by_day[day].values()) for day in span), default=0))
    bars = [
        Bar(
            day=day,
            until=day + timedelta(days=1),
            x=WIDTH * (days - 1 - number if mirrored else number),
            count=sum(by_day[day].values()),
            parts=tuple(_parts(by_day[day], top)),
        )
        for number, day in enumerate(span)
    ]
    return Timeline(tuple(bars), top, tuple(_kinds(bars)))


def _parts(of_day: dict[str, int], top: int) -> Iterable[Part]:
    below = 0
    for code in _order(of_day):
        count = of_day[code]
        below += count
        y = HEIGHT - HEIGHT * below / top
        yield Part(code, labels.event(code), count, round(y, 2), round(HEIGHT * count / top, 2))


def _order(codes: Iterable[str]) -> Sequence[str]:
    return sorted(codes, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER))


def _kinds(bars: Sequence[Bar]) -> Iterable[tuple[str, Label, int]]:
    sums: dict[str, int] = defaultdict(int)
    for bar in bars:
        for part in bar.parts:
            sums[part.code] += part.count
    return ((code, labels.event(code), sums[code]) for code in _order(sums))


def _top(most: int) -> int:
    """The next round number."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= most:
                return step * size
        size *= 10
