"""The robots.txt of each origin: requested once for all processes, and not again after a restart."""

from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.web import RobotsTxt

_BY_ORIGIN = text("SELECT status, body, failing_since, expires_at FROM robots WHERE origin = :origin")
_SAVE = text("""
INSERT INTO robots (origin, status, body, failing_since, fetched_at, expires_at)
VALUES (:origin, :status, :body, :failing_since, :now, :expires_at)
ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body,
    failing_since = excluded.failing_since, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
""")


def get(db: Connection, origin: str) -> RobotsTxt | None:
    """The record of an origin (scheme://host[:port]), expired or not."""
    row = db.execute(_BY_ORIGIN, {"origin": origin}).mappings().one_or_none()
    return RobotsTxt(**row) if row else None


def save(db: Connection, origin: str, robots_txt: RobotsTxt, *, now: datetime) -> None:
    """Replaces the record of an origin."""
    db.execute(
        _SAVE,
        {
            "origin": origin,
            "status": robots_txt.status,
            "body": robots_txt.body,
            "failing_since": robots_txt.failing_since,
            "expires_at": robots_txt.expires_at,
            "now": now,
        },
    )
