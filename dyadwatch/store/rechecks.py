"""Rechecks: when the page of an article is read again, and whether it is still there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from dyadwatch.model.claims import Busy
from dyadwatch.model.pages import ClaimedPage, ClaimedRecheck, RecheckResult
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.store import claims, snapshots
from dyadwatch.store.queries import Record

# The id is that of the page. A page that is not read again any more has no row.
QUEUE = claims.Queue(
    "rechecks",
    lost="true",
    per_host=1,
    owner="coalesce(row.source_id, 0)",
    per_owner=1,
)
_CONTEXT = text("""
SELECT pages.id, pages.url, pages.etag, pages.last_modified, EXISTS (
    SELECT FROM articles JOIN taggings ON taggings.article_id = articles.id
    WHERE articles.page_id = pages.id AND taggings.relationship) AS carries_alert
FROM pages WHERE pages.id = ANY(:ids) AND pages.state <> 'expunged'
""")
_SAVE = text("""
UPDATE rechecks SET due_at = :due_at, missing_since = :missing_since WHERE id = :id AND turn = :turn
""")
_END = text("DELETE FROM rechecks WHERE id = :id AND turn = :turn")
_END_EXPUNGED = text("DELETE FROM rechecks WHERE id = ANY(:ids)")
_SAVE_PAGE = text("""
UPDATE pages SET etag = :etag, last_modified = :last_modified, last_fetched_at = :now, last_status = :status
WHERE id = :id
""")
_TO_CHANGE = text("""
SELECT id, story_id FROM articles WHERE page_id = :page AND (status = 'gone') <> :gone ORDER BY story_id, id
""")
# One that is there again is as its last notice says.
_SET_STATUS = text("""
UPDATE articles SET status_at = now(),
    status = CASE WHEN :gone THEN 'gone' ELSE coalesce(notice ->> 'kind', 'live') END
WHERE id = :article RETURNING story_id
""")
_WATCHES = text(
    "SELECT watch_id FROM taggings WHERE article_id = :article AND relationship ORDER BY watch_id"
)


def claim(db: Connection, limit: int, busy: Busy = claims.NOTHING_BUSY) -> list[ClaimedRecheck]:
    """Claims pages that are to be read again."""
    rows = {row["id"]: row for row in claims.claim(db, QUEUE, limit=limit, busy=busy)}
    pages = db.execute(_CONTEXT, {"ids": list(rows)}).all()
    expunged = rows.keys() - {page.id for page in pages}
    if expunged:
        db.execute(_END_EXPUNGED, {"ids": list(expunged)})
    return [_claimed(rows[page.id], page) for page in pages]


def save(db: Connection, row: ClaimedRecheck, result: RecheckResult, *, now: datetime) -> bool:
    """Stores the outcome, with a snapshot where there is something to read. False where the turn has
    passed: then nothing is stored."""
    params = {"due_at": result.due_at, "missing_since": result.missing_since}
    statement = _END if result.due_at is None else _SAVE
    if db.execute(statement, {**params, "id": row.id, "turn": row.turn}).rowcount != 1:
        return False
    if result.body is not None:
        url, headers = result.url or row.page.url, result.headers or {}
        stated = {"etag": headers.get("etag"), "last_modified": headers.get("last-modified")}
        db.execute(_SAVE_PAGE, {**stated, "id": row.id, "now": now, "status": result.status})
        snapshots.add(db, NewSnapshot(row.id, "page", url, result.status, headers, result.body, now))
    return True


def articles_to_change(db: Connection, page: int, *, gone: bool) -> Sequence[tuple[int, int]]:
    """(article, story) of what was read from a page and is not yet known to be gone, or to be back."""
    return [(row.id, row.story_id) for row in db.execute(_TO_CHANGE, {"page": page, "gone": gone})]


def set_status(db: Connection, article: int, *, gone: bool) -> tuple[int, Sequence[str]]:
    """Stores that an article is gone or there again. Returns its story, and the watches whose alerts show
    it."""
    story = db.execute(_SET_STATUS, {"article": article, "gone": gone}).scalar_one()
    return story, db.execute(_WATCHES, {"article": article}).scalars().all()


def _claimed(row: Record, page: Any) -> ClaimedRecheck:
    return ClaimedRecheck(
        page=ClaimedPage(
            id=row["id"],
            turn=row["turn"],
            host=row["host"],
            source=row["source_id"],
            url=page.url,
            attempts=0,
            etag=page.etag,
            last_modified=page.last_modified,
        ),
        first_seen_at=row["first_seen_at"],
        missing_since=row["missing_since"],
        carries_alert=page.carries_alert,
    )
