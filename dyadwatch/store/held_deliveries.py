"""Deliveries that are held until their time: while their alert has no rest, in quiet hours, for a digest.

A held delivery is no work of the queue: `held_until` says when it is looked at again, by
`dyadwatch.subscriptions.timing`, with all others of its subscription.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.deliveries import DigestMember, HeldDelivery
from dyadwatch.model.subscriptions import Timing
from dyadwatch.store import claims
from dyadwatch.store.columns import timing_from_column
from dyadwatch.subscriptions import envelope
from dyadwatch.subscriptions.timing import DIGEST, Plan

_SUBSCRIPTIONS = 100  # looked at together
_ROWS = 5_000  # of a subscription that are looked at together

_DUE = text("SELECT DISTINCT subscription_id FROM deliveries WHERE held_until <= now() LIMIT :limit")
# One that somebody else changes is looked at by the next run.
_LOCK = text(
    "SELECT id, host, state, timing, now() AS now FROM subscriptions WHERE id = :id FOR UPDATE SKIP LOCKED"
)
_READ = text("""
SELECT d.id, e.alert_id, e.type, d.created_at FROM deliveries AS d JOIN alert_events AS e ON e.id = d.event_id
WHERE d.subscription_id = :id AND d.state = 'held' AND (NOT :due OR d.held_until <= :now)
ORDER BY d.id LIMIT :limit
""")
_PUT_OFF = text("""
UPDATE deliveries SET held_until = :until WHERE id IN (
    SELECT id FROM deliveries WHERE subscription_id = :id AND held_until <= :now ORDER BY id LIMIT :limit)
""")
_CANCEL = text("""
UPDATE deliveries SET state = 'cancelled', held_until = NULL WHERE id IN (
    SELECT id FROM deliveries WHERE subscription_id = :id AND state = 'held' LIMIT :limit)
""")
_SEND = claims.make_due_statement(
    "deliveries",
    "row.id = ANY(:ids) AND row.state = 'held'",
    changes=", state = 'pending', held_until = NULL",
)
_SUPERSEDE = text("""
UPDATE deliveries SET state = 'superseded', held_until = NULL WHERE id = ANY(:ids) AND state = 'held'
""")
_LOOK_AGAIN = text("UPDATE deliveries SET held_until = :until WHERE id = ANY(:ids) AND state = 'held'")
_ADD_DIGEST = text("""
WITH event AS (
    INSERT INTO alert_events (type, webhook_id, body) VALUES (:type, :webhook_id, :body) RETURNING id
), digest AS (
    INSERT INTO deliveries (event_id, subscription_id, host, state, due_at)
    SELECT id, :subscription, :host, 'pending', now() FROM event RETURNING id
)
UPDATE deliveries SET state = 'digested', held_until = NULL, digest_id = digest.id
FROM digest WHERE deliveries.id = ANY(:ids) AND deliveries.state = 'held'
""")
_RELEASE = text("""
UPDATE deliveries SET held_until = now() WHERE id IN (
    SELECT id FROM deliveries WHERE subscription_id = :id AND state = 'held'
        AND (held_until IS NULL OR held_until > now()) LIMIT :limit)
""")
# Of each alert the types of its events, in order, and the last document.
_MEMBERS = text("""
SELECT digest_id, array_agg(e.type ORDER BY e.id) AS types, (array_agg(e.body ORDER BY e.id DESC))[1] AS body
FROM deliveries AS d JOIN alert_events AS e ON e.id = d.event_id WHERE d.digest_id = ANY(:ids)
GROUP BY digest_id, CASE WHEN e.type = ANY(:of_alerts) THEN e.alert_id ELSE -e.id END
ORDER BY digest_id, min(e.id)
""")


@dataclass(frozen=True, slots=True)
class HeldDeliveries:
    """What is held of a subscription that is locked until the transaction ends, in the order of events, at
    the time `now` of the database."""

    subscription: int
    host: str
    timing: Timing | None
    now: datetime
    rows: Sequence[HeldDelivery]


def due(db: Connection) -> Collection[int]:
    """Subscriptions with held deliveries that are to be looked at, some of them."""
    return db.execute(_DUE, {"limit": _SUBSCRIPTIONS}).scalars().all()


def take(db: Connection, subscription: int) -> HeldDeliveries | None:
    """What is held of a subscription; for digests only what is to be looked at, for nothing else is due. None
    where it is gone, locked or not active: then what is due waits until it is."""
    row = db.execute(_LOCK, {"id": subscription}).one_or_none()
    if row is None:
        return None
    params = {"id": subscription, "now": row.now, "limit": _ROWS}
    if row.state == "disabled":
        db.execute(_CANCEL, params)
        return None
    if row.state != "active":
        db.execute(_PUT_OFF, {**params, "until": None})
        return None
    timing = timing_from_column(row.timing)
    due_only = timing is not None and timing.digest is not None
    rows = db.execute(_READ, {**params, "due": due_only})
    held = [HeldDelivery(each.id, each.alert_id, each.type, each.created_at) for each in rows]
    return HeldDeliveries(row.id, row.host, timing, row.now, held)


def apply(db: Connection, held: HeldDeliveries, plan: Plan) -> None:
    """Lets deliveries go as planned, and has the others looked at again."""
    if plan.send:
        db.execute(_SEND, {"ids": list(plan.send)})
    if plan.supersede:
        db.execute(_SUPERSEDE, {"ids": list(plan.supersede)})
    for members_of in plan.digests:
        _add_digest(db, held, members_of)
    if plan.look_again is not None:
        ids = [row.id for row in held.rows]
        db.execute(_LOOK_AGAIN, {"ids": ids, "until": plan.look_again})


def release(db: Connection, subscription: int) -> None:
    """Has what is held of a subscription looked at now, a batch of it: its timing or state has changed."""
    db.execute(_RELEASE, {"id": subscription, "limit": _ROWS})


def members(db: Connection, digests: Collection[int]) -> Mapping[int, Sequence[DigestMember]]:
    """What each of the digests tells of, by the id of its delivery."""
    by_digest: dict[int, list[DigestMember]] = {digest: [] for digest in digests}
    if digests:
        params = {"ids": list(digests), "of_alerts": list(ALERT_EVENT_TYPES)}
        for row in db.execute(_MEMBERS, params):
            by_digest[row.digest_id].append(DigestMember(tuple(row.types), row.body))
    return by_digest


def _add_digest(db: Connection, held: HeldDeliveries, ids: Sequence[int]) -> None:
    chosen = set(ids)
    rows = [row for row in held.rows if row.id in chosen]
    data = {"subscription": held.subscription, "since": rows[0].created_at, "until": held.now}
    params = {
        "type": DIGEST,
        "webhook_id": f"msg_{uuid4().hex}",
        "body": envelope(DIGEST, held.now, data).decode(),
        "subscription": held.subscription,
        "host": held.host,
        "ids": list(ids),
    }
    db.execute(_ADD_DIGEST, params)
