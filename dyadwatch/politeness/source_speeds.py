"""Which sources of a host were quick, and which of the others go first."""

from typing import NamedTuple, TypeVar

_MAX_KNOWN = 10_000  # sources of which that is remembered
# Seconds for which a source that got no place is expected to ask again: more than it is told to wait.
_ASKS_AGAIN = 6.0
_MAX_YIELD = 60.0  # seconds for which a source that hung lets others go first

Value = TypeVar("Value")


class Asked(NamedTuple):
    """What a host is asked for: `kind` is "feed" or "page"."""

    kind: str
    host: str
    source: int | None


class SourceSpeeds:
    """Whether the last feed or page of each source was quick. What may hang shares few places of a host:
    there a source of which nothing is known goes before one that hung, so that those that hang do not keep
    the others from ever being known. Times are in seconds of one clock. Not safe for threads."""

    def __init__(self) -> None:
        self._quick: dict[Asked, bool] = {}
        self._turned_away: dict[Asked, float] = {}
        self._yielding: dict[Asked, float] = {}

    def is_quick(self, asked: Asked) -> bool | None:
        """None where nothing is known."""
        return self._quick.get(asked)

    def note(self, asked: Asked, *, quick: bool) -> None:
        """A request has ended."""
        self._turned_away.pop(asked, None)
        self._yielding.pop(asked, None)
        _put(self._quick, asked, quick)

    def turn_away(self, asked: Asked, now: float) -> None:
        """A request got no place at its host."""
        for one in [one for one, at in self._turned_away.items() if now - at >= _ASKS_AGAIN]:
            del self._turned_away[one]
        if asked not in self._quick:
            _put(self._turned_away, asked, now)

    def must_yield(self, asked: Asked, now: float) -> bool:
        """Whether a source that hung lets others go first: those of which nothing is known and that got no
        place a moment ago. After a minute it does no more, until it has been asked again."""
        if self._quick.get(asked) is not False or not self._waiting(asked, now):
            self._yielding.pop(asked, None)
            return False
        if asked not in self._yielding:
            _put(self._yielding, asked, now)
        return now - self._yielding[asked] < _MAX_YIELD

    def ahead(self, asked: Asked, now: float) -> frozenset[int | None]:
        """The sources that do not wait with one that got no place: those that were quick, and those that it
        yields to."""
        known = [one for one, quick in self._quick.items() if quick and one[:2] == asked[:2]]
        waiting = self._waiting(asked, now) if self._quick.get(asked) is False else []
        return frozenset(one.source for one in [*known, *waiting])

    def _waiting(self, asked: Asked, now: float) -> list[Asked]:
        """Those of the same kind and host that were turned away a moment ago."""
        return [
            one for one, at in self._turned_away.items() if one[:2] == asked[:2] and now - at < _ASKS_AGAIN
        ]


def _put(known: dict[Asked, Value], asked: Asked, value: Value) -> None:
    """As the newest; the oldest of too many is forgotten."""
    known.pop(asked, None)
    known[asked] = value
    if len(known) > _MAX_KNOWN:
        del known[next(iter(known))]
