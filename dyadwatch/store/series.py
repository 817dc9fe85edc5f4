"""Counts of alerts by time, which triggers keep with the alerts (0036_counts.sql)."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch import series
from dyadwatch.model.series import Cell, Clock, Dimension, EventCount, Timeline
from dyadwatch.series import Edges
from dyadwatch.store.queries import Query, Rows, run

# By days and hours in what is summed up by them (0054_alert_sums.sql), by quarters of an hour at the edges,
# with what is not summed up yet. OFFSET 0 has each part looked up by itself: all would be compared with all.
_WHERE = """watch_id = :watch AND clock = :clock AND dimension = ANY(CAST(:dimensions AS text[]))
    AND at >= {since} AND at < {until}"""
_OF_PARTS = """
SELECT counts.* FROM unnest(CAST(:{kind}_since AS timestamptz[]), CAST(:{kind}_until AS timestamptz[]))
    AS part (since, until)
CROSS JOIN LATERAL (SELECT at, dimension, value, number FROM {table} WHERE {where} OFFSET 0) AS counts
WHERE until > (SELECT min(at) FROM alert_counts
    WHERE watch_id = :watch AND clock = :clock AND dimension = 'alert')
"""
_OF_PART = _WHERE.format(since="part.since", until="part.until")
_CELLS = text(f"""
SELECT width_bucket(at, CAST(:starts AS timestamptz[])) - 1 AS place, dimension, value,
    CAST(sum(number) AS bigint) AS number
FROM (
    {_OF_PARTS.format(kind="days", table="alert_sums", where=f"hours = 24 AND {_OF_PART}")} UNION ALL
    {_OF_PARTS.format(kind="hours", table="alert_sums", where=f"hours = 1 AND {_OF_PART}")} UNION ALL
    {_OF_PARTS.format(kind="rest", table="alert_counts", where=_OF_PART)} UNION ALL
    SELECT at, dimension, value, number FROM alert_count_changes
    WHERE {_WHERE.format(since=":since", until=":until")}
) AS counts
GROUP BY place, dimension, value HAVING sum(number) > 0
""")  # noqa: S608  # constant SQL
_KINDS = {24: "days", 1: "hours", 0: "rest"}
_FIRST = text("""
SELECT least(
    (SELECT min(at) FROM alert_counts WHERE watch_id = :watch AND clock = :clock AND dimension = 'alert'
     AND number > 0),
    (SELECT min(at) FROM alert_count_changes
     WHERE watch_id = :watch AND clock = :clock AND dimension = 'alert')) AS at
""")
BATCH = 5_000  # changes that are summed up at once
# Whoever sums up at the same time takes other changes, and waits for what both add to.
_SUM_UP = text("""
WITH summed AS (
    DELETE FROM alert_count_changes WHERE id IN (
        SELECT id FROM alert_count_changes ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    ) RETURNING watch_id, clock, dimension, at, value, number
), added AS (
    INSERT INTO alert_counts AS counts (watch_id, clock, dimension, at, value, number)
    SELECT watch_id, clock, dimension, at, value, sum(number) FROM summed
    GROUP BY watch_id, clock, dimension, at, value HAVING sum(number) <> 0
    ORDER BY watch_id, clock, dimension, at, value
    ON CONFLICT (watch_id, clock, dimension, at, value) DO UPDATE SET number = counts.number + excluded.number
    RETURNING 1
)
SELECT count(*) FROM summed
""")


def timeline(
    db: Connection, watch: str, clock: Clock, edges: Edges, dimensions: Sequence[Dimension]
) -> Timeline:
    """The alerts of a watch in each bucket, by the values of some dimensions. There may be no such watch."""
    inside = cells(db, watch, clock, [series.TOTAL, *dimensions], edges)
    before = earlier_counts(db, watch, clock, edges) if edges.interval == "day" else ()
    return Timeline(
        watch=watch,
        interval=edges.interval,
        time_zone=edges.zone.key,
        clock=clock,
        since=edges.starts[0],
        until=edges.end,
        data=series.buckets(edges, inside, dimensions, before),
    )


def event_counts(db: Connection, watch: str, clock: Clock, edges: Edges) -> Iterator[EventCount]:
    """The kinds of events that the alerts of a watch tell of in each bucket."""
    return series.event_counts(edges, cells(db, watch, clock, [series.EVENT], edges))


def earlier_counts(db: Connection, watch: str, clock: Clock, edges: Edges) -> list[int]:
    """The alerts of each of the days before some days that tell what is usual, from the first one on that a
    watch ever had."""
    at = db.execute(_FIRST, {"watch": watch, "clock": clock}).scalar_one()
    if at is None:
        return []
    days = series.earlier(edges, series.HISTORY)
    counts = series.totals(days, cells(db, watch, clock, [series.TOTAL], days))
    first = at.astimezone(edges.zone).date()
    return [number for number, day in zip(counts, days.dates, strict=True) if day >= first]


def cells(db: Connection, watch: str, clock: Clock, dimensions: Collection[str], edges: Edges) -> list[Cell]:
    """The counts of a watch in each bucket, by the values of some dimensions."""
    params: dict[str, Any] = {
        "watch": watch,
        "clock": clock,
        "dimensions": list(dimensions),
        "starts": list(edges.starts),
        "since": edges.starts[0],
        "until": edges.end,
    }
    for kind in _KINDS.values():
        params |= {f"{kind}_since": [], f"{kind}_until": []}
    for part in series.parts(edges):
        params[f"{_KINDS[part.hours]}_since"].append(part.since)
        params[f"{_KINDS[part.hours]}_until"].append(part.until)
    return run(db, Query(_CELLS, params, _cells))


def sum_up(db: Connection) -> int:
    """Adds the oldest changes to the counts, BATCH at most. Returns how many there were."""
    changes: int = db.execute(_SUM_UP, {"limit": BATCH}).scalar_one()
    return changes


def _cells(rows: Rows) -> list[Cell]:
    return [Cell(row.place, row.dimension, row.value, row.number) for row in rows]
