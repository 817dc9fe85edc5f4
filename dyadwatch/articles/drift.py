"""Whether a publisher's pages have begun to be read worse:
bodies that are empty, or halved, all of a sudden."""

from collections.abc import Sequence
from statistics import median

from dyadwatch.model.sources import Quality

_RECENT = 5
_LEAST_BEFORE = 5
_EMPTY = 3  # of the recent ones


def quality(lengths: Sequence[int]) -> Quality:
    """The figures behind `drift`."""
    found, recent = (
        [length for length in lengths if length],
        [length for length in lengths[-_RECENT:] if length],
    )
    return Quality(
        pages=len(lengths),
        empty=len(lengths) - len(found),
        median_length=float(median(found)) if found else None,
        recent_length=float(median(recent)) if recent else None,
    )


def drift(lengths: Sequence[int]) -> str | None:
    """Why the last bodies of a source alarm, None where they do not. `lengths` are code points of the bodies
    read, oldest first, 0 where none was found. Alarming are three empty ones of the last five, and a median
    of the last five below half of the median before."""
    recent, before = lengths[-_RECENT:], [length for length in lengths[:-_RECENT] if length]
    empty = sum(1 for length in recent if not length)
    if empty >= _EMPTY:
        return f"{empty} of the last {len(recent)} pages gave no text"
    if len(recent) < _RECENT or len(before) < _LEAST_BEFORE:
        return None
    now, usual = median(recent), median(before)
    if now < usual / 2:
        return f"the last {_RECENT} texts have {now:.0f} characters in the middle, {usual:.0f} before"
    return None
