"""Buckets of a calendar: days, weeks from Monday (ISO 8601) and months, as they are in a time zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.series import Interval

MAX_BUCKETS = 1_000
_DEFAULT_BUCKETS: dict[Interval, int] = {"day": 90, "week": 52, "month": 24}
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # offsets of zones were no quarters of hours in earlier times
_WEEK = 7  # days
WIDTHS = (24, 1)  # hours of the parts that counts are summed up by
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Edges:
    """The first days of consecutive buckets, when each begins in the zone, and when the last one ends."""

    interval: Interval
    zone: ZoneInfo
    dates: tuple[date, ...]
    starts: tuple[datetime, ...]
    end: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Whole days (24 `hours`) or hours (1) of UTC, or any time (0), from `since` to before `until`."""

    hours: int
    since: datetime
    until: datetime


def time_zone(name: str) -> ZoneInfo:
    """The zone of a name of the IANA database. Raises InvalidInput at /time_zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        detail = "is no name of the IANA time zone database, such as Asia/Tehran"
        problem = FieldError("/time_zone", detail, "not_allowed")
        raise InvalidInput(f"`time_zone` {detail}.", errors=[problem]) from error


def edges(
    interval: Interval,
    zone: ZoneInfo,
    *,
    since: date | datetime | None,
    until: date | datetime | None,
    now: datetime,
) -> Edges:
    """The buckets that overlap the time from `since` to before `until`: days begin in the zone, times have
    their own. Without `until` they end with the bucket of `now`, without `since` there are as many as fill a
    screen. Raises InvalidInput for none, for more than MAX_BUCKETS, and for years out of range."""
    for name, bound in (("since", since), ("until", until)):
        if bound is not None and not _FIRST_YEAR <= bound.year <= _LAST_YEAR:
            raise _invalid(name, f"must be in the years {_FIRST_YEAR} to {_LAST_YEAR}", "out_of_range")
    end = _last_day(until, zone, now)
    first = _first_day(end, interval)
    start = _back(first, interval) if since is None else _first_day(_day(since, zone), interval)
    if start > end:
        raise _invalid("until", "must be later than `since`", "contradictory")
    days = [*_days(start, end, interval)]
    if len(days) > MAX_BUCKETS + 1:
        raise _invalid("since", f"more than {MAX_BUCKETS} buckets: take a longer interval", "out_of_range")
    starts = [_begin(day, zone) for day in days]
    return Edges(interval, zone, tuple(days[:-1]), tuple(starts[:-1]), starts[-1])


def parts(edges: Edges) -> list[Part]:
    """The time of some buckets in days of UTC where one bucket has the whole day, in hours where it has the
    whole hour, and the rest. No day or hour of a part lies in two buckets; those that follow each other are
    one part."""
    ends = (*edges.starts[1:], edges.end)
    split = [
        part
        for start, end in zip(edges.starts, ends, strict=True)
        for part in _split(start.astimezone(UTC), end.astimezone(UTC), WIDTHS)
    ]
    joined: list[Part] = []
    for part in sorted(split, key=lambda part: (part.hours, part.since)):
        last = joined[-1] if joined else None
        if last is not None and (last.hours, last.until) == (part.hours, part.since):
            joined[-1] = Part(part.hours, last.since, part.until)
        else:
            joined.append(part)
    return joined


def _split(start: datetime, end: datetime, widths: tuple[int, ...]) -> list[Part]:
    if start >= end:
        return []
    if not widths:
        return [Part(0, start, end)]
    width = timedelta(hours=widths[0])
    first = _EPOCH - (_EPOCH - start) // width * width
    last = _EPOCH + (end - _EPOCH) // width * width
    if first >= last:
        return _split(start, end, widths[1:])
    whole = Part(widths[0], first, last)
    return [*_split(start, first, widths[1:]), whole, *_split(last, end, widths[1:])]


def earlier(than: Edges, days: int) -> Edges:
    """So many days before the first of some days."""
    dates = tuple(than.dates[0] - timedelta(days=number) for number in range(days, 0, -1))
    return Edges("day", than.zone, dates, tuple(_begin(day, than.zone) for day in dates), than.starts[0])


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _last_day(until: date | datetime | None, zone: ZoneInfo, now: datetime) -> date:
    """That of the last moment before `until`."""
    if until is None:
        return _day(now, zone)
    if isinstance(until, datetime):
        return _day(until - timedelta(microseconds=1), zone)
    return until - timedelta(days=1)


def _first_day(day: date, interval: Interval) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "month" else day


def _next(day: date, interval: Interval) -> date:
    if interval == "month":
        return _first_day(day.replace(day=28) + timedelta(days=4), interval)
    return day + timedelta(days=_WEEK if interval == "week" else 1)


def _back(last: date, interval: Interval) -> date:
    """The first of as many buckets as there are by default, up to the one of `last`."""
    count = _DEFAULT_BUCKETS[interval] - 1
    if interval == "month":
        months = last.year * 12 + last.month - 1 - count
        return date(months // 12, months % 12 + 1, 1)
    return last - timedelta(days=count * (_WEEK if interval == "week" else 1))


def _days(first: date, last: date, interval: Interval) -> Iterator[date]:
    """The first days of the buckets up to that of `last`, and of the one after it."""
    day = first
    for _ in range(MAX_BUCKETS + 2):
        yield day
        if day > last:
            return
        day = _next(day, interval)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """Its first moment: where clocks are put forward at midnight, that is not midnight."""
    midnight = datetime.combine(day, time(), zone)
    return midnight.astimezone(UTC).astimezone(zone)


def _invalid(name: str, detail: str, code: str) -> InvalidInput:
    return InvalidInput(f"`{name}`: {detail}.", errors=[FieldError(f"/{name}", detail, code)])
