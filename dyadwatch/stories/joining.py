"""Joining: whether two articles report one event, by what happened, when, where and with whom.

The words of a text say little of that, and in another language nothing. What is compared has a name and a
weight in log-odds (joining.json), so that each join can be explained.
"""

import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from itertools import product
from types import MappingProxyType

import orjson

from dyadwatch.model.mentions import Occasion
from dyadwatch.stories.signatures import similarity

NEAR = 3  # days between what may be one event: a day that is said and one that is guessed may differ by some
_MAIN_WEIGHT = 0.25  # of an occasion, from which an article is about it
_MAX_MAIN = 2
_COMPARED = 6  # articles of a story, of which the better half counts
_TALK = frozenset({"CONSULT", "AGREE", "SUPPORT", "COOPERATE", "REQUEST", "CONCEDE", "AID"})
_QUARREL = frozenset({"THREATEN", "ACCUSE", "SANCTION", "REJECT", "COERCE", "ASSAULT", "MOBILIZE", "PROTEST"})
_OUTCOMES = frozenset({"AGREE", "SUPPORT", "COOPERATE"})  # of a meeting, by which alone it may be told
_GOODS = frozenset({"AID", "CONCEDE"})  # which no call hands over
_FAVOUR = frozenset({"AGREE", "SUPPORT", "COOPERATE", "AID", "CONCEDE"})
# What says of acts of two types that they may be one that is told in two ways.
_ALIKE = frozenset({
    "same city", "same country", "numbers shared", "several numbers shared", "others shared",
    "several others shared", "similar headline", "similar text",
})  # fmt: skip
_EXACT = frozenset({"date", "weekday", "relative"})
_SAME_TITLE, _SAME_TEXT = 0.5, 0.3
_AHEAD, _LATER = -2, 3  # days from an event to a preview of it, and to a reaction
_HOURS, _DAY_AND_NIGHT = timedelta(hours=8), timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared of an article: its main events by watch, its day, and its words."""

    events: Mapping[str, Sequence[Occasion]]
    published_at: datetime
    language: str | None
    title_key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Join:
    """The story that a report belongs to, and why: the terms of the log-odds, `score`, of its comparison with
    the closest `article` of the story."""

    story: int
    article: int
    score: float
    terms: Mapping[str, float]


def main_events(events: Sequence[Occasion]) -> Sequence[Occasion]:
    """Those that an article is about, of all that it tells of (the heaviest first)."""
    return [one for index, one in enumerate(events[:_MAX_MAIN]) if index == 0 or one.weight >= _MAIN_WEIGHT]


def news_day(event: Occasion, published: date) -> date:
    """The day by which reports of an event are looked for: that of the event, of what is told as history that
    of the report."""
    return published if event.retrospective or event.last is None else event.last


def join(report: Report, others: Iterable[tuple[int, int, Report]]) -> Join | None:
    """The story that a report belongs to, of those of the `others` (story, article, report); None where it is
    more likely to be none of them."""
    joins: dict[int, list[Join]] = {}
    for story, article, other in others:
        if terms := compare(report, other):
            joins.setdefault(story, []).append(Join(story, article, math.fsum(terms.values()), terms))
    best: tuple[float, int] | None = None
    for story, compared in joins.items():
        compared.sort(key=lambda one: (-one.score, one.article))
        kept = compared[: math.ceil(min(len(compared), _COMPARED) / 2)]
        mean = math.fsum(one.score for one in kept) / len(kept)
        if mean > 0 and (best is None or (mean, -story) > (best[0], -best[1])):
            best = (mean, story)
    return joins[best[1]][0] if best else None


def differs(report: Report, other: Report) -> bool:
    """Whether two reports are surely of different events, whatever their words have in common."""
    pairs = list(_pairs(report, other))
    return bool(pairs) and all(
        "day differs" in features or "one looks back" in features
        for features in (set(_features(*pair)) for pair in pairs)
    )


def compare(report: Report, other: Report) -> Mapping[str, float]:
    """The terms of the log-odds that two articles report one event, of their events that are closest; empty
    where they have no watch in common."""
    terms = (_weigh(names) for names in features(report, other))
    return max(terms, key=lambda one: math.fsum(one.values()), default=MappingProxyType({}))


def features(report: Report, other: Report) -> Iterator[Sequence[str]]:
    """The names of what is compared of two articles, for each pair of their events."""
    shared = [_hours(report, other), *_words(report, other)]
    for one, another in _pairs(report, other):
        names = (
            "bias",
            *_features(one, another),
            *_acts(one, another),
            *_told(report, other, one, another),
            *shared,
        )
        is_unlike = "other type" in names and _ALIKE.isdisjoint(names)
        yield (*names, "only the day shared") if is_unlike else names


def _pairs(report: Report, other: Report) -> Iterator[tuple[Occasion, Occasion]]:
    for watch in sorted(report.events.keys() & other.events.keys()):
        yield from product(_acts_of(report.events[watch]), _acts_of(other.events[watch]))


def _acts_of(events: Sequence[Occasion]) -> Sequence[Occasion]:
    """The main events, without what has no type where another has one: it would be like any act of its day.
    A headline that says neither where nor how an act was done means what the text says of the act."""
    main = main_events(events)
    typed = [one for one in main if one.event_type is not None]
    return [_completed(one, typed) for one in typed] or main


def _completed(act: Occasion, acts: Sequence[Occasion]) -> Occasion:
    what = act.event_type, act.retrospective
    alike = [act, *(one for one in acts if (one.event_type, one.retrospective) == what)]
    place = next((one.place for one in alike if one.place), None)
    mode = next((one.mode for one in alike if one.mode), None)
    return replace(act, place=place, mode=mode)


def _weigh(names: Iterable[str]) -> Mapping[str, float]:
    weights = _weights()
    return {name: weights[name] for name in names if weights.get(name)}


def _features(one: Occasion, other: Occasion) -> Iterator[str]:
    yield _type(one, other)
    yield from _mode(one, other)
    if one.retrospective == other.retrospective:
        yield _day(one, other)  # else one of the days may be that of the anniversary
    yield _place(one.place, other.place)
    yield from _shared("others", one.others, other.others)
    yield from _shared("numbers", one.numbers, other.numbers)
    if one.retrospective != other.retrospective:
        yield "one looks back"
    elif one.retrospective:
        yield "both look back"
    if (one.modality == "hypothetical") != (other.modality == "hypothetical"):
        yield "one looks ahead"
    if "mutual" not in {one.direction, other.direction}:
        yield "same direction" if one.direction == other.direction else "other direction"


def _acts(one: Occasion, other: Occasion) -> Iterator[str]:
    """What tells two acts of one day from one that is told in two ways."""
    kind = _type(one, other)
    day = _day(one, other)
    if kind == "other type" and day == "same day":
        yield "other acts of one day"
    if day == "same day" and _in_two_cities(one, other):
        yield "two cities of one day"
    if any(a.event_type in _QUARREL and b.event_type in _FAVOUR for a, b in ((one, other), (other, one))):
        yield "quarrel and favour"
    if kind in {"other type", "types of one meeting"} and {one.direction, other.direction} == {
        "a->b",
        "b->a",
    }:
        yield "acts of each side"


def _in_two_cities(one: Occasion, other: Occasion) -> bool:
    """Whether one side did two acts in two cities. Two do not meet twice on a day: then reports name the city
    of each, and so they do of a call."""
    is_of_both = one.mode == other.mode == "phone" or "mutual" in {one.direction, other.direction}
    places = one.place, other.place
    return not is_of_both and places[0] != places[1] and all(place and "/" in place for place in places)


def _told(report: Report, other: Report, one: Occasion, another: Occasion) -> Iterator[str]:
    """Whether one tells of its event days before, or days after it, and the other when it happened."""
    if one.last is None or another.last is None:
        return
    delays = (report.published_at.date() - one.last).days, (other.published_at.date() - another.last).days
    if min(delays) <= _AHEAD and max(delays) >= 0:
        yield "told days ahead"
    if max(delays) >= _LATER and min(delays) <= 1:
        yield "told days later"


def _type(one: Occasion, other: Occasion) -> str:
    types = {one.event_type, other.event_type}
    if None in types:
        return "type unknown"
    if len(types) == 1:
        return "same type"
    if "phone" in {one.mode, other.mode} and types & _GOODS:
        return "other type"
    is_of_meeting = types <= _OUTCOMES or ("CONSULT" in types and types <= _TALK)
    return "types of one meeting" if is_of_meeting else "other type"


def _mode(one: Occasion, other: Occasion) -> Iterator[str]:
    if one.mode == other.mode == "phone" and (one.place is None) != (other.place is None):
        yield "letter and call"  # both are words that are sent, but a letter is handed over somewhere
    elif one.mode and other.mode:
        yield "same mode" if one.mode == other.mode else "other mode"
        if {one.mode, other.mode} == {"phone", "visit"}:
            yield "call and visit"
    elif "phone" in {one.mode, other.mode}:
        yield "one by phone"
        if (other if one.mode else one).place:
            yield "phone and place"


def _day(one: Occasion, other: Occasion) -> str:
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return "day unknown"
    gap = max((other.first - one.last).days, (one.first - other.last).days, 0)
    exact = len(_EXACT & {one.basis}) + len(_EXACT & {other.basis})
    if exact < 2:
        return ("day agrees", "day is near", "day is not near")[min(gap, 2)]
    return ("same day", "day beside", "day differs")[min(gap, 2)]


def _place(one: str | None, other: str | None) -> str:
    if one is None or other is None:
        return "place unknown"
    if one == other:
        return "same city" if "/" in one else "same country"
    if one.startswith(f"{other}/") or other.startswith(f"{one}/"):
        return "same country"
    return "other place"


def _shared(name: str, some: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    if some and others:
        shared = len({*some} & {*others})
        yield (f"no {name} shared", f"{name} shared", f"several {name} shared")[min(shared, 2)]


def _hours(report: Report, other: Report) -> str:
    """How far apart they were published: what is told of one event comes out within hours, what follows it
    rarely does."""
    gap = abs(report.published_at - other.published_at)
    if gap <= _HOURS:
        return "within hours"
    return "within a day" if gap <= _DAY_AND_NIGHT else "days apart"


def _words(report: Report, other: Report) -> Iterator[str]:
    if report.language != other.language:
        yield "other language"
        return
    title, words = set(report.title_key.split()), set(other.title_key.split())
    if title and len(title & words) >= _SAME_TITLE * len(title | words):
        yield "similar headline"
    if similarity(report.signature, other.signature) >= _SAME_TEXT:
        yield "similar text"


@functools.cache
def _weights() -> Mapping[str, float]:
    """Name -> log-odds, fitted by benchmarks/train_stories.py."""
    weights: Mapping[str, float] = orjson.loads(files(__package__).joinpath("joining.json").read_bytes())
    return weights
