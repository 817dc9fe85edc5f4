"""People whom an OpenID provider has signed in: each has an API key, whose token nobody knows, and which
their sessions stand for. It expires unless they sign in again, and admits nobody once it was revoked."""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from dyadwatch.errors import SignInFailed
from dyadwatch.model.oidc import Identity
from dyadwatch.store import keys

_KEY = text("""
SELECT id, revoked_at FROM api_keys WHERE id = (SELECT key_id FROM oidc_identities WHERE hash = :hash)
""")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('oidc ' || encode(:hash, 'hex'), 0))")
_ADD = text("INSERT INTO oidc_identities (hash, key_id) VALUES (:hash, :key)")
_RENEW = text("""
UPDATE api_keys SET scopes = :scopes, owner = :owner, expires_at = :expires_at WHERE id = :id
""")


def admit(db: Connection, identity: Identity, *, hours: float) -> int:
    """The key of a person, for so many hours from now and with the scopes that the provider gives them now.
    Raises SignInFailed `oidc_no_scope` where these are none, and `oidc_key_revoked`."""
    if not identity.scopes:
        detail = (
            f"The provider gives {identity.person} no scope here: DYADWATCH_OIDC_SCOPES says which it may."
        )
        raise SignInFailed(detail, code="oidc_no_scope")
    place = {"hash": hashlib.sha256(f"{identity.issuer}\n{identity.subject}".encode()).digest()}
    db.execute(_LOCK, place)
    expires_at = datetime.now(UTC) + timedelta(hours=hours)
    row = db.execute(_KEY, place).first()
    if row is None:
        key, _token = keys.create(
            db, "signed in by OpenID", identity.scopes, owner=identity.person, expires_at=expires_at
        )
        db.execute(_ADD, {**place, "key": key.id})
        return key.id
    if row.revoked_at is not None:
        detail = f"The key of {identity.person} was revoked: ask an administrator."
        raise SignInFailed(detail, code="oidc_key_revoked")
    renewed = {"scopes": list(identity.scopes), "owner": identity.person, "expires_at": expires_at}
    db.execute(_RENEW, {"id": row.id, **renewed})
    key_id: int = row.id
    return key_id
