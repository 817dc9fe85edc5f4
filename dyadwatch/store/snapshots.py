"""Snapshots: pages as they were fetched, compressed; the tag step's unit of work."""

import hashlib
import zlib
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.counts import Count
from dyadwatch.model.dates import StatedDate
from dyadwatch.model.entries import EntryContent, EntrySource
from dyadwatch.model.failures import Failure
from dyadwatch.model.snapshots import ClaimedSnapshot, FetchedPage, NewSnapshot, SnapshotFacts
from dyadwatch.store import claims, counts
from dyadwatch.store.columns import SOURCE_REF, failure_to_column, rules_from_column, source_ref
from dyadwatch.store.queries import Query, Record, run

# A snapshot that was never claimed was never tagged.
QUEUE = claims.Queue(
    "snapshots",
    lost="row.turn = 0",
    order="row.due_at, row.id",
    since="greatest(row.due_at, row.fetched_at)",
    count_attempts=True,
)

# The same bytes again are not another snapshot: there is nothing new to read in them. What a feed says was
# published within the hour goes before all that waits.
_INSERT = text("""
INSERT INTO snapshots (page_id, kind, url, status, headers, body, sha256, fetched_at, due_at, quiet)
SELECT :page, :kind, :url, :status, CAST(:headers AS jsonb), :body, :sha256, :fetched_at,
    coalesce((SELECT min(least(published_at, :fetched_at)) - interval '1 hour' FROM entries
              WHERE page_id = :page AND published_at - CAST(:fetched_at AS timestamptz)
                  BETWEEN interval '-1 hour' AND interval '10 minutes'), :fetched_at), :quiet
WHERE :sha256 IS DISTINCT FROM
    (SELECT sha256 FROM snapshots WHERE page_id = :page ORDER BY id DESC LIMIT 1)
""")
# What the publisher's row and the feeds' entries say about the pages; of several entries the fullest.
_CONTEXT = text(f"""
SELECT snapshots.id, pages.source_id, pages.url AS page_url, s.reading_rules,
    {SOURCE_REF} AS publisher, entry.*,
    dated.published_at, dated.published_precision, named.source_name, named.source_url, (
        SELECT min(first.fetched_at) FROM snapshots AS first WHERE first.page_id = pages.id
            AND (first.id = snapshots.id OR (first.due_at IS NULL AND first.last_error IS NULL))
    ) AS first_fetched_at,
    EXISTS (SELECT 1 FROM snapshots AS newer WHERE newer.page_id = pages.id AND newer.id > snapshots.id
            AND newer.due_at IS NULL AND newer.last_error IS NULL) AS outdated
FROM snapshots JOIN pages ON pages.id = snapshots.page_id LEFT JOIN sources s ON s.id = pages.source_id
LEFT JOIN LATERAL (
    SELECT title, coalesce(content, summary, '') AS html, authors FROM entries WHERE page_id = pages.id
    ORDER BY length(coalesce(content, summary, '')) DESC, id LIMIT 1
) AS entry ON true
LEFT JOIN LATERAL (
    SELECT published_at, published_precision FROM entries
    WHERE page_id = pages.id AND published_at IS NOT NULL
    ORDER BY array_position(ARRAY['day', 'local_time'], published_precision) DESC, published_at LIMIT 1
) AS dated ON true
LEFT JOIN LATERAL (
    SELECT source_name, source_url FROM entries
    WHERE page_id = pages.id AND coalesce(source_name, source_url) <> '' ORDER BY id LIMIT 1
) AS named ON true
WHERE snapshots.id = ANY(:ids)
""")  # noqa: S608  # constant SQL
_OF_VERSION = text("""
SELECT snapshots.kind, snapshots.url, snapshots.status, snapshots.sha256, snapshots.fetched_at,
    octet_length(snapshots.body) AS stored_bytes, snapshots.headers ->> 'content-type' AS media_type
FROM article_versions JOIN snapshots ON snapshots.id = snapshot_id
WHERE article_id = :article AND number = :number
""")
_FETCHED_PAGES = text("""
SELECT id, url, status, headers, body, fetched_at FROM snapshots
WHERE id > :after AND kind = 'page' ORDER BY id LIMIT :limit
""")
_FINISH = text("""
UPDATE snapshots SET due_at = :retry_at, last_error = CAST(:last_error AS jsonb),
    attempt_count = CASE WHEN :succeeded OR CAST(:retry_at AS timestamptz) IS NULL THEN 0
                         ELSE attempt_count END,
    quiet = quiet AND CAST(:retry_at AS timestamptz) IS NOT NULL
WHERE id = :id AND turn = :turn RETURNING id
""")
# What it says stands in an older one too, which a version names. One that is tagged again stays.
_DROP_REPEATED = text("""
DELETE FROM snapshots AS row WHERE id = :id AND turn = 1 AND kind = 'page'
    AND NOT EXISTS (SELECT FROM article_versions WHERE snapshot_id = row.id)
    AND EXISTS (SELECT FROM snapshots AS older JOIN article_versions ON snapshot_id = older.id
                WHERE older.page_id = row.page_id AND older.kind = 'page' AND older.id < row.id)
""")
# Where the newest held no article, also the one before it that did: what is kept was read from that.
_MAKE_NEWEST_DUE = claims.make_due_statement(
    "snapshots",
    "row.id IN (SELECT max(id) FROM snapshots WHERE page_id = ANY(:pages) GROUP BY page_id"
    " UNION SELECT max(id) FROM snapshots WHERE page_id = ANY(:pages) AND last_error IS NULL"
    " GROUP BY page_id)",
    changes=", attempt_count = 0, quiet = true",
)
# A corrected entry is what a page is fetched for again: it may say more of the article than the page does.
_MAKE_CORRECTED_DUE = claims.make_due_statement(
    "snapshots",
    "row.id = (SELECT max(id) FROM snapshots WHERE page_id = :page)"
    " AND row.fetched_at < (SELECT max(changed_at) FROM entries WHERE page_id = :page)",
    changes=", attempt_count = 0",
)
# Pages from new to old: those with an id less than before_page are still to be tagged again.
_START_RETAGGING = text("""
INSERT INTO retagging (id, before_page) SELECT 1, coalesce(max(page_id), 0) + 1 FROM snapshots
ON CONFLICT (id) DO UPDATE SET before_page = excluded.before_page
""")
_PAGES = "SELECT DISTINCT page_id FROM snapshots"
_LOCK_RETAGGING = text("SELECT before_page FROM retagging FOR UPDATE SKIP LOCKED")
_NEXT_PAGES = text("""
SELECT DISTINCT page_id FROM snapshots WHERE page_id < :before ORDER BY page_id DESC LIMIT :limit
""")
_SAVE_RETAGGING = text("UPDATE retagging SET before_page = :before")
_END_RETAGGING = text("DELETE FROM retagging")


def add(db: Connection, new: NewSnapshot) -> bool:
    """Stores a snapshot, due at once. False where its page's newest one has the same bytes."""
    added = db.execute(
        _INSERT,
        {
            "page": new.page,
            "kind": new.kind,
            "url": new.url,
            "status": new.status or 0,
            "headers": orjson.dumps(dict(new.headers)).decode(),
            "body": zlib.compress(new.body),
            "sha256": hashlib.sha256(new.body).hexdigest(),
            "fetched_at": new.fetched_at,
            "quiet": new.quiet,
        },
    )
    return added.rowcount == 1


def of_version(db: Connection, article: int, number: int) -> SnapshotFacts | None:
    """What is known of the snapshot that a version of an article was read from, None where it is not kept."""
    row = db.execute(_OF_VERSION, {"article": article, "number": number}).first()
    return None if row is None else SnapshotFacts(*row)


def claim(db: Connection, *, limit: int) -> list[ClaimedSnapshot]:
    """Claims snapshots that are due, and counts the attempt."""
    rows = claims.claim(db, QUEUE, limit=limit)
    ids = [row["id"] for row in rows]
    context = {row["id"]: row for row in db.execute(_CONTEXT, {"ids": ids}).mappings()}
    return [_claimed_snapshot(row, context[row["id"]]) for row in rows]


def fetched_pages(db: Connection, *, after: int, limit: int) -> list[FetchedPage]:
    """The pages with ids above `after`, as they were fetched, in order."""
    rows = db.execute(_FETCHED_PAGES, {"after": after, "limit": limit}).mappings()
    return [FetchedPage(**{**row, "body": zlib.decompress(row["body"])}) for row in rows]


def finish(
    db: Connection, snapshot: ClaimedSnapshot, failure: Failure | None, retry_at: datetime | None = None
) -> bool:
    """Ends the turn: tagged or failed, for good or until `retry_at`. False where the turn has passed."""
    return run(db, finish_query(snapshot, failure, retry_at))


def finish_query(
    snapshot: ClaimedSnapshot, failure: Failure | None, retry_at: datetime | None = None
) -> Query[bool]:
    """What `finish` does, to be run together with what follows it."""
    params = {
        "id": snapshot.id,
        "turn": snapshot.turn,
        "retry_at": retry_at,
        "last_error": failure_to_column(failure),
        "succeeded": failure is None,
    }
    return Query(_FINISH, params, bool)


def drop_repeated(db: Connection, snapshot: ClaimedSnapshot) -> None:
    """Removes a snapshot that was tagged and says nothing that an older one of its page does not."""
    db.execute(_DROP_REPEATED, {"id": snapshot.id})


def retag(db: Connection) -> Count:
    """Has the newest snapshot of every page tagged again, and where that held no article the newest that did:
    `retag_next` makes them due, from new pages to old. Returns how many pages there are."""
    db.execute(_START_RETAGGING)
    return counts.count(db, _PAGES, {})


def retag_next(db: Connection, *, limit: int) -> int:
    """Makes the next snapshots of a retagging due, at most `limit`. Returns how many there were."""
    before = db.execute(_LOCK_RETAGGING).scalar_one_or_none()
    if before is None:
        return 0
    pages = db.execute(_NEXT_PAGES, {"before": before, "limit": limit}).scalars().all()
    if not pages:
        db.execute(_END_RETAGGING)
        return 0
    db.execute(_SAVE_RETAGGING, {"before": pages[-1]})
    return db.execute(_MAKE_NEWEST_DUE, {"pages": pages}).rowcount


def retag_corrected(db: Connection, page: int) -> None:
    """Makes a page's newest snapshot due again where an entry about the page has changed since."""
    db.execute(_MAKE_CORRECTED_DUE, {"page": page})


def _claimed_snapshot(row: Record, context: Record) -> ClaimedSnapshot:
    return ClaimedSnapshot(
        id=row["id"],
        turn=row["turn"],
        page=row["page_id"],
        source=context["source_id"],
        kind=row["kind"],
        page_url=context["page_url"],
        url=row["url"],
        status=row["status"],
        headers=row["headers"],
        body=zlib.decompress(row["body"]),
        fetched_at=row["fetched_at"],
        first_fetched_at=context["first_fetched_at"],
        entry_date=_entry_date(context),
        entry=_entry_content(context),
        entry_source=_entry_source(context),
        publisher=source_ref(context["publisher"]),
        rules=rules_from_column(context["reading_rules"]),
        attempts=row["attempt_count"],
        quiet=row["quiet"],
        outdated=context["outdated"],
    )


def _entry_date(row: Record) -> StatedDate | None:
    """Older rows say nothing of their precision; feeds mostly state moments."""
    at = row["published_at"]
    return None if at is None else StatedDate(at, row["published_precision"] or "instant")


def _entry_content(row: Record) -> EntryContent | None:
    return None if row["title"] is None else EntryContent(row["title"], row["html"], tuple(row["authors"]))


def _entry_source(row: Record) -> EntrySource | None:
    name, url = row["source_name"], row["source_url"]
    return EntrySource(name, url) if name or url else None
