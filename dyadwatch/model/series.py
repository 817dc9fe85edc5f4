"""Series: how many alerts a watch had, by days, weeks or months."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Interval = Literal["day", "week", "month"]
# What gives an alert its time: when it was created, or when its first article was published.
Clock = Literal["created", "published"]
Dimension = Literal["event_type", "level", "direction", "modality", "side", "language", "source"]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many alerts with a value of a dimension fall into a bucket, by the bucket's place from 0."""

    place: int
    dimension: str
    value: str
    number: int


@dataclass(frozen=True, slots=True)
class EventCount:
    """How many alerts of a bucket tell of one kind of event; with no kind at all where there is none."""

    date: date
    event_type: str | None
    direction: str | None
    modality: str | None
    level: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the eight weeks before a day let expect of it: the median of the same weekdays, and the number
    beyond which it is a burst."""

    median: float
    upper: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, week (from Monday) or month: `date` is its first day, `start` when that begins. `count` is the
    number of alerts; `counts` has those of each value by dimension. An alert with several values counts for
    each. What is expected is null for weeks and months, and where not enough is known."""

    date: date
    start: datetime
    count: int
    counts: Mapping[str, Mapping[str, int]]
    expected: Expectation | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The buckets of a watch from the one of `since` to the one before `until`, oldest first, none left
    out."""

    watch: str
    interval: Interval
    time_zone: str
    clock: Clock
    since: datetime
    until: datetime
    data: tuple[Bucket, ...]
