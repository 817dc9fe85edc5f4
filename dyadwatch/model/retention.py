"""Retention: for how long what is not needed for ever is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepDays:
    """Days after which fetched pages and texts of feeds, bodies of events, and attempts to deliver them
    expire; None: never."""

    snapshots: int | None = None
    events: int | None = None
    attempts: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedRetention:
    """The round of the day, claimed."""

    id: int
    turn: int
