"""A timeline: the alerts of consecutive days by event type, as bars that lead to what is behind them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from markupsafe import Markup

from dyadwatch.model.activity import DayCount
from dyadwatch.tagging.events.plover import EVENT_TYPES
from service.ui import languages
from service.ui.charts import Column, stacked_bars
from service.ui.labels import TIE, Label, event

_ORDER = (*EVENT_TYPES, TIE)  # from cooperation to conflict: kinds of one colour lie together
_STEPS = (1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Part:
    """The alerts of one event type on a day. Where alerts have several types, each takes its `share` of the
    bar."""

    code: str
    label: Label
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, or several, in words; its alerts, and the address of their list."""

    text: str
    count: int
    parts: tuple[Part, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of the days from `first` to `last`, the scale up to `top`, and the event types that occur with
    their sums and addresses. `chart` is an svg element."""

    first: date
    last: date
    bars: tuple[Bar, ...]
    top: int
    kinds: tuple[tuple[str, Label, int, str], ...]
    chart: Markup


def build(counts: Sequence[DayCount], watch: str, *, days: int = 1) -> Timeline:
    """The timeline of consecutive days of a watch, `days` of them in a bar. The chart's newest day is at the
    end of a line in the language of the page."""
    bars = tuple(_bar(counts[start : start + days], watch) for start in range(0, len(counts), days))
    top = _top(max((bar.count for bar in bars), default=0))
    sums = Counter[str]()
    for bar in bars:
        sums.update({part.code: part.count for part in bar.parts})
    first, last = counts[0].day, counts[-1].day
    kinds = tuple((code, _label(code), sums[code], _address(watch, code, first)) for code in _order(sums))
    columns = [_column(bar, top) for bar in bars]
    if languages.direction() == "rtl":
        columns.reverse()
    return Timeline(first, last, bars, top, kinds, stacked_bars(tuple(columns), top))


def _bar(days: Sequence[DayCount], watch: str) -> Bar:
    first, last = days[0].day, days[-1].day
    count = sum(day.count for day in days)
    kinds = sum((_kinds(day) for day in days), Counter[str]())
    parts = (
        Part(code, _label(code), kinds[code], count * kinds[code] / kinds.total()) for code in _order(kinds)
    )
    text = languages.day(last) if first == last else f"{languages.short_day(first)} – {languages.day(last)}"
    return Bar(text, count, tuple(parts), _address(watch, TIE, first, last + timedelta(days=1)))


def _kinds(day: DayCount) -> Counter[str]:
    """How many alerts of a day have each event type, or none."""
    kinds = Counter(day.event_types)
    if (plain := day.count - kinds.total()) > 0:
        kinds[TIE] = plain
    return kinds


def _column(bar: Bar, top: int) -> Column:
    """The parts of a bar, and what is above it: all of its place leads to its day."""
    parts = [f"{part.label.text} {languages.number(part.count)}" for part in bar.parts]
    title = f"{bar.text}: {' · '.join([languages.number(bar.count), *parts])}"
    blocks = [(part.share, part.label.style) for part in bar.parts]
    rest = [(top - bar.count, "rest")] if 0 < bar.count < top else []
    return Column((*blocks, *rest), bar.href, title)


def _address(watch: str, code: str, since: date, until: date | None = None) -> str:
    """Of the active alerts with an event type. There is no filter for those that have none."""
    return url_for(
        "page.alerts",
        watch=watch,
        event_type=None if code == TIE else code,
        since=since,
        until=until,
        state="active",
    )


def _order(codes: Iterable[str]) -> Sequence[str]:
    return sorted(codes, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER))


def _label(code: str) -> Label:
    """The label of an event type; within a quad class every other one has a lighter shade."""
    label = event(code)
    alike = [other for other in _ORDER if event(other).style == label.style]
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
