"""How the endpoints of subscriptions do: columns of `subscriptions` that attempts change, and the operator
events that tell others of it."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.subscriptions import EndpointHealth, OperatorEventType
from dyadwatch.store import alert_events
from dyadwatch.store.columns import failure_from_column, failure_to_column
from dyadwatch.store.queries import Record
from dyadwatch.subscriptions import envelope

PROBE = 20.0  # seconds in which an attempt that tries an endpoint has ended

_OF = text("""
SELECT id, failures, failing_since, blocked_until, last_error FROM subscriptions WHERE id = ANY(:ids)
""")
_SAVE = text("""
UPDATE subscriptions SET failures = :failures, failing_since = :failing_since, blocked_until = :blocked_until,
    last_error = CAST(:last_error AS jsonb)
WHERE id = :id
""")
_BLOCKED = text("SELECT id FROM subscriptions WHERE blocked_until > now()")
_BLOCK = text("""
UPDATE subscriptions SET blocked_until = now() + make_interval(secs => :seconds) WHERE id = ANY(:ids)
""")
_UNBLOCK = text("UPDATE subscriptions SET blocked_until = NULL WHERE id = :id AND blocked_until > now()")
# Of an endpoint never to itself, nor by the host that may be down; of a key's own subscriptions to that key,
# and to the operator.
_RECIPIENTS = text("""
SELECT other.id, one.host, one.description FROM subscriptions AS one JOIN subscriptions AS other
    ON (other.host <> one.host OR :is_reached) AND other.state IN ('active', 'paused')
    AND :type = ANY(other.events) AND (other.key_id IS NULL OR other.key_id = one.key_id OR EXISTS (
        SELECT 1 FROM api_keys WHERE api_keys.id = other.key_id AND 'admin' = ANY(api_keys.scopes)))
WHERE one.id = :subscription ORDER BY other.id
""")


def read(db: Connection, subscriptions: Collection[int]) -> Mapping[int, EndpointHealth]:
    """The health of each endpoint, by its subscription."""
    rows = db.execute(_OF, {"ids": list(subscriptions)}).mappings()
    return {row["id"]: view(row) for row in rows}


def view(row: Record) -> EndpointHealth:
    """The health in a row of `subscriptions`."""
    return EndpointHealth(
        failures=row["failures"],
        failing_since=row["failing_since"],
        blocked_until=row["blocked_until"],
        last_error=failure_from_column(row["last_error"]),
    )


def save(db: Connection, subscription: int, endpoint: EndpointHealth) -> None:
    """Stores what an attempt has made of an endpoint. The caller has locked its subscription."""
    params = {
        "id": subscription,
        "failures": endpoint.failures,
        "failing_since": endpoint.failing_since,
        "blocked_until": endpoint.blocked_until,
        "last_error": failure_to_column(endpoint.last_error),
    }
    db.execute(_SAVE, params)


def read_blocked(db: Connection) -> Collection[int]:
    """The subscriptions that are sent nothing now."""
    return db.execute(_BLOCKED).scalars().all()


def block_for_probe(db: Connection, subscriptions: Collection[int]) -> None:
    """Holds what else an endpoint is owed while one attempt tries it."""
    db.execute(_BLOCK, {"ids": sorted(subscriptions), "seconds": PROBE})


def unblock(db: Connection, subscription: int) -> None:
    """Lets an attempt go that a person asks for."""
    db.execute(_UNBLOCK, {"id": subscription})


def announce(
    db: Connection,
    subscription: int,
    event_type: OperatorEventType,
    data: Mapping[str, object],
    now: datetime,
    *,
    is_reached: bool = False,
) -> int:
    """Sends an operator event about a subscription to those who asked for such, by other channels than its
    own unless that `is_reached` as ever. Returns how many these are."""
    params = {"subscription": subscription, "type": event_type, "is_reached": is_reached}
    rows = db.execute(_RECIPIENTS, params).all()
    if rows:
        about = {"subscription": subscription, "host": rows[0].host, "description": rows[0].description}
        body = envelope(event_type, now, about | dict(data)).decode()
        event = AlertEvent(None, event_type, f"msg_{uuid.uuid4().hex}", body)
        alert_events.add(db, event, [row.id for row in rows])
    return len(rows)
