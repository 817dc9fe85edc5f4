"""Feeds: the addresses that are polled, and what their rows remember from poll to poll."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache, partial
from typing import Literal

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, TextClause, select, text

from dyadwatch import urls
from dyadwatch.errors import Conflict, FieldError, NotFound
from dyadwatch.model.claims import Busy
from dyadwatch.model.entries import EntryChanges
from dyadwatch.model.feeds import ClaimedFeed, FeedDecision, FeedMemory, FeedView, ListRule, NewFeed
from dyadwatch.model.hub_subscriptions import PushView
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import claims, entries, hub_subscriptions, pagination, queries
from dyadwatch.store.columns import failure_from_column
from dyadwatch.store.queries import Query, Record

QUEUE = claims.Queue(
    "feeds",
    lost="row.state = 'active'",
    per_host=2,
    owner="row.source_id",
    per_owner=8,
    failures="error_count",
    returning="row.*, (SELECT poll_interval FROM sources WHERE id = row.source_id)",
)

# Fields of FeedMemory that have a column of their own; the others are in the column `memory`.
_MEMORY_COLUMNS = {
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

_ALL = select(text("*")).select_from(text("feeds"))
_CONDITIONS = {"source": "source_id = :source", "state": "state = :state"}
_BY_ID = text("SELECT * FROM feeds WHERE id = :id")
_OF_SOURCES = text("""
SELECT feed.* FROM unnest(CAST(:sources AS bigint[])) AS source (id) CROSS JOIN LATERAL (
    SELECT * FROM feeds WHERE source_id = source.id ORDER BY created_at, id LIMIT :limit
) AS feed ORDER BY feed.created_at, feed.id
""")
_COUNT_OF_SOURCES = text("""
SELECT source_id, count(*) FROM feeds WHERE source_id = ANY(:sources) GROUP BY source_id
""")
_EXISTING_URLS = text("SELECT url FROM feeds WHERE url = ANY(:urls)")
_LOCK_SOURCE = text("SELECT 1 FROM sources WHERE id = :id FOR SHARE")
_INSERT = text("""
INSERT INTO feeds (source_id, url, host, kind, list_rule, due_at)
SELECT source_id, url, host, kind, list_rule, now()
FROM jsonb_to_recordset(CAST(:feeds AS jsonb))
    AS new (source_id bigint, url text, host text, kind text, list_rule jsonb)
ON CONFLICT (url) DO NOTHING RETURNING *
""")
_SET_STATE: Mapping[str, TextClause] = {
    "active": claims.make_due_statement("feeds", "row.id = :id", changes=", state = 'active'"),
    "paused": text("UPDATE feeds SET state = 'paused', due_at = NULL WHERE id = :id RETURNING *"),
}
_POLL_NOW = claims.make_due_statement("feeds", "row.id = :id AND row.state = 'active'")
_DELETE = text("DELETE FROM feeds WHERE id = :id")
# A feed whose new URL belongs to `other`, another feed, is gone. Of the memory a poll brings what it changed:
# most change little, and to read all of it again would be half of the cost. A hub may have confirmed while
# the poll was under way: a poll ends only the `push_until` that it was claimed with. With `ids`, which are in
# `polls` too, PostgreSQL knows that they are few, and finds the rows by their key.
_SAVE_POLLS = text("""
UPDATE feeds SET
    url = CASE WHEN other.id IS NULL THEN poll.url ELSE feeds.url END,
    host = CASE WHEN other.id IS NULL THEN poll.host ELSE feeds.host END,
    former_urls = CASE WHEN other.id IS NULL AND poll.url <> feeds.url
                        AND feeds.url <> ALL (feeds.former_urls)
                  THEN feeds.former_urls || feeds.url ELSE feeds.former_urls END,
    state = CASE WHEN feeds.state = 'paused' THEN feeds.state
                 WHEN other.id IS NULL THEN poll.state
                 ELSE 'gone' END,
    due_at = CASE WHEN feeds.state <> 'paused' AND other.id IS NULL THEN poll.due_at END,
    reason = CASE WHEN other.id IS NULL THEN poll.reason
             ELSE 'moved to ' || poll.url || ', which is registered already' END,
    kind = poll.kind, etag = poll.etag, last_modified = poll.last_modified, body_hash = poll.body_hash,
    ttl = poll.ttl, "interval" = poll."interval", moved_to = poll.moved_to,
    entry_times = coalesce(poll.entry_times, feeds.entry_times),
    error_count = poll.error_count, last_polled_at = poll.at, last_status = poll.status,
    memory = (feeds.memory - poll.forgotten) || poll.memory, last_error = poll.last_error
FROM json_to_recordset(CAST(:polls AS json)) AS poll (
    id bigint, turn integer, url text, host text, moved boolean, state text,
    due_at timestamptz, reason text, kind text, etag text, last_modified text, body_hash text,
    ttl double precision, "interval" double precision, moved_to text, entry_times timestamptz[],
    error_count integer, memory jsonb, forgotten text[], at timestamptz, status integer, last_error jsonb
) LEFT JOIN feeds AS other ON other.url = CASE WHEN poll.moved THEN poll.url END AND other.id <> poll.id
WHERE feeds.id = ANY(:ids) AND feeds.id = poll.id AND feeds.turn = poll.turn
RETURNING feeds.id
""")


@dataclass(frozen=True, slots=True)
class PollResult:
    """The outcome of a poll: the decision, the HTTP status (None: no response), when, and how the document's
    entries differ from the stored ones (None: no document was read)."""

    feed: ClaimedFeed
    decision: FeedDecision
    status: int | None
    at: datetime
    changes: EntryChanges | None = None


def add(db: Connection, source_id: int, new: NewFeed, *, pointer: str = "/url") -> FeedView:
    """Stores a feed of a source, due at once. Raises NotFound without the source, Conflict `duplicate` (at
    `pointer`) where the URL is registered already."""
    if db.execute(_LOCK_SOURCE, {"id": source_id}).first() is None:
        raise NotFound(f"There is no source {source_id}.")
    row = db.execute(_INSERT, {"feeds": _as_json([(source_id, new)])}).first()
    if row is None:
        problem = FieldError(pointer, "is registered already", "duplicate")
        raise Conflict(f"The feed {new.url} is registered already.", errors=[problem], code="duplicate")
    return _views(db, [row])[0]


def ensure(db: Connection, feeds: Iterable[tuple[int, NewFeed]]) -> None:
    """Stores feeds, each of the source with an id, due at once; one whose URL is registered is left as it
    is."""
    db.execute(_INSERT, {"feeds": _as_json(feeds)})


def _as_json(feeds: Iterable[tuple[int, NewFeed]]) -> str:
    rows = [
        {
            "source_id": source_id,
            "url": feed.url,
            "host": urls.host(feed.url),
            "kind": "html" if feed.list_rule else "unknown",
            "list_rule": feed.list_rule,
        }
        for source_id, feed in feeds
    ]
    return orjson.dumps(rows).decode()


def get(db: Connection, feed_id: int) -> FeedView:
    """Raises NotFound."""
    return _view_or_raise(db, feed_id, db.execute(_BY_ID, {"id": feed_id}).first())


def page(
    db: Connection, *, source: int | None = None, state: str | None = None, limit: int, cursor: str | None
) -> ListPage[FeedView]:
    """Feeds, newest first."""
    filters = {"source": source, "state": state}
    params = {name: value for name, value in filters.items() if value is not None}
    stream = pagination.stream("feeds", *(_CONDITIONS[name] for name in params))
    build = partial(_views, db)
    return pagination.read(db, _ALL, params, build, stream=stream, kind="feeds", limit=limit, cursor=cursor)


def update(db: Connection, feed_id: int, state: Literal["active", "paused"]) -> FeedView:
    """Pauses a feed, or makes it active and due at once. Raises NotFound."""
    return _view_or_raise(db, feed_id, db.execute(_SET_STATE[state], {"id": feed_id}).first())


def poll_now(db: Connection, feed_id: int) -> FeedView:
    """Makes an active feed due at once. Raises NotFound, Conflict where it is paused or gone."""
    row = db.execute(_POLL_NOW, {"id": feed_id}).first()
    if row is None:
        feed = get(db, feed_id)
        raise Conflict(
            f"Feed {feed_id} is {feed.state}: set its state to active first.", code=f"feed_{feed.state}"
        )
    return _views(db, [row])[0]


def delete(db: Connection, feed_id: int) -> None:
    """Removes a feed and its entries; articles stay. Raises NotFound."""
    if db.execute(_DELETE, {"id": feed_id}).rowcount == 0:
        raise NotFound(f"There is no feed {feed_id}.")


def existing_urls(db: Connection, candidates: Sequence[str]) -> frozenset[str]:
    """Those of the URLs that are registered already."""
    return frozenset(db.execute(_EXISTING_URLS, {"urls": list(candidates)}).scalars())


def of_sources(
    db: Connection, source_ids: Sequence[int], *, limit: int | None
) -> Mapping[int, tuple[FeedView, ...]]:
    """The feeds of several sources in the order in which they were added, at most `limit` of each."""
    by_source: dict[int, list[FeedView]] = defaultdict(list)
    rows = db.execute(_OF_SOURCES, {"sources": list(source_ids), "limit": limit}).all()
    for view in _views(db, rows):
        by_source[view.source].append(view)
    return {source: tuple(views) for source, views in by_source.items()}


def count_of_sources(db: Connection, source_ids: Sequence[int]) -> Mapping[int, int]:
    """How many feeds each source has; those without any are left out."""
    rows = db.execute(_COUNT_OF_SOURCES, {"sources": list(source_ids)})
    return {source: count for source, count in rows}  # noqa: C416  (rows are no mapping)


def claim(db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY) -> list[ClaimedFeed]:
    """Claims feeds that are due for a poll, none of them of a `busy` host or source."""
    return [
        ClaimedFeed(
            id=row["id"], turn=row["turn"], host=row["host"], source=row["source_id"], memory=_memory(row)
        )
        for row in claims.claim(db, QUEUE, limit=limit, busy=busy)
    ]


def defer(
    db: Connection,
    feed: ClaimedFeed,
    until: datetime,
    *,
    ahead: Collection[int | None] = (),
    behind: Collection[int | None] | None = None,
) -> None:
    """Ends the turn without a poll, since its host is busy until `until`, but for the sources `ahead`, or
    for the sources `behind` alone."""
    claims.defer(db, QUEUE, feed, until, ahead=ahead, behind=behind)


def save_polls(db: Connection, results: Sequence[PollResult]) -> frozenset[int]:
    """Stores the feeds' rows and the changes of their entries. Returns
    the ids of the feeds that were saved: those whose turn has not passed.

    A feed that moved to the URL of another feed is gone; its entries stay.
    """
    if not results:
        return frozenset()
    polls = orjson.dumps([_poll_row(result) for result in results]).decode()
    params = {"polls": polls, "ids": [result.feed.id for result in results]}
    saved = queries.run(db, Query(_SAVE_POLLS, params, _ids))
    changes = {result.feed.id: result.changes for result in results if result.changes}
    entries.save(db, {feed: change_set for feed, change_set in changes.items() if feed in saved})
    return saved


def _ids(rows: queries.Rows) -> frozenset[int]:
    return frozenset(row.id for row in rows)


@cache
def _memory_adapter() -> TypeAdapter[FeedMemory]:
    return TypeAdapter(FeedMemory)


@cache
def _memory_defaults() -> Mapping[str, object]:
    """Name and default of each field that the column `memory` holds."""
    return {part.name: part.default for part in fields(FeedMemory) if part.name not in _MEMORY_COLUMNS}


def _memory(row: Record) -> FeedMemory:
    return _memory_adapter().validate_python(
        row["memory"] | {name: row[column] for name, column in _MEMORY_COLUMNS.items()}
    )


def _poll_row(result: PollResult) -> dict[str, object]:
    feed, decision, memory = result.feed, result.decision, result.decision.memory
    moved = memory.url != feed.memory.url
    changed, forgotten = _changed_memory(feed.memory, memory)
    return {
        "id": feed.id,
        "turn": feed.turn,
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
        "entry_times": memory.entry_times if memory.entry_times != feed.memory.entry_times else None,
        "error_count": memory.error_count,
        "memory": changed,
        "forgotten": forgotten,
        "at": result.at,
        "status": result.status,
        "last_error": decision.failure and asdict(decision.failure),
    }


def _changed_memory(before: FeedMemory, after: FeedMemory) -> tuple[dict[str, object], list[str]]:
    """The fields in the column `memory` to write, and those to remove because they have their default again.
    `push_until` is the hub's to write."""
    written: dict[str, object] = {}
    forgotten = []
    for name, default in _memory_defaults().items():
        value = getattr(after, name)
        if value != getattr(before, name):
            if value == default:
                forgotten.append(name)
            elif name != "push_until":
                written[name] = value
    return written, forgotten


def _view_or_raise(db: Connection, feed_id: int, row: pagination.Record | None) -> FeedView:
    if row is None:
        raise NotFound(f"There is no feed {feed_id}.")
    return _views(db, [row])[0]


def _views(db: Connection, rows: Sequence[pagination.Record]) -> list[FeedView]:
    pushes = hub_subscriptions.of_feeds(db, [row.id for row in rows])
    return [_view(row, pushes.get(row.id)) for row in rows]


def _view(row: pagination.Record, push: PushView | None) -> FeedView:
    return FeedView(
        id=row.id,
        source=row.source_id,
        url=row.url,
        kind=row.kind,
        state=row.state,
        last_polled_at=row.last_polled_at,
        next_poll_at=row.due_at,
        last_status=row.last_status,
        error_count=row.error_count,
        last_error=failure_from_column(row.last_error),
        interval=row.interval,
        reason=row.reason,
        list_rule=ListRule(**row.list_rule) if row.list_rule else None,
        proposals=tuple(row.memory.get("proposals", ())),
        former_urls=tuple(row.former_urls),
        push=push,
    )
