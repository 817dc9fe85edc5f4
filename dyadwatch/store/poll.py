"""The claim and the save of a poll."""

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, RowMapping, text

from dyadwatch import urls
from dyadwatch.feeds import entry_hash
from dyadwatch.model.feeds import FeedDecision, FeedMemory, ParsedEntry
from dyadwatch.model.work import ClaimedFeed
from dyadwatch.store import claims
from dyadwatch.store.failures import to_column

LEASE = 60.0
PER_HOST = 2


def claim(db: Connection, *, limit: int, busy: Collection[str] = ()) -> list[ClaimedFeed]:
    """Takes feeds that are due."""
    rows = claims.take(db, "feeds", limit=limit, lease=LEASE, per_host=PER_HOST, busy=busy)
    return [
        ClaimedFeed(
            id=row["id"], turn=row["turn"], host=row["host"], source=row["source_id"], memory=_memory(row)
        )
        for row in rows
    ]


def _memory(row: RowMapping) -> FeedMemory:
    return FeedMemory(
        url=row["url"],
        kind=row["kind"],
        state=row["state"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        interval=row["interval"],
        error_count=row["error_count"],
        moved_to=row["moved_to"],
        ttl=row["ttl"],
        entry_times=tuple(row["entry_times"]),
    )


def count_new(db: Connection, feed: int, entries: Sequence[ParsedEntry]) -> int:
    """How many of the entries the feed has not shown before."""
    keys = [entry.key for entry in entries]
    known = db.execute(
        text("SELECT count(*) FROM entries WHERE feed_id = :feed AND key = ANY(:keys)"),
        {"feed": feed, "keys": keys},
    ).scalar_one()
    return len(set(keys)) - int(known)


_SAVE = text("""
UPDATE feeds SET
    url = CASE WHEN EXISTS (SELECT 1 FROM feeds AS other WHERE other.url = :url AND other.id <> :id)
          THEN url ELSE :url END,
    host = :host, kind = :kind, state = CASE WHEN state = 'paused' THEN state ELSE :state END,
    due_at = CASE WHEN state = 'paused' THEN NULL ELSE CAST(:due_at AS timestamptz) END,
    etag = :etag, last_modified = :last_modified, body_hash = :body_hash, ttl = :ttl, "interval" = :interval,
    moved_to = :moved_to, entry_times = :entry_times, error_count = :error_count, last_polled_at = :now,
    last_status = :status, last_error = CAST(:last_error AS jsonb), reason = :reason
WHERE id = :id AND turn = :turn
""")


def save(
    db: Connection, feed: ClaimedFeed, decision: FeedDecision, *, status: int | None, now: datetime
) -> bool:
    """Stores what a poll decided. False where the turn has passed: then nothing may be saved for it."""
    memory = decision.memory
    result = db.execute(
        _SAVE,
        {
            "id": feed.id,
            "turn": feed.turn,
            "url": memory.url,
            "host": feed.host if memory.url == feed.memory.url else urls.host(memory.url),
            "kind": memory.kind,
            "state": memory.state,
            "due_at": decision.next_poll_at,
            "etag": memory.etag,
            "last_modified": memory.last_modified,
            "body_hash": memory.body_hash,
            "ttl": memory.ttl,
            "interval": memory.interval,
            "moved_to": memory.moved_to,
            "entry_times": list(memory.entry_times),
            "error_count": memory.error_count,
            "now": now,
            "status": status,
            "last_error": to_column(decision.failure),
            "reason": decision.reason,
        },
    )
    return result.rowcount == 1


_NEW_PAGES = text("""
INSERT INTO pages (url, host, source_id, due_at)
SELECT DISTINCT ON (given.url) given.url, given.host, :source, now()
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (url text, host text)
WHERE given.url IS NOT NULL ORDER BY given.url
ON CONFLICT (url) DO NOTHING
""")

# A page is fetched again only when its entry says that it changed.
_CHANGED_PAGES = text("""
UPDATE pages SET due_at = now(), attempt_count = 0
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (key text, content_hash text)
JOIN entries ON entries.feed_id = :feed AND entries.key = given.key
WHERE pages.id = entries.page_id AND entries.content_hash <> given.content_hash AND pages.due_at IS NULL
""")

_ENTRIES = text("""
INSERT INTO entries (feed_id, key, page_id, url, title, summary, content, authors, published_at, updated_at,
                     source_name, source_url, content_hash)
SELECT DISTINCT ON (given.key) :feed, given.key, pages.id, given.url, given.title, given.summary, given.content,
       given.authors, given.published_at, given.updated_at, given.source_name, given.source_url, given.content_hash
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (
    key text, url text, title text, summary text, content text, authors text[], published_at timestamptz,
    updated_at timestamptz, source_name text, source_url text, content_hash text
) LEFT JOIN pages ON pages.url = given.url ORDER BY given.key
ON CONFLICT (feed_id, key) DO UPDATE SET
    page_id = coalesce(excluded.page_id, entries.page_id), url = excluded.url, title = excluded.title,
    summary = excluded.summary, content = excluded.content, authors = excluded.authors,
    published_at = coalesce(excluded.published_at, entries.published_at), updated_at = excluded.updated_at,
    source_name = excluded.source_name, source_url = excluded.source_url, content_hash = excluded.content_hash,
    changed_at = CASE WHEN entries.content_hash = excluded.content_hash THEN entries.changed_at ELSE now() END,
    last_seen_at = now()
""")


def save_entries(db: Connection, feed: ClaimedFeed, entries: Sequence[ParsedEntry]) -> None:
    """Stores the entries that a feed shows, and makes their pages due where these are new or changed."""
    given = orjson.dumps([_entry(entry) for entry in entries]).decode()
    db.execute(_NEW_PAGES, {"entries": given, "source": feed.source})
    db.execute(_CHANGED_PAGES, {"entries": given, "feed": feed.id})
    db.execute(_ENTRIES, {"entries": given, "feed": feed.id})


def _entry(entry: ParsedEntry) -> dict[str, object]:
    return {
        "key": entry.key,
        "url": entry.url,
        "host": urls.host(entry.url) if entry.url else None,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": list(entry.authors),
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
        "source_name": entry.source_name,
        "source_url": entry.source_url,
        "content_hash": entry_hash(entry),
    }
