"""Deliveries: events owed to subscriptions, and the attempts to send them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select, text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.claims import Busy
from dyadwatch.model.deliveries import ClaimedDelivery, DeliveryBatch, DeliveryView, DigestMember, Recovery
from dyadwatch.model.hub_subscribers import PushedTopic
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.subscriptions import PayloadTemplate
from dyadwatch.store import (
    alert_events,
    attempts,
    claims,
    delivery_contexts,
    endpoints,
    held_deliveries,
    pagination,
    queries,
)
from dyadwatch.store.columns import template_from_column
from dyadwatch.subscriptions import OPEN_AFTER
from dyadwatch.subscriptions.confirmations import CONFIRMATION, HANDSHAKE, PING
from dyadwatch.subscriptions.hub import VERIFICATION
from dyadwatch.subscriptions.timing import DIGEST

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
        "d.id, d.subscription_id, e.webhook_id, e.type, e.alert_id, d.state, d.attempt_count,"
        # What is due waits for an endpoint that is left alone.
        " CASE WHEN d.due_at IS NULL THEN d.held_until WHEN d.state = 'pending' THEN greatest(d.due_at,"
        " (SELECT blocked_until FROM subscriptions WHERE id = d.subscription_id)) ELSE d.due_at END"
        " AS due_at, d.created_at"
    )
).select_from(text("deliveries d JOIN alert_events e ON e.id = d.event_id"))
_OF_OWNER = "SELECT id FROM subscriptions WHERE key_id = :owner"
_BY_ID = _ALL.where(
    text(f"d.id = :id AND (CAST(:owner AS bigint) IS NULL OR d.subscription_id IN ({_OF_OWNER}))")
)
_CONDITIONS = {
    "subscription": "subscription_id = :subscription",
    "state": "state = :state",
    "alert": "event_id = ANY(ARRAY(SELECT id FROM alert_events WHERE alert_id = :alert))",
    "event_type": "EXISTS (SELECT 1 FROM alert_events AS e WHERE e.id = event_id AND e.type = :event_type)",
    "reason": "reason = :reason",
    "status": "reason = 'status' AND status = :status",
    "since": "created_at >= :since",
    "until": "created_at < :until",
    "owner": f":subscription IN ({_OF_OWNER})",
}
_BODY = text("""
SELECT body, template, type, topic, media_type FROM deliveries
JOIN alert_events ON alert_events.id = event_id JOIN subscriptions ON subscriptions.id = subscription_id
LEFT JOIN hub_subscribers AS hub ON hub.subscription_id = subscriptions.id WHERE deliveries.id = :id
""")
_LOCK_WITH_SUBSCRIPTION = text("""
SELECT s.state, s.disabled_reason, e.type, e.body = '' AS expired
FROM deliveries d JOIN subscriptions s ON s.id = d.subscription_id JOIN alert_events e ON e.id = d.event_id
WHERE d.id = :id FOR UPDATE OF d
""")
# What was finished has the whole schedule again.
_RESEND = claims.make_due_statement(
    "deliveries",
    "row.id = :id",
    changes=", state = 'pending', trigger = 'manual', held_until = NULL,"
    " tries = CASE WHEN row.state = 'pending' THEN row.tries ELSE 0 END",
)
# What is asked, or tried, at one time: later it says nothing, and there is an operation that asks anew.
NOT_REPEATED = (PING, CONFIRMATION, HANDSHAKE, VERIFICATION)
_FAILED = (
    "row.subscription_id = :subscription AND row.state IN ('exhausted', 'cancelled')"
    " AND row.created_at >= :since AND row.created_at < :until AND EXISTS"
    " (SELECT 1 FROM alert_events AS e WHERE e.id = row.event_id AND e.body <> ''"
    " AND e.type <> ALL(CAST(:not_repeated AS text[])))"
)
_RECOVER = claims.make_due_statement(
    "deliveries",
    f"{_FAILED} ORDER BY row.created_at, row.id LIMIT :limit",
    changes=", state = 'pending', trigger = 'recover', tries = 0",
    key="id",
)
_COUNT_FAILED = text(
    f"SELECT count(*) FROM (SELECT 1 FROM deliveries AS row WHERE {_FAILED} LIMIT :limit) AS failed"  # noqa: S608
)
MAX_RECOVERED = 10_000  # deliveries that one request sends again
_GIVE_BACK = claims.make_due_statement("deliveries", "row.id = ANY(:ids)")
# As the claims of the queue are: what others have locked is passed over.
_CLAIM_MORE = text("""
WITH picked AS (
    SELECT more.id FROM unnest(CAST(:subscriptions AS bigint[])) AS one (id) CROSS JOIN LATERAL (
        SELECT d.id FROM deliveries AS d WHERE d.subscription_id = one.id AND d.due_at <= now()
        ORDER BY d.due_at LIMIT :more FOR UPDATE SKIP LOCKED) AS more
)
UPDATE deliveries AS row SET due_at = now() + make_interval(secs => :lease), turn = row.turn + 1
FROM picked WHERE row.id = picked.id RETURNING row.*
""")
MAX_MORE = 60  # deliveries of an endpoint that are claimed beside those that go at once
_GIVE_BACK_CLAIMED = claims.make_due_statement(
    "deliveries",
    "(row.id, row.turn) IN (SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:turns AS integer[])))",
    at="now() + make_interval(secs => :seconds)",
)
_RESUME = claims.make_due_statement(
    "deliveries",
    "row.subscription_id = :subscription AND row.state = 'pending' AND row.due_at IS NULL LIMIT :limit",
    key="id",
)
_HELD_BACK = text("""
SELECT id FROM subscriptions AS s WHERE state = 'active' AND EXISTS (
    SELECT 1 FROM deliveries WHERE subscription_id = s.id AND state = 'pending' AND due_at IS NULL)
    OR state = 'active' AND EXISTS (
    SELECT 1 FROM deliveries WHERE subscription_id = s.id AND state = 'held' AND held_until IS NULL)
ORDER BY id LIMIT 1
""")
_PENDING = """
SELECT id FROM deliveries WHERE subscription_id = :subscription AND state = 'pending' LIMIT :limit
"""
_MOVE = text(f"UPDATE deliveries SET host = :host WHERE id IN ({_PENDING})")  # noqa: S608  # constant SQL
_CANCEL = text(
    f"UPDATE deliveries SET state = 'cancelled', due_at = NULL WHERE id IN ({_PENDING})"  # noqa: S608
)
_OWE = text("""
WITH event AS (
    INSERT INTO alert_events (alert_id, type, webhook_id, body)
    VALUES (:alert, :type, :webhook_id, :body) RETURNING id
)
INSERT INTO deliveries (event_id, subscription_id, host, state, due_at)
SELECT event.id, subscriptions.id, host, 'pending', now() FROM event, subscriptions
WHERE subscriptions.id = :subscription
""")
_CLAIM_OF_EVENT = text("""
UPDATE deliveries SET due_at = now() + make_interval(secs => :lease), turn = turn + 1, trigger = 'test',
    state = 'pending', held_until = NULL
WHERE event_id = :event RETURNING *
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
    limit: int,
    cursor: str | None,
    **filters: object,
) -> ListPage[DeliveryView]:
    """Deliveries, newest first, without what receivers answered, which may be
    long. `owner`: only those to subscriptions of this key. The filters, None where there is none, are
    subscription, state, alert, event_type, since, until, and reason and status of the last attempt."""
    params = {name: value for name, value in filters.items() if value is not None}
    conditions = [_CONDITIONS[name] for name in params]
    if owner is not None:
        params["owner"] = owner
    if owner is not None and "subscription" not in params:
        stream = pagination.stream_of_each(_OF_OWNER, "subscription_id", "deliveries", *conditions)
    else:
        conditions += [_CONDITIONS["owner"]] * (owner is not None)
        stream = pagination.stream("deliveries", *conditions)
    build = partial(_views, db, responses=False)
    return pagination.read(
        db, _ALL, params, build, stream=stream, kind="deliveries", limit=limit, cursor=cursor, table="d."
    )


def payload(
    db: Connection, delivery_id: int, *, owner: int | None = None
) -> tuple[str, Sequence[DigestMember], PayloadTemplate | None, PushedTopic | None]:
    """The document of its event, what it tells of if it is a digest, and the template or the feed that it is
    sent by. Raises NotFound, and Conflict `event_expired` where it is not kept any more."""
    get(db, delivery_id, owner=owner, responses=False)
    row = db.execute(_BODY, {"id": delivery_id}).one()
    if not row.body:
        raise Conflict("The body of the event has expired.", code="event_expired")
    members = held_deliveries.members(db, [delivery_id] if row.type == DIGEST else [])
    template = None if row.type == CONFIRMATION else template_from_column(row.template)
    is_pushed = row.topic is not None and row.type != VERIFICATION
    topic = PushedTopic(row.topic, row.media_type, None) if is_pushed else None
    return row.body, members.get(delivery_id, ()), template, topic


def recover(
    db: Connection, subscription: int, *, since: datetime, until: datetime, dry_run: bool
) -> Recovery:
    """Sends what failed for good or was cancelled from `since` to `until` again, with the whole schedule,
    MAX_RECOVERED of them at most; not tests, nor what asks for a confirmation. The caller has locked the
    subscription, which is active."""
    period = {"since": since, "until": until}
    params = {"subscription": subscription, "not_repeated": list(NOT_REPEATED), **period}
    if dry_run:
        count = db.execute(_COUNT_FAILED, {**params, "limit": MAX_RECOVERED + 1}).scalar_one()
        return Recovery(min(count, MAX_RECOVERED), count > MAX_RECOVERED, dry_run=True)
    count = db.execute(_RECOVER, {**params, "limit": MAX_RECOVERED}).rowcount
    more = count == MAX_RECOVERED and db.execute(_COUNT_FAILED, {**params, "limit": 1}).scalar_one() > 0
    return Recovery(count, more, dry_run=False)


def resend(db: Connection, delivery_id: int, *, owner: int | None = None) -> DeliveryView:
    """Makes a delivery due at once, whatever became of it before; its webhook-id stays. What receivers
    answered is left out, as in lists.

    Raises NotFound, and Conflict `subscription_disabled` or `subscription_paused` while its subscription is,
    `event_expired` where nothing is left to send, `not_repeatable` for a test and for what asks for a
    confirmation: another is asked for.
    """
    endpoints.unblock(db, get(db, delivery_id, owner=owner, responses=False).subscription)
    row = db.execute(_LOCK_WITH_SUBSCRIPTION, {"id": delivery_id}).one()
    if row.state != "active":
        reason = f" ({row.disabled_reason})" if row.disabled_reason else ""
        detail = f"The subscription is {row.state}{reason}: set its state to active first."
        raise Conflict(detail, code=f"subscription_{row.state}")
    if row.type in NOT_REPEATED:
        detail = (
            f"A {row.type} is not sent again: ask for another by the subscription's test or confirmation."
        )
        raise Conflict(detail, code="not_repeatable")
    if row.expired:
        raise Conflict("The body of the event has expired and cannot be sent again.", code="event_expired")
    db.execute(_RESEND, {"id": delivery_id})
    return get(db, delivery_id, responses=False)


def claim(db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY) -> list[ClaimedDelivery]:
    """Claims deliveries that are due, none of them of a `busy` host or subscription, nor to an endpoint that
    is sent nothing now. One whose circuit was open gets a single delivery, to try it."""
    busy = replace(busy, owners={*busy.owners, *endpoints.read_blocked(db)})
    claimed = delivery_contexts.read(db, claims.claim(db, QUEUE, limit=limit, busy=busy))
    probes: dict[int, int] = {}
    for delivery in claimed:
        if delivery.failures >= OPEN_AFTER:
            probes.setdefault(delivery.subscription, delivery.id)
    if not probes:
        return claimed
    endpoints.block_for_probe(db, probes)
    kept = [each for each in claimed if probes.get(each.subscription, each.id) == each.id]
    others = {each.id for each in claimed}.difference(each.id for each in kept)
    db.execute(_GIVE_BACK, {"ids": list(others)})
    return kept


def claim_batches(
    db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY, *, quick_hosts: Collection[str] = ()
) -> list[DeliveryBatch]:
    """Claims as `claim` does, and for each endpoint at one of the `quick_hosts` that has not failed more of
    what it is owed, MAX_MORE at most: sent one after another they cost a fraction of the bookkeeping."""
    claimed = claim(db, limit, busy)
    quick = {row.subscription for row in claimed if row.host in quick_hosts and not row.failures}
    if not quick:
        return [DeliveryBatch(row) for row in claimed]
    params = {"subscriptions": sorted(quick), "more": MAX_MORE, "lease": claims.LEASE}
    rows = queries.run(db, queries.Query(_CLAIM_MORE, params, queries.records))
    by_subscription: defaultdict[int, list[ClaimedDelivery]] = defaultdict(list)
    for row in sorted(delivery_contexts.read(db, rows), key=lambda row: row.id):
        by_subscription[row.subscription].append(row)
    shares = Counter(row.subscription for row in claimed)
    batches = []
    for row in claimed:
        waiting = by_subscription[row.subscription]
        share = -(-len(waiting) // shares[row.subscription])
        batches.append(DeliveryBatch(row, tuple(waiting[:share])))
        by_subscription[row.subscription] = waiting[share:]
        shares[row.subscription] -= 1
    return batches


def give_back(db: Connection, rows: Sequence[ClaimedDelivery], *, seconds: float = 0.0) -> None:
    """Makes deliveries due again, in so many seconds, that were claimed and not attempted."""
    params = {"ids": [row.id for row in rows], "turns": [row.turn for row in rows], "seconds": seconds}
    db.execute(_GIVE_BACK_CLAIMED, params)


def owe(db: Connection, event: AlertEvent, subscription: int) -> None:
    """Stores an event for one subscription, to be delivered now, whatever state that is in."""
    params = {
        "alert": event.alert,
        "type": event.type,
        "webhook_id": event.webhook_id,
        "body": event.body,
        "subscription": subscription,
    }
    db.execute(_OWE, params)


def add_claimed(db: Connection, event: AlertEvent, subscription: int) -> ClaimedDelivery:
    """Stores an event for one subscription and claims its
    delivery at once, so that no other runner sends it."""
    event_id = alert_events.add(db, event, [subscription])
    params = {"event": event_id, "lease": claims.LEASE}
    row = db.execute(_CLAIM_OF_EVENT, params).mappings().one()
    return delivery_contexts.read(db, [row])[0]


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
    """Makes deliveries due, or has them looked at, that waited while the subscription was not active, a batch
    of them."""
    db.execute(_RESUME, {"subscription": subscription, "limit": claims.BATCH})
    held_deliveries.release(db, subscription)


def resume_next(db: Connection) -> None:
    """Resumes the next batch of what an active subscription has left of them."""
    subscription = db.execute(_HELD_BACK).scalar_one_or_none()
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


def _views(
    db: Connection, rows: Sequence[pagination.Record], *, responses: bool = True
) -> list[DeliveryView]:
    by_delivery = attempts.of_deliveries(db, [row.id for row in rows], responses=responses)
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
            attempts=tuple(by_delivery[row.id]),
        )
        for row in rows
    ]
