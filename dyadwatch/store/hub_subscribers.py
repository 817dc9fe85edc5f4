"""Subscribers of our WebSub hub: subscriptions that readers make, renew and end themselves.

What a reader asks counts when its callback has echoed a challenge, which is a delivery like any other. A
subscription whose lease has ended is removed.
"""

import math
import secrets
import uuid
from collections.abc import Collection
from datetime import UTC, datetime

import orjson
from sqlalchemy import Connection, text

from dyadwatch import urls
from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.hub_subscribers import HubRequest, Topic
from dyadwatch.store import deliveries, sealing, subscriptions
from dyadwatch.subscriptions import envelope
from dyadwatch.subscriptions.hub import EVENTS, VERIFICATION

_UNVERIFIED = 3_600  # seconds that a callback has to echo its first challenge
_MAX_EXPIRED = 100  # removed together

_FIND = text("""
SELECT id FROM subscriptions
WHERE topic IS NOT NULL AND md5(topic || ' ' || url) = md5(:topic || ' ' || :url)
    AND topic = :topic AND url = :url
FOR UPDATE
""")
_INSERT = text("""
INSERT INTO subscriptions (url, host, events, filter, key_id, state, topic, lease_until)
VALUES (:url, :host, :events, CAST(:filter AS jsonb), :key, 'unconfirmed', :topic,
    now() + make_interval(secs => :seconds))
ON CONFLICT (md5(topic || ' ' || url)) WHERE topic IS NOT NULL DO UPDATE SET updated_at = now() RETURNING id
""")
_SAVE_REQUEST = text("""
INSERT INTO hub_subscribers (subscription_id, media_type, challenge, asked_mode, asked_lease, asked_secret)
VALUES (:id, :media_type, :challenge, :mode, :lease, :secret)
ON CONFLICT (subscription_id) DO UPDATE SET challenge = excluded.challenge, asked_mode = excluded.asked_mode,
    asked_lease = excluded.asked_lease, asked_secret = excluded.asked_secret
""")
_TAKE_REQUEST = text("""
UPDATE hub_subscribers SET secret = CASE WHEN asked_mode = 'subscribe' THEN asked_secret ELSE secret END,
    challenge = NULL, asked_secret = NULL
WHERE subscription_id = :id AND challenge = :challenge RETURNING asked_mode, asked_lease
""")
_SUBSCRIBE = text("""
UPDATE subscriptions SET state = CASE WHEN state = 'paused' THEN state ELSE 'active' END,
    disabled_reason = NULL, updated_at = now(), lease_until = now() + make_interval(secs => :lease)
WHERE id = :id
""")
_UNSUBSCRIBE = text("UPDATE subscriptions SET lease_until = now() WHERE id = :id")
_EXPIRED = text("SELECT id FROM subscriptions WHERE lease_until <= now() ORDER BY lease_until LIMIT :limit")


def request(db: Connection, asked: HubRequest, topic: Topic) -> None:
    """Owes the callback a verification of intent: a question whether its reader has asked for this. The lease
    that it is offered ends with the key. Raises NotFound where there is nothing to end, Conflict
    `too_many_subscriptions`, and WebError (url_invalid)."""
    subscription = db.execute(_FIND, {"topic": asked.topic, "url": asked.callback}).scalar_one_or_none()
    if subscription is None:
        if asked.mode == "unsubscribe":
            raise NotFound("There is no such subscription.")
        subscription = _create(db, asked, topic)
    challenge, now = secrets.token_urlsafe(32), datetime.now(UTC)
    longest = asked.lease if topic.until is None else math.ceil((topic.until - now).total_seconds())
    lease = max(1, min(asked.lease, longest))
    params = {
        "id": subscription,
        "media_type": topic.media_type,
        "challenge": challenge,
        "mode": asked.mode,
        "lease": lease,
        "secret": asked.secret and sealing.of(db).seal(asked.secret),
    }
    db.execute(_SAVE_REQUEST, params)
    offered = lease if asked.mode == "subscribe" else None
    data = {"mode": asked.mode, "topic": asked.topic, "challenge": challenge, "lease": offered}
    body = envelope(VERIFICATION, now, data).decode()
    event = AlertEvent(None, VERIFICATION, f"msg_{uuid.uuid4().hex}", body)
    deliveries.owe(db, event, subscription)


def confirm_intent(db: Connection, subscription: int, document: str) -> None:
    """Carries out a request whose challenge, in the `document` of the event, the callback has echoed, unless
    a later request has replaced it. The caller has locked the subscription."""
    challenge = orjson.loads(document)["data"]["challenge"]
    asked = db.execute(_TAKE_REQUEST, {"id": subscription, "challenge": challenge}).one_or_none()
    if asked is None:
        return
    if asked.asked_mode == "unsubscribe":
        db.execute(_UNSUBSCRIBE, {"id": subscription})
        return
    db.execute(_SUBSCRIBE, {"id": subscription, "lease": asked.asked_lease})
    deliveries.resume(db, subscription)


def expired(db: Connection) -> Collection[int]:
    """Subscriptions whose lease is over, some of them."""
    return db.execute(_EXPIRED, {"limit": _MAX_EXPIRED}).scalars().all()


def _create(db: Connection, asked: HubRequest, topic: Topic) -> int:
    subscriptions.check_count(db, topic.key)
    params = {
        "url": asked.callback,
        "host": urls.host(asked.callback),
        "events": list(EVENTS),
        "filter": orjson.dumps(dict(topic.filter)).decode(),
        "key": topic.key,
        "topic": asked.topic,
        "seconds": _UNVERIFIED,
    }
    subscription: int = db.execute(_INSERT, params).scalar_one()
    return subscription
