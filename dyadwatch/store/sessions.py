"""Sessions of the pages: a random token in a cookie, stored as its SHA-256, that stands for a key.

A session ends 14 days after its token was last replaced, which is done once a day, and 90 days after
signing in at the latest. The replaced token stays good for a minute, for requests that are under way.
"""

import secrets

from sqlalchemy import Connection, text

from dyadwatch.model.sessions import PageSession
from dyadwatch.store import keys

DAYS = 14
MAX_DAYS = 90  # from signing in
_MAX_PER_KEY = 50  # beyond them the oldest end
_VISIT = "interval '30 minutes'"  # without a request, after which the next begins another visit

_INSERT = text("""
INSERT INTO page_sessions (hash, key_id, expires_at, last_visit_at)
VALUES (:hash, :key, now() + make_interval(days => :days),
    (SELECT max(active_at) FROM page_sessions WHERE key_id = :key))
""")
# Those of other keys expire once a day (store/retention.py).
_DELETE_EXPIRED = text("DELETE FROM page_sessions WHERE key_id = :key AND expires_at < now()")
_DELETE_OLDEST = text("""
DELETE FROM page_sessions WHERE hash IN (
    SELECT hash FROM page_sessions WHERE key_id = :key ORDER BY expires_at DESC, hash OFFSET :maximum
)
""")
_DELETE = text("DELETE FROM page_sessions WHERE hash = :hash")
_OPEN_SESSION = text("""
SELECT k.*, p.form_token, p.last_visit_at, p.active_at < now() - interval '1 minute' AS is_idle,
    p.issued_at < now() - interval '1 day' AS is_old
FROM page_sessions p JOIN api_keys k ON k.id = p.key_id
WHERE p.hash = :hash AND p.expires_at > now() AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
""")
_TOUCH = text(f"""
UPDATE page_sessions SET active_at = now(),
    last_visit_at = CASE WHEN active_at < now() - {_VISIT} THEN active_at ELSE last_visit_at END
WHERE hash = :hash RETURNING last_visit_at
""")  # noqa: S608  # constant SQL
# Of requests at the same time the first replaces the token.
_REPLACE = text("""
WITH old AS (
    UPDATE page_sessions SET expires_at = now() + interval '1 minute', issued_at = now()
    WHERE hash = :hash AND issued_at < now() - interval '1 day' RETURNING *
)
INSERT INTO page_sessions (hash, key_id, expires_at, started_at, active_at, last_visit_at, form_token)
SELECT :new, key_id,
    least(now() + make_interval(days => :days), started_at + make_interval(days => :max_days)),
    started_at, active_at, last_visit_at, form_token
FROM old RETURNING hash
""")


def create(db: Connection, key_id: int) -> str:
    """Opens a session for a key and returns its token; deletes those of the key that have expired or are too
    many."""
    token = secrets.token_urlsafe(32)
    db.execute(_DELETE_OLDEST, {"key": key_id, "maximum": _MAX_PER_KEY - 1})
    db.execute(_INSERT, {"hash": keys.fingerprint(token), "key": key_id, "days": DAYS})
    db.execute(_DELETE_EXPIRED, {"key": key_id})
    return token


def resume(db: Connection, token: str) -> PageSession | None:
    """The open session of a token, used now; None where it has expired or its key was revoked."""
    row = db.execute(_OPEN_SESSION, {"hash": keys.fingerprint(token)}).first()
    if row is None:
        return None
    last_visit_at = row.last_visit_at
    if row.is_idle:
        last_visit_at = db.execute(_TOUCH, {"hash": keys.fingerprint(token)}).scalar()
    new_token = _replace(db, token) if row.is_old else None
    return PageSession(keys.view(row), row.form_token, last_visit_at, new_token)


def delete(db: Connection, token: str) -> None:
    """Ends a session; one that is not open is no error."""
    db.execute(_DELETE, {"hash": keys.fingerprint(token)})


def _replace(db: Connection, token: str) -> str | None:
    new = secrets.token_urlsafe(32)
    params = {
        "hash": keys.fingerprint(token),
        "new": keys.fingerprint(new),
        "days": DAYS,
        "max_days": MAX_DAYS,
    }
    return new if db.execute(_REPLACE, params).first() else None
