"""Subscriptions at WebSub hubs: one row for each feed that names a hub. What hubs push is stored by
pushes.py."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, text

from dyadwatch import urls
from dyadwatch.model.claims import Busy
from dyadwatch.model.failures import Failure
from dyadwatch.model.hub_subscriptions import Callback, ClaimedHubSubscription, PushView
from dyadwatch.store import claims, entries, sealing
from dyadwatch.store.columns import failure_from_column, failure_to_column
from dyadwatch.store.queries import Record

# A row whose feed is paused or gone keeps its due_at until the feed is active again.
QUEUE = claims.Queue(
    "hub_subscriptions",
    lost="true",  # a subscription is asked for, or renewed, for as long as its feed names the hub
    key="feed_id",
    per_host=2,
    owner="coalesce(row.source_id, 0)",
    per_owner=4,
    condition=" AND EXISTS (SELECT 1 FROM feeds WHERE feeds.id = row.feed_id AND feeds.state = 'active')",
    returning="row.*, (SELECT source_id FROM feeds WHERE id = row.feed_id) AS source",
    count_attempts=True,
)

# Wherever both are locked, feeds come before hubs, as in a poll.
_SAVE_HUBS = text("""
INSERT INTO hub_subscriptions (feed_id, hub, topic, host, token, secret, due_at, source_id)
SELECT hub.*, now(), (SELECT source_id FROM feeds WHERE id = hub.feed_id)
FROM jsonb_to_recordset(CAST(:hubs AS jsonb))
    AS hub (feed_id bigint, hub text, topic text, host text, token text, secret text) ORDER BY feed_id
ON CONFLICT (feed_id) DO UPDATE SET
    hub = excluded.hub, topic = excluded.topic, host = excluded.host, token = excluded.token,
    secret = excluded.secret, state = 'pending', lease_until = NULL, due_at = now(),
    turn = hub_subscriptions.turn + 1, attempt_count = 0, last_error = NULL
WHERE hub_subscriptions.hub <> excluded.hub OR hub_subscriptions.topic <> excluded.topic
RETURNING feed_id
""")
_DELETE = text("DELETE FROM hub_subscriptions WHERE feed_id = ANY(:feeds) RETURNING feed_id")
_FORGET_PUSH_UNTIL = text("""
UPDATE feeds SET memory = memory - 'push_until' WHERE id = ANY(:feeds) AND memory ? 'push_until'
""")
_SAVE_REQUEST = text("""
UPDATE hub_subscriptions SET due_at = :due_at, last_error = CAST(:failure AS jsonb)
WHERE feed_id = :feed AND turn = :turn
""")
_BY_TOKEN = text("""
SELECT h.feed_id AS feed, h.topic, h.secret, feeds.state = 'active' AS feed_active FROM hub_subscriptions AS h
JOIN feeds ON feeds.id = h.feed_id WHERE h.token = :token
""")
_SET_PUSH_UNTIL = text("""
UPDATE feeds SET memory = memory || jsonb_build_object('push_until', CAST(:until AS text))
WHERE id = (SELECT feed_id FROM hub_subscriptions WHERE token = :token AND attempt_count > 0)
""")
_ACTIVATE = text("""
UPDATE hub_subscriptions SET state = 'active', lease_until = :until, due_at = :renew_at, turn = turn + 1,
    attempt_count = 0, last_error = NULL
WHERE token = :token AND attempt_count > 0
""")
_IS_ACTIVE = text("SELECT 1 FROM hub_subscriptions WHERE token = :token AND state = 'active'")
_END = text("""
UPDATE hub_subscriptions SET state = :state, lease_until = NULL, due_at = :due_at, turn = turn + 1,
    attempt_count = 0, last_error = CAST(:failure AS jsonb)
WHERE feed_id = :feed
""")
# What is due within a lease may be under way: it keeps its time, but not its turn, since it
# counts on pushes.
_POLL_SOON = claims.make_due_statement(
    "feeds",
    "row.id = ANY(:feeds) AND row.state = 'active' AND row.error_count = 0",
    at="""CASE WHEN row.due_at <= now() + make_interval(secs => :lease) THEN row.due_at
    ELSE least(row.due_at, greatest(now(), row.last_polled_at + make_interval(secs => greatest(
        :poll_min, coalesce(row.ttl, 0), coalesce(CAST(row.memory ->> 'max_age' AS double precision), 0)
    )))) END""",
)
_COUNT_FORGED = text("""
UPDATE hub_subscriptions SET last_error = jsonb_build_object(
    'code', 'signature_invalid', 'at', CAST(:at AS text), 'count', forged.count,
    'detail', 'Pushes without a valid signature, in a row: ' || forged.count)
FROM (SELECT feed_id AS feed, 1 + CASE WHEN last_error ->> 'code' = 'signature_invalid'
      THEN CAST(last_error ->> 'count' AS integer) ELSE 0 END AS count
      FROM hub_subscriptions WHERE feed_id = :feed FOR UPDATE) AS forged
WHERE feed_id = forged.feed
""")
_OF_FEEDS = text("""
SELECT *, lease_until <= now() AS lapsed FROM hub_subscriptions WHERE feed_id = ANY(:feeds)
""")


def ensure(db: Connection, hubs: Mapping[int, tuple[str, str] | None]) -> int:
    """Keeps one row for each feed, by id, that names a hub: the pair (hub, topic), due now where that is new
    or has changed. The row of a feed that names none (None) is deleted. Returns how many rows were made due.
    Raises WebError for a hub that is no URL.

    Another hub or topic gets another token and secret, so pushes of the old hub are refused.
    """
    if not hubs:
        return 0
    entries.lock_feeds(db, list(hubs))
    rows = [
        _row(sealing.of(db), feed, *hub_and_topic)
        for feed, hub_and_topic in hubs.items()
        if hub_and_topic is not None
    ]
    without = [feed for feed, hub_and_topic in hubs.items() if hub_and_topic is None]
    changed = db.execute(_SAVE_HUBS, {"hubs": orjson.dumps(rows).decode()}).scalars().all() if rows else []
    deleted = db.execute(_DELETE, {"feeds": without}).scalars().all() if without else []
    if changed or deleted:
        db.execute(_FORGET_PUSH_UNTIL, {"feeds": [*changed, *deleted]})
    return len(changed)


def claim(db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY) -> list[ClaimedHubSubscription]:
    """Claims subscriptions that are due to be requested, none of them of a `busy` host or source. The
    request is counted here, before it is made, because a hub may verify it before it responds."""
    return [
        ClaimedHubSubscription(
            feed=row["feed_id"],
            turn=row["turn"],
            host=row["host"],
            source=row["source"],
            hub=row["hub"],
            topic=row["topic"],
            token=row["token"],
            secret=row["secret"],
            number=row["attempt_count"],
        )
        for row in claims.claim(db, QUEUE, limit=limit, busy=busy)
    ]


def save_request(
    db: Connection, subscription: ClaimedHubSubscription, *, due_at: datetime, failure: Failure | None
) -> bool:
    """Stores the outcome of a request. False where the turn has passed, as it has once the hub has
    verified."""
    params = {
        "due_at": due_at,
        "failure": failure_to_column(failure),
        "feed": subscription.feed,
        "turn": subscription.turn,
    }
    return db.execute(_SAVE_REQUEST, params).rowcount == 1


def find(db: Connection, token: str) -> Callback | None:
    """The subscription of the callback URL with this token, None where there is none."""
    row = db.execute(_BY_TOKEN, {"token": token}).first()
    return None if row is None else Callback(*row)


def verify(db: Connection, token: str, *, lease: float, renewal: float, now: datetime) -> bool:
    """Whether we asked for this subscription. Where a request is open, it is active from now on for `lease`
    seconds and due for renewal after `renewal`; a hub may also check one that is active already."""
    until = now + timedelta(seconds=lease)
    db.execute(_SET_PUSH_UNTIL, {"token": token, "until": until.isoformat()})
    params = {"token": token, "until": until, "renew_at": now + timedelta(seconds=renewal)}
    if db.execute(_ACTIVATE, params).rowcount == 1:
        return True
    return db.execute(_IS_ACTIVE, {"token": token}).first() is not None


def deny(db: Connection, feed: int, *, failure: Failure, retry_at: datetime, poll_min: float) -> None:
    """Records that the hub refuses a feed: the subscription is requested again at `retry_at`, and the feed
    polled as if it had no hub."""
    entries.lock_feeds(db, [feed])
    db.execute(_FORGET_PUSH_UNTIL, {"feeds": [feed]})
    poll_soon(db, [feed], poll_min=poll_min)
    db.execute(
        _END, {"state": "denied", "due_at": retry_at, "feed": feed, "failure": failure_to_column(failure)}
    )


def lapse(db: Connection, feed: int, *, now: datetime) -> None:
    """Ends the subscription of a feed that is paused or gone; it is requested again as soon as the feed is
    active."""
    db.execute(_FORGET_PUSH_UNTIL, {"feeds": [feed]})
    db.execute(_END, {"state": "pending", "due_at": now, "feed": feed, "failure": None})


def poll_soon(db: Connection, feeds: Sequence[int], *, poll_min: float) -> None:
    """Brings forward the polls of feeds whose pushes cannot be relied on, as far as `poll_min` seconds and
    the publisher's own hints allow. A feed that backs off is left alone; a poll under way is repeated when
    its lease ends."""
    db.execute(_POLL_SOON, {"feeds": sorted(feeds), "poll_min": poll_min, "lease": claims.LEASE})


def count_forged(db: Connection, feed: int, *, now: datetime) -> None:
    """Counts, in the row's last error, a push that was not signed with our secret."""
    db.execute(_COUNT_FORGED, {"feed": feed, "at": now.isoformat()})


def of_feeds(db: Connection, feeds: Sequence[int]) -> Mapping[int, PushView]:
    """The subscriptions of those feeds that name a hub, by feed."""
    rows = db.execute(_OF_FEEDS, {"feeds": list(feeds)}).mappings()
    return {row["feed_id"]: _view(row) for row in rows}


def _row(sealer: sealing.Sealing, feed: int, hub: str, topic: str) -> dict[str, object]:
    return {
        "feed_id": feed,
        "hub": hub,
        "topic": topic,
        "host": urls.host(hub),
        "token": secrets.token_urlsafe(32),
        "secret": sealer.seal(secrets.token_urlsafe(48)),
    }


def _view(row: Record) -> PushView:
    lapsed = row["state"] == "active" and row["lapsed"]
    return PushView(
        hub=row["hub"],
        topic=row["topic"],
        state="pending" if lapsed else row["state"],
        lease_until=row["lease_until"],
        last_pushed_at=row["last_pushed_at"],
        last_error=failure_from_column(row["last_error"]),
    )
