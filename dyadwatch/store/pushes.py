"""What WebSub hubs pushed: kept until it is read, its hash for a day longer."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import ListRule
from dyadwatch.model.pushes import ClaimedPush
from dyadwatch.store import claims
from dyadwatch.store.failures import to_column

# Of one feed only the oldest unread push is claimed, for the newest must have the last word.
_QUEUE = claims.Queue(
    "pushes",
    lease=60.0,
    condition=" AND NOT EXISTS (SELECT 1 FROM pushes AS older WHERE older.feed_id = row.feed_id"
    " AND older.due_at IS NOT NULL AND (older.received_at, older.id) < (row.received_at, row.id))",
    order="row.received_at, row.id",
    returning="""row.*, (SELECT host FROM feeds WHERE id = row.feed_id),
    (SELECT list_rule FROM feeds WHERE id = row.feed_id),
    coalesce((SELECT topic FROM hub_subscriptions WHERE feed_id = row.feed_id),
             (SELECT url FROM feeds WHERE id = row.feed_id)) AS base""",
    count_attempts=True,
)
MOST_UNREAD = 20  # of one feed: a hub that pushes faster than we read has to wait

_UNREAD = text("SELECT count(*) FROM pushes WHERE feed_id = :feed AND due_at IS NOT NULL")

# The same bytes again are a repeat, unless others came in
# between: then they are the newest state of the feed.
_RECEIVE = text("""
INSERT INTO pushes (feed_id, content_type, body, sha256, due_at)
VALUES (:feed, :content_type, :body, :sha256, now())
ON CONFLICT (feed_id, sha256) DO UPDATE SET
    content_type = excluded.content_type, body = excluded.body, received_at = now(), due_at = now(),
    attempt_count = 0
WHERE pushes.due_at IS NULL AND EXISTS (
    SELECT 1 FROM pushes AS later
    WHERE later.feed_id = pushes.feed_id AND later.received_at > pushes.received_at)
""")
_PUSHED_AT = text("UPDATE hub_subscriptions SET last_pushed_at = now() WHERE feed_id = :feed")


def receive(db: Connection, feed: int, *, content_type: str | None, body: bytes) -> bool:
    """Keeps a push, due now; one that is kept already is no
    other. False where too many of the feed are unread."""
    if db.execute(_UNREAD, {"feed": feed}).scalar_one() >= MOST_UNREAD:
        return False
    given = {"feed": feed, "content_type": content_type, "body": body}
    db.execute(_RECEIVE, {**given, "sha256": hashlib.sha256(body).hexdigest()})
    db.execute(_PUSHED_AT, {"feed": feed})
    return True


def claim(db: Connection, *, limit: int) -> list[ClaimedPush]:
    """Takes pushes that nobody has read."""
    return [
        ClaimedPush(
            id=row["id"],
            turn=row["turn"],
            host=row["host"],
            feed=row["feed_id"],
            base=row["base"],
            list_rule=ListRule(**row["list_rule"]) if row["list_rule"] else None,
            content_type=row["content_type"],
            body=row["body"],
            received_at=row["received_at"],
            number=row["attempt_count"],
        )
        for row in claims.claim(db, _QUEUE, limit=limit)
    ]


_READ = text("UPDATE pushes SET due_at = NULL, body = '' WHERE id = :id AND turn = :turn")
_GOOD = text("""
UPDATE hub_subscriptions SET last_error = NULL
WHERE feed_id = :feed AND attempt_count = 0 AND last_error IS NOT NULL
""")
_BAD = text("UPDATE hub_subscriptions SET last_error = CAST(:failure AS jsonb) WHERE feed_id = :feed")


def save(db: Connection, push: ClaimedPush, failure: Failure | None) -> bool:
    """Ends the turn of a push, read or unreadable, and says so at the hub's
    row. False where the turn has passed: then nothing of it may be saved."""
    if db.execute(_READ, {"id": push.id, "turn": push.turn}).rowcount != 1:
        return False
    if failure is None:
        db.execute(_GOOD, {"feed": push.feed})
    else:
        db.execute(_BAD, {"feed": push.feed, "failure": to_column(failure)})
    return True


def prune(db: Connection, feeds: Sequence[int], *, before: datetime) -> None:
    """Forgets the pushes of the feeds that were read and came in before."""
    statement = text(
        "DELETE FROM pushes WHERE feed_id = ANY(:feeds) AND due_at IS NULL AND received_at < :before"
    )
    db.execute(statement, {"feeds": list(feeds), "before": before})
