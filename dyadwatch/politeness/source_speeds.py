"""Which sources of a host were quick, and which of the others go first."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

_MAX_KNOWN = 10_000  # sources of which that is remembered
# Seconds for which a source that got no place is expected to ask again: more than it is told to wait.
_ASKS_AGAIN = 6.0
_MAX_YIELD = 60.0  # seconds for which a source that hung lets others go first


class CrawlRequest(NamedTuple):
    """What a host is asked for: `kind` is "feed", "page" or "robots"."""

    kind: str
    host: str
    source: int | None


@dataclass(slots=True)
class _Sources:
    """Of one kind and host: the sources that were quick, those that hung, and when those of which nothing is
    known got no place, and those that hung began to yield to them."""

    quick: set[int | None] = field(default_factory=set)
    slow: set[int | None] = field(default_factory=set)
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
    """Whether the last feed or page of each source was quick. What may hang shares few places of a host:
    there a source of which nothing is known goes before one that hung, so that those that hang do not keep
    the others from ever being known. Times are in seconds of one clock. Not safe for threads."""

    def __init__(self) -> None:
        self._hosts: defaultdict[tuple[str, str], _Sources] = defaultdict(_Sources)
        self._noted: dict[CrawlRequest, None] = {}  # the newest last

    def is_quick(self, request: CrawlRequest) -> bool | None:
        """None where nothing is known."""
        sources = self._of(request)
        return True if request.source in sources.quick else False if request.source in sources.slow else None

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

    def must_yield(self, request: CrawlRequest, now: float) -> bool:
        """Whether a source that hung lets others go first: those of which nothing is known and that got no
        place a moment ago. After a minute it does no more, until it has been asked again."""
        sources = self._of(request)
        if request.source not in sources.slow or not sources.waiting(now):
            sources.yielding.pop(request.source, None)
            return False
        return now - sources.yielding.setdefault(request.source, now) < _MAX_YIELD

    def ahead(self, request: CrawlRequest, now: float) -> frozenset[int | None]:
        """The sources that do not wait with one that got no place: those that were quick, and those that it
        yields to."""
        sources = self._of(request)
        waiting = sources.waiting(now) if request.source in sources.slow else ()
        return frozenset((*sources.quick, *waiting))

    def _of(self, request: CrawlRequest) -> _Sources:
        return self._hosts.get(request[:2]) or _Sources()

    def _forget(self, request: CrawlRequest) -> None:
        del self._noted[request]
        sources = self._hosts[request[:2]]
        sources.forget(request.source)
        if not (sources.quick or sources.slow):
            del self._hosts[request[:2]]
