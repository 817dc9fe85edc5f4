"""Whether a series is out of the usual: a burst, or a silence that is too long to be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, prod

from dyadwatch.model.series import Expectation
from dyadwatch.series.baseline import ENOUGH, HISTORY, WEEK, expect, weekday_medians

LONGEST = 104 * WEEK  # days of a silence that are looked back upon
_LEAST = 5  # alerts of a day that can be a burst
_RARE = 0.001  # chance below which a silence is none


@dataclass(frozen=True, slots=True)
class Burst:
    """A day with far more than expected: the last one, or as many days ago."""

    days_ago: int
    count: int
    expected: Expectation


@dataclass(frozen=True, slots=True)
class Silence:
    """Whole days without anything, and how likely that is by itself, as the days before were; `usual` is what
    as many days have on average."""

    days: int
    chance: float
    usual: float


def find_burst(counts: Sequence[int]) -> Burst | None:
    """Whether the last day, which may not be over, or the one before is a burst."""
    for days_ago in (0, 1):
        place = len(counts) - 1 - days_ago
        expected = expect(counts[max(0, place - HISTORY) : max(0, place)])
        if expected and counts[place] >= _LEAST and counts[place] > expected.upper:
            return Burst(days_ago, counts[place], expected)
    return None


def find_silence(counts: Sequence[int]) -> Silence | None:
    """Whether the whole days before the last one, which is not over, are too many without anything."""
    if not counts or counts[-1]:
        return None
    whole = counts[:-1]
    days = next((days for days, count in enumerate(reversed(whole)) if count), len(whole))
    end = len(whole) - days
    before = whole[max(0, end - HISTORY) : end]
    if not days or len(before) < ENOUGH:
        return None
    chances = _quiet_chances(before)
    chance = prod(chances[day % WEEK] for day in range(days))
    if chance >= _RARE:
        return None
    return Silence(days, chance, round(days * sum(before) / len(before), 1))


def _quiet_chances(before: Sequence[int]) -> list[float]:
    """Of the weekdays of the seven days that follow, how likely each is without anything: as often as it
    was, or less where there usually is much. Half of the median is taken for that, since reports come in
    clusters."""
    overall = (sum(not count for count in before) + 0.5) / (len(before) + 1)
    medians = weekday_medians(before)
    chances = []
    for weekday in range(WEEK):
        same = before[-WEEK + weekday :: -WEEK]
        share = (sum(not count for count in same) + 2 * overall) / (len(same) + 2)
        chances.append(min(share, exp(-medians[weekday] / 2)))
    return chances
