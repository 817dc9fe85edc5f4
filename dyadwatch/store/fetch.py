"""The claim and the save of a fetch."""

import hashlib
import zlib
from collections.abc import Collection
from datetime import datetime

import orjson
from sqlalchemy import Connection, text

from dyadwatch.model.work import ClaimedPage, FetchResult
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
INSERT INTO snapshots (page_id, url, status, headers, body, sha256, fetched_at, due_at)
SELECT :page, :url, :status, CAST(:headers AS jsonb), :body, :sha256, :now, :now
WHERE :sha256 IS DISTINCT FROM
    (SELECT sha256 FROM snapshots WHERE page_id = :page ORDER BY id DESC LIMIT 1)
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
        db.execute(
            _SNAPSHOT,
            {
                "page": page.id,
                "url": result.url,
                "status": result.status,
                "headers": orjson.dumps(dict(headers)).decode(),
                "body": zlib.compress(result.body),
                "sha256": hashlib.sha256(result.body).hexdigest(),
                "now": now,
            },
        )
    return True
