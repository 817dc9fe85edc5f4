"""Sessions of the page: a random token in a cookie, stored as
its SHA-256, that stands for a key for 14 days."""

import hashlib
import secrets

from sqlalchemy import Connection, text

from dyadwatch.model.keys import KeyView

DAYS = 14


def create(db: Connection, key_id: int) -> str:
    """Opens a session for a key and returns its token; forgets the sessions that have ended."""
    token = secrets.token_urlsafe(32)
    db.execute(text("DELETE FROM page_sessions WHERE expires_at < now()"))
    statement = text(
        "INSERT INTO page_sessions (hash, key_id, expires_at)"
        " VALUES (:hash, :key, now() + make_interval(days => :days))"
    )
    db.execute(statement, {"hash": _hash(token), "key": key_id, "days": DAYS})
    return token


def key_of(db: Connection, token: str) -> KeyView | None:
    """The key that an open session stands for, None where it has ended or its key was revoked."""
    statement = text(
        "SELECT k.id, k.name, k.prefix, k.scopes, k.created_at, k.last_used_at, k.revoked_at"
        " FROM page_sessions p JOIN api_keys k ON k.id = p.key_id"
        " WHERE p.hash = :hash AND p.expires_at > now() AND k.revoked_at IS NULL"
    )
    row = db.execute(statement, {"hash": _hash(token)}).first()
    if row is None:
        return None
    return KeyView(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def delete(db: Connection, token: str) -> None:
    """Ends a session; one that is not open is no error."""
    db.execute(text("DELETE FROM page_sessions WHERE hash = :hash"), {"hash": _hash(token)})


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
