"""Entries: which of those that a feed shows are known, and the saving of what is new or changed in them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from dyadwatch import urls
from dyadwatch.feeds import entry_hash
from dyadwatch.model.entries import ParsedEntry

MAX_CHANGES = 24  # fetches of one page because its entry changed
_MOST_AT_ONCE = 4 * 2**20  # bytes of entries in one statement; more go into further ones


@dataclass(frozen=True, slots=True)
class Shown:
    """What a document shows, next to what its feed has shown before: how many entries are `new`, the rows to write
    (`id` None: a new one), the URLs of known pages that it says something new of, and the ids of entries unchanged."""

    new: int
    rows: tuple[Mapping[str, object], ...]
    changed_pages: tuple[str, ...]
    unchanged: tuple[int, ...]


# A row of _KNOWN: feed_id, id, key, url, title, published_at, content_hash.
_Stored = Row[Any]

# Polls and pushes of one feed come one after the other, from here to the end of the transaction.
_LOCK = text("SELECT id FROM feeds WHERE id = ANY(:feeds) ORDER BY id FOR NO KEY UPDATE")
_KNOWN = text("""
WITH given AS (
    SELECT * FROM unnest(CAST(:feeds AS bigint[]), CAST(:keys AS text[]), CAST(:urls AS text[])) AS given (feed, key, url)
)
SELECT feed_id, entries.id, entries.key, entries.url, title, published_at, content_hash
FROM given JOIN entries ON entries.feed_id = given.feed AND entries.key = given.key
UNION
SELECT feed_id, entries.id, entries.key, entries.url, title, published_at, content_hash
FROM given JOIN pages ON pages.url = given.url
JOIN entries ON entries.page_id = pages.id AND entries.feed_id = given.feed
""")


def recognise(db: Connection, shown: Mapping[int, Sequence[ParsedEntry]]) -> Mapping[int, Shown]:
    """Compares what feeds (by id) show with what is stored of them. `save` belongs into the same transaction.

    An entry is known by its key. One whose key is new is still the same where the feed has an entry for the same URL,
    with the same title, date or text, under a key that the document does not show any more: its guid was changed.
    """
    if not shown:
        return {}
    db.execute(_LOCK, {"feeds": list(shown)})
    asked = [(feed, entry.key, entry.url) for feed, entries in shown.items() for entry in entries]
    feeds, keys, addresses = (list(column) for column in zip(*asked, strict=True)) if asked else ([], [], [])
    known: defaultdict[int, list[_Stored]] = defaultdict(list)
    for row in db.execute(_KNOWN, {"feeds": feeds, "keys": keys, "urls": addresses}):
        known[row.feed_id].append(row)
    return {feed: _compared(feed, entries, known[feed]) for feed, entries in shown.items()}


def _compared(feed: int, entries: Sequence[ParsedEntry], known: Sequence[_Stored]) -> Shown:
    unique = {entry.key: entry for entry in entries}
    by_key = {row.key: row for row in known}
    by_url: defaultdict[str | None, list[_Stored]] = defaultdict(list)
    for row in known:
        by_url[row.url].append(row)
    left = {row.id for row in known if row.key not in unique}  # rows whose key is not shown any more
    rows: list[Mapping[str, object]] = []
    changed_pages: list[str] = []
    unchanged: list[int] = []
    for entry in unique.values():
        digest = entry_hash(entry)
        same_url = by_url[entry.url] if entry.url else []
        old = by_key.get(entry.key)
        if old is None:
            renamed = (row for row in same_url if row.id in left and _same(row, entry, digest))
            old = max(renamed, key=lambda row: int(row.id), default=None)
            left -= {old.id} if old else set()
        if entry.url and same_url and all(row.content_hash != digest for row in same_url):
            changed_pages.append(entry.url)
        if old is not None and _unchanged(old, entry, digest):
            unchanged.append(old.id)
        else:
            rows.append(_row(feed, old, entry, digest))
    new = sum(row["id"] is None for row in rows)
    return Shown(new, tuple(rows), tuple(changed_pages), tuple(unchanged))


def _same(old: _Stored, entry: ParsedEntry, digest: str) -> bool:
    dated = entry.published_at is not None and old.published_at == entry.published_at
    titled = bool(entry.title) and old.title == entry.title
    return dated or titled or bool(old.content_hash == digest)


def _unchanged(old: _Stored, entry: ParsedEntry, digest: str) -> bool:
    published_at = entry.published_at or old.published_at
    return (old.key, old.url, old.published_at, old.content_hash) == (
        entry.key,
        entry.url,
        published_at,
        digest,
    )


def _row(feed: int, old: _Stored | None, entry: ParsedEntry, digest: str) -> Mapping[str, object]:
    return {
        "id": None if old is None else old.id,
        "feed": feed,
        "key": entry.key,
        "url": entry.url,
        "host": urls.host(entry.url) if entry.url else None,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": entry.authors,
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
        "source_name": entry.source_name,
        "source_url": entry.source_url,
        "content_hash": digest,
    }


_NEW_PAGES = text("""
INSERT INTO pages (url, host, source_id, due_at)
SELECT DISTINCT ON (given.url) given.url, given.host, (SELECT source_id FROM feeds WHERE id = given.feed), now()
FROM json_to_recordset(CAST(:rows AS json)) AS given (feed bigint, url text, host text)
WHERE given.url IS NOT NULL ORDER BY given.url
ON CONFLICT (url) DO NOTHING
""")
# A page is fetched again only when a feed says something of it that it did not say before.
_CHANGED_PAGES = text("""
UPDATE pages SET due_at = now(), attempt_count = 0, change_count = change_count + 1
WHERE url = ANY(:urls) AND due_at IS NULL AND change_count < :most
""")
_WRITE = text("""
MERGE INTO entries USING (
    SELECT given.*, pages.id AS page_id
    FROM json_to_recordset(CAST(:rows AS json)) AS given (
        id bigint, feed bigint, key text, url text, title text, summary text, content text, authors text[],
        published_at timestamptz, updated_at timestamptz, source_name text, source_url text, content_hash text
    ) LEFT JOIN pages ON pages.url = given.url
) AS given ON entries.id = given.id
WHEN MATCHED THEN UPDATE SET
    key = given.key, page_id = coalesce(given.page_id, entries.page_id), url = given.url, title = given.title,
    summary = given.summary, content = given.content, authors = given.authors,
    published_at = coalesce(given.published_at, entries.published_at), updated_at = given.updated_at,
    source_name = given.source_name, source_url = given.source_url, content_hash = given.content_hash,
    changed_at = CASE WHEN entries.content_hash = given.content_hash THEN entries.changed_at ELSE now() END,
    last_seen_at = now()
WHEN NOT MATCHED THEN INSERT (feed_id, key, page_id, url, title, summary, content, authors, published_at,
                              updated_at, source_name, source_url, content_hash)
    VALUES (given.feed, given.key, given.page_id, given.url, given.title, given.summary, given.content, given.authors,
            given.published_at, given.updated_at, given.source_name, given.source_url, given.content_hash)
""")
_SEEN = text("""
UPDATE entries SET last_seen_at = now() WHERE id = ANY(:ids) AND last_seen_at < now() - interval '1 hour'
""")


def save(db: Connection, shown: Mapping[int, Shown]) -> None:
    """Stores what is new or changed in what feeds show, and makes the pages due that these entries concern."""
    for part in _parts([row for one in shown.values() for row in one.rows]):
        db.execute(_NEW_PAGES, {"rows": part})
        db.execute(_WRITE, {"rows": part})
    changed_pages = [url for one in shown.values() for url in one.changed_pages]
    if changed_pages:
        db.execute(_CHANGED_PAGES, {"urls": changed_pages, "most": MAX_CHANGES})
    unchanged = [id_ for one in shown.values() for id_ in one.unchanged]
    if unchanged:
        db.execute(_SEEN, {"ids": unchanged})


def _parts(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The rows as JSON arrays of a bounded size."""
    part: list[bytes] = []
    size = 0
    for row in rows:
        part.append(orjson.dumps(row))
        size += len(part[-1])
        if size > _MOST_AT_ONCE:
            yield (b"[" + b",".join(part) + b"]").decode()
            part, size = [], 0
    if part:
        yield (b"[" + b",".join(part) + b"]").decode()
