"""How much a watch is reported: counts of its alerts."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DayCount:
    """Alerts of a day (UTC) by their main event type, None for a plain tie."""

    day: date
    event_type: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Alerts with an article of a source, and when the last of them was created."""

    source: int
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """Rows of a step that are due: how many, counted up to a bound, since when the first of them waits, and
    how many were lost."""

    step: str
    due: int
    oldest_at: datetime | None
    lost: int
