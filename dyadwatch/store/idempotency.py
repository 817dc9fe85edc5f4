"""Answers kept for repeated POSTs with the same Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).

The answer is written in the transaction that does the work, and the key is locked for as long as that lasts.
A process that dies takes its lock and its half-done work with it: no row can say "in flight" for ever.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, text

from dyadwatch.errors import Conflict, InvalidInput

HOURS = 24


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was first given."""

    status: int
    headers: Mapping[str, str]
    body: str


def recall(db: Connection, key_id: int, token: str, fingerprint: str) -> StoredAnswer | None:
    """Locks an Idempotency-Key of an API key until the transaction ends, and returns the answer that it has.

    `fingerprint` stands for the request. Raises Conflict `idempotency_in_flight`
    where another transaction holds it, InvalidInput `idempotency_key_reused`
    where it was used for another request in the last 24 hours.
    """
    lock = int.from_bytes(hashlib.sha256(f"{key_id}\0{token}".encode()).digest()[:8], "big", signed=True)
    if not db.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock}).scalar_one():
        raise Conflict("A request with this Idempotency-Key is still at work.", code="idempotency_in_flight")
    db.execute(
        text("DELETE FROM idempotent_answers WHERE created_at < now() - make_interval(hours => :hours)"),
        {"hours": HOURS},
    )
    statement = text(
        "SELECT fingerprint, status, headers, body FROM idempotent_answers"
        " WHERE key_id = :key AND token = :token"
    )
    row = db.execute(statement, {"key": key_id, "token": token}).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise InvalidInput(
            "This Idempotency-Key was used for another request.", code="idempotency_key_reused"
        )
    return StoredAnswer(status=row.status, headers=row.headers, body=row.body)


def keep(db: Connection, key_id: int, token: str, fingerprint: str, answer: StoredAnswer) -> None:
    """Keeps the answer of the work done in this transaction, after `recall` found none."""
    statement = text(
        "INSERT INTO idempotent_answers (key_id, token, fingerprint, status, headers, body)"
        " VALUES (:key, :token, :fingerprint, :status, CAST(:headers AS jsonb), :body)"
    )
    values = {
        "key": key_id,
        "token": token,
        "fingerprint": fingerprint,
        "status": answer.status,
        "headers": orjson.dumps(dict(answer.headers)).decode(),
        "body": answer.body,
    }
    db.execute(statement, values)
