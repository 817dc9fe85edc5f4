"""Pushes: the documents that WebSub hubs sent, stored until they are read, their hashes for a day longer."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import ListRule
from dyadwatch.model.pushes import ClaimedPush
from dyadwatch.store import claims
from dyadwatch.store.columns import failure_to_column

MAX_UNREAD = 20  # of one feed: a hub that pushes faster than we read has to wait
# Of one feed only the oldest unread push is claimed, so that the newest has the last word.
QUEUE = claims.Queue(
    "pushes",
    lost="row.body <> ''",  # a push that was read is stored without its body
    condition=" AND NOT EXISTS (SELECT 1 FROM pushes AS older WHERE older.feed_id = row.feed_id"
    " AND older.due_at IS NOT NULL AND (older.received_at, older.id) < (row.received_at, row.id))",
    order="row.received_at, row.id",
    returning="""row.*, (SELECT host FROM feeds WHERE id = row.feed_id),
    (SELECT list_rule FROM feeds WHERE id = row.feed_id),
    coalesce((SELECT topic FROM hub_subscriptions WHERE feed_id = row.feed_id),
             (SELECT url FROM feeds WHERE id = row.feed_id)) AS base""",
    count_attempts=True,
)

_COUNT_UNREAD = text("SELECT count(*) FROM pushes WHERE feed_id = :feed AND due_at IS NOT NULL")
# The same bytes again are a repeat, unless others came in between: then they are the newest state of the
# feed, also where they have not been read yet.
_INSERT = text("""
INSERT INTO pushes (feed_id, content_type, body, sha256, received_at, due_at)
VALUES (:feed, :content_type, :body, :sha256, clock_timestamp(), now())
ON CONFLICT (feed_id, sha256) DO UPDATE SET
    content_type = excluded.content_type, body = excluded.body, received_at = excluded.received_at,
    due_at = excluded.due_at, turn = pushes.turn + 1, attempt_count = 0
WHERE EXISTS (
    SELECT 1 FROM pushes AS later
    WHERE later.feed_id = pushes.feed_id AND later.received_at > pushes.received_at)
""")
# Pushes of one feed are stored one after the other, from here to the end of the transaction. Feeds are locked
# before hubs, as everywhere.
_SET_PUSHED_AT = text("""
WITH feed AS (SELECT id FROM feeds WHERE id = :feed FOR KEY SHARE)
UPDATE hub_subscriptions SET last_pushed_at = now() FROM feed WHERE feed_id = feed.id
""")
_FINISH = text("UPDATE pushes SET due_at = NULL, body = '' WHERE id = :id AND turn = :turn")
# An error of a subscription request that is under way stays.
_CLEAR_ERROR = text("""
UPDATE hub_subscriptions SET last_error = NULL
WHERE feed_id = :feed AND attempt_count = 0 AND last_error IS NOT NULL
""")
_SET_ERROR = text("""
UPDATE hub_subscriptions SET last_error = CAST(:failure AS jsonb) WHERE feed_id = :feed
""")
_PRUNE = text("""
DELETE FROM pushes WHERE id IN (
    SELECT id FROM pushes WHERE feed_id = ANY(:feeds) AND due_at IS NULL AND received_at < :before
    LIMIT :limit)
""")


def receive(db: Connection, feed: int, *, content_type: str | None, body: bytes) -> bool:
    """Stores a push, due now; one that is stored already is not stored twice. False where too many pushes of
    the feed are unread."""
    db.execute(_SET_PUSHED_AT, {"feed": feed})
    if db.execute(_COUNT_UNREAD, {"feed": feed}).scalar_one() >= MAX_UNREAD:
        return False
    sha256 = hashlib.sha256(body).hexdigest()
    db.execute(_INSERT, {"feed": feed, "content_type": content_type, "body": body, "sha256": sha256})
    return True


def claim(db: Connection, limit: int) -> list[ClaimedPush]:
    """Claims unread pushes, of each feed the oldest."""
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
        for row in claims.claim(db, QUEUE, limit=limit)
    ]


def save(db: Connection, push: ClaimedPush, failure: Failure | None) -> bool:
    """Ends the turn of a push that was read, or could not be, which the hub's row records. False where the
    turn has passed: then nothing may be saved."""
    if db.execute(_FINISH, {"id": push.id, "turn": push.turn}).rowcount != 1:
        return False
    if failure is None:
        db.execute(_CLEAR_ERROR, {"feed": push.feed})
    else:
        db.execute(_SET_ERROR, {"feed": push.feed, "failure": failure_to_column(failure)})
    return True


def prune(db: Connection, feeds: Sequence[int], *, before: datetime) -> None:
    """Deletes a batch of the pushes of the feeds that were read and came in before `before`."""
    db.execute(_PRUNE, {"feeds": list(feeds), "before": before, "limit": claims.BATCH})
