"""Standard Webhooks 1.0, symmetric: HMAC-SHA256 over `id.timestamp.body`, as `v1,<base64>`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
import secrets as randomness
from collections.abc import Mapping, Sequence
from datetime import datetime

from dyadwatch.errors import InvalidInput

PREFIX = "whsec_"
_SECRET_BYTES = 32  # the specification allows 24 to 64


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(randomness.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The signature of `body`, byte for byte, `v1,<base64>`; `timestamp` in Unix seconds.
    Raises InvalidInput (secret_invalid)."""
    payload = b"%b.%d.%b" % (webhook_id.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(_key(secret), payload, "sha256")).decode("ascii")


def headers(secrets: Sequence[str], webhook_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of one attempt, with one signature per secret, the
    current secret's first: during a rotation a receiver may know either."""
    return {
        "content-type": "application/json",
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


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise InvalidInput("the webhook secret is not whsec_ and base64", code="secret_invalid") from None
    return key
