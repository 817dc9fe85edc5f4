"""Sessions of the page: a random token in a cookie, stored as
its SHA-256, that stands for a key for 14 days."""

import hashlib
import secrets

from sqlalchemy import Connection, text

from dyadwatch.model.keys import KeyView
from dyadwatch.model.sessions import PageSession
from dyadwatch.store import keys

DAYS = 14
_MAX_PER_KEY = 50  # beyond them the oldest end

_INSERT = text("""
INSERT INTO page_sessions (hash, key_id, expires_at)
VALUES (:hash, :key, now() + make_interval(days => :days))
""")
# Those of other keys expire once a day (store/retention.py).
_DELETE_EXPIRED = text("DELETE FROM page_sessions WHERE key_id = :key AND expires_at < now()")
_DELETE_OLDEST = text("""
DELETE FROM page_sessions WHERE hash IN (
    SELECT hash FROM page_sessions WHERE key_id = :key ORDER BY expires_at DESC, hash OFFSET :maximum
)
""")
_DELETE = text("DELETE FROM page_sessions WHERE hash = :hash")
_KEY_OF = text("""
SELECT k.*
FROM page_sessions p JOIN api_keys k ON k.id = p.key_id
WHERE p.hash = :hash AND p.expires_at > now() AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
""")


def create(db: Connection, key_id: int) -> str:
    """Opens a session for a key and returns its token; deletes those of the key that have expired or are too
    many."""
    token = secrets.token_urlsafe(32)
    db.execute(_DELETE_EXPIRED, {"key": key_id})
    db.execute(_DELETE_OLDEST, {"key": key_id, "maximum": _MAX_PER_KEY - 1})
    db.execute(_INSERT, {"hash": _hash(token), "key": key_id, "days": DAYS})
    return token


def key_of(db: Connection, token: str) -> KeyView | None:
    """The key of an open session, None where it has expired or its key was revoked."""
    row = db.execute(_KEY_OF, {"hash": _hash(token)}).first()
    return None if row is None else keys.view(row)


def resume(db: Connection, token: str) -> PageSession | None:
    """An open session; None where it has expired or its key was revoked."""
    key = key_of(db, token)
    return None if key is None else PageSession(key, hashlib.sha256(f"form:{token}".encode()).hexdigest())


def delete(db: Connection, token: str) -> None:
    """Ends a session; one that is not open is no error."""
    db.execute(_DELETE, {"hash": _hash(token)})


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
