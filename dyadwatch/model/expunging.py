"""Expunging: what there is of an article or a source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpungeCounts:
    """How many rows hold something of it; `alerts` and `events` are those that quote it."""

    articles: int
    versions: int
    pages: int
    snapshots: int
    entries: int
    alerts: int
    events: int
