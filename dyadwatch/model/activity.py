"""How much a watch is reported: counts of its alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DayCount:
    """The active alerts of a day (UTC): `count` of them, and how many have each event type; one may have
    several, and one that tells of a plain tie has none."""

    day: date
    count: int
    event_types: Mapping[str, int]
