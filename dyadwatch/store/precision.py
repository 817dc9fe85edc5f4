"""How alerts were judged, counted."""

from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.alerts import precision
from dyadwatch.model.precision import PrecisionRow, PrecisionView
from dyadwatch.store.queries import Query, Rows, run

_MAX_ROWS = 100  # of each kind
_JUDGED = text("""
SELECT id FROM watches WHERE EXISTS (
    SELECT FROM alerts WHERE watch_id = watches.id AND alert_verdict(document) <> 'none')
ORDER BY id LIMIT :limit
""")
# Only judged alerts are read, by an index of these.
_COUNTS = text("""
WITH judged AS MATERIALIZED (
    SELECT alert_verdict(document) = 'confirmed' AS is_right, document ->> 'reject_reason' AS reason,
        language, event_types
    FROM alerts WHERE watch_id = :watch AND alert_verdict(document) <> 'none'
        AND created_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
        AND created_at < coalesce(CAST(:until AS timestamptz), 'infinity')
), named AS (
    SELECT 'all' AS kind, NULL AS name, is_right FROM judged
    UNION ALL SELECT 'reason', reason, false FROM judged WHERE NOT is_right
    UNION ALL SELECT 'language', language, is_right FROM judged
    UNION ALL SELECT 'event_type', type, is_right
    FROM judged LEFT JOIN LATERAL unnest(event_types) AS type ON true
)
SELECT kind, name, count(*) FILTER (WHERE is_right) AS confirmed,
    count(*) FILTER (WHERE NOT is_right) AS rejected
FROM named GROUP BY kind, name ORDER BY count(*) DESC, name
""")


def of_watch(db: Connection, watch: str, *, since: datetime | None, until: datetime | None) -> PrecisionView:
    """How the alerts of a watch that were created between two times were judged."""
    rows = run(db, Query(_COUNTS, {"watch": watch, "since": since, "until": until}, list))
    by_kind = {kind: _rows(rows, kind) for kind in ("all", "event_type", "language")}
    return PrecisionView(
        watch=watch,
        all=next(iter(by_kind["all"]), precision.row(None, 0, 0)),
        event_types=by_kind["event_type"],
        languages=by_kind["language"],
        reject_reasons={row.name: row.rejected for row in rows if row.kind == "reason"},
    )


def of_watches(db: Connection, *, limit: int) -> list[PrecisionView]:
    """The same of each watch that has judged alerts, by id, at most `limit`."""
    names = run(db, Query(_JUDGED, {"limit": limit}, list))
    return [of_watch(db, row.id, since=None, until=None) for row in names]


def _rows(rows: Rows, kind: str) -> tuple[PrecisionRow, ...]:
    of_kind = [row for row in rows if row.kind == kind][:_MAX_ROWS]
    return tuple(precision.row(row.name, row.confirmed, row.rejected) for row in of_kind)
