"""Deliveries: events owed to subscriptions, and the attempts to send them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.claims import Busy
from dyadwatch.model.deliveries import AttemptView, ClaimedDelivery, DeliveryState, DeliveryView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import alert_events, claims, pagination, subscription_secrets
from dyadwatch.store.queries import Record

# A pending delivery waits for a person while its subscription is paused or disabled.
QUEUE = claims.Queue(
    "deliveries",
    lost="row.state = 'pending' AND EXISTS"
    " (SELECT 1 FROM subscriptions WHERE id = row.subscription_id AND state = 'active')",
    per_host=8,
    owner="row.subscription_id",
    per_owner=4,  # less, so that one that hangs leaves room for others on its host
)

_ALL = select(
    text(
        "d.id, d.subscription_id, e.webhook_id, e.type, e.alert_id, d.state, d.attempt_count, d.due_at,"
        " d.created_at"
    )
).select_from(text("deliveries d JOIN alert_events e ON e.id = d.event_id"))
_OF_OWNER = "SELECT id FROM subscriptions WHERE key_id = :owner"
_BY_ID = _ALL.where(
    text(f"d.id = :id AND (CAST(:owner AS bigint) IS NULL OR d.subscription_id IN ({_OF_OWNER}))")
)
_CONDITIONS = {
    "subscription": "subscription_id = :subscription",
    "state": "state = :state",
    "owner": f":subscription IN ({_OF_OWNER})",
}
_ATTEMPTS = text("""
SELECT delivery_id, number, at, seconds, status, error, detail, CASE WHEN :responses THEN response END
FROM attempts WHERE delivery_id = ANY(:deliveries) ORDER BY delivery_id, number
""")
_LOCK_WITH_SUBSCRIPTION = text("""
SELECT s.state, s.disabled_reason, e.body = '' AS expired
FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id JOIN alert_events e ON e.id = d.event_id
WHERE d.id = :id FOR UPDATE OF d
""")
_RESEND = claims.make_due_statement("deliveries", "row.id = :id", changes=", state = 'pending'")
_RESUME = claims.make_due_statement(
    "deliveries",
    "row.subscription_id = :subscription AND row.state = 'pending' AND row.due_at IS NULL LIMIT :limit",
    key="id",
)
_HELD = text("""
SELECT id FROM subscriptions AS s WHERE state = 'active' AND EXISTS (
    SELECT 1 FROM deliveries WHERE subscription_id = s.id AND state = 'pending' AND due_at IS NULL)
ORDER BY id LIMIT 1
""")
_PENDING = """
SELECT id FROM deliveries WHERE subscription_id = :subscription AND state = 'pending' LIMIT :limit
"""
_MOVE = text(f"UPDATE deliveries SET host = :host WHERE id IN ({_PENDING})")  # noqa: S608  # SQL of ours
_CANCEL = text(
    f"UPDATE deliveries SET state = 'cancelled', due_at = NULL WHERE id IN ({_PENDING})"  # noqa: S608
)
_CONTEXT = text(f"""
SELECT deliveries.id, alert_events.webhook_id, alert_events.body, subscriptions.id AS subscription,
       subscriptions.url, {subscription_secrets.SIGNING} AS secrets,
       subscriptions.state AS subscription_state
FROM deliveries JOIN alert_events ON alert_events.id = deliveries.event_id
JOIN subscriptions ON subscriptions.id = deliveries.subscription_id
WHERE deliveries.id = ANY(:ids)
""")  # noqa: S608  # SQL of ours
_CLAIM_OF_EVENT = text("""
UPDATE deliveries SET due_at = now() + make_interval(secs => :lease), turn = turn + 1
WHERE event_id = :event RETURNING *
""")
_SAVE = text("""
UPDATE deliveries SET state = :state, due_at = :due_at, attempt_count = :number
WHERE id = :id AND turn = :turn
""")
_INSERT_ATTEMPT = text("""
INSERT INTO attempts (delivery_id, number, at, seconds, status, error, detail, response)
VALUES (:id, :number, :at, :seconds, :status, :error, :detail, :response)
""")
_SKIP = text("""
UPDATE deliveries SET state = CASE WHEN :disabled THEN 'cancelled' ELSE 'pending' END,
    due_at = CASE WHEN :active THEN now() END
WHERE id = :id AND turn = :turn
""")


def get(
    db: Connection, delivery_id: int, *, owner: int | None = None, responses: bool = True
) -> DeliveryView:
    """A delivery, with what its receiver answered if `responses`. Raises NotFound, also for one to a
    subscription that is not of the key `owner`."""
    row = db.execute(_BY_ID, {"id": delivery_id, "owner": owner}).first()
    if row is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return _views(db, [row], responses=responses)[0]


def page(
    db: Connection,
    *,
    owner: int | None = None,
    subscription: int | None = None,
    state: str | None = None,
    limit: int,
    cursor: str | None,
) -> ListPage[DeliveryView]:
    """Deliveries, newest first, without what receivers answered, which may be
    long. `owner`: only those to subscriptions of this key."""
    filters = {"owner": owner, "subscription": subscription, "state": state}
    params = {name: value for name, value in filters.items() if value is not None}
    if owner is not None and subscription is None:
        conditions = [_CONDITIONS[name] for name in params if name != "owner"]
        stream = pagination.stream_of_each(_OF_OWNER, "subscription_id", "deliveries", *conditions)
    else:
        stream = pagination.stream("deliveries", *(_CONDITIONS[name] for name in params))
    build = partial(_views, db, responses=False)
    return pagination.read(
        db, _ALL, params, build, stream=stream, kind="deliveries", limit=limit, cursor=cursor, table="d."
    )


def resend(db: Connection, delivery_id: int, *, owner: int | None = None) -> DeliveryView:
    """Makes a delivery due at once, whatever became of it before; its webhook-id stays. What receivers
    answered is left out, as in lists.

    Raises NotFound, and Conflict `subscription_disabled` or `subscription_paused` while its subscription is,
    `event_expired` where nothing is left to send.
    """
    get(db, delivery_id, owner=owner, responses=False)
    row = db.execute(_LOCK_WITH_SUBSCRIPTION, {"id": delivery_id}).one()
    if row.state != "active":
        reason = f" ({row.disabled_reason})" if row.disabled_reason else ""
        detail = f"The subscription is {row.state}{reason}: set its state to active first."
        raise Conflict(detail, code=f"subscription_{row.state}")
    if row.expired:
        raise Conflict("The body of the event has expired and cannot be sent again.", code="event_expired")
    db.execute(_RESEND, {"id": delivery_id})
    return get(db, delivery_id, responses=False)


def claim(db: Connection, limit: int, busy: Busy = claims.NOBODY) -> list[ClaimedDelivery]:
    """Claims deliveries that are due, none of them of a `busy` host or subscription."""
    return _with_context(db, claims.claim(db, QUEUE, limit=limit, busy=busy))


def add_claimed(db: Connection, event: AlertEvent, subscription: int) -> ClaimedDelivery:
    """Stores an event for one subscription and claims its
    delivery at once, so that no other runner sends it."""
    event_id = alert_events.add(db, event, [subscription])
    params = {"event": event_id, "lease": claims.LEASE}
    row = db.execute(_CLAIM_OF_EVENT, params).mappings().one()
    return _with_context(db, [row])[0]


def save_attempt(
    db: Connection,
    delivery: ClaimedDelivery,
    attempt: AttemptView,
    *,
    state: DeliveryState,
    due_at: datetime | None,
) -> bool:
    """Records an attempt, the state that follows and when the next attempt
    is due. False where the turn has passed: then nothing is saved."""
    params = {
        "id": delivery.id,
        "turn": delivery.turn,
        "state": state,
        "due_at": due_at,
        "number": attempt.number,
    }
    if db.execute(_SAVE, params).rowcount != 1:
        return False
    db.execute(
        _INSERT_ATTEMPT,
        {
            "id": delivery.id,
            "number": attempt.number,
            "at": attempt.at,
            "seconds": attempt.seconds,
            "status": attempt.status,
            "error": attempt.error,
            "detail": attempt.detail,
            "response": attempt.response,
        },
    )
    return True


def skip(db: Connection, delivery: ClaimedDelivery, subscription_state: str) -> None:
    """Ends the turn without an attempt: held while the subscription is paused, cancelled where it is
    disabled, due again where it has become active meanwhile. The subscription is locked by the caller."""
    params = {
        "id": delivery.id,
        "turn": delivery.turn,
        "active": subscription_state == "active",
        "disabled": subscription_state == "disabled",
    }
    db.execute(_SKIP, params)


def resume(db: Connection, subscription: int) -> None:
    """Makes deliveries due that were held while the subscription was not active, a batch of them."""
    db.execute(_RESUME, {"subscription": subscription, "limit": claims.BATCH})


def resume_next(db: Connection) -> None:
    """Resumes the next batch of what an active subscription has left of them."""
    subscription = db.execute(_HELD).scalar_one_or_none()
    if subscription is not None:
        resume(db, subscription)


def move(db: Connection, subscription: int, host: str) -> None:
    """Lets a batch of the pending deliveries of a subscription follow it to another host. The
    others are sent there as well; only where hosts take turns do they count for the old one."""
    db.execute(_MOVE, {"subscription": subscription, "host": host, "limit": claims.BATCH})


def cancel(db: Connection, subscription: int) -> None:
    """Cancels a batch of the pending deliveries of a disabled subscription; the others are cancelled
    when they are claimed. An attempt under way still saves what came of it."""
    db.execute(_CANCEL, {"subscription": subscription, "limit": claims.BATCH})


def _with_context(db: Connection, rows: Sequence[Record]) -> list[ClaimedDelivery]:
    ids = [row["id"] for row in rows]
    context = {row["id"]: row for row in db.execute(_CONTEXT, {"ids": ids}).mappings()}
    return [
        ClaimedDelivery(
            **context[row["id"]], turn=row["turn"], host=row["host"], number=row["attempt_count"] + 1
        )
        for row in rows
    ]


def _views(
    db: Connection, rows: Sequence[pagination.Record], *, responses: bool = True
) -> list[DeliveryView]:
    attempts = _attempts(db, [row.id for row in rows], responses=responses)
    return [
        DeliveryView(
            id=row.id,
            subscription=row.subscription_id,
            webhook_id=row.webhook_id,
            event_type=row.type,
            alert=row.alert_id,
            state=row.state,
            attempt_count=row.attempt_count,
            next_attempt_at=row.due_at,
            created_at=row.created_at,
            attempts=tuple(attempts[row.id]),
        )
        for row in rows
    ]


def _attempts(
    db: Connection, delivery_ids: Sequence[int], *, responses: bool
) -> defaultdict[int, list[AttemptView]]:
    by_delivery: defaultdict[int, list[AttemptView]] = defaultdict(list)
    params = {"deliveries": list(delivery_ids), "responses": responses}
    for delivery_id, *values in db.execute(_ATTEMPTS, params):
        by_delivery[delivery_id].append(AttemptView(*values))
    return by_delivery
