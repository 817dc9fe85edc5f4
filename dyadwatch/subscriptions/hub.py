"""WebSub (W3C Recommendation of 2018-01-23), the hub's part without I/O: what readers ask, how they are asked
whether they meant it, and how what is pushed is signed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import urlencode

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.hub_subscribers import HubMode, HubRequest

VERIFICATION = "hub.verification"  # the type of the event that asks a callback
EVENTS: tuple[AlertEventType, ...] = ("alert.created", "alert.updated")  # what a feed shows
LEASE = 864_000  # seconds, unless the reader asks for others: ten days
MIN_LEASE, MAX_LEASE = 300, 2_592_000
_MAX_SECRET = 200  # bytes, section 5.1: less
_MAX_URL = 2_048  # characters


def parse_request(form: Mapping[str, Sequence[str]]) -> HubRequest:
    """The request in a form, each field with its values; those that the specification does not name are
    ignored. The lease is brought within MIN_LEASE and MAX_LEASE. Raises InvalidInput
    (hub_request_invalid)."""
    mode, topic, callback = (_one(form, f"hub.{name}") for name in ("mode", "topic", "callback"))
    if mode not in get_args(HubMode):
        raise _refusal("hub.mode", "must be subscribe or unsubscribe")
    for name, url in (("hub.topic", topic), ("hub.callback", callback)):
        if not 0 < len(url) <= _MAX_URL:
            raise _refusal(name, f"must have 1 to {_MAX_URL} characters")
    secret = _one(form, "hub.secret")
    if len(secret.encode()) >= _MAX_SECRET:
        raise _refusal("hub.secret", f"must have less than {_MAX_SECRET} bytes")
    asked: HubMode = "subscribe" if mode == "subscribe" else "unsubscribe"
    return HubRequest(asked, topic, callback, _lease(_one(form, "hub.lease_seconds")), secret or None)


def verification_url(callback: str, *, mode: str, topic: str, challenge: str, lease: int | None) -> str:
    """What asks a callback whether its reader meant it (section 5.3); its own query stays."""
    query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge}
    if lease is not None:
        query["hub.lease_seconds"] = str(lease)
    return f"{callback}{'&' if '?' in callback else '?'}{urlencode(query)}"


def signature(secret: str, body: bytes) -> str:
    """The X-Hub-Signature of what is pushed (section 7.1)."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def links(hub: str, topic: str) -> str:
    """The Link header of a feed, and of what is pushed of it (section 4)."""
    return f'<{hub}>; rel="hub", <{topic}>; rel="self"'


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name, ())
    if len(values) > 1:
        raise _refusal(name, "occurs more than once")
    value = values[0] if values else ""
    if "\0" in value:
        raise _refusal(name, "must not contain U+0000")
    return value


def _lease(text: str) -> int:
    if not text:
        return LEASE
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise _refusal("hub.lease_seconds", "must be a number of seconds")
    return min(max(int(text), MIN_LEASE), MAX_LEASE)


def _refusal(name: str, detail: str) -> InvalidInput:
    problem = FieldError(f"/{name}", detail, "invalid_value")
    return InvalidInput(f"{name} {detail}.", errors=[problem], code="hub_request_invalid")
