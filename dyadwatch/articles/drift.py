"""Drift: whether the pages of a publisher suddenly yield empty or much shorter texts."""

from collections.abc import Sequence
from statistics import median

from dyadwatch.model.sources import Quality

_RECENT = 5  # pages
_MIN_BEFORE = 5  # texts to compare them with
_EMPTY = 3  # of the recent ones


def quality(lengths: Sequence[int]) -> Quality:
    """The figures behind `drift`, from lengths as there."""
    texts, recent = (
        [length for length in lengths if length],
        [length for length in lengths[-_RECENT:] if length],
    )
    return Quality(
        pages=len(lengths),
        empty=len(lengths) - len(texts),
        median_length=float(median(texts)) if texts else None,
        recent_length=float(median(recent)) if recent else None,
    )


def drift(lengths: Sequence[int]) -> str | None:
    """Why a source's recent texts are suspicious, None where they are not: three of the last five are empty,
    or their median length is below half of the median before. `lengths` are in code points, oldest first, 0
    for no text."""
    recent, before = lengths[-_RECENT:], [length for length in lengths[:-_RECENT] if length]
    empty = sum(1 for length in recent if not length)
    if empty >= _EMPTY:
        return f"{empty} of the last {len(recent)} pages gave no text"
    if len(recent) < _RECENT or len(before) < _MIN_BEFORE:
        return None
    now, usual = median(recent), median(before)
    if now < usual / 2:
        return f"the last {_RECENT} texts have {now:.0f} characters in the middle, {usual:.0f} before"
    return None
