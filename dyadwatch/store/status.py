"""The state of the installation, counted in bounded time."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch import __version__
from dyadwatch.model.status import FailingFeed, Status
from dyadwatch.store import alarms, schema, sweeps, workers
from dyadwatch.store.columns import failure_from_column

_MAX_COUNT = 10_000  # rows that are counted of anything
_MAX_FAILING = 20
_MAX_ALARMS = 20
_GENERAL = text("""
SELECT clock_timestamp() AS at, current_setting('server_version') AS version,
    pg_database_size(current_database()) AS size
""")
_WATCHES = """
SELECT CASE WHEN enabled THEN 'on' ELSE 'off' END AS state, count(*) AS row_count FROM watches GROUP BY 1
"""
_BY_STATE = {
    "watches": text(_WATCHES),
    "feeds": text("SELECT state, count(*) AS row_count FROM feeds GROUP BY 1"),
    "subscriptions": text("SELECT state, count(*) AS row_count FROM subscriptions GROUP BY 1"),
}
_SILENT = text("""
SELECT count(*) FROM subscriptions WHERE silent_since IS NOT NULL AND state IN ('active', 'paused')
""")
_FAILING = text("""
SELECT feeds.id, sources.name, feeds.url, feeds.error_count, feeds.last_error
FROM feeds JOIN sources ON sources.id = feeds.source_id
WHERE feeds.last_error IS NOT NULL AND feeds.state <> 'paused'
ORDER BY feeds.error_count DESC, feeds.id LIMIT :most
""")
_LAST_DAY = """
SELECT (
        SELECT count(*) FROM (SELECT FROM {table} WHERE {at} > now() - interval '1 day' LIMIT :most) AS row
    ) AS row_count, (SELECT max({at}) FROM {table}) AS newest
"""


def read(db: Connection) -> Status:
    """The state now. Feeds and subscriptions are few; of what may be many, 10,000 at most are counted."""
    general = db.execute(_GENERAL).one()
    articles = _last_day(db, "articles", "first_seen_at")
    alerts = _last_day(db, "alerts", "created_at")
    by_state: Mapping[str, Mapping[str, int]] = {
        name: {row.state: row.row_count for row in db.execute(statement)}
        for name, statement in _BY_STATE.items()
    }
    return Status(
        at=general.at,
        version=__version__,
        revision=schema.revision(db),
        database=general.version,
        size=general.size,
        queues=sweeps.queues(db),
        failing=_failing(db),
        silent=db.execute(_SILENT).scalar_one(),
        workers=workers.read(db),
        articles=articles[0],
        alerts=alerts[0],
        newest_article=articles[1],
        newest_alert=alerts[1],
        alarms=tuple(alarms.newest_active(db, limit=_MAX_ALARMS)),
        **by_state,
    )


def _failing(db: Connection) -> tuple[FailingFeed, ...]:
    return tuple(
        FailingFeed(row.id, row.name, row.url, row.error_count, failure)
        for row in db.execute(_FAILING, {"most": _MAX_FAILING})
        if (failure := failure_from_column(row.last_error))
    )


def _last_day(db: Connection, table: str, at: str) -> tuple[int, datetime | None]:
    row = db.execute(text(_LAST_DAY.format(table=table, at=at)), {"most": _MAX_COUNT}).one()
    return row.row_count, row.newest
