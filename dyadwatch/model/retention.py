"""Retention: for how long what is not needed for ever is kept."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeepDays:
    """Days after which fetched pages and texts of feeds, bodies of events, and attempts to deliver them
    expire; None: never."""

    snapshots: int | None = None
    events: int | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class RetentionProgress:
    """How far a round has come: the rule that it is at, and the last row that
    it passed, by age and place; None where that is still before the first."""

    rule: str
    after_age: datetime | None = None
    after_place: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedRetention:
    """The round of the day, claimed where it goes on."""

    id: int
    turn: int
    progress: RetentionProgress
