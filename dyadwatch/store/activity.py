"""Counts of a watch's alerts by day and by source, within a span of time that an index reads."""

from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.activity import DayCount, SourceCount

_BY_DAY = text("""
SELECT CAST(created_at AT TIME ZONE 'UTC' AS date) AS day, event_types[1] AS event_type, count(*) AS count
FROM alerts WHERE watch_id = :watch AND created_at >= :since GROUP BY 1, 2 ORDER BY 1, 2
""")
_BY_SOURCE = text("""
SELECT source, count(*) AS count, max(created_at) AS last_at
FROM alerts, unnest(source_ids) AS source WHERE watch_id = :watch AND created_at >= :since
GROUP BY 1 ORDER BY 2 DESC, 1
""")
_NEWEST = text("SELECT max(created_at) FROM alerts WHERE watch_id = :watch")


def by_day(db: Connection, watch: str, since: datetime) -> list[DayCount]:
    """The alerts of a watch that were created since then; days without any are left out."""
    return [DayCount(*row) for row in db.execute(_BY_DAY, {"watch": watch, "since": since})]


def by_source(db: Connection, watch: str, since: datetime) -> list[SourceCount]:
    """The sources with articles in the alerts created since then, those with most first."""
    return [SourceCount(*row) for row in db.execute(_BY_SOURCE, {"watch": watch, "since": since})]


def newest(db: Connection, watch: str) -> datetime | None:
    """When the last alert of a watch was created."""
    at: datetime | None = db.execute(_NEWEST, {"watch": watch}).scalar()
    return at
