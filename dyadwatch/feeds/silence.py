"""Whether a source has fallen silent, against its own rhythm."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

LOOKED_AT = 20  # articles of a source
_FEWEST = 5  # from which a rhythm is known
_TIMES = 6  # the usual gap, after which nothing new is unusual
_SHORTEST = timedelta(days=1)  # nights and holidays are no silence


def silent_since(times: Sequence[datetime], now: datetime) -> datetime | None:
    """When the last article of a source came, where that is unusually long ago; `times` are those of its last
    articles, in any order."""
    if len(times) < _FEWEST:
        return None
    ordered = sorted(times)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(ordered)]
    usual = timedelta(seconds=median(gaps))
    return ordered[-1] if now - ordered[-1] > max(_SHORTEST, _TIMES * usual) else None
