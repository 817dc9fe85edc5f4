"""When a publisher is likely to publish next, from the dates of entries and from when polls found new
ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log, sqrt
from statistics import median

from dyadwatch.feeds.caching import DAY, HOUR, MINUTE
from dyadwatch.model.feeds import FeedMemory, ParsedFeed

REMEMBERED_TIMES = 20
WEEK = 168  # hours
# The interval grows with half the median gap between entries to this power; both are equal at _FIXED_POINT.
# Busy feeds gain little from more polls, rare ones a lot from a few. Fitted to the simulated week of
# benchmarks/cadence.py.
_POWER = 0.7
_FIXED_POINT = 170 * MINUTE
# Entries that appear together are one occasion to poll.
_OCCASION_GAP = timedelta(seconds=60)
# Days without a new entry, and the factor by which the interval then grows.
_QUIET_FACTORS = ((30, 8.0), (14, 4.0), (7, 2.0))
# A new feed is polled at the shortest interval for this long, then at most at a growing share of the time
# that it has been watched: the dates of old entries are only the publisher's claim.
_CLOSE_WATCH = timedelta(hours=1)
_TRUSTED_SHARE = 1 / 4
# The gap is taken to be at least this share of the time since the last entry, counted in busy hours.
_SILENCE_SHARE = 1 / 6
_MAX_SILENCE = 2 * DAY
_MAX_COUNT = 2_000  # entries counted in the hours of the week; beyond it all counts are halved
# Profiles start as if this many entries had been spread evenly.
_PRIOR_HOURS, _PRIOR_DAYS = 12.0, 14.0
_WATCHED_FOR_HOURS, _WATCHED_FOR_DAYS = timedelta(days=2), timedelta(days=14)
_MIN_WEIGHT, _MAX_WEIGHT = 0.1, 2.0  # of an hour
# Factor by which the gap between dates may differ from the gap that polls see before their mean is used.
_MAX_RATIO = 3.0
_MIN_SHARE, _MAX_SHARE = 0.03, 0.9  # of polls that bring something new
_SHARE_WEIGHT = 0.1  # of the last poll in the share
_DATE_TOLERANCE = timedelta(hours=1)  # before the last poll, within which an entry's date is believed


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A feed's rhythm after one more document; fields as in FeedMemory."""

    entry_times: tuple[datetime, ...]
    hours: tuple[int, ...]


def observe(memory: FeedMemory, parsed: ParsedFeed, new_entries: int, now: datetime) -> Rhythm:
    """The last 20 times at which entries appeared, oldest first, and how many appeared in each hour of the
    week: by the entries' dates, or by the time of the poll that found them where the dates have no time of
    day."""
    dated = sorted(
        min(date, now)
        for entry in parsed.entries
        if (date := entry.published_at or entry.updated_at) is not None
    )
    if not _have_times_of_day(dated):
        arrivals = [now] * bool(new_entries)
        times = _occasions([*memory.entry_times, *arrivals])
        new_ones = [now] * (new_entries if memory.watched_since else 0)
        return Rhythm(times, _add_to_hours(memory.hours, new_ones))
    earlier = [time for time in memory.entry_times if time < dated[0]]
    return Rhythm(
        _occasions([*earlier, *dated]), _add_to_hours(memory.hours, _news(memory, dated, new_entries, now))
    )


def share(memory: FeedMemory, new_entries: int, now: datetime) -> float:
    """The share of polls that bring something new, as a moving average; neither the first poll nor those
    during a hub's pushing count."""
    if memory.new_share is None or memory.watched_since is None:
        return 0.5
    if memory.push_until is not None and memory.push_until > now:
        return memory.new_share
    return memory.new_share + _SHARE_WEIGHT * (bool(new_entries) - memory.new_share)


def rescale(share: float | None, before: float | None, after: float) -> float | None:
    """The share to expect when the interval changes from `before` to `after` seconds."""
    if share is None or not before:
        return share
    return float(1 - (1 - min(share, _MAX_SHARE)) ** min(after / before, 100.0))


def wait(memory: FeedMemory, now: datetime, *, minimum: float, maximum: float) -> tuple[float, str]:
    """Seconds until the next poll by the feed's rhythm, within `minimum` and `maximum`, and why."""
    seconds, reason = _by_rhythm(memory, now, minimum, maximum)
    trusted = _trusted_interval(memory, now)
    if trusted < seconds:
        seconds, reason = trusted, f"not watched for long yet; {reason}"
    if seconds < minimum:
        return minimum, f"{reason}, at least {minimum:g} s"
    if seconds > maximum:
        return maximum, f"{reason}, at most {maximum:g} s"
    return seconds, reason


def _by_rhythm(memory: FeedMemory, now: datetime, minimum: float, maximum: float) -> tuple[float, str]:
    times = memory.entry_times
    if len(times) < 2:
        base = 2 * memory.interval if memory.interval else minimum
        return base, "too few entries to tell a rhythm"
    gap = median((later - earlier).total_seconds() for earlier, later in pairwise(times))
    reason = f"an entry every {gap / MINUTE:.0f} min, the median of {len(times)}"
    gap_by_polls = _gap_by_polls(memory)
    if gap_by_polls is not None and not gap / _MAX_RATIO <= gap_by_polls <= gap * _MAX_RATIO:
        gap = sqrt(gap * gap_by_polls)
        reason = f"{reason}, corrected by how often polls bring something new"
    busy = _profile(memory, now)
    silence = (now - times[-1]).total_seconds()
    stalled = _SILENCE_SHARE * _busy_before(busy, now, min(silence, _MAX_SILENCE))
    if stalled > gap:
        gap, reason = stalled, f"no entry for {silence / HOUR:.1f} h"
    quiet = (item for item in _QUIET_FACTORS if silence >= item[0] * DAY)
    days, factor = next(quiet, (0, 1.0))
    if factor > 1:
        reason = f"{reason}, {factor:.0f} times that after {days} quiet days"
    interval = (gap / 2) ** _POWER * _FIXED_POINT ** (1 - _POWER) * factor
    return _until_busy(busy, now, interval, maximum), reason


def _gap_by_polls(memory: FeedMemory) -> float | None:
    """Seconds between entries as polls see them: if entries come at random with a mean gap g, a poll after i
    seconds finds something new with probability 1 - exp(-i / g)."""
    if memory.new_share is None or not memory.interval:
        return None
    waited = max(memory.interval, memory.max_age or 0.0, memory.ttl or 0.0)
    return waited / -log(1 - min(max(memory.new_share, _MIN_SHARE), _MAX_SHARE))


def _trusted_interval(memory: FeedMemory, now: datetime) -> float:
    """The longest interval that the time watched so far justifies."""
    if memory.watched_since is None:
        return 0.0
    watched = now - memory.watched_since
    return watched.total_seconds() * _TRUSTED_SHARE if watched >= _CLOSE_WATCH else 0.0


def _have_times_of_day(dated: Sequence[datetime]) -> bool:
    """Whether dates carry a time of day: neither all the same instant nor all the same hour and minute."""
    if len(dated) < 3:
        return len(set(dated)) == len(dated) > 0
    return len({(date.hour, date.minute, date.second) for date in dated}) > max(1, len(dated) // 10)


def _occasions(times: Sequence[datetime]) -> tuple[datetime, ...]:
    occasions: list[datetime] = []
    for time in times:
        if not occasions or time - occasions[-1] >= _OCCASION_GAP:
            occasions.append(time)
    return tuple(occasions[-REMEMBERED_TIMES:])


def _news(memory: FeedMemory, dated: Sequence[datetime], new_entries: int, now: datetime) -> list[datetime]:
    """When the new entries appeared, by their dates, or now where they are dated before the last poll. A
    feed's first document does not count: it is no even sample of the week."""
    if memory.polled_at is None or memory.watched_since is None:
        return []
    earliest = memory.polled_at - _DATE_TOLERANCE
    return [date if date >= earliest else now for date in dated[max(0, len(dated) - new_entries) :]]


def _add_to_hours(hours: Sequence[int], times: Sequence[datetime]) -> tuple[int, ...]:
    if not times:
        return tuple(hours)
    counts = list(hours) if len(hours) == WEEK else [0] * WEEK
    for time in times:
        counts[_hour(time)] += 1
    if sum(counts) > _MAX_COUNT:
        counts = [count // 2 for count in counts]
    return tuple(counts)


@dataclass(frozen=True, slots=True)
class _Profile:
    """How busy each hour of the week is: a weight for the hour of the day times one for the day of the week,
    where 1 is the hour in which a typical entry appears."""

    by_hour: tuple[float, ...]
    by_day: tuple[float, ...]

    def at(self, hour: int) -> float:
        """The weight of an hour of the week, counted from Monday 00:00 UTC; hours beyond the week wrap
        around."""
        weight = self.by_hour[hour % 24] * self.by_day[hour // 24 % 7]
        return float(min(max(weight, _MIN_WEIGHT), _MAX_WEIGHT) ** _POWER)


_EVEN = _Profile((1.0,) * 24, (1.0,) * 7)


def _profile(memory: FeedMemory, now: datetime) -> _Profile:
    """The profile as far as the time watched supports one: hours of the day after two days, days of the
    week after two weeks. Each hour is smoothed with its neighbours, and few entries leave the profile
    nearly even."""
    watched = now - (memory.watched_since or now)
    if len(memory.hours) != WEEK or watched < _WATCHED_FOR_HOURS:
        return _EVEN
    hours = memory.hours
    counts = [sum(hours[hour::24]) for hour in range(24)]
    by_hour = _typical(
        [
            (counts[hour - 1] + 2 * counts[hour] + counts[(hour + 1) % 24]) / 4 + _PRIOR_HOURS / 24
            for hour in range(24)
        ]
    )
    if watched < _WATCHED_FOR_DAYS:
        return _Profile(by_hour, _EVEN.by_day)
    days = [sum(hours[day : day + 24]) + _PRIOR_DAYS / 7 for day in range(0, WEEK, 24)]
    return _Profile(by_hour, _typical(days))


def _typical(counts: Sequence[float]) -> tuple[float, ...]:
    """`counts` relative to the count of the hour or day in which a typical entry appears."""
    typical = sum(count * count for count in counts) / sum(counts)
    return tuple(count / typical for count in counts)


def _busy_before(busy: _Profile, now: datetime, seconds: float) -> float:
    """The last `seconds` before `now`, each weighted by how busy its hour is."""
    if busy is _EVEN:
        return seconds
    hour, step = _hour(now), now.minute * 60.0 + now.second
    total = 0.0
    while seconds > step:
        total += step * busy.at(hour)
        seconds -= step
        hour, step = hour - 1, HOUR
    return total + seconds * busy.at(hour)


def _until_busy(busy: _Profile, now: datetime, seconds: float, maximum: float) -> float:
    """Seconds from `now` until `seconds` of weighted time have passed; it stops counting beyond `maximum`."""
    if busy is _EVEN:
        return seconds
    hour, step = _hour(now), HOUR - now.minute * 60.0 - now.second
    passed = 0.0
    while passed <= maximum:
        weight = busy.at(hour)
        if seconds <= step * weight:
            return passed + seconds / weight
        seconds -= step * weight
        passed += step
        hour, step = hour + 1, HOUR
    return passed + seconds


def _hour(at: datetime) -> int:
    return 24 * at.weekday() + at.hour
