"""What is usual of a day: a median of the same weekdays, which an earlier burst does not move, and how far
days stray from it (median absolute deviation)."""

from collections.abc import Sequence
from math import sqrt
from statistics import median

from dyadwatch.model.series import Expectation

WEEK = 7
HISTORY = 8 * WEEK  # days that are compared
ENOUGH = 4 * WEEK  # days from which on something can be said
_TO_DEVIATION = 1.4826  # of a normal distribution, from its median absolute deviation
_FAR = 4.0  # deviations above the median from which on a day is a burst


def weekday_medians(days: Sequence[int]) -> list[float]:
    """Of the weekday of each of the last seven days, the median of its counts."""
    return [float(median(days[-WEEK + place :: -WEEK])) for place in range(WEEK)]


def expectations(counts: Sequence[int]) -> list[Expectation | None]:
    """What the days before let expect of each day; None where fewer than ENOUGH are known. Only the first of
    `counts` may have no days of before: what comes before the first report of all is to be left out."""
    return [expect(counts[max(0, place - HISTORY) : place]) for place in range(len(counts))]


def expect(before: Sequence[int]) -> Expectation | None:
    """What the days `before` let expect of the day after them. A count strays at least as much as one of
    things that happen by themselves (Poisson)."""
    if len(before) < ENOUGH:
        return None
    medians = weekday_medians(before)
    strays = [abs(count - medians[_weekday(place, before)]) for place, count in enumerate(before)]
    expected = medians[0]  # seven days ago was the same weekday
    deviation = max(_TO_DEVIATION * median(strays), sqrt(max(expected, 1.0)))
    return Expectation(expected, round(expected + _FAR * deviation, 2))


def _weekday(place: int, days: Sequence[int]) -> int:
    """The place of a day's weekday among those of the last seven."""
    return (place - len(days)) % WEEK
