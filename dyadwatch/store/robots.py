"""robots.txt as last answered, by origin: all processes ask for it once, and a restart not again."""

from datetime import datetime

from sqlalchemy import Connection, text

from dyadwatch.model.web import Robots


def get(db: Connection, origin: str) -> Robots | None:
    """What is known of an origin (scheme://host[:port]), outdated or not."""
    statement = text("SELECT status, body, failing_since, expires_at FROM robots WHERE origin = :origin")
    row = db.execute(statement, {"origin": origin}).mappings().one_or_none()
    return Robots(**row) if row else None


_SAVE = text("""
INSERT INTO robots (origin, status, body, failing_since, fetched_at, expires_at)
VALUES (:origin, :status, :body, :failing_since, :now, :expires_at)
ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body,
    failing_since = excluded.failing_since, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
""")


def save(db: Connection, origin: str, robots: Robots, *, now: datetime) -> None:
    db.execute(
        _SAVE,
        {
            "origin": origin,
            "status": robots.status,
            "body": robots.body,
            "failing_since": robots.failing_since,
            "expires_at": robots.expires_at,
            "now": now,
        },
    )
