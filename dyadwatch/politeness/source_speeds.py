"""Which sources of a host were quick, and which of the others go first."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

_MAX_KNOWN = 10_000  # sources of which that is remembered
# Seconds for which a source that got no place is expected to ask again: more than it is told to wait.
_ASKS_AGAIN = 6.0
_KINDS = ("feed", "page")  # what waits for a place
_FEW = 2  # sources of a host that may hang before others are expected to
_MAX_YIELD = 60.0  # seconds for which a source that hung lets others go first


class CrawlRequest(NamedTuple):
    """What a host is asked for: `kind` is "feed", "page" or "robots"."""

    kind: str
    host: str
    source: int | None


@dataclass(slots=True)
class _Sources:
    """Of one kind and host: the sources that were quick, those that hung, those that are asked for the first
    time, and when those of which nothing is known got no place, and those that hung began to yield to
    them."""

    quick: set[int | None] = field(default_factory=set)
    slow: set[int | None] = field(default_factory=set)
    asked: set[int | None] = field(default_factory=set)
    turned_away: dict[int | None, float] = field(default_factory=dict)
    yielding: dict[int | None, float] = field(default_factory=dict)

    def forget(self, source: int | None) -> None:
        self.quick.discard(source)
        self.slow.discard(source)
        self.turned_away.pop(source, None)
        self.yielding.pop(source, None)

    def waiting(self, now: float) -> list[int | None]:
        """Those that got no place a moment ago."""
        return [source for source, at in self.turned_away.items() if now - at < _ASKS_AGAIN]


class SourceSpeeds:
    """Whether the last feed or page of each source was quick. What hung shares few places of a host: there a
    source of which nothing is known goes before it, so that those that hang do not keep the others from ever
    being known. Times are in seconds of one clock. Not safe for threads."""

    def __init__(self) -> None:
        self._hosts: defaultdict[tuple[str, str], _Sources] = defaultdict(_Sources)
        self._noted: dict[CrawlRequest, None] = {}  # the newest last

    def is_quick(self, request: CrawlRequest) -> bool | None:
        """None where nothing is known."""
        sources = self._of(request)
        return True if request.source in sources.quick else False if request.source in sources.slow else None

    def begin(self, request: CrawlRequest) -> bool:
        """A source is to be asked: whether for the first time, and by no other request at the moment. Then
        `end` follows."""
        sources = self._hosts[request[:2]]
        if request.source in sources.quick | sources.slow | sources.asked:
            return False
        sources.asked.add(request.source)
        return True

    def end(self, request: CrawlRequest) -> None:
        """The first request to a source has ended, or was not sent."""
        sources = self._hosts[request[:2]]
        sources.asked.discard(request.source)
        self._drop_if_empty(request)

    def note(self, request: CrawlRequest, *, quick: bool) -> None:
        """A request has ended."""
        sources = self._hosts[request[:2]]
        sources.forget(request.source)
        (sources.quick if quick else sources.slow).add(request.source)
        self._noted.pop(request, None)
        self._noted[request] = None
        if len(self._noted) > _MAX_KNOWN:
            self._forget(next(iter(self._noted)))

    def turn_away(self, request: CrawlRequest, now: float) -> None:
        """A request got no place at its host."""
        sources = self._hosts[request[:2]]
        sources.turned_away = {source: sources.turned_away[source] for source in sources.waiting(now)}
        if self.is_quick(request) is None and len(sources.turned_away) < _MAX_KNOWN:
            sources.turned_away[request.source] = now

    def most_hang(self, request: CrawlRequest) -> bool:
        """Whether more of the host's sources hung than were quick, but for the first few."""
        sources = self._of(request)
        return len(sources.slow) > len(sources.quick) + _FEW

    def must_yield(self, request: CrawlRequest, now: float) -> bool:
        """Whether a source that hung lets others go first: those of which nothing is known and that got no
        place a moment ago. After a minute it does no more, until it has been asked again."""
        sources = self._of(request)
        if request.source not in sources.slow or not self._anybody_waits(request.host, now):
            sources.yielding.pop(request.source, None)
            return False
        return now - sources.yielding.setdefault(request.source, now) < _MAX_YIELD

    def quick(self, request: CrawlRequest) -> frozenset[int | None]:
        """The sources of the host that were quick."""
        return frozenset(self._of(request).quick)

    def _anybody_waits(self, host: str, now: float) -> bool:
        """Whether a feed or page of which nothing is known got no place at a host a moment ago."""
        return any(self._hosts[key].waiting(now) for kind in _KINDS if (key := (kind, host)) in self._hosts)

    def _of(self, request: CrawlRequest) -> _Sources:
        return self._hosts.get(request[:2]) or _Sources()

    def _forget(self, request: CrawlRequest) -> None:
        del self._noted[request]
        self._hosts[request[:2]].forget(request.source)
        self._drop_if_empty(request)

    def _drop_if_empty(self, request: CrawlRequest) -> None:
        sources = self._hosts[request[:2]]
        if not (sources.quick or sources.slow or sources.asked or sources.turned_away):
            del self._hosts[request[:2]]
