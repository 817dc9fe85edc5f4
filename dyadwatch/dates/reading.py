"""Any stated date, read by its signs: what time, which zone, which day, and nothing else beside them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dyadwatch.dates import calendars, standards, words, zones
from dyadwatch.dates.calendars import Calendar
from dyadwatch.dates.words import Signs
from dyadwatch.model.dates import StatedDate

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(hours=24)  # by which a date may be later than the moment at which it is read
MAX_LENGTH = 160  # characters of a text that states a date

_OFFSET = (
    r"(?:\s?[,(]?\s?(?:Z\d+\s?)?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)(?![\d:])"
    r"|\s*[,(]?\s*Z\d+\s?(?P<sign2>[+-])\s?(?P<hours2>\d{1,2})(?!\d)|(?P<sign3>[+-])(?P<hours3>\d\d)(?!\d))"
)
_TIME = re.compile(
    rf"(?:(?P<before>[AP])\s*)?(?<![\d:.])(?P<hour>\d{{1,2}})"
    rf"(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,:]\d{{1,9}})?)?\s*(?P<after>[AP])?{_OFFSET}?"
    rf"|\s*(?P<alone>[AP])(?!\s*\d{{1,2}}:))(?![\d:])"
)
_DOTTED_BESIDE_HALF = re.compile(
    r"(?<![\d.])(\d{1,2})\.(\d\d)(?=\s*[AP])|(?<=[AP] )(\d{1,2})\.(\d\d)(?![\d.])"
)
_DOTTED_ALONE = re.compile(r"(?<![\d.])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?(?![\d.])")
_MARK = r"\s?[-/.]\s?"
_BETWEEN = r"[\s.,/-]{0,5}"
_YEAR_FIRST = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}}){_MARK}(?P<month>\d{{1,2}}){_MARK}(?P<day>\d{{1,2}})(?!\d)\.?"
)
_YEAR_LAST = re.compile(
    rf"(?<![\d.])(?P<one>\d{{1,2}})(?P<mark>{_MARK})(?P<two>\d{{1,2}}){_MARK}(?P<year>\d{{4}})(?!\d)"
)
_SHORT_YEAR = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d\d)(?![\d.])")
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}}){_BETWEEN}(?P<calendar>[GJH])(?P<month>\d\d)"
        rf"{_BETWEEN}(?P<year>\d{{4}}|\d\d)(?!\d)"
    ),
    re.compile(
        rf"(?P<calendar>[GJH])(?P<month>\d\d){_BETWEEN}(?P<day>\d{{1,2}})(?!\d)[\s.,|/-]{{1,5}}(?P<year>\d{{4}})(?!\d)"
    ),
    re.compile(
        rf"(?<!\d)(?P<year>\d{{4}}){_BETWEEN}(?P<calendar>[GJH])(?P<month>\d\d){_BETWEEN}(?P<day>\d{{1,2}})(?!\d)"
    ),
)
_UNHEARD_OF_ZONE = re.compile(r"(?<=:\d\d) \?$")
_COMMENT = re.compile(r"\([^()]*\?[^()]*\)")
_ZONE_SIGN = re.compile(r"\s*Z\d+")
_LEFT_OVER = re.compile(r"[\d?]")
_LABEL = re.compile(
    rf"(?<![A-Z])([{words.PUBLISHED}{words.DATED}{words.UPDATED}{words.OF_ANOTHER}])(?![A-Z])"
)
_NOT_OF_PUBLICATION = (words.UPDATED, words.OF_ANOTHER)
_CERTAIN_ORDER = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](?:19|20)\d\d(?!\d)")
_MONTHS, _NOON = 12, 12
_MONTH_FIRST = ("en-us", "en-ph", "es-us", "fil")
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a date besides its text: the `language` that it is in (BCP 47), whether its source
    writes days before months, and the `latest` moment that it can mean."""

    language: str | None = None
    day_first: bool | None = None
    latest: datetime | None = None


NO_HINTS = Hints()


def parse(value: object, hints: Hints = NO_HINTS, *, among_words: bool = False) -> StatedDate | None:
    """The one day or moment that `value`, a text or a number, states. None where it states none or several,
    before 1995 or after the latest, or where it may mean one or another. Words beside the date make it
    unreadable but `among_words`."""
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        value = str(value)
    text = value.strip()
    if not text or len(text) > MAX_LENGTH:
        return None
    stated = standards.parse(text)
    if stated is None and any(map(str.isdigit, text)):
        stated = _by_signs(text, hints, among_words=among_words)
    return stated if stated is not None and _is_plausible(stated, hints.latest) else None


def tells_of_update(text: str) -> bool:
    """Whether a line is labelled as the date of a change, and not as one of the publication."""
    labels = _labels(text)
    return labels[-1:] == [words.UPDATED] and words.PUBLISHED not in labels


def tells_of_another(text: str) -> bool:
    """Whether a line is labelled as the date of anything but the publication: of a change, of who joined."""
    labels = _labels(text)
    return bool(labels) and labels[-1] in _NOT_OF_PUBLICATION and words.PUBLISHED not in labels


def tells_of_publication(text: str) -> bool:
    """Whether a line is labelled as the date of the publication, and not of anything else."""
    return words.PUBLISHED in _labels(text)


def _labels(text: str) -> list[str]:
    return _LABEL.findall(words.read(text[:MAX_LENGTH], None).text)


def is_stamp(text: str) -> bool:
    """Whether a line consists of a date or time and its label ("Updated at 10:23 GMT"), and says nothing
    else."""
    signs = words.read(text[:MAX_LENGTH], None).text
    says_more = words.UNKNOWN in signs or words.OF_ANOTHER in signs
    return len(text) <= MAX_LENGTH and not says_more and any(map(str.isdigit, signs))


def day_first(texts: Iterable[str], language: str | None = None) -> bool | None:
    """Whether the source of `texts` writes days before months, where one of them or the language is certain
    of it."""
    certain = set()
    for text in texts:
        numeric = "/" in text or "-" in text[1:3]
        if numeric and (match := _CERTAIN_ORDER.search(text[:MAX_LENGTH])):
            one, two = int(match[1]), int(match[2])
            if max(one, two) > _MONTHS:
                certain.add(one > two)
    if certain:
        return certain.pop() if len(certain) == 1 else None
    return _day_first_in(language)


def _day_first_in(language: str | None) -> bool | None:
    tag = (language or "").lower().replace("_", "-")
    if tag.startswith(_MONTH_FIRST):
        return False
    return None if tag in ("", _ENGLISH, "en-ca") else True


def _is_plausible(stated: StatedDate, latest: datetime | None) -> bool:
    return stated.moment >= EARLIEST and (latest is None or stated.moment <= latest)


def _by_signs(text: str, hints: Hints, *, among_words: bool) -> StatedDate | None:
    signs = words.read(text, hints.language)
    line = _of_publication(_COMMENT.sub(" ", signs.text))
    line = _UNHEARD_OF_ZONE.sub(" ", line)
    line = _DOTTED_BESIDE_HALF.sub(lambda match: f"{match[1] or match[3]}:{match[2] or match[4]}", line)
    times = list(_TIME.finditer(line))
    days, rest = _days(_ZONE_SIGN.sub("", _TIME.sub(" | ", line)), hints)
    if not times and (dotted := _DOTTED_ALONE.search(rest)):
        times, rest = [dotted], _DOTTED_ALONE.sub(" ", rest, count=1)
    if len(days) != 1 or len(times) > 1 or (not among_words and _LEFT_OVER.search(rest)):
        return None
    (stated_day,) = days
    if not times:
        return StatedDate(datetime.combine(stated_day, time(), UTC), "day")
    return _with_time(stated_day, times[0], signs)


def _of_publication(line: str) -> str:
    """What follows a label of the publication, else what precedes one of an update."""
    parts = _LABEL.split(line)
    own = (parts[place + 1] for place in range(1, len(parts), 2) if parts[place] not in _NOT_OF_PUBLICATION)
    return next((part for part in own if any(map(str.isdigit, part))), parts[0])


def _with_time(day: date, match: re.Match[str], signs: Signs) -> StatedDate | None:
    parts = match.groupdict()
    try:
        moment, zone = datetime.combine(day, _time(parts)), _zone(parts, signs)
        if zone is None:
            return StatedDate(moment.replace(tzinfo=UTC), "local_time")
        return StatedDate(zones.at(moment, zone))
    except (ValueError, OverflowError):
        return None


def _time(parts: Mapping[str, str | None]) -> time:
    hour = int(parts["hour"] or 0)
    half = parts.get("before") or parts.get("after") or parts.get("alone")
    if half and hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == words.AFTERNOON else 0)
    return time(hour, int(parts.get("minute") or 0), min(int(parts.get("second") or 0), 59))


def _zone(parts: Mapping[str, str | None], signs: Signs) -> tzinfo | None:
    """The zone that stands beside a time, by its offset or else by its name; None where that is unknown.
    Raises ValueError for an offset that no zone has."""
    for suffix in ("", "2", "3"):
        if sign := parts.get(f"sign{suffix}"):
            zone = zones.of_offset(sign, parts[f"hours{suffix}"] or "", parts.get(f"minutes{suffix}"))
            if zone is None:
                raise ValueError("no zone has this offset")
            return zone
    return signs.zones[0] if len(signs.zones) == 1 else None


def _days(line: str, hints: Hints) -> tuple[set[date], str]:
    """The days that a line without times names, those of the Gregorian calendar where it names such, and what
    is left of it."""
    by_calendar: dict[Calendar, set[date]] = {"gregorian": set(), "jalali": set(), "hijri": set()}
    unreadable = False
    for pattern in (_YEAR_FIRST, *_NAMED, _YEAR_LAST, _SHORT_YEAR):
        for match in pattern.finditer(line):
            calendar, day = _day(match, hints)
            if day is None:
                unreadable = True
            else:
                by_calendar[calendar].add(day)
        line = pattern.sub(" | ", line)
    if unreadable:
        return set(), line
    return next((days for days in by_calendar.values() if days), set()), line


def _day(match: re.Match[str], hints: Hints) -> tuple[Calendar, date | None]:
    parts = match.groupdict()
    year = calendars.whole_year(parts["year"])
    if (letter := parts.get("calendar")) is not None:
        calendar = words.CALENDARS[letter]
    else:
        calendar = calendars.of_year(year)
    if "one" not in parts:
        return calendar, calendars.day(calendar, year, int(parts["month"]), int(parts["day"]))
    return calendar, _in_some_order(calendar, year, parts, hints)


def _in_some_order(calendar: Calendar, year: int, parts: dict[str, str], hints: Hints) -> date | None:
    """The day of two numbers and a year, in the order of which one may be certain."""
    one, two = int(parts["one"]), int(parts["two"])
    readings = {
        first: day
        for first, (number, month) in {True: (one, two), False: (two, one)}.items()
        if (day := calendars.day(calendar, year, month, number)) and _may_be(day, hints.latest)
    }
    if len(set(readings.values())) <= 1:
        return next(iter(readings.values()), None)
    if "." in parts["mark"]:
        return readings[True]
    order = hints.day_first if hints.day_first is not None else _day_first_in(hints.language)
    return None if order is None else readings[order]


def _may_be(day: date, latest: datetime | None) -> bool:
    return latest is None or day <= (latest + timedelta(days=1)).date()
