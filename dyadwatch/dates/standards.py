"""The forms that nearly all feeds and metadata use, read fast: ISO 8601 and RFC 3339, RFC 822, Unix time."""

import re
from datetime import UTC, datetime, timedelta, timezone

from dyadwatch.dates import zones
from dyadwatch.model.dates import StatedDate

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_RFC_822 = re.compile(
    r"(?:[mtwfs][a-z]{2,8},? )?(\d{1,2}) ([a-z]{3}) (\d{4})"
    r" (\d\d):(\d\d)(?::(\d\d))? (?:([+-])(\d\d)(\d\d)|(gmt|utc|ut|z|[ecmp][sd]t))"
)
_ISO_8601 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:(z)|([+-])(\d\d):?(\d\d))?)?"
)
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:[t ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:(z)|([+-])(\d\d):?(\d\d))?)?"
)
_UNIX_TIME = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})(?:\.0)?")
_DAY = len("2022-05-30")
_GREGORIAN_YEARS = range(1900, 2100)
_LATEST_UNIX_TIME = 2_000_000_000  # of 2033: what is greater and begins with a year is a compact date


def parse(text: str) -> StatedDate | None:
    """The date in `text` (stripped); None where it is in another form, or no date."""
    if text[4:5] == "-" and (stated := _usual(text)):
        return stated
    lower = text.lower()
    try:
        if lower[4:5] == "-":
            return _iso(match) if (match := _ISO_8601.fullmatch(lower)) else None
        if lower[:8].isdigit():
            return _digits(lower)
        return _rfc_822(match) if (match := _RFC_822.fullmatch(lower)) else None
    except (ValueError, OverflowError):
        pass
    return None


def _usual(text: str) -> StatedDate | None:
    """What the standard library reads, faster than any pattern."""
    try:
        moment = datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        return None
    if moment.year not in _GREGORIAN_YEARS or len(text) < _DAY:
        return None
    if moment.tzinfo is None:
        return StatedDate(moment.replace(tzinfo=UTC), "day" if len(text) == _DAY else "local_time")
    is_zone = moment.tzinfo is UTC or abs(moment.utcoffset() or timedelta()) <= zones.MAX_OFFSET
    return StatedDate(moment) if is_zone else None


def _iso(match: re.Match[str]) -> StatedDate | None:
    year, month, day, hour, minute, second, utc, sign, hours, minutes = match.groups()
    if int(year) not in _GREGORIAN_YEARS:
        return None
    time = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))  # 60 is a leap second
    moment = datetime(int(year), int(month), int(day), *time, tzinfo=UTC)
    if sign:
        return StatedDate(moment.replace(tzinfo=_zone(sign, hours, minutes)))
    return StatedDate(moment, "day" if hour is None else "instant" if utc else "local_time")


def _rfc_822(match: re.Match[str]) -> StatedDate | None:
    day, name, year, hour, minute, second, sign, hours, minutes, zone_name = match.groups()
    zone = _zone(sign, hours, minutes) if sign else zones.of_name(zone_name)
    month = _MONTHS.get(name)
    if month is None or zone is None:
        return None
    return StatedDate(
        datetime(int(year), month, int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=zone)
    )


def _zone(sign: str, hours: str, minutes: str) -> timezone:
    zone = zones.of_offset(sign, hours, minutes)
    if zone is None:
        raise ValueError(f"no zone is {sign}{hours}:{minutes}")
    return zone


def _digits(text: str) -> StatedDate | None:
    if match := _UNIX_TIME.fullmatch(text):
        seconds = int(match[1]) if match[1] else int(match[2]) // 1000
        if seconds <= _LATEST_UNIX_TIME:
            return StatedDate(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    return _iso(match) if (match := _COMPACT.fullmatch(text)) else None
