"""Pages: web pages by URL, the unit of fetching."""

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from dyadwatch import urls
from dyadwatch.model.claims import Busy
from dyadwatch.model.pages import ClaimedPage, FetchResult
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.store import claims, snapshots
from dyadwatch.store.columns import failure_to_column

MAX_CHANGES = 24  # fetches of one page because its entry changed
QUEUE = claims.Queue(
    "pages",
    lost="row.state = 'new'",
    per_host=2,
    owner="coalesce(row.source_id, 0)",
    per_owner=8,
    since="greatest(row.due_at, row.created_at)",
)

_SAVE_FETCH = text("""
UPDATE pages SET
    state = CASE WHEN NOT :failed THEN 'fetched' WHEN state = 'fetched' THEN state ELSE 'failed' END,
    due_at = :retry_at, attempt_count = CASE WHEN :failed THEN attempt_count + 1 ELSE 0 END,
    etag = CASE WHEN :has_body THEN :etag ELSE etag END,
    last_modified = CASE WHEN :has_body THEN :last_modified ELSE last_modified END,
    last_fetched_at = :now, last_status = :status, last_error = CAST(:last_error AS jsonb),
    quiet = quiet AND :failed
WHERE id = :id AND turn = :turn
""")
# The fullest entry about a page of which no snapshot was ever fetched.
_ENTRY_CONTENT = text("""
SELECT title, coalesce(content, summary, '') AS html, authors FROM entries
WHERE page_id = :page
    AND NOT EXISTS (SELECT 1 FROM snapshots WHERE page_id = :page AND kind = 'page')
ORDER BY length(coalesce(content, summary, '')) DESC, id LIMIT 1
""")
# A page that waits to be tried again keeps its time. One that is being fetched is due when that lease ends.
_REFETCH = claims.make_due_statement(
    "pages",
    "row.url = ANY(:urls) AND row.change_count < :max_changes AND row.state <> 'expunged'",
    at="coalesce(row.due_at, now())",
    changes=""", change_count = row.change_count + CASE WHEN row.due_at <= now() THEN 0 ELSE 1 END,
    attempt_count = CASE WHEN row.due_at IS NULL THEN 0 ELSE row.attempt_count END""",
)
_ADD_PAST = text("""
INSERT INTO pages (url, host, source_id, quiet, due_at)
SELECT url, host, :source, true,
    CAST(:first_at AS timestamptz) + (row_number() OVER () - 1) * make_interval(secs => :seconds)
FROM unnest(CAST(:urls AS text[]), CAST(:hosts AS text[])) AS listed (url, host)
WHERE NOT EXISTS (SELECT FROM pages WHERE pages.url = listed.url)
    AND NOT EXISTS (SELECT FROM article_urls WHERE article_urls.url = listed.url)
LIMIT :limit
ON CONFLICT (url) DO NOTHING RETURNING due_at
""")
_COUNT_NEW = text("""
SELECT count(*) FROM unnest(CAST(:urls AS text[])) AS listed (url)
WHERE NOT EXISTS (SELECT FROM pages WHERE pages.url = listed.url)
    AND NOT EXISTS (SELECT FROM article_urls WHERE article_urls.url = listed.url)
""")
_NEXT_OF_SOURCE = claims.next_statement(
    "pages", "host = :host AND source_id = :source", at="CAST(:until AS timestamptz)"
)
_DEFER_SOURCE = text(
    f"UPDATE pages SET due_at = :until WHERE id IN ({_NEXT_OF_SOURCE}) AND due_at <= :until"  # noqa: S608
)


def claim(db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY) -> list[ClaimedPage]:
    """Claims pages that are due for a fetch, none of them of a `busy` host or source."""
    return [
        ClaimedPage(
            id=row["id"],
            turn=row["turn"],
            host=row["host"],
            source=row["source_id"],
            url=row["url"],
            attempts=row["attempt_count"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            quiet=row["quiet"],
        )
        for row in claims.claim(db, QUEUE, limit=limit, busy=busy)
    ]


def defer(
    db: Connection,
    page: ClaimedPage,
    until: datetime,
    *,
    ahead: Collection[int | None] = (),
    behind: Collection[int | None] | None = None,
) -> None:
    """Ends the turn without a fetch, since its host is busy until `until`, but for the sources `ahead`, or
    for the sources `behind` alone."""
    claims.defer(db, QUEUE, page, until, ahead=ahead, behind=behind)


def defer_source(db: Connection, host: str, source: int | None, until: datetime) -> None:
    """Lets the next pages of a source on a host wait, because one of them was slow: other sources there go
    first. Also those that wait already, for less long."""
    params = {"host": host, "source": source, "until": until, "limit": claims.BATCH}
    db.execute(_DEFER_SOURCE, params)


def add_past(
    db: Connection, source: int, listed: Sequence[str], *, first_at: datetime, seconds: float, limit: int
) -> tuple[int, datetime | None]:
    """Stores at most `limit` of the pages of a source's past that are not known yet: one due every so many
    seconds from `first_at` on. Returns how many, and when the last of them is due."""
    params = {
        "source": source,
        "urls": list(listed),
        "hosts": list(map(urls.host, listed)),
        "first_at": first_at,
        "seconds": seconds,
        "limit": limit,
    }
    due = db.execute(_ADD_PAST, params).scalars().all()
    return len(due), max(due, default=None)


def count_new(db: Connection, listed: Sequence[str]) -> int:
    """How many of the addresses are not known."""
    count: int = db.execute(_COUNT_NEW, {"urls": list(listed)}).scalar_one()
    return count


def refetch(db: Connection, addresses: Collection[str]) -> None:
    """Makes pages due whose entries changed: a page is fetched again only when a feed says something new
    about it, and not more than MAX_CHANGES times."""
    db.execute(_REFETCH, {"urls": sorted(addresses), "max_changes": MAX_CHANGES})


def save_fetch(db: Connection, page: ClaimedPage, result: FetchResult, *, now: datetime) -> bool:
    """Stores the outcome of a fetch, with a snapshot where there is something to read. Where that is nothing
    new, what a changed entry says is read with the last one. False where the turn has passed: then nothing is
    saved."""
    headers = result.headers or {}
    saved = db.execute(
        _SAVE_FETCH,
        {
            "id": page.id,
            "turn": page.turn,
            "failed": result.failure is not None,
            "has_body": result.body is not None,
            "retry_at": result.retry_at,
            "etag": headers.get("etag"),
            "last_modified": headers.get("last-modified"),
            "status": result.status,
            "last_error": failure_to_column(result.failure),
            "now": now,
        },
    )
    if saved.rowcount != 1:
        return False
    snapshot = _snapshot(db, page, result, now)
    is_new = snapshot is not None and snapshots.add(db, snapshot)
    if not is_new and result.retry_at is None:
        snapshots.retag_corrected(db, page.id)
    return True


def _snapshot(db: Connection, page: ClaimedPage, result: FetchResult, now: datetime) -> NewSnapshot | None:
    """What was fetched, or in its place the entry of the feed where the step asks for that."""
    if result.body is not None:
        url, headers = result.url or page.url, result.headers or {}
        return NewSnapshot(page.id, "page", url, result.status, headers, result.body, now, page.quiet)
    if not result.use_entry:
        return None
    entry = db.execute(_ENTRY_CONTENT, {"page": page.id}).mappings().one_or_none()
    if entry is None:
        return None
    return NewSnapshot(
        page.id, "entry", page.url, result.status, {}, orjson.dumps(dict(entry)), now, page.quiet
    )
