"""robots.txt (RFC 9309): what it allows, and what its absence means.

Of a text only the group that applies to us is kept, found in one pass over its lines: Protego stores the
rules of every agent, which for a group of many agents and many rules is their product.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from dyadwatch.model.web import RobotsTxt

AGENT = "dyadwatch"  # the product token that robots.txt may address
LIMIT = 500 * 1024  # bytes that are read of it (RFC 9309 2.5)
MAX_DELAY = 30.0  # seconds of Crawl-delay that are respected
_MIN_FRESH, _MAX_FRESH = timedelta(hours=1), timedelta(hours=24)
RETRY = timedelta(hours=1)  # while it is unreachable
# After so long it counts as missing (RFC 9309 2.3.1.4).
_MAX_OUTAGE = timedelta(days=30)
# The directives that count, in the spellings that crawlers forgive; any other line belongs to no group.
_DIRECTIVE = re.compile(
    r"(?:(?P<agent>user[ \t-]?agent)|(?P<rule>allow|diss?all?ow|diasllow|disallaw|crawl[ \t-]delay))"
    r"[ \t]*(?:[ \t]|:)(?P<value>.*)",
    re.IGNORECASE,
)
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_PRODUCT_TOKEN = re.compile(r"\*|[a-z_-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin allows us: nothing, for now, where `reachable` is False."""

    reachable: bool
    parsed: Protego | None

    def allows(self, url: str) -> bool:
        return self.reachable and (self.parsed is None or self.parsed.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds between two page starts that it asks for."""
        crawl_delay = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(max(float(crawl_delay or 0.0), 0.0), MAX_DELAY)


def origin(url: str) -> str:
    """scheme://host[:port] of a strict URL: what one robots.txt applies to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def rules(robots_txt: RobotsTxt) -> Rules:
    """The rules that a record holds: an empty text allows everything, but nothing while it is unreachable."""
    if robots_txt.failing_since is not None and not robots_txt.body:
        return Rules(reachable=False, parsed=None)
    return Rules(reachable=True, parsed=Protego.parse(robots_txt.body) if robots_txt.body else None)


def record(
    status: int | None, body: bytes, max_age: float | None, before: RobotsTxt | None, now: datetime
) -> RobotsTxt:
    """What to keep of a response; `status` is None where none came, `before` is the record until now.

    2xx: its text is kept for `max_age` (seconds; of Cache-Control, whose other directives do not count here),
    at least an hour and at most a day. 4xx: there is no file, everything is allowed (RFC 9309 2.3.1.3).
    All else is unreachable (2.3.1.4): the text last read goes on to apply, without one nothing is allowed,
    and after 30 days the file counts as missing. So it is for 429, of which the RFC says nothing: a host that
    is asked too much has not allowed everything.
    """
    if status is not None and 200 <= status < 300:
        fresh = timedelta(seconds=max_age) if max_age is not None else _MAX_FRESH
        text = own_group(body[:LIMIT].decode("utf-8", "replace"))
        return RobotsTxt(status, text, None, now + min(max(fresh, _MIN_FRESH), _MAX_FRESH))
    if status is not None and 400 <= status < 500 and status != 429:
        return RobotsTxt(status, "", None, now + _MAX_FRESH)
    since = (before.failing_since if before else None) or now
    if now - since > _MAX_OUTAGE:
        return RobotsTxt(status, "", None, now + _MAX_FRESH)
    return RobotsTxt(status, before.body if before else "", since, now + RETRY)


def sitemaps(text: str) -> list[str]:
    """The sitemaps that a robots.txt names, for whichever agent."""
    return _SITEMAP.findall(text)


def own_group(text: str) -> str:
    """The rules of `text` that apply to us, as a robots.txt of one group for all agents: those of the groups
    that name us, else those of the groups for everybody."""
    rules: dict[str, list[str]] = {}  # by agent, of the two that matter
    agents: set[str] = set()
    in_rules = False
    for directive in _directives(text):
        if directive["agent"]:
            if in_rules:
                agents, in_rules = set(), False
            token = _PRODUCT_TOKEN.match(directive["value"].strip())
            if token and token[0].lower() in (AGENT, "*"):
                agents.add(token[0].lower())
                rules.setdefault(token[0].lower(), [])
        else:
            in_rules = True
            for agent in agents:
                rules[agent].append(f"{directive['rule']}: {directive['value'].strip()}")
    return "\n".join(["User-agent: *", *rules.get(AGENT, rules.get("*", []))])


def _directives(text: str) -> Iterator[re.Match[str]]:
    for line in text.replace("\x00", "").removeprefix("\ufeff").splitlines():
        directive = _DIRECTIVE.match(line.partition("#")[0].strip())
        if directive:
            yield directive
