"""The claim and the save of a poll: what a feed's row remembers. What the feed showed is kept by entries.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, text

from dyadwatch import urls
from dyadwatch.model.feeds import ClaimedFeed, FeedDecision, FeedMemory
from dyadwatch.store import claims, entries
from dyadwatch.store.entries import Shown

LEASE = 60.0
PER_HOST = 2

# The columns that a feed's memory is read from; the rest of it is in the column `memory`.
_COLUMNS = {
    "url": "url",
    "kind": "kind",
    "state": "state",
    "etag": "etag",
    "last_modified": "last_modified",
    "body_hash": "body_hash",
    "interval": "interval",
    "error_count": "error_count",
    "moved_to": "moved_to",
    "ttl": "ttl",
    "entry_times": "entry_times",
    "last_status": "last_status",
    "polled_at": "last_polled_at",
    "list_rule": "list_rule",
    "fixed_interval": "poll_interval",
}
_CLAIMED = "row.*, (SELECT poll_interval FROM sources WHERE id = row.source_id)"


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: the decision, the HTTP status (None: no answer), when, and what the feed showed as
    `entries.recognise` knows it (None: nothing that was read)."""

    feed: ClaimedFeed
    decision: FeedDecision
    status: int | None
    at: datetime
    shown: Shown | None = None


def claim(db: Connection, *, limit: int, busy: Collection[str] = ()) -> list[ClaimedFeed]:
    """Takes feeds that are due."""
    rows = claims.take(
        db, "feeds", limit=limit, lease=LEASE, per_host=PER_HOST, busy=busy, returning=_CLAIMED
    )
    return [
        ClaimedFeed(
            id=row["id"], turn=row["turn"], host=row["host"], source=row["source_id"], memory=_memory(row)
        )
        for row in rows
    ]


@cache
def _adapter() -> TypeAdapter[FeedMemory]:
    return TypeAdapter(FeedMemory)


@cache
def _kept_apart() -> Mapping[str, object]:
    """Name and default of what the column `memory` holds."""
    return {part.name: part.default for part in fields(FeedMemory) if part.name not in _COLUMNS}


def _memory(row: RowMapping) -> FeedMemory:
    return _adapter().validate_python(
        row["memory"] | {name: row[column] for name, column in _COLUMNS.items()}
    )


# A hub may have verified while the poll was under way: its word stays, unless this poll found it failing.
_SAVE = text("""
UPDATE feeds SET
    url = CASE WHEN other.id IS NULL THEN given.url ELSE feeds.url END,
    host = CASE WHEN other.id IS NULL THEN given.host ELSE feeds.host END,
    former_urls = CASE WHEN other.id IS NULL AND given.url <> feeds.url AND feeds.url <> ALL (feeds.former_urls)
                  THEN feeds.former_urls || feeds.url ELSE feeds.former_urls END,
    state = CASE WHEN feeds.state = 'paused' THEN feeds.state WHEN other.id IS NULL THEN given.state ELSE 'gone' END,
    due_at = CASE WHEN feeds.state <> 'paused' AND other.id IS NULL THEN given.due_at END,
    reason = CASE WHEN other.id IS NULL THEN given.reason
             ELSE 'moved to ' || given.url || ', which is watched already' END,
    kind = given.kind, etag = given.etag, last_modified = given.last_modified, body_hash = given.body_hash,
    ttl = given.ttl, "interval" = given."interval", moved_to = given.moved_to, entry_times = given.entry_times,
    error_count = given.error_count, last_polled_at = given.at, last_status = given.status,
    -- A hub may have confirmed while the poll was under way; a poll only ever ends what the hub had promised before.
    memory = (given.memory - 'push_until') || CASE WHEN feeds.memory ? 'push_until' AND NOT given.missed
        THEN jsonb_build_object('push_until', feeds.memory -> 'push_until') ELSE CAST('{}' AS jsonb) END,
    last_error = given.last_error
FROM json_to_recordset(CAST(:polled AS json)) AS given (
    id bigint, turn integer, missed boolean, url text, host text, moved boolean, state text, due_at timestamptz,
    reason text, kind text, etag text, last_modified text, body_hash text, ttl double precision, "interval" double precision,
    moved_to text, entry_times timestamptz[], error_count integer, memory jsonb, at timestamptz, status integer,
    last_error jsonb
) LEFT JOIN feeds AS other ON given.moved AND other.url = given.url AND other.id <> given.id
WHERE feeds.id = given.id AND feeds.turn = given.turn
RETURNING feeds.id
""")


def save_all(db: Connection, polled: Sequence[Polled]) -> frozenset[int]:
    """Stores what polls came to: the feeds' rows, then the entries they showed. Returns the feeds that were saved;
    of one whose turn has passed nothing is.

    A feed that moved to the URL of another is gone, with its entries kept: that other one is watched already.
    """
    if not polled:
        return frozenset()
    given = orjson.dumps([_row(one) for one in polled]).decode()
    saved = frozenset(db.execute(_SAVE, {"polled": given}).scalars())
    entries.save(db, {one.feed.id: one.shown for one in polled if one.shown and one.feed.id in saved})
    return saved


def _row(polled: Polled) -> dict[str, object]:
    feed, decision, memory = polled.feed, polled.decision, polled.decision.memory
    moved = memory.url != feed.memory.url
    kept = ((name, default, getattr(memory, name)) for name, default in _kept_apart().items())
    return {
        "id": feed.id,
        "turn": feed.turn,
        "missed": feed.memory.push_until is not None and memory.push_until is None,
        "url": memory.url,
        "host": urls.host(memory.url) if moved else feed.host,
        "moved": moved,
        "state": memory.state,
        "due_at": decision.next_poll_at,
        "reason": decision.reason,
        "kind": memory.kind,
        "etag": memory.etag,
        "last_modified": memory.last_modified,
        "body_hash": memory.body_hash,
        "ttl": memory.ttl,
        "interval": memory.interval,
        "moved_to": memory.moved_to,
        "entry_times": memory.entry_times,
        "error_count": memory.error_count,
        "memory": {name: value for name, default, value in kept if value != default},
        "at": polled.at,
        "status": polled.status,
        "last_error": decision.failure and asdict(decision.failure),
    }
