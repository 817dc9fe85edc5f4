"""Confirmations: the mails that ask whether a subscription is wanted, and what follows when it is."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.subscriptions import Handshake
from dyadwatch.store import deliveries
from dyadwatch.subscriptions import envelope
from dyadwatch.subscriptions.confirmations import (
    CONFIRMATION,
    HANDSHAKE,
    LIFETIME,
    MAX_REQUESTS,
    PERIOD,
    PING,
    address_hash,
    is_mail,
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
UPDATE subscriptions SET state = 'active', disabled_reason = NULL, updated_at = now(),
    max_per_second = least(max_per_second, CAST(:max_per_second AS double precision))
WHERE id = :id AND state = 'unconfirmed'
""")
_CANCEL = text("""
UPDATE deliveries SET state = 'cancelled', due_at = NULL WHERE subscription_id = :id AND state = 'pending'
    AND event_id IN (SELECT id FROM alert_events WHERE alert_id IS NULL AND type = ANY(:types))
""")


def ask(db: Connection, subscription: int, url: str, handshake: Handshake | None) -> None:
    """Owes the reader or the endpoint of a subscription what asks for it. Raises as `request` does."""
    if is_mail(url):
        request(db, subscription, url)
        return
    event_type = HANDSHAKE if handshake == "options" else PING
    body = envelope(event_type, datetime.now(UTC), {"subscription": subscription}).decode()
    deliveries.owe(db, AlertEvent(None, event_type, f"msg_{uuid.uuid4().hex}", body), subscription)


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


def confirm(db: Connection, subscription: int, *, max_per_second: float | None = None) -> None:
    """Makes a subscription active whose reader or endpoint wants it, once; the caller has locked it. What
    else would ask is not sent. `max_per_second`: no more than the endpoint allows."""
    if db.execute(_CONFIRM, {"id": subscription, "max_per_second": max_per_second}).rowcount:
        db.execute(_CANCEL, {"id": subscription, "types": [CONFIRMATION, HANDSHAKE, PING]})
        deliveries.resume(db, subscription)
