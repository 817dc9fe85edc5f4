"""Standard Webhooks 1.0: signatures over `id.timestamp.body`, by HMAC-SHA256 as `v1,<base64>`, or by Ed25519
as `v1a,<base64>`, which a receiver verifies with a public key and so cannot make itself.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
import secrets as randomness
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dyadwatch.errors import InvalidInput
from dyadwatch.model.subscriptions import SecretKind

PREFIX = "whsec_"
PRIVATE_PREFIX = "whsk_"
PUBLIC_PREFIX = "whpk_"
_SECRET_BYTES = 32  # of a new one
_MIN_BYTES, _MAX_BYTES = 24, 64  # that the specification allows
_SEED = 32  # bytes of a private key; its public key follows, of as many


def new_secret(kind: SecretKind = "v1") -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64, or a private key, `whsk_` and 64 bytes."""
    random = randomness.token_bytes(_SECRET_BYTES)
    if kind == "v1":
        return PREFIX + _base64(random)
    return PRIVATE_PREFIX + _base64(random + _private_key(random).public_key().public_bytes_raw())


def check_secret(secret: str, signature: SecretKind | None = None) -> None:
    """Raises InvalidInput (secret_invalid) for a secret that receivers could not use: one of the wrong length
    or form, or a private key whose second half is not its public key; and (contradictory) for one that signs
    otherwise than it is to."""
    key = _key(secret)
    if not secret.startswith(PRIVATE_PREFIX):
        if not secret.startswith(PREFIX) or not _MIN_BYTES <= len(key) <= _MAX_BYTES:
            detail = f"the webhook secret is not {PREFIX} and {_MIN_BYTES} to {_MAX_BYTES} bytes in base64"
            raise InvalidInput(detail, code="secret_invalid")
    elif len(key) != 2 * _SEED or _private_key(key).public_key().public_bytes_raw() != key[_SEED:]:
        detail = f"the webhook secret is not {PRIVATE_PREFIX}, a private key and its public key in base64"
        raise InvalidInput(detail, code="secret_invalid")
    own: SecretKind = "v1a" if secret.startswith(PRIVATE_PREFIX) else "v1"
    if signature not in {None, own}:
        detail = (
            f"the secret signs as {own}, and the signature is to be {signature}: leave one of the two out"
        )
        raise InvalidInput(detail, code="contradictory")


def public_key(secret: str) -> str | None:
    """What a receiver verifies signatures of a private key with; None for a secret that it shares."""
    return PUBLIC_PREFIX + _base64(_key(secret)[_SEED:]) if secret.startswith(PRIVATE_PREFIX) else None


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The signature of `body`, byte for byte, `v1,<base64>` or with a private key `v1a,<base64>`;
    `timestamp` in Unix seconds. Raises InvalidInput (secret_invalid)."""
    payload = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    key = _key(secret)
    if secret.startswith(PRIVATE_PREFIX):
        return "v1a," + _base64(_private_key(key).sign(payload))
    return "v1," + _base64(hmac.digest(key, payload, "sha256"))


def headers(secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that sign one attempt, with one signature per secret, the
    current secret's first: during a rotation a receiver may know either."""
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, webhook_id, timestamp, body) for secret in secrets),
    }


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime, tolerance: float = 300
) -> None:
    """Raises InvalidInput unless `body` was signed with `secret` within `tolerance` seconds of `now`. Header
    names may be in any case.

    The codes are signature_missing, timestamp_invalid, timestamp_too_old, timestamp_too_new,
    signature_invalid.
    """
    values = {name.lower(): value for name, value in headers.items()}
    try:
        webhook_id, seconds, signatures = (
            values[f"webhook-{part}"] for part in ("id", "timestamp", "signature")
        )
    except KeyError as error:
        raise InvalidInput(f"the header {error.args[0]} is missing", code="signature_missing") from error
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12):
        raise InvalidInput("webhook-timestamp is not in Unix seconds", code="timestamp_invalid")
    timestamp = int(seconds)
    age = now.timestamp() - timestamp
    if age > tolerance:
        raise InvalidInput("the webhook is too old", code="timestamp_too_old")
    if age < -tolerance:
        raise InvalidInput("the webhook is dated in the future", code="timestamp_too_new")
    expected = sign(secret, webhook_id, timestamp, body).encode()
    # Every signature is compared, and as bytes: compare_digest refuses text beyond ASCII.
    matches = [hmac.compare_digest(expected, signature.encode()) for signature in signatures.split(" ")]
    if not any(matches):
        raise InvalidInput("no signature matches", code="signature_invalid")


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _private_key(key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key[:_SEED])


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX).removeprefix(PRIVATE_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise InvalidInput("the webhook secret is no base64", code="secret_invalid") from None
    return key
