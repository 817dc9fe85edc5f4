"""Confirmations: whoever is to get mail says so first, by a link that one mail brings. Nothing else is sent
to an address until then (double opt-in)."""

import hashlib
import hmac
from datetime import datetime, timedelta

CONFIRMATION = "subscription.confirmation"  # the type of the event that asks
LIFETIME = timedelta(days=2)  # of a link
MAX_REQUESTS = 3  # that one address is sent in PERIOD, by whatever subscriptions
PERIOD = timedelta(days=1)


def needs_confirmation(url: str) -> bool:
    """Whether somebody else than who subscribes decides on it: the reader of an address."""
    return url.partition(":")[0].lower() == "mailto"


def address_hash(url: str) -> bytes:
    """What an address is counted by: SHA-256, so that one which never answers is not kept."""
    return hashlib.sha256(url.partition(":")[2].lower().encode()).digest()


def confirmation_token(secret: str, subscription: int, url: str, until: datetime) -> str:
    """What a link to confirm holds: by a `secret` of the subscription, and for its `url` and a time alone."""
    name = f"confirm {subscription} {int(until.timestamp())} {url}".encode()
    return hmac.digest(secret.encode(), name, hashlib.sha256).hex()
