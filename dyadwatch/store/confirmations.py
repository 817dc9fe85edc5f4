"""Confirmations: the mails that ask whether a subscription is wanted, and what follows when it is."""

import uuid
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.store import deliveries
from dyadwatch.subscriptions import envelope
from dyadwatch.subscriptions.confirmations import (
    CONFIRMATION,
    LIFETIME,
    MAX_REQUESTS,
    PERIOD,
    address_hash,
)

_EXPIRED = 1_000  # removed with each request
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:address, 'hex'), 0)), now() AS now")
_COUNT = text("SELECT count(*) FROM confirmation_requests WHERE address = :address AND requested_at > :since")
_INSERT = text("INSERT INTO confirmation_requests (address) VALUES (:address)")
_EXPIRE = text("""
DELETE FROM confirmation_requests WHERE id IN (
    SELECT id FROM confirmation_requests WHERE requested_at <= :since ORDER BY requested_at LIMIT :limit)
""")
_CONFIRM = text("""
UPDATE subscriptions SET state = 'active', disabled_reason = NULL, updated_at = now()
WHERE id = :id AND state = 'unconfirmed'
""")
_CANCEL = text("""
UPDATE deliveries SET state = 'cancelled', due_at = NULL WHERE subscription_id = :id AND state = 'pending'
    AND event_id IN (SELECT id FROM alert_events WHERE alert_id IS NULL AND type = :type)
""")


def request(db: Connection, subscription: int, url: str) -> None:
    """Owes the address of `url` a mail that asks for the subscription, which the caller has locked or just
    made. Raises Conflict `too_many_confirmations` where it was asked often enough."""
    address = address_hash(url)
    now: datetime = db.execute(_LOCK, {"address": address}).one().now
    since = now - PERIOD
    if db.execute(_COUNT, {"address": address, "since": since}).scalar_one() >= MAX_REQUESTS:
        detail = f"This address was asked {MAX_REQUESTS} times within a day: wait for its answer."
        raise Conflict(detail, code="too_many_confirmations")
    db.execute(_INSERT, {"address": address})
    db.execute(_EXPIRE, {"since": since, "limit": _EXPIRED})
    data = {"subscription": subscription, "expires_at": now + LIFETIME}
    body = envelope(CONFIRMATION, now, data).decode()
    deliveries.owe(db, AlertEvent(None, CONFIRMATION, f"msg_{uuid.uuid4().hex}", body), subscription)


def confirm(db: Connection, subscription: int) -> None:
    """Makes a subscription active whose reader wants it, once; the caller has locked it. Other mails that
    would ask are not sent."""
    if db.execute(_CONFIRM, {"id": subscription}).rowcount:
        db.execute(_CANCEL, {"id": subscription, "type": CONFIRMATION})
        deliveries.resume(db, subscription)
