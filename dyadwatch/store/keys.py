"""API keys: made, recognised, revoked. Only the SHA-256 of a key is stored.

A key is `dyw_`, eight characters that name it (shown in lists), `_`, 32 random characters, and six of
checksum, as GitHub's tokens have it, by which scanners recognise leaked keys. The secret part has 190 bits: a
plain hash is enough, and looking a key up by its hash tells a guesser nothing.
"""

import base64
import hashlib
import hmac
import secrets
import string
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, select, text

from dyadwatch.errors import Conflict, FieldError, InvalidInput, NotFound
from dyadwatch.model.alert_triage import Reader
from dyadwatch.model.keys import SCOPES, KeyView, Scope
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import pagination, prepared_queries
from dyadwatch.store.database import Store
from dyadwatch.store.queries import Query, first, run

_ALPHABET = string.digits + string.ascii_letters
_MIN_LENGTH = 20  # characters of a token that an operator chose

_COLUMNS = (
    "id, name, prefix, scopes, created_at, last_used_at, revoked_at, owner, expires_at,"
    " CASE WHEN earlier_until > now() THEN earlier_until END AS earlier_until"
)
_IN_USE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())"
_ALL = select(text(_COLUMNS)).select_from(text("api_keys"))
_BY_ID = _ALL.where(text("id = :id"))
_BY_HASH = text(f"""
SELECT {_COLUMNS}, coalesce(last_used_at < now() - interval '1 minute', true) AS stale
FROM api_keys
WHERE (hash = :hash OR (earlier_hash = :hash AND earlier_until > now())) AND {_IN_USE}
""")  # noqa: S608  # constant SQL
# SQL of the id of the key with a hash, where `authenticate` would change nothing.
USED_LATELY = f"""SELECT id FROM api_keys
WHERE (hash = :key_hash OR (earlier_hash = :key_hash AND earlier_until > now())) AND {_IN_USE}
    AND last_used_at >= now() - interval '1 minute'"""  # noqa: S608
_AUTHENTICATED = (
    f"""SELECT row_to_json(key) FROM (SELECT {_COLUMNS} FROM api_keys WHERE id = ({USED_LATELY})) AS key"""  # noqa: S608
)
_KEY = TypeAdapter(KeyView)
_INSERT = text(f"""
INSERT INTO api_keys (name, prefix, hash, scopes, owner, expires_at)
VALUES (:name, :prefix, :hash, :scopes, :owner, :expires_at)
ON CONFLICT (hash) DO NOTHING RETURNING {_COLUMNS}
""")  # noqa: S608
_ROTATE = text("""
UPDATE api_keys SET earlier_hash = hash, earlier_until = now() + make_interval(secs => :grace),
    hash = :hash, prefix = :prefix
WHERE id = :id
""")
# What readers have subscribed to by links of a key, which end with its token and with it.
_END_PUSHES = text("""
UPDATE subscriptions SET lease_until = least(lease_until, now()) WHERE key_id = :id AND topic IS NOT NULL
""")
_HASH = text(f"SELECT hash FROM api_keys WHERE id = :id AND {_IN_USE}")  # noqa: S608
_TOUCH = text("UPDATE api_keys SET last_used_at = now() WHERE id = :id")
_LOCK_OTHER_ADMINS = text("""
SELECT id FROM api_keys WHERE 'admin' = ANY(scopes) AND revoked_at IS NULL AND expires_at IS NULL
    AND id <> :id FOR UPDATE
""")
_DELETE_SESSIONS = text("DELETE FROM page_sessions WHERE key_id = :id")
_REVOKE = text("UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = :id")
_EXISTS = text(f"SELECT EXISTS (SELECT 1 FROM api_keys WHERE id = :id AND {_IN_USE})")  # noqa: S608
# One key of each reader, who may have several as their owner.
_READERS = text(f"""
SELECT {_COLUMNS} FROM api_keys WHERE id IN (
    SELECT min(id) FROM api_keys
    WHERE {_IN_USE} AND (CAST(:name AS text) IS NULL OR coalesce(owner, name) = :name)
    GROUP BY owner, CASE WHEN owner IS NULL THEN id END)
ORDER BY id LIMIT :limit
""")  # noqa: S608
_ANY_ADMIN = text(f"SELECT EXISTS (SELECT 1 FROM api_keys WHERE 'admin' = ANY(scopes) AND {_IN_USE})")  # noqa: S608


def create(
    db: Connection,
    name: str,
    scopes: Sequence[Scope],
    token: str | None = None,
    *,
    owner: str | None = None,
    expires_at: datetime | None = None,
) -> tuple[KeyView, str]:
    """Stores a key and returns it with its token, which cannot be read again. An operator may choose `token`.

    Raises InvalidInput where a chosen token is too short, no scope is given or it would have expired already,
    Conflict `duplicate` where it exists.
    """
    if expires_at is not None and expires_at <= datetime.now(UTC):
        problem = FieldError("/expires_at", "must be in the future", "out_of_range")
        raise InvalidInput("A key must expire in the future.", errors=[problem])
    if not scopes or not set(scopes) <= set(SCOPES):
        problem = FieldError("/scopes", f"must name at least one of {', '.join(SCOPES)}", "scope_unknown")
        raise InvalidInput("A key needs scopes.", errors=[problem])
    if token is not None and len(token) < _MIN_LENGTH:
        raise InvalidInput(
            f"A key of your own needs at least {_MIN_LENGTH} characters.", code="key_too_short"
        )
    token = token or _new_token()
    params = {
        "name": name,
        "prefix": _prefix(token),
        "hash": fingerprint(token),
        "scopes": [scope for scope in SCOPES if scope in scopes],
        "owner": owner,
        "expires_at": expires_at,
    }
    row = db.execute(_INSERT, params).first()
    if row is None:
        raise Conflict("This key is known already.", code="duplicate")
    return view(row), token


def authenticate(db: Connection, token: str) -> KeyView | None:
    """The key that a token belongs to, None where there is none or it is not in use any more. One hash and
    one look-up whatever the token; `last_used_at` is written at most once a minute."""
    row = run(db, Query(_BY_HASH, {"hash": fingerprint(token)}, first))
    if row is None:
        return None
    if row.stale:
        db.execute(_TOUCH, {"id": row.id})
    return view(row)


def authenticate_quickly(store: Store, token: str) -> KeyView | None:
    """What `authenticate` gives, in a fifth of its time. None also where `authenticate` has to be called,
    which records when the key was used."""
    row = prepared_queries.fetch_row(
        store, prepared_queries.prepare(_AUTHENTICATED, {"key_hash": fingerprint(token)})
    )
    return None if row is None or row[0] is None else _of_json(row[0])


@lru_cache(1_000)
def _of_json(document: bytes) -> KeyView:
    """It is the same for a minute."""
    return _KEY.validate_json(document)


def sign(db: Connection, key_id: int, message: bytes) -> str:
    """A signature that only who knows the key, or what is stored of it, can make: an HMAC-SHA256 in
    base64url. It is another once the key is rotated. Raises NotFound."""
    row = db.execute(_HASH, {"id": key_id}).first()
    if row is None:
        raise NotFound(f"There is no key {key_id}.")
    return _signature(row.hash, message)


def verify(db: Connection, key_id: int, message: bytes, signature: str) -> KeyView | None:
    """The key in use that has signed a message; None where it has not, or there is none."""
    row = run(db, Query(_HASH, {"id": key_id}, first))
    if row is None or not hmac.compare_digest(_signature(row.hash, message).encode(), signature.encode()):
        return None
    return get(db, key_id)


def get(db: Connection, key_id: int) -> KeyView:
    """Raises NotFound."""
    return view(_row(db, _BY_ID, key_id))


def page(db: Connection, *, limit: int, cursor: str | None) -> ListPage[KeyView]:
    """Keys, newest first, revoked ones too."""
    stream = pagination.stream("api_keys")
    return pagination.read(db, _ALL, {}, _views, stream=stream, kind="keys", limit=limit, cursor=cursor)


def readers(db: Connection, name: str | None = None, *, limit: int = 20) -> list[Reader]:
    """Who reads with the keys in use; those of a name alone: the owner of keys, or a key without one."""
    return [one.reader for one in run(db, Query(_READERS, {"name": name, "limit": limit}, _views))]


def rotate(db: Connection, key_id: int, *, grace: float) -> tuple[KeyView, str]:
    """Gives a key another token, and returns both. The earlier token works for `grace` seconds more; one
    that was replaced by it does not, and links that were signed end at once, with what is pushed to who
    subscribed by them. Raises NotFound, and Conflict `key_revoked`."""
    if _row(db, _BY_ID.with_for_update(), key_id).revoked_at is not None:
        raise Conflict("A key that was revoked stays so: make another one.", code="key_revoked")
    token = _new_token()
    params = {"id": key_id, "grace": grace, "hash": fingerprint(token), "prefix": _prefix(token)}
    db.execute(_ROTATE, params)
    db.execute(_END_PUSHES, {"id": key_id})
    return get(db, key_id), token


def revoke(db: Connection, key_id: int) -> KeyView:
    """Ends a key, the page sessions opened with it, and what is pushed to who subscribed by its links. Raises
    NotFound, and Conflict `last_admin_key` where nobody could create keys afterwards."""
    row = _row(db, _BY_ID.with_for_update(), key_id)
    is_admin = "admin" in row.scopes and row.revoked_at is None and row.expires_at is None
    if is_admin and not db.execute(_LOCK_OTHER_ADMINS, {"id": key_id}).all():
        raise Conflict("This is the last admin key: make another one first.", code="last_admin_key")
    db.execute(_DELETE_SESSIONS, {"id": key_id})
    db.execute(_END_PUSHES, {"id": key_id})
    db.execute(_REVOKE, {"id": key_id})
    return get(db, key_id)


def exists(db: Connection, key_id: int) -> bool:
    """Whether there is such a key in use: neither expired nor revoked."""
    return bool(db.execute(_EXISTS, {"id": key_id}).scalar_one())


def any_admin(db: Connection) -> bool:
    """Whether an admin key is in use."""
    return bool(db.execute(_ANY_ADMIN).scalar_one())


def fingerprint(token: str) -> bytes:
    """The SHA-256 that is stored in place of a token."""
    return hashlib.sha256(token.encode()).digest()


def _signature(key: bytes, message: bytes) -> str:
    digest = hmac.digest(bytes(key), b"dyadwatch link\0" + message, "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _row(db: Connection, query: Select[Any], key_id: int) -> pagination.Record:
    row = db.execute(query, {"id": key_id}).first()
    if row is None:
        raise NotFound(f"There is no key {key_id}.")
    return row


def _new_token() -> str:
    body = "dyw_" + _random(8) + "_" + _random(32)
    return body + _base62(zlib.crc32(body.encode()), 6)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def _prefix(token: str) -> str:
    return token[:12] if token.startswith("dyw_") and len(token) >= 40 else token[:4]


def _views(rows: Sequence[pagination.Record]) -> list[KeyView]:
    return [view(row) for row in rows]


def view(row: pagination.Record) -> KeyView:
    """A key as shown, of a row with its columns."""
    return KeyView(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        owner=row.owner,
        expires_at=row.expires_at,
        earlier_until=row.earlier_until,
    )
