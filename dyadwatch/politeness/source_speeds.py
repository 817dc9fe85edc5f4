"""Which sources of a host were quick, and which of the others go first."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

_MAX_KNOWN = 10_000  # sources of which that is remembered
# Seconds for which a source that got no place is expected to ask again: more than it is told to wait.
_ASKS_AGAIN = 6.0
_MAX_YIELD = 60.0  # seconds for which a source that hung lets others go first


class Asked(NamedTuple):
    """What a host is asked for: `kind` is "feed" or "page"."""

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
        self._noted: dict[Asked, None] = {}  # the newest last

    def is_quick(self, asked: Asked) -> bool | None:
        """None where nothing is known."""
        sources = self._of(asked)
        return True if asked.source in sources.quick else False if asked.source in sources.slow else None

    def note(self, asked: Asked, *, quick: bool) -> None:
        """A request has ended."""
        sources = self._hosts[asked[:2]]
        sources.forget(asked.source)
        (sources.quick if quick else sources.slow).add(asked.source)
        self._noted.pop(asked, None)
        self._noted[asked] = None
        if len(self._noted) > _MAX_KNOWN:
            self._forget(next(iter(self._noted)))

    def turn_away(self, asked: Asked, now: float) -> None:
        """A request got no place at its host."""
        sources = self._hosts[asked[:2]]
        sources.turned_away = {source: sources.turned_away[source] for source in sources.waiting(now)}
        if self.is_quick(asked) is None and len(sources.turned_away) < _MAX_KNOWN:
            sources.turned_away[asked.source] = now

    def must_yield(self, asked: Asked, now: float) -> bool:
        """Whether a source that hung lets others go first: those of which nothing is known and that got no
        place a moment ago. After a minute it does no more, until it has been asked again."""
        sources = self._of(asked)
        if asked.source not in sources.slow or not sources.waiting(now):
            sources.yielding.pop(asked.source, None)
            return False
        return now - sources.yielding.setdefault(asked.source, now) < _MAX_YIELD

    def ahead(self, asked: Asked, now: float) -> frozenset[int | None]:
        """The sources that do not wait with one that got no place: those that were quick, and those that it
        yields to."""
        sources = self._of(asked)
        waiting = sources.waiting(now) if asked.source in sources.slow else ()
        return frozenset((*sources.quick, *waiting))

    def _of(self, asked: Asked) -> _Sources:
        return self._hosts.get(asked[:2]) or _Sources()

    def _forget(self, asked: Asked) -> None:
        del self._noted[asked]
        sources = self._hosts[asked[:2]]
        sources.forget(asked.source)
        if not (sources.quick or sources.slow):
            del self._hosts[asked[:2]]
