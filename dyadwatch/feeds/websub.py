"""WebSub (W3C Recommendation of 2018-01-23), the subscriber's part without I/O: which hub a feed names, the
request to it, whether it signed a push, and when to repeat the request."""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import unquote, urlencode

from dyadwatch import backoff, http_headers
from dyadwatch.errors import DyadwatchError, WebError
from dyadwatch.feeds import links
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import ParsedFeed

LEASE = 864_000  # seconds requested of a hub: ten days
DAY = 86_400.0

_MAX_LEASE = 30 * DAY
_RENEWAL = 0.8  # of the lease; a tenth of that either way by chance
_MIN_RENEWAL = 300.0  # seconds, however short the lease
_VERIFICATION = 600.0  # seconds that a hub is given to verify what it has accepted
_FIRST_RETRY = 300.0
_PASSING = frozenset({408, 425, 429})  # of 4xx, those worth a retry
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})  # section 7.1.1, "Recognized algorithm names"
_MAX_WORDS = 200


def discover(headers: Mapping[str, str], parsed: ParsedFeed | None, url: str) -> tuple[str, str] | None:
    """(hub, topic) of a feed whose document was found at `url`, None where no hub is named that may be
    dialled.

    Link headers (RFC 8288) come first, then the document. Of several hubs it is the first with https, else
    the first. A feed that names no topic (rel=self) is its own: `url`. `headers` have lower-case names.
    """
    linked = links.of_header(headers.get("link"), url)
    hubs = [link.url for link in linked if "hub" in link.relations] or list(parsed.hubs if parsed else ())
    if not hubs:
        return None
    topic = next((link.url for link in linked if "self" in link.relations), parsed and parsed.topic)
    return next((hub for hub in hubs if hub.startswith("https:")), hubs[0]), topic or url


def request_body(*, topic: str, callback: str, secret: str) -> bytes:
    """The form that asks a hub for a subscription, or for a longer lease of the one that it has."""
    form = {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(LEASE),
    }
    return urlencode(form).encode("ascii")


def is_signed(header: str | None, body: bytes, secret: str) -> bool:
    """Whether an X-Hub-Signature, `method=hexadecimal`, is the HMAC of exactly this body with `secret`."""
    method, _, signature = (header or "").strip().partition("=")
    if method.lower() not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())


def same_topic(ours: str, theirs: str) -> bool:
    """Whether a hub speaks of our topic; hubs may decode escapes on the way."""
    return ours == theirs or unquote(ours) == unquote(theirs)


def lease(text: str | None) -> float:
    """Seconds for which a hub subscribes us by its hub.lease_seconds: what we asked for where it says nothing
    readable, and never more than thirty days."""
    digits = (text or "").strip()[:12]
    seconds = float(digits) if digits.isascii() and digits.isdigit() else 0.0
    return min(seconds, _MAX_LEASE) if seconds else float(LEASE)


def renewal(lease_seconds: float, random: Callable[[], float]) -> float:
    """Seconds from a verification to the request for a longer lease: when 72 to 88 % of it have passed, and
    never within five minutes. `random` gives numbers in [0, 1)."""
    return max(backoff.add_jitter(_RENEWAL * lease_seconds, 0.1, random), _MIN_RENEWAL)


def after_request(
    number: int,
    *,
    status: int | None,
    error: DyadwatchError | None = None,
    words: str = "",
    retry_after: str | None = None,
    now: datetime,
    random: Callable[[], float],
) -> tuple[float, Failure | None]:
    """(seconds until the next request unless the hub verifies this one, the failure if there was one) after
    request `number` since the last verification, whose response was `status` and `words`, or which failed
    with `error`.

    An accepted request is given ten minutes to be verified, doubling; a refused one (4xx) or one that cannot
    be made is repeated after a day; anything else after five minutes, doubling up to a day, and not before
    Retry-After.
    """
    if status is not None and 200 <= status < 300:
        wait = backoff.delay(number, first=_VERIFICATION, maximum=DAY, random=random)
        unverified = Failure(
            "hub_unverified", f"The hub accepted {number - 1} requests and verified none", now
        )
        return wait, unverified if number > 1 else None
    if status is None:
        failed = error or WebError("the hub could not be reached")
        failure, hopeless = Failure(failed.code, failed.detail, now), failed.permanent
    else:
        quoted = f": {plain(words)}" if plain(words) else ""
        failure = Failure(f"http_{status}", f"The hub answered {status}{quoted}", now)
        hopeless = status < 500 and status not in _PASSING
    if hopeless:
        return backoff.add_jitter(DAY, 0.1, random), failure
    wait = backoff.delay(number, first=_FIRST_RETRY, maximum=DAY, random=random)
    return max(wait, http_headers.retry_after(retry_after, now, maximum=DAY) or 0.0), failure


def plain(words: str) -> str:
    """What a hub says in words, as one printable line of at most 200 characters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words[: 4 * _MAX_WORDS])
    return " ".join(printable.split())[:_MAX_WORDS]
