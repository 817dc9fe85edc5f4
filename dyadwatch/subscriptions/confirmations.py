"""Confirmations: whoever is to get mail says so first, by a link that one mail brings; nothing else is sent
to an address until then (double opt-in). An endpoint says so by a handshake, where one is asked for: OPTIONS,
as in the Web Hooks of CloudEvents, or a test event that it answers with 2xx.

https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from dyadwatch.model.subscriptions import Handshake

CONFIRMATION = "subscription.confirmation"  # the type of the event that asks
HANDSHAKE = "subscription.handshake"  # the type of the event that asks by OPTIONS
PING = "subscription.test"
LIFETIME = timedelta(days=2)  # of a link
MAX_REQUESTS = 3  # that one address is sent in PERIOD, by whatever subscriptions
PERIOD = timedelta(days=1)


def is_mail(url: str) -> bool:
    """Whether a URL is an address of a reader."""
    return url.partition(":")[0].lower() == "mailto"


def needs_confirmation(url: str, handshake: Handshake | None = None) -> bool:
    """Whether somebody else than who subscribes decides on it: the reader of an address, or an endpoint that
    is to be asked."""
    return is_mail(url) or handshake is not None


def address_hash(url: str) -> bytes:
    """What an address is counted by: SHA-256, so that one which never answers is not kept."""
    return hashlib.sha256(url.partition(":")[2].lower().encode()).digest()


def confirmation_token(secret: str, subscription: int, url: str, until: datetime) -> str:
    """What a link to confirm holds: by a `secret` of the subscription, and for its `url` and a time alone."""
    name = f"confirm {subscription} {int(until.timestamp())} {url}".encode()
    return hmac.digest(secret.encode(), name, hashlib.sha256).hex()
