"""What the head of a feed says about polling it: how often, when not, WebSub hubs, its own URL."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from lxml import etree

from dyadwatch import urls
from dyadwatch.model.entries import ParsedEntry

MAX_HUBS = 5
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DEFAULT_PERIOD = "daily"  # RSS 1.0 syndication module
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Head:
    """`ttl_minutes` and `period` (seconds, of the syndication module) as in the document, other fields as in
    ParsedFeed."""

    ttl_minutes: float | None = None
    period: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hubs: tuple[str, ...] = ()
    topic: str | None = None

    def ttl(self, entries: Sequence[ParsedEntry]) -> float | None:
        """Seconds between polls that the feed asks for: its ttl, else its period. Half the period where
        entries are dated closer together, because publishing software states an hour by default."""
        if self.ttl_minutes is not None:
            return self.ttl_minutes * 60
        if self.period is None:
            return None
        times = sorted(date for entry in entries if (date := entry.published_at or entry.updated_at))
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
        return self.period / 2 if gaps and median(gaps) < self.period else self.period


def read(root: etree._Element, url: str) -> Head:
    """The head of an RSS, RDF or Atom document that was fetched from `url`: of its root and its channel."""
    nodes_by_name: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for node in _nodes(root):
        nodes_by_name[str(node.tag).rpartition("}")[2].lower()].append(node)
    hours = {hour for node in nodes_by_name["skiphours"] for hour in _hours(node)}
    days = {_DAYS.index(word) for node in nodes_by_name["skipdays"] for word in _words(node) if word in _DAYS}
    links = list(_links(nodes_by_name["link"], url))
    hubs = dict.fromkeys(href for relations, href in links if "hub" in relations)
    return Head(
        ttl_minutes=_number(nodes_by_name["ttl"][-1]) if nodes_by_name["ttl"] else None,
        period=_period(nodes_by_name["updateperiod"], nodes_by_name["updatefrequency"]),
        skip_hours=tuple(sorted(hours)),
        skip_days=tuple(sorted(days)),
        hubs=tuple(hubs)[:MAX_HUBS],
        topic=next((href for relations, href in links if "self" in relations), None),
    )


def _links(nodes: Sequence[etree._Element], base: str) -> Iterator[tuple[list[str], str]]:
    """The relations and the target of each link that has both."""
    for node in nodes:
        relations = (node.get("rel") or "").lower().split()
        if relations and (target := urls.absolute(node.get("href"), base)):
            yield relations, target


def _period(periods: list[etree._Element], frequencies: list[etree._Element]) -> float | None:
    if not periods and not frequencies:
        return None
    name = (periods[-1].text or "").strip().lower() if periods else ""
    times = _number(frequencies[-1]) if frequencies else 1.0
    length = _PERIODS.get(name or _DEFAULT_PERIOD)
    return length / times if length and times else None


def _nodes(root: etree._Element) -> Iterator[etree._Element]:
    for node in root:
        yield node
        if str(node.tag).rpartition("}")[2].lower() == "channel":
            yield from node


def _hours(node: etree._Element) -> Iterator[int]:
    """0 to 23; RSS 0.91 counts from 1 to 24."""
    for word in _words(node):
        if word.isascii() and word.isdigit() and len(word) <= 2 and int(word) <= 24:
            yield int(word) % 24


def _number(node: etree._Element) -> float | None:
    digits = (node.text or "").strip()
    return (
        float(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 and int(digits) else None
    )


def _words(node: etree._Element) -> Iterator[str]:
    return (str(text).strip().lower() for text in node.itertext())
