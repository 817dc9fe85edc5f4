"""Subscriptions at WebSub hubs: a row per feed that names a hub. What hubs push is kept by pushes.py."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, RowMapping, text

from dyadwatch import urls
from dyadwatch.model.failures import Failure
from dyadwatch.model.hubs import Callback, ClaimedHub, PushView
from dyadwatch.store import claims
from dyadwatch.store.failures import from_column, to_column

PER_HOST = 2
# A row whose feed is paused or gone keeps its due_at for the day when that is active again.
_QUEUE = claims.Queue(
    "hub_subscriptions",
    key="feed_id",
    lease=60.0,
    per_host=PER_HOST,
    condition=" AND EXISTS (SELECT 1 FROM feeds WHERE feeds.id = row.feed_id AND feeds.state = 'active')",
    count_attempts=True,
)

# Feeds before hubs, everywhere: the order in which a poll locks them.
_LOCK = text("SELECT id FROM feeds WHERE id = ANY(:feeds) ORDER BY id FOR NO KEY UPDATE")
_NAME = text("""
INSERT INTO hub_subscriptions (feed_id, hub, topic, host, token, secret, due_at)
SELECT named.*, now() FROM jsonb_to_recordset(CAST(:named AS jsonb))
    AS named (feed_id bigint, hub text, topic text, host text, token text, secret text) ORDER BY feed_id
ON CONFLICT (feed_id) DO UPDATE SET
    hub = excluded.hub, topic = excluded.topic, host = excluded.host, token = excluded.token,
    secret = excluded.secret, state = 'pending', lease_until = NULL, due_at = now(),
    turn = hub_subscriptions.turn + 1, attempt_count = 0, last_error = NULL
WHERE hub_subscriptions.hub <> excluded.hub OR hub_subscriptions.topic <> excluded.topic
RETURNING feed_id
""")
_FORGET = text("DELETE FROM hub_subscriptions WHERE feed_id = ANY(:feeds) RETURNING feed_id")
_NO_PUSHES = text("""
UPDATE feeds SET memory = memory - 'push_until' WHERE id = ANY(:feeds) AND memory ? 'push_until'
""")


def ensure(db: Connection, named: Mapping[int, tuple[str, str] | None]) -> int:
    """Keeps one row per feed for the (hub, topic) that it names, due now where
    that is new or has changed; a feed that names none any more is forgotten.
    Returns how many rows were made due. Raises WebError for a hub that is no URL.

    Another hub or topic means another token and secret, so the old hub's pushes find nothing.
    """
    if not named:
        return 0
    db.execute(_LOCK, {"feeds": list(named)})
    wanted = [_row(feed, *found) for feed, found in named.items() if found is not None]
    unwanted = [feed for feed, found in named.items() if found is None]
    changed = db.execute(_NAME, {"named": orjson.dumps(wanted).decode()}).scalars().all() if wanted else []
    forgotten = db.execute(_FORGET, {"feeds": unwanted}).scalars().all() if unwanted else []
    if changed or forgotten:
        db.execute(_NO_PUSHES, {"feeds": [*changed, *forgotten]})
    return len(changed)


def _row(feed: int, hub: str, topic: str) -> dict[str, object]:
    return {
        "feed_id": feed,
        "hub": hub,
        "topic": topic,
        "host": urls.host(hub),
        "token": secrets.token_urlsafe(32),
        "secret": secrets.token_urlsafe(48),
    }


def claim(db: Connection, *, limit: int, busy: Collection[str] = ()) -> list[ClaimedHub]:
    """Takes hubs that are to be asked. The request is counted here,
    before it is made, for a hub may verify it before it answers."""
    return [
        ClaimedHub(
            feed=row["feed_id"],
            turn=row["turn"],
            host=row["host"],
            hub=row["hub"],
            topic=row["topic"],
            token=row["token"],
            secret=row["secret"],
            number=row["attempt_count"],
        )
        for row in claims.claim(db, _QUEUE, limit=limit, busy=busy)
    ]


def save(db: Connection, hub: ClaimedHub, *, due_at: datetime, failure: Failure | None) -> bool:
    """Stores what a request came to. False where the turn has passed, as it has once the hub has verified."""
    statement = text("""
        UPDATE hub_subscriptions SET due_at = :due_at, last_error = CAST(:failure AS jsonb)
        WHERE feed_id = :feed AND turn = :turn
    """)
    given = {"due_at": due_at, "failure": to_column(failure), "feed": hub.feed, "turn": hub.turn}
    return db.execute(statement, given).rowcount == 1


def at(db: Connection, token: str) -> Callback | None:
    """What the callback URL with this token stands for, None where it stands for nothing."""
    statement = text("""
        SELECT h.feed_id, h.topic, h.secret, feeds.state FROM hub_subscriptions AS h
        JOIN feeds ON feeds.id = h.feed_id WHERE h.token = :token
    """)
    row = db.execute(statement, {"token": token}).first()
    if row is None:
        return None
    return Callback(feed=row.feed_id, topic=row.topic, secret=row.secret, wanted=row.state == "active")


_PUSHED = text("""
UPDATE feeds SET memory = memory || jsonb_build_object('push_until', CAST(:until AS text))
WHERE id = (SELECT feed_id FROM hub_subscriptions WHERE token = :token AND attempt_count > 0)
""")
_ACTIVATE = text("""
UPDATE hub_subscriptions SET state = 'active', lease_until = :until, due_at = :renew_at, turn = turn + 1,
    attempt_count = 0, last_error = NULL
WHERE token = :token AND attempt_count > 0
""")
_IS_ACTIVE = text("SELECT 1 FROM hub_subscriptions WHERE token = :token AND state = 'active'")


def verify(db: Connection, token: str, *, lease: float, renewal: float, now: datetime) -> bool:
    """Whether we asked for this subscription. Where a request is open, it is
    active from now on for `lease` seconds and due for renewal after
    `renewal`; where none is but it is active, the hub has only made sure."""
    until = now + timedelta(seconds=lease)
    given = {"token": token, "until": until, "renew_at": now + timedelta(seconds=renewal)}
    db.execute(_PUSHED, {"token": token, "until": until.isoformat()})
    if db.execute(_ACTIVATE, given).rowcount == 1:
        return True
    return db.execute(_IS_ACTIVE, {"token": token}).first() is not None


_END = text("""
UPDATE hub_subscriptions SET state = :state, lease_until = NULL, due_at = :due_at, turn = turn + 1,
    attempt_count = 0, last_error = CAST(:failure AS jsonb)
WHERE feed_id = :feed
""")


def deny(db: Connection, feed: int, *, failure: Failure, ask_at: datetime, poll_min: float) -> None:
    """Records that a hub refuses a feed; it is asked again at
    `ask_at`, and the feed polled as if it had no hub."""
    db.execute(_LOCK, {"feeds": [feed]})
    db.execute(_NO_PUSHES, {"feeds": [feed]})
    poll_soon(db, [feed], poll_min=poll_min)
    given = {"state": "denied", "due_at": ask_at, "feed": feed, "failure": to_column(failure)}
    db.execute(_END, given)


def lapse(db: Connection, feed: int, *, now: datetime) -> None:
    """Ends the subscription of a feed that is not to bring
    anything now; it is due as soon as the feed is active."""
    db.execute(_NO_PUSHES, {"feeds": [feed]})
    db.execute(_END, {"state": "pending", "due_at": now, "feed": feed, "failure": None})


_SOON = text("""
UPDATE feeds SET due_at = least(due_at, greatest(now(), last_polled_at + make_interval(secs =>
    greatest(:poll_min, coalesce(ttl, 0), coalesce(CAST(memory ->> 'max_age' AS double precision), 0)))))
WHERE id = ANY(:feeds) AND state = 'active' AND error_count = 0
    AND due_at > now() + make_interval(secs => :close)
""")


def poll_soon(db: Connection, feeds: Sequence[int], *, poll_min: float) -> None:
    """Brings forward the polls of feeds whose pushes fail them, as far as `poll_min` seconds and the
    publisher's own hints allow; one that backs off, or is being polled, is left alone."""
    db.execute(_SOON, {"feeds": sorted(feeds), "poll_min": poll_min, "close": _QUEUE.lease})


_COUNT_FORGED = text("""
UPDATE hub_subscriptions SET last_error = jsonb_build_object(
    'code', 'signature_invalid', 'at', CAST(:at AS text), 'count', forged.count,
    'detail', 'Pushes without a valid signature, in a row: ' || forged.count)
FROM (SELECT feed_id AS feed, 1 + CASE WHEN last_error ->> 'code' = 'signature_invalid'
      THEN CAST(last_error ->> 'count' AS integer) ELSE 0 END AS count
      FROM hub_subscriptions WHERE feed_id = :feed FOR UPDATE) AS forged
WHERE feed_id = forged.feed
""")


def count_forged(db: Connection, feed: int, *, now: datetime) -> None:
    """Counts, in the row's last error, a push that was not signed with our secret."""
    db.execute(_COUNT_FORGED, {"feed": feed, "at": now.isoformat()})


def of_feeds(db: Connection, feeds: Sequence[int]) -> Mapping[int, PushView]:
    """How hubs stand to the feeds, for those that name one."""
    statement = text(
        "SELECT *, lease_until > now() AS held FROM hub_subscriptions WHERE feed_id = ANY(:feeds)"
    )
    found = db.execute(statement, {"feeds": list(feeds)}).mappings()
    return {row["feed_id"]: _view(row) for row in found}


def _view(row: RowMapping) -> PushView:
    lapsed = row["state"] == "active" and not row["held"]
    return PushView(
        hub=row["hub"],
        topic=row["topic"],
        state="pending" if lapsed else row["state"],
        lease_until=row["lease_until"],
        last_pushed_at=row["last_pushed_at"],
        last_error=from_column(row["last_error"]),
    )
