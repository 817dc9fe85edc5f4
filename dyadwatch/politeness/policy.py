"""How many requests a host is sent, and when one is refused."""

from dataclasses import dataclass

from dyadwatch import urls
from dyadwatch.errors import RobotsRefused
from dyadwatch.politeness import robots
from dyadwatch.politeness.robots import Rules


@dataclass(frozen=True, slots=True)
class HostLimits:
    """At most `at_once` requests under way, their starts `spacing` seconds
    apart, and `delay` seconds between those that have a delay too."""

    at_once: int
    spacing: float
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class CrawlPolicy:
    """How hosts are treated: requests at once, starts a second, and whether robots.txt
    applies to feeds too, each of which the operator has chosen to poll."""

    at_once: int = 2
    per_second: float = 8.0
    robots_for_feeds: bool = False

    def limits(self, *, may_hang: bool, delay: float = 0.0) -> HostLimits:
        """Of requests; `delay` is the publisher's between pages. Those that may hang leave one place of the
        host free, so that they hold up neither feeds nor the pages of other sources."""
        places = max(1, self.at_once - 1) if may_hang else self.at_once
        return HostLimits(places, 1 / self.per_second, delay)


def check(rules: Rules, url: str) -> None:
    """Raises RobotsRefused where robots.txt does not allow `url`."""
    if rules.allows(url):
        return
    host = urls.host(url)
    if rules.reachable:
        raise RobotsRefused(f"robots.txt of {host} asks not to fetch this page")
    detail = f"robots.txt of {host} cannot be read, which counts as a refusal for now"
    raise RobotsRefused(detail, code="robots_unreachable", wait=robots.RETRY.total_seconds())
