"""The claim and the save of a fetch."""

import hashlib
import zlib
from collections.abc import Collection, Mapping
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.pages import ClaimedPage, FetchResult
from dyadwatch.model.snapshots import SnapshotKind
from dyadwatch.store import claims
from dyadwatch.store.failures import to_column

LEASE = 60.0
PER_HOST = 2


def claim(db: Connection, *, limit: int, busy: Collection[str] = ()) -> list[ClaimedPage]:
    """Takes pages that are due."""
    rows = claims.take(db, "pages", limit=limit, lease=LEASE, per_host=PER_HOST, busy=busy)
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
        )
        for row in rows
    ]


_SAVE = text("""
UPDATE pages SET
    state = CASE WHEN :failed THEN (CASE WHEN state = 'fetched' THEN state ELSE 'failed' END) ELSE 'fetched' END,
    due_at = :due_at, attempt_count = CASE WHEN :failed THEN attempt_count + 1 ELSE 0 END,
    etag = CASE WHEN :kept THEN :etag ELSE etag END,
    last_modified = CASE WHEN :kept THEN :last_modified ELSE last_modified END,
    last_fetched_at = :now, last_status = :status, last_error = CAST(:last_error AS jsonb)
WHERE id = :id AND turn = :turn
""")

# The same bytes again are not another snapshot: there is nothing new to read in them.
_SNAPSHOT = text("""
INSERT INTO snapshots (page_id, kind, url, status, headers, body, sha256, fetched_at, due_at)
SELECT :page, :kind, :url, :status, CAST(:headers AS jsonb), :body, :sha256, :now, :now
WHERE :sha256 IS DISTINCT FROM
    (SELECT sha256 FROM snapshots WHERE page_id = :page ORDER BY id DESC LIMIT 1)
""")

# The fullest of what feeds say about a page that was never read itself.
_WORDS = text("""
SELECT title, coalesce(content, summary, '') AS html, authors FROM entries
WHERE page_id = :page
    AND NOT EXISTS (SELECT 1 FROM snapshots WHERE page_id = :page AND kind = 'page')
ORDER BY length(coalesce(content, summary, '')) DESC, id LIMIT 1
""")


def save(db: Connection, page: ClaimedPage, result: FetchResult, *, now: datetime) -> bool:
    """Stores what a fetch came to. False where the turn has passed: then nothing is saved."""
    headers = result.headers or {}
    saved = db.execute(
        _SAVE,
        {
            "id": page.id,
            "turn": page.turn,
            "failed": result.failure is not None,
            "kept": result.body is not None,
            "due_at": result.retry_at,
            "etag": headers.get("etag"),
            "last_modified": headers.get("last-modified"),
            "status": result.status,
            "last_error": to_column(result.failure),
            "now": now,
        },
    )
    if saved.rowcount != 1:
        return False
    if result.body is not None:
        _snapshot(db, page, "page", result.url or page.url, result.status, headers, result.body, now)
    elif result.entry_stands_in:
        words = db.execute(_WORDS, {"page": page.id}).mappings().one_or_none()
        if words is not None:
            _snapshot(db, page, "entry", page.url, result.status, {}, orjson.dumps(dict(words)), now)
    return True


def _snapshot(  # noqa: PLR0913, PLR0917 - a row's columns
    db: Connection,
    page: ClaimedPage,
    kind: SnapshotKind,
    url: str,
    status: int | None,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> None:
    db.execute(
        _SNAPSHOT,
        {
            "page": page.id,
            "kind": kind,
            "url": url,
            "status": status or 0,
            "headers": orjson.dumps(dict(headers)).decode(),
            "body": zlib.compress(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "now": now,
        },
    )
