"""Responses to POSTs, stored for repeats with the same Idempotency-Key.

The key is that of draft-ietf-httpapi-idempotency-key-header. A response is stored in the transaction that
does the work, and the key is locked for as long as that lasts. A process that dies releases its lock and
rolls its work back, so no row can say "in flight" forever.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict, InvalidInput

HOURS = 24

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
# Those of other keys expire once a day (store/retention.py).
_DELETE_EXPIRED = text("""
DELETE FROM idempotent_answers
WHERE key_id = :key AND token = :token AND created_at < now() - make_interval(hours => :hours)
""")
_FIND = text("""
SELECT fingerprint, status, headers, body FROM idempotent_answers WHERE key_id = :key AND token = :token
""")
_INSERT = text("""
INSERT INTO idempotent_answers (key_id, token, fingerprint, status, headers, body)
VALUES (:key, :token, :fingerprint, :status, CAST(:headers AS jsonb), :body)
""")


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response as it was first sent."""

    status: int
    headers: Mapping[str, str]
    body: str


def find(db: Connection, key_id: int, token: str, fingerprint: str) -> StoredResponse | None:
    """Locks `token`, an Idempotency-Key of an API key, until the transaction ends, and returns its response
    if there is one.

    `fingerprint` identifies the request. Raises Conflict `idempotency_in_flight` where another transaction
    holds the lock, InvalidInput `idempotency_key_reused` where another request used the token in the last 24
    hours.
    """
    lock = int.from_bytes(hashlib.sha256(f"{key_id}\0{token}".encode()).digest()[:8], "big", signed=True)
    if not db.execute(_TRY_LOCK, {"lock": lock}).scalar_one():
        raise Conflict(
            "A request with this Idempotency-Key is still being processed.", code="idempotency_in_flight"
        )
    db.execute(_DELETE_EXPIRED, {"key": key_id, "token": token, "hours": HOURS})
    row = db.execute(_FIND, {"key": key_id, "token": token}).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise InvalidInput(
            "This Idempotency-Key was used for another request.", code="idempotency_key_reused"
        )
    return StoredResponse(status=row.status, headers=row.headers, body=row.body)


def save(db: Connection, key_id: int, token: str, fingerprint: str, response: StoredResponse) -> None:
    """Stores the response to the work done in this transaction, after `find` returned None."""
    params = {
        "key": key_id,
        "token": token,
        "fingerprint": fingerprint,
        "status": response.status,
        "headers": orjson.dumps(dict(response.headers)).decode(),
        "body": response.body,
    }
    db.execute(_INSERT, params)
