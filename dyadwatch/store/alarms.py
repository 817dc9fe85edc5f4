"""Alarms of watches, when each watch is looked at, and how the sources that report it are read."""

import uuid
from collections.abc import Collection, Mapping, Sequence

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, select, text

from dyadwatch.model.alarms import AlarmState, AlarmView, ClaimedCheck, Finding, SourceHealth
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import WatchEventType
from dyadwatch.store import alert_events, claims, pagination
from dyadwatch.subscriptions import envelope

QUEUE = claims.Queue("watch_checks", lost="true", key="watch_id")
EVERY = 600.0  # seconds from one look at a watch to the next
FAILING = 3  # failures in a row from which on a feed fails
_FINDING = TypeAdapter(Finding)
_ALL = select(text("*")).select_from(text("alarms"))
_ACTIVE = text("SELECT * FROM alarms WHERE watch_id = :watch AND ended_at IS NULL ORDER BY id")
_NEWEST_ACTIVE = text(
    "SELECT * FROM alarms WHERE ended_at IS NULL ORDER BY created_at DESC, id DESC LIMIT :limit"
)
_RAISE = text("""
INSERT INTO alarms (watch_id, kind, finding) VALUES (:watch, :kind, CAST(:finding AS jsonb)) RETURNING *
""")
_UPDATE = text("""
UPDATE alarms SET finding = CAST(:finding AS jsonb), updated_at = now()
WHERE id = :id AND finding <> CAST(:finding AS jsonb)
""")
_END = text("UPDATE alarms SET ended_at = now(), updated_at = now() WHERE id = :id RETURNING *")
_FINISH = text("""
UPDATE watch_checks SET due_at = now() + make_interval(secs => :seconds)
WHERE watch_id = :watch AND turn = :turn RETURNING 1
""")
_ADD = text("INSERT INTO watch_checks (watch_id) VALUES (:watch) ON CONFLICT DO NOTHING")
# Those that ask for the event, and for this watch or for any.
_RECIPIENTS = text("""
SELECT id FROM subscriptions WHERE state IN ('active', 'paused') AND :type = ANY(events)
    AND (NOT jsonb_exists(filter, 'watch') OR filter -> 'watch' @> to_jsonb(CAST(:watch AS text)))
ORDER BY id
""")
_HEALTHS = text("""
SELECT sources.id, sources.name, feeds.*, CAST(sources.drift ->> 'at' AS timestamptz) AS drift_since,
    (SELECT first_seen_at FROM articles WHERE source_id = sources.id
     ORDER BY first_seen_at DESC, id DESC LIMIT 1) AS last_article_at
FROM sources CROSS JOIN LATERAL (
    SELECT count(*) AS feeds, count(*) FILTER (WHERE state = 'active') AS active,
        count(*) FILTER (WHERE state = 'active' AND error_count >= :failing) AS failing,
        max(last_error ->> 'code') FILTER (WHERE state = 'active' AND error_count >= :failing) AS last_error,
        max(last_polled_at) FILTER (WHERE state = 'active') AS last_polled_at
    FROM feeds WHERE source_id = sources.id
) AS feeds
WHERE sources.id = ANY(CAST(:ids AS bigint[]))
""")


def claim(db: Connection, *, limit: int) -> list[ClaimedCheck]:
    """Claims watches that are to be looked at now."""
    rows = claims.claim(db, QUEUE, limit=limit)
    return [ClaimedCheck(row["watch_id"], row["turn"]) for row in rows]


def finish(db: Connection, claimed: ClaimedCheck) -> bool:
    """Ends the turn, and says when the next one is. False where it has passed already."""
    params = {"watch": claimed.watch, "turn": claimed.turn, "seconds": EVERY}
    return db.execute(_FINISH, params).first() is not None


def add_check(db: Connection, watch: str) -> None:
    """Has a new watch looked at."""
    db.execute(_ADD, {"watch": watch})


def active(db: Connection, watch: str) -> list[AlarmView]:
    """The alarms of a watch that have not ended, one of a kind at most."""
    return _views(db.execute(_ACTIVE, {"watch": watch}).all())


def newest_active(db: Connection, *, limit: int) -> list[AlarmView]:
    """The newest alarms of all watches that have not ended."""
    return _views(db.execute(_NEWEST_ACTIVE, {"limit": limit}).all())


def page(
    db: Connection, watch: str, *, state: AlarmState | None, limit: int, cursor: str | None
) -> ListPage[AlarmView]:
    """The alarms of a watch, newest first."""
    conditions = ["watch_id = :watch"]
    if state is not None:
        conditions.append(f"ended_at IS {'' if state == 'active' else 'NOT '}NULL")
    stream = pagination.stream("alarms", *conditions)
    params = {"watch": watch}
    return pagination.read(db, _ALL, params, _views, stream=stream, kind="alarms", limit=limit, cursor=cursor)


def add(db: Connection, watch: str, finding: Finding) -> AlarmView:
    """Stores a new alarm."""
    params = {"watch": watch, "kind": finding.kind, "finding": _json(finding)}
    return _views([db.execute(_RAISE, params).one()])[0]


def update(db: Connection, alarm: int, finding: Finding) -> None:
    """Stores what an alarm says now."""
    db.execute(_UPDATE, {"id": alarm, "finding": _json(finding)})


def end(db: Connection, alarm: int) -> AlarmView:
    """Ends an alarm, and returns it as it is then."""
    return _views([db.execute(_END, {"id": alarm}).one()])[0]


def announce(db: Connection, event_type: WatchEventType, alarm: AlarmView) -> int:
    """Stores the event of an alarm that begins or has ended, with a delivery to each subscription that asks
    for such. Returns how many these are."""
    recipients = db.execute(_RECIPIENTS, {"type": event_type, "watch": alarm.watch}).scalars().all()
    if recipients:
        body = envelope(event_type, alarm.ended_at or alarm.created_at, alarm).decode()
        alert_events.add(db, AlertEvent(None, event_type, f"msg_{uuid.uuid4().hex}", body), recipients)
    return len(recipients)


def source_healths(db: Connection, sources: Collection[int]) -> Mapping[int, SourceHealth]:
    """How sources are read; those that do not exist are left out."""
    rows = db.execute(_HEALTHS, {"ids": list(sources), "failing": FAILING}).mappings()
    return {row["id"]: SourceHealth(**row) for row in rows}


def _views(rows: Sequence[pagination.Record]) -> list[AlarmView]:
    return [
        AlarmView(
            id=row.id,
            watch=row.watch_id,
            state="ended" if row.ended_at else "active",
            finding=_FINDING.validate_python(row.finding),
            created_at=row.created_at,
            updated_at=row.updated_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _json(finding: Finding) -> str:
    return orjson.dumps(finding).decode()
