"""When a publisher is likely to publish next, from the dates of entries and from when polls found new
ones."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, log, sqrt

from dyadwatch.feeds.caching import DAY, HOUR, MINUTE
from dyadwatch.model.feeds import FeedMemory, ParsedFeed

REMEMBERED_TIMES = 60
WEEK = 168  # hours
# Polls an hour, where an entry an hour is to be expected, and the power of that number with which they grow.
# Of a given number of polls, entries wait least on average where each feed gets its share by the root of its
# rate (a delay is half an interval, and the sum of rate times interval is least so); a little less spares the
# entries of rare feeds. Fitted to the simulated week of benchmarks/cadence.py, for two fifths of the requests
# that polling every 15 minutes takes.
_POLLS = 1.6
_POWER = 0.45
# Entries that appear together count up to a number: they say more of one occasion than of the next.
_OCCASION_GAP = timedelta(seconds=60)
_MAX_AT_ONCE = 8
# Entries within so short a time, at more than so many times the expected rate, make a burst, which may go on.
_BURST, _BURST_TIME, _BURST_RATIO = 3, timedelta(minutes=30), 1.5
# Days without a new entry, and the factor by which the interval then grows.
_QUIET_FACTORS = ((30, 8.0), (14, 4.0), (7, 2.0))
# A new feed is polled at the shortest interval for this long, then at most after as long as it has been
# watched: the dates of old entries are only the publisher's claim.
_CLOSE_WATCH = timedelta(minutes=10)
_MAX_COUNT = 2_000  # entries counted in the hours of the week; beyond it all counts are halved
# Each hour of the day and day of the week starts as if this many entries had been expected and found.
_PRIOR_HOUR, _PRIOR_DAY = 0.5, 3.0
_WEEKS = 2  # that days of the week are told apart after
_MIN_WEIGHT = 0.01  # of an hour
_OWN_SHARE = 4.0  # of an hour in its smoothed count, beside 1 for each neighbour
# Factor by which the gap between dates may differ from the gap that polls see before their mean is used.
_MAX_RATIO = 3.0
_MIN_SHARE, _MAX_SHARE = 0.03, 0.9  # of polls that bring something new
_SHARE_WEIGHT = 0.1  # of the last poll in the share
_DATE_TOLERANCE = timedelta(hours=1)  # before the last poll, within which an entry's date is believed


# A day of the week, and the hours of it between which a span of time lies.
_Span = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A feed's rhythm after one more document; fields as in FeedMemory."""

    entry_times: tuple[datetime, ...]
    hours: tuple[int, ...]


def observe(memory: FeedMemory, parsed: ParsedFeed, new_entries: int, now: datetime) -> Rhythm:
    """The last 60 times at which entries appeared, oldest first, and how many appeared in each hour of the
    week: by the entries' dates, or by the time of the poll that found them where the dates have no time of
    day."""
    dated = sorted(
        min(date, now)
        for entry in parsed.entries
        if (date := entry.published_at or entry.updated_at) is not None
    )
    if not _have_times_of_day(dated):
        arrivals = [now] * new_entries
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
    busy = _profile(memory, now)
    rate = HOUR * len(times) / max(busy.between(times[0], now), MINUTE)
    reason = f"{24 * rate:.1f} entries a day, by the last {len(times)}"
    gap = HOUR / rate * len(times) / (1 + sum(b - a >= _OCCASION_GAP for a, b in pairwise(times)))
    gap_by_polls = _gap_by_polls(memory)
    if gap_by_polls is not None and not gap / _MAX_RATIO <= gap_by_polls <= gap * _MAX_RATIO:
        rate *= sqrt(gap / gap_by_polls)
        reason = f"{reason}, corrected by how often polls bring something new"
    recent = len(times) - bisect_left(times, now - _BURST_TIME)
    burst = HOUR * recent / _BURST_TIME.total_seconds()
    if recent >= _BURST and burst > _BURST_RATIO * rate * busy.at(_hour(now)):
        return HOUR / (_POLLS * burst**_POWER), f"{recent} entries within {_BURST_TIME.seconds // 60} min"
    silence = (now - times[-1]).total_seconds()
    quiet = (item for item in _QUIET_FACTORS if silence >= item[0] * DAY)
    days, factor = next(quiet, (0, 1.0))
    if factor > 1:
        reason = f"{reason}, {factor:.0f} times that after {days} quiet days"
    return busy.until(now, factor * HOUR / (_POLLS * rate**_POWER), maximum), reason


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
    return watched.total_seconds() if watched >= _CLOSE_WATCH else 0.0


def _have_times_of_day(dated: Sequence[datetime]) -> bool:
    """Whether dates carry a time of day: neither all the same instant nor all the same hour and minute."""
    if len(dated) < 3:
        return len(set(dated)) == len(dated) > 0
    return len({(date.hour, date.minute, date.second) for date in dated}) > max(1, len(dated) // 10)


def _occasions(times: Sequence[datetime]) -> tuple[datetime, ...]:
    occasions: list[datetime] = []
    for time in times:
        if len(occasions) < _MAX_AT_ONCE or time - occasions[-_MAX_AT_ONCE] >= _OCCASION_GAP:
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


@dataclass(slots=True)
class _Profile:
    """How busy each day of the week (from Monday, UTC) and each hour of the day is, where 1 is what all have
    on average."""

    by_day: Sequence[float]
    by_hour: Sequence[float]

    def at(self, hour: int) -> float:
        """Hours are those of the week; beyond it they wrap around."""
        return max(self.by_day[hour // 24 % 7] * self.by_hour[hour % 24], _MIN_WEIGHT)

    def between(self, start: datetime, end: datetime) -> float:
        """The seconds from `start` to `end`, each weighted by how busy its hour is."""
        weeks, spans = _calendar(start, end)
        whole_day = sum(self.by_hour)
        busy = weeks * sum(self.by_day) * whole_day
        for day, begin, until in spans:
            if until - begin == 24:
                busy += self.by_day[day] * whole_day
            else:
                busy += self.by_day[day] * (_until(self.by_hour, until) - _until(self.by_hour, begin))
        return HOUR * busy

    def until(self, now: datetime, seconds: float, maximum: float) -> float:
        """Seconds from `now` until `seconds` have passed, each weighted by how many polls its hour deserves;
        it stops counting beyond `maximum`."""
        hour, step = _hour(now), HOUR - now.minute * 60.0 - now.second
        passed = 0.0
        while passed <= maximum:
            weight = float(self.at(hour) ** _POWER)
            if seconds <= step * weight:
                return passed + seconds / weight
            seconds -= step * weight
            passed += step
            hour, step = hour + 1, HOUR
        return passed + seconds


def _profile(memory: FeedMemory, now: datetime) -> _Profile:
    """By what was counted while the feed was watched, and by the entries that it had before. A weight for the
    hour of the day, smoothed with its neighbours, times one for the day of the week: how many entries there
    were for those that the time watched would have brought."""
    since = memory.watched_since or now
    earlier = memory.entry_times[: bisect_left(memory.entry_times, since)]
    weeks, spans = _calendar(earlier[0] if earlier else since, now)
    of_days, of_hours = [0] * 7, [0] * 24
    if len(memory.hours) == WEEK:
        days = [memory.hours[day : day + 24] for day in range(0, WEEK, 24)]
        of_days, of_hours = list(map(sum, days)), list(map(sum, zip(*days, strict=True)))
    for time in earlier:
        of_days[time.weekday()] += 1
        of_hours[time.hour] += 1
    watched = [24.0 * weeks] * 7
    for day, begin, until in spans:
        watched[day] += until - begin
    mean = sum(of_days) / max(sum(watched), 1.0)
    by_day = [1.0] * 7
    if weeks >= _WEEKS:
        by_day = [
            (count + _PRIOR_DAY) / (mean * time + _PRIOR_DAY)
            for count, time in zip(of_days, watched, strict=True)
        ]
    expected = _expected(mean, by_day, weeks, spans)
    by_hour = [
        (count + _PRIOR_HOUR) / (usual + _PRIOR_HOUR)
        for count, usual in zip(_smooth(of_hours), _smooth(expected), strict=True)
    ]
    return _Profile(by_day, by_hour)


def _expected(mean: float, by_day: Sequence[float], weeks: int, spans: Sequence[_Span]) -> list[float]:
    """The entries to expect for each hour of the day, of `mean` an hour that was watched."""
    always = weeks * sum(by_day) + sum(by_day[day] for day, begin, until in spans if until - begin == 24)
    expected = [mean * always] * 24
    for day, begin, until in spans:
        if until - begin < 24:
            usual, first, last = mean * by_day[day], int(begin), ceil(until) - 1
            if last >= first:
                expected[first] += usual * (min(until, first + 1) - begin)
            for hour in range(first + 1, last):
                expected[hour] += usual
            if last > first:
                expected[last] += usual * (until - last)
    return expected


def _smooth(day: Sequence[float]) -> list[float]:
    """The numbers of the hours of the day, each with its neighbours'."""
    around = _OWN_SHARE + 2
    in_turn = zip((day[-1], *day), day, (*day[1:], day[0]), strict=False)
    return [(before + _OWN_SHARE * own + after) / around for before, own, after in in_turn]


def _calendar(start: datetime, end: datetime) -> tuple[int, list[_Span]]:
    """The whole weeks from `start` to `end`, and what is left of them, before `end`, by days."""
    weeks, rest = divmod((end - start).total_seconds() / HOUR, WEEK)
    day, until = end.weekday(), end.hour + end.minute / 60 + end.second / HOUR
    spans = []
    while rest > until:
        spans.append((day, 0.0, until))
        rest -= until
        day, until = (day - 1) % 7, 24.0
    spans.append((day, until - rest, until))
    return int(weeks), spans


def _until(by_hour: Sequence[float], time: float) -> float:
    """The sum of the weights of a day's hours until a time of day, in hours."""
    hour = int(time)
    return sum(by_hour[:hour]) + (time - hour) * by_hour[hour % 24]


def _hour(at: datetime) -> int:
    return 24 * at.weekday() + at.hour
