"""How much a watch is reported lately: read from the counts that are kept with the alerts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from dyadwatch import series as intervals
from dyadwatch.model.activity import DayCount
from dyadwatch.store import series

_UTC = ZoneInfo("UTC")
_NEWEST = text("SELECT max(created_at) FROM alerts WHERE watch_id = :watch")


def by_day(db: Connection, watch: str, first: date, now: datetime) -> list[DayCount]:
    """The active alerts of a watch on each day (UTC) from the first on to that of `now`."""
    edges = intervals.edges("day", _UTC, since=first, until=None, now=now)
    kinds: list[dict[str, int]] = [{} for _ in edges.starts]
    totals = [0] * len(kinds)
    for cell in series.cells(db, watch, "created", [intervals.TOTAL, "event_type"], edges):
        if cell.dimension == intervals.TOTAL:
            totals[cell.place] = cell.number
        else:
            kinds[cell.place][cell.value] = cell.number
    days = (start.astimezone(UTC).date() for start in edges.starts)
    return [DayCount(*item) for item in zip(days, totals, kinds, strict=True)]


def by_source(db: Connection, watch: str, first: date, now: datetime) -> dict[int, int]:
    """How many active alerts from the first day on have an article of each source, the most first."""
    edges = intervals.edges("day", _UTC, since=first, until=None, now=now)
    numbers: dict[int, int] = {}
    for cell in series.cells(db, watch, "created", ["source"], edges):
        numbers[int(cell.value)] = numbers.get(int(cell.value), 0) + cell.number
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def newest(db: Connection, watch: str) -> datetime | None:
    """When the last alert of a watch was created."""
    at: datetime | None = db.execute(_NEWEST, {"watch": watch}).scalar()
    return at
