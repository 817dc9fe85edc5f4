"""Entries: the items of feeds. Those of a document are compared
with the stored ones, and what changed is saved."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import orjson
from sqlalchemy import Connection, text

from dyadwatch import urls
from dyadwatch.feeds import compare_entries
from dyadwatch.model.entries import EntryChange, EntryChanges, EntryContent, ParsedEntry, StoredEntry
from dyadwatch.store import pages

_MAX_POSTS = 50  # of a live page that are read
_MAX_STATEMENT = 4 * 2**20  # bytes of entries in one statement; more go into further ones

# Polls and pushes of one feed come one after the other, from here to the end of the transaction.
_LOCK_FEEDS = text("SELECT id FROM feeds WHERE id = ANY(:feeds) ORDER BY id FOR NO KEY UPDATE")
_STORED = text("""
WITH document AS (
    SELECT * FROM unnest(CAST(:feeds AS bigint[]), CAST(:keys AS text[]), CAST(:urls AS text[]))
        AS document (feed, key, url)
)
SELECT entries.id, entries.feed_id AS feed, entries.key, entries.url, title, published_at, content_hash
FROM document JOIN entries ON entries.feed_id = document.feed AND entries.key = document.key
UNION
SELECT entries.id, entries.feed_id AS feed, entries.key, entries.url, title, published_at, content_hash
FROM document JOIN pages ON pages.url = document.url
JOIN entries ON entries.page_id = pages.id AND entries.feed_id = document.feed
""")
# What was published within the hour goes before all that waits, as what feeds had when they were added.
# Clocks of publishers may be minutes ahead.
_INSERT_PAGES = text("""
INSERT INTO pages (url, host, source_id, due_at)
SELECT DISTINCT ON (entry.url) entry.url, entry.host, (SELECT source_id FROM feeds WHERE id = entry.feed),
    CASE WHEN entry.published_at BETWEEN now() - interval '1 hour' AND now() + interval '10 minutes'
         THEN least(entry.published_at, now()) - interval '1 hour' ELSE now() END
FROM json_to_recordset(CAST(:entries AS json))
    AS entry (feed bigint, url text, host text, published_at timestamptz)
WHERE entry.url IS NOT NULL ORDER BY entry.url
ON CONFLICT (url) DO NOTHING
""")
# LATERAL, because the planner would read all pages to find those of a few entries.
_SAVE = text("""
MERGE INTO entries USING (
    SELECT entry.*, page.id AS page_id
    FROM json_to_recordset(CAST(:entries AS json)) AS entry (
        id bigint, feed bigint, key text, url text, title text, summary text, content text, authors text[],
        published_at timestamptz, published_precision text, updated_at timestamptz, source_name text,
        source_url text, content_hash text
    ) LEFT JOIN LATERAL (SELECT id, state FROM pages WHERE url = entry.url LIMIT 1) AS page ON true
    WHERE page.state IS DISTINCT FROM 'expunged'
) AS entry ON entries.id = entry.id
WHEN MATCHED THEN UPDATE SET
    key = entry.key, page_id = coalesce(entry.page_id, entries.page_id), url = entry.url, title = entry.title,
    summary = entry.summary, content = entry.content, authors = entry.authors,
    published_at = coalesce(entry.published_at, entries.published_at),
    published_precision = coalesce(entry.published_precision, entries.published_precision),
    updated_at = entry.updated_at,
    source_name = entry.source_name, source_url = entry.source_url, content_hash = entry.content_hash,
    changed_at = CASE WHEN entries.content_hash = entry.content_hash THEN entries.changed_at ELSE now() END,
    last_seen_at = now()
WHEN NOT MATCHED THEN INSERT (feed_id, key, page_id, url, title, summary, content, authors, published_at,
                              published_precision, updated_at, source_name, source_url, content_hash)
    VALUES (entry.feed, entry.key, entry.page_id, entry.url, entry.title, entry.summary, entry.content,
            entry.authors, entry.published_at, entry.published_precision, entry.updated_at,
            entry.source_name, entry.source_url, entry.content_hash)
""")
_POSTS = text("""
SELECT title, html FROM (
    SELECT DISTINCT ON (title) id, title, coalesce(content, summary, '') AS html FROM entries
    WHERE page_id = :page AND title <> '' AND feed_id = (
        SELECT feed_id FROM entries WHERE page_id = :page
        GROUP BY feed_id ORDER BY count(DISTINCT title) DESC, feed_id LIMIT 1
    ) ORDER BY title, id DESC
) AS post ORDER BY id DESC LIMIT :limit
""")
_TOUCH = text("""
UPDATE entries SET last_seen_at = now() WHERE id = ANY(:ids) AND last_seen_at < now() - interval '1 hour'
""")


def lock_feeds(db: Connection, feeds: Sequence[int]) -> None:
    """Locks feeds in the order of their ids, in which nobody waits in a circle."""
    db.execute(_LOCK_FEEDS, {"feeds": feeds})


def compare(db: Connection, documents: Mapping[int, Sequence[ParsedEntry]]) -> Mapping[int, EntryChanges]:
    """Compares the entries of feeds' documents, by feed id, with the stored
    ones. Locks the feeds: `save` the result in the same transaction."""
    if not documents:
        return {}
    lock_feeds(db, list(documents))
    keys = [(feed, entry.key, entry.url) for feed, entries in documents.items() for entry in entries]
    columns = [list(column) for column in zip(*keys, strict=True)] if keys else [[], [], []]
    stored: defaultdict[int, list[StoredEntry]] = defaultdict(list)
    for row in db.execute(_STORED, dict(zip(("feeds", "keys", "urls"), columns, strict=True))):
        stored[row.feed].append(StoredEntry(*row))
    return {feed: compare_entries(entries, stored[feed]) for feed, entries in documents.items()}


def save(db: Connection, changes: Mapping[int, EntryChanges]) -> None:
    """Stores what changed in feeds, by feed id, and makes the
    pages due that new or changed entries lead to."""
    rows = [_row(feed, change) for feed, change_set in changes.items() for change in change_set.upserts]
    for batch in _batches(rows):
        db.execute(_INSERT_PAGES, {"entries": batch})
        db.execute(_SAVE, {"entries": batch})
    changed_pages = [url for change_set in changes.values() for url in change_set.changed_pages]
    if changed_pages:
        pages.refetch(db, changed_pages)
    unchanged = [id_ for change_set in changes.values() for id_ in change_set.unchanged]
    if unchanged:
        db.execute(_TOUCH, {"ids": unchanged})


def posts(db: Connection, page: int) -> list[EntryContent]:
    """What the entries of one feed say that lead to a page under several headlines, the newest of them in
    their order; none where there is but one."""
    rows = db.execute(_POSTS, {"page": page, "limit": _MAX_POSTS}).mappings()
    found = [EntryContent(row["title"], row["html"]) for row in rows]
    return found[::-1] if len(found) > 1 else []


def _row(feed: int, change: EntryChange) -> Mapping[str, object]:
    entry = change.entry
    return {
        "id": change.id,
        "feed": feed,
        "key": entry.key,
        "url": entry.url,
        "host": urls.host(entry.url) if entry.url else None,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": entry.authors,
        "published_at": entry.published_at,
        "published_precision": entry.published_precision,
        "updated_at": entry.updated_at,
        "source_name": entry.source_name,
        "source_url": entry.source_url,
        "content_hash": change.content_hash,
    }


def _batches(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The rows as JSON arrays of a bounded size."""
    batch: list[bytes] = []
    size = 0
    for row in rows:
        batch.append(orjson.dumps(row))
        size += len(batch[-1])
        if size > _MAX_STATEMENT:
            yield _json_array(batch)
            batch, size = [], 0
    if batch:
        yield _json_array(batch)


def _json_array(items: Sequence[bytes]) -> str:
    return (b"[" + b",".join(items) + b"]").decode()
