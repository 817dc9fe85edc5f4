"""robots.txt (RFC 9309): what it allows, and what its absence means. Text in, verdicts out; no requests."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from dyadwatch.model.web import Robots

AGENT = "dyadwatch"  # the product token that robots.txt may address
LIMIT = 500 * 1024  # bytes that are read of it (RFC 9309 2.5)
MOST_DELAY = 30.0  # seconds of Crawl-delay that are kept to
_LEAST_FRESH, _MOST_FRESH = timedelta(hours=1), timedelta(hours=24)
RETRY = timedelta(hours=1)  # while it cannot be reached
# After so long out of reach it counts as missing (RFC 9309 2.3.1.4).
_GIVEN_UP = timedelta(days=30)

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin allows us: `reachable` is False where it must be taken to refuse everything for now."""

    reachable: bool
    parsed: Protego | None

    def allows(self, url: str) -> bool:
        return self.reachable and (self.parsed is None or self.parsed.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two page starts that it asks for."""
        asked = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(max(float(asked or 0.0), 0.0), MOST_DELAY)


def freshness(cache_control: str | None) -> float | None:
    """Seconds of max-age that a Cache-Control header gives, None where it gives none."""
    found = _MAX_AGE.search(cache_control or "")
    return float(found[1]) if found else None


def origin(url: str) -> str:
    """scheme://host[:port] of a strict URL, which one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def rules(robots: Robots) -> Rules:
    """Parses what is known. A 4xx allows everything, a 5xx, 429 or no answer nothing (RFC 9309 2.3.1)."""
    if robots.failing_since is not None and not robots.body:
        return Rules(reachable=False, parsed=None)
    return Rules(reachable=True, parsed=Protego.parse(robots.body) if robots.body else None)


def answered(
    status: int | None, body: bytes, max_age: float | None, before: Robots | None, now: datetime
) -> Robots:
    """What to remember of an answer; `status` is None where none came, `max_age` its freshness in seconds. A text
    that was read once holds while a later one cannot be reached."""
    if status is not None and 200 <= status < 300:
        fresh = timedelta(seconds=max_age) if max_age is not None else _MOST_FRESH
        text = body[:LIMIT].decode("utf-8", "replace").replace("\x00", "")
        return Robots(status, text, None, now + min(max(fresh, _LEAST_FRESH), _MOST_FRESH))
    if status is not None and 400 <= status < 500 and status != 429:
        return Robots(status, "", None, now + _MOST_FRESH)
    since = (before.failing_since if before else None) or now
    if now - since > _GIVEN_UP:
        return Robots(status, "", None, now + _MOST_FRESH)
    return Robots(status, before.body if before else "", since, now + RETRY)
