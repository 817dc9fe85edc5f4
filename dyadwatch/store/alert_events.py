"""Alert events and the deliveries that they owe: the outbox,
written in the transaction that changes the alert."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from dyadwatch.model.alerts import AlertEvent, AlertEventView, AlertHistoryEvent, SentEvent
from dyadwatch.model.pagination import Changes
from dyadwatch.store import alerts, pagination, positions
from dyadwatch.store.queries import Query, Rows, run
from dyadwatch.subscriptions.filters import CRITERIA, AlertFilter

_ALL = select(text("position, webhook_id, type, alert_id, created_at, body")).select_from(
    text("alert_events")
)

_OF_FITTING = """
CASE WHEN type = 'alert.withdrawn'
THEN EXISTS (SELECT FROM alerts WHERE alerts.id = alert_events.alert_id AND {ever})
ELSE EXISTS (SELECT FROM alerts WHERE alerts.id = alert_events.alert_id AND {every}) END
"""

# A delivery to a paused subscription is due when that is resumed; one with a timing is held until it is
# looked at (store/held_deliveries.py). The lock waits for a change of the state
# that is under way, which would not see this delivery.
_INSERT = text("""
WITH event AS (
    INSERT INTO alert_events (alert_id, type, webhook_id, body)
    VALUES (:alert, :type, :webhook_id, :body) RETURNING id
), subscription AS (
    SELECT id, host, state, timing IS NOT NULL AS is_timed FROM subscriptions
    WHERE id = ANY(CAST(:subscriptions AS bigint[])) ORDER BY id FOR SHARE
), delivery AS (
    INSERT INTO deliveries (event_id, subscription_id, host, state, due_at, held_until)
    SELECT event.id, subscription.id, host,
        CASE WHEN state = 'disabled' THEN 'cancelled' WHEN is_timed THEN 'held' ELSE 'pending' END,
        CASE WHEN state = 'active' AND NOT is_timed THEN now() END,
        CASE WHEN state = 'active' AND is_timed THEN now() END
    FROM event, subscription
)
SELECT id FROM event
""")

_BODIES = text("""
SELECT id, body FROM alert_events WHERE alert_id = :alert AND id > :after AND body <> ''
ORDER BY id LIMIT :limit
""")
# Columns of alerts have no prefix: those of events have none of their names within it.
_MATCHING = """
SELECT event.id, event.type, event.alert_id, event.created_at, EXISTS (
    SELECT FROM alerts
    WHERE alerts.id = event.alert_id AND ({every} OR event.type = 'alert.withdrawn') AND {ever}
) AS fits
FROM alert_events AS event
WHERE event.created_at >= :start AND event.created_at < :end AND event.body <> ''
    AND event.alert_id IS NOT NULL AND event.type = ANY(:events)
ORDER BY event.created_at DESC LIMIT :scanned
"""
MAX_SCANNED = 20_000  # events that are compared with a filter for one page
_BODY = text("SELECT body FROM alert_events WHERE id = :id")
_OF_ALERT = text("""
SELECT type, created_at, CASE WHEN body <> '' THEN CAST(body AS jsonb) #> '{data,changes}' END AS changes
FROM alert_events WHERE alert_id = :alert ORDER BY id DESC LIMIT :limit
""")
_READ = 100  # bodies at a time, of 20 kB at most
_REPLACE_BODY = text("UPDATE alert_events SET body = :body WHERE id = :id")


def add(db: Connection, event: AlertEvent, subscriptions: Collection[int]) -> int:
    """Stores an event and a delivery of it to each of the subscriptions. Returns the event's id."""
    return run(db, add_query(event, subscriptions))


def add_query(event: AlertEvent, subscriptions: Collection[int]) -> Query[int]:
    """What `add` does, to be run together with others."""
    params = {
        "alert": event.alert,
        "type": event.type,
        "webhook_id": event.webhook_id,
        "body": event.body,
        "subscriptions": list(subscriptions),
    }
    return Query(_INSERT, params, _id)


def page(
    db: Connection, filters: AlertFilter | None = None, *, after: int, limit: int
) -> Changes[AlertEventView]:
    """Events beyond the position `after`, in order, of alerts that pass the filters as they are now. That one
    was withdrawn is held against the lasting filters alone, as in subscriptions/filters.py."""
    if filters is None:
        return positions.read(db, _ALL, {}, _views, table="alert_events", after=after, limit=limit)
    lasting = filters.model_copy(
        update={name: None for name, criterion in CRITERIA.items() if not criterion.lasting}
    )
    every, params = alerts.condition(db, filters)
    ever, _ = alerts.condition(db, lasting)
    query = _ALL.where(text(_OF_FITTING.format(every=every, ever=ever)))
    return positions.read(db, query, params, _views, table="alert_events", after=after, limit=limit)


def newest(db: Connection) -> int:
    """The position of the newest event of an alert; 0 where there is none."""
    return positions.newest(db, "alert_events")


def of_alert(db: Connection, alert: int, *, limit: int) -> list[AlertHistoryEvent]:
    """The last events of an alert, newest first."""
    return [
        AlertHistoryEvent(row.type, row.created_at, tuple(row.changes or ()))
        for row in db.execute(_OF_ALERT, {"alert": alert, "limit": limit})
    ]


def _id(rows: Rows) -> int:
    return int(rows[0].id)


def _views(rows: Sequence[pagination.Record]) -> list[AlertEventView]:
    return [
        AlertEventView(
            position=row.position,
            webhook_id=row.webhook_id,
            type=row.type,
            alert=row.alert_id,
            created_at=row.created_at,
            data=orjson.loads(row.body)["data"] if row.body else None,
        )
        for row in rows
    ]


def matching(
    db: Connection,
    filters: Mapping[str, Any],
    events: Collection[str],
    *,
    since: datetime,
    until: datetime,
) -> tuple[list[SentEvent], bool]:
    """The events of alerts from `since` to `until`, newest first, that a subscription with these filters and
    types of events would be owed, by the alerts as they are now; and whether all were looked at, or only the
    newest. Withdrawals are held against the lasting filters alone, as in subscriptions/filters.py."""
    lasting = {name: filters[name] for name in filters if CRITERIA[name].lasting}
    every, params = alerts.condition(db, AlertFilter.model_validate(filters))
    ever, _ = alerts.condition(db, AlertFilter.model_validate(lasting))
    statement = text(_MATCHING.format(every=every, ever=ever))
    params = {**params, "events": list(events), "start": since, "end": until, "scanned": MAX_SCANNED}
    rows = db.execute(statement, params).all()
    events_of = [SentEvent(row.id, row.type, row.alert_id, row.created_at) for row in rows if row.fits]
    return events_of, len(rows) < MAX_SCANNED


def body(db: Connection, event: int) -> str:
    """The document of an event, empty where it has expired."""
    stored: str = db.execute(_BODY, {"id": event}).scalar_one()
    return stored


def bodies(db: Connection, alert: int) -> Iterator[tuple[int, str]]:
    """The id and body of each event of an alert whose body has not expired, some read at a time."""
    params = {"alert": alert, "after": 0, "limit": _READ}
    while rows := db.execute(_BODIES, params).all():
        yield from ((row.id, row.body) for row in rows)
        params["after"] = rows[-1].id


def replace_body(db: Connection, event: int, body: str) -> None:
    """Replaces what subscribers are sent of an event, where they were not sent it yet."""
    db.execute(_REPLACE_BODY, {"id": event, "body": body})
