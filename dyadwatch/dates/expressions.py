"""Expressions of time in running text, resolved to days: "on Monday", "three days ago", "в среду".

Each word becomes a letter for what it means, and patterns over these letters are the expressions, so that a
language is its words alone (expressions.yaml).
"""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dyadwatch.dates import calendars, words
from dyadwatch.dates.calendars import Calendar
from dyadwatch.model.mentions import DayBasis
from dyadwatch.model.values import valueclass
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.package_yaml import read_strings

_TOKEN = re.compile(r"(?<![\d./-])(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4})(?![\d/-])|\d+|[^\W\d_]+")
_DATE, _YEAR, _SHORT_NUMBER, _WORD = "d", "Y", "n", "."
_WEEKDAY, _DAY, _UNIT, _PAIR, _NUMERAL, _AGO, _LAST, _NEXT, _FILLER, _MONTH = "WDUPNALXfM"
_TELLING = "WDALX"  # one of these, or a digit, is in every expression
_KINDS = {_AGO: "ago", _LAST: "last", _NEXT: "next"}
_DAYS_OF_UNIT = {"day": 1, "week": 7, "month": 30, "year": 365}
_FUTURE = 60  # days ahead that a date without a year may lie; of those before the nearest is meant
_MAX_CLITICS = 2
_MIN_STEM = 3
_MAX_YEARS = 100  # from the day of publication, beyond which a number is no year
_REACH = 4  # words beside one that tells of time, within which its expression lies
_DIGIT = re.compile(r"\d")


@valueclass(frozen=True, slots=True)
class Expression:
    """A span of a folded text, the days that it names, and how sure these are: a `date`, a `weekday`, a day
    `relative` to that of publication, or no day but a `period`."""

    start: int
    end: int
    first: date
    last: date
    basis: DayBasis


_Raw = tuple[int, int, str]  # where a word stands, and the word


class _Token(NamedTuple):
    start: int
    end: int
    letter: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class _Language:
    phrases: Mapping[tuple[str, ...], tuple[str, Any]]
    lengths: Mapping[str, Sequence[int]]  # of the phrases that begin with a word, the longest first
    triggers: frozenset[str]  # first words of what tells of time
    clitics: frozenset[str]
    anniversary: re.Pattern[str] | None
    hours: int


def day_of(published: datetime | date, language: str) -> date:
    """The day of a moment of publication (UTC where it has no zone) to the readers of a language."""
    if not isinstance(published, datetime):
        return published
    of = _languages().get(language)
    try:
        return (published + timedelta(hours=of.hours if of else 0)).date()
    except OverflowError:
        return published.date()


def find(folded_text: str, language: str, published: date, *, ahead: bool = False) -> list[Expression]:
    """The expressions of a folded sentence in order, in an article of the day `published`; `ahead`: it tells
    of what will be, so that a weekday is the next one."""
    of = _languages().get(language)
    if of is None:
        return []
    if of.triggers.isdisjoint(_TOKEN.findall(folded_text)) and not _DIGIT.search(folded_text):
        return []
    raw = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(folded_text)]
    return [
        expression
        for low, high in _stretches(raw, of)
        for expression in _resolve(list(_read(raw[low:high], of, language)), published, ahead=ahead)
    ]


def _stretches(raw: Sequence[_Raw], of: _Language) -> Iterator[tuple[int, int]]:
    """Where the words are among which an expression may be, because most are nowhere near one."""
    low = high = 0
    for index, (_, _, word) in enumerate(raw):
        if word not in of.triggers and not word[0].isdigit():
            continue
        if index - _REACH > high:
            if high:
                yield low, high
            low = index - _REACH
        high = index + _REACH + 1
    if high:
        yield max(0, low), high


def _resolve(tokens: Sequence[_Token], published: date, *, ahead: bool) -> Iterator[Expression]:
    for match in _EXPRESSION.finditer("".join(token.letter for token in tokens)):
        resolve = _RESOLVERS[match.lastgroup or ""]
        inside = tokens[match.start() : match.end()]
        try:
            days = resolve({token.letter: token.value for token in reversed(inside)}, published, ahead)
        except (ValueError, OverflowError):
            continue
        if days is not None and abs(days[0].year - published.year) <= _MAX_YEARS:
            yield Expression(inside[0].start, inside[-1].end, *days)


def marks_anniversary(folded_text: str, language: str) -> bool:
    """Whether a folded sentence speaks of an anniversary."""
    of = _languages().get(language)
    return of is not None and of.anniversary is not None and of.anniversary.search(folded_text) is not None


def _read(raw: Sequence[_Raw], of: _Language, language: str) -> Iterator[_Token]:
    index = 0
    while index < len(raw):
        start, _, word = raw[index]
        phrase = next((form for form in _forms(word, of) if form in of.lengths), None)
        length, meaning = _meaning(phrase, raw, index, of) if phrase else (1, None)
        yield _Token(start, raw[index + length - 1][1], *(meaning or _other(word, language)))
        index += length


def _meaning(
    first: str, raw: Sequence[_Raw], index: int, of: _Language
) -> tuple[int, tuple[str, Any] | None]:
    """The longest phrase that begins with `first`, and what it means."""
    for length in of.lengths[first]:
        rest = [word for _, _, word in raw[index + 1 : index + length]]
        if meaning := of.phrases.get((first, *rest)):
            return 1 + len(rest), meaning
    return 1, None


def _forms(word: str, of: _Language) -> Iterator[str]:
    """A word, and what is left of it without the letters before it that may be words of their own."""
    yield word
    for length in range(1, _MAX_CLITICS + 1):
        if len(word) < length + _MIN_STEM or word[length - 1] not in of.clitics:
            return
        yield word[length:]


def _other(word: str, language: str) -> tuple[str, Any]:
    if not word[0].isdigit():
        month = words.month(word, language)
        return (_MONTH, month) if month else (_WORD, None)
    if not word.isdigit():
        return _DATE, (word, language)
    number = int(word)
    if len(word) == 4:
        return _YEAR, number
    return (_SHORT_NUMBER, number) if len(word) <= 2 else (_WORD, None)


_Values = Mapping[str, Any]
_Days = tuple[date, date, DayBasis]


def _numeric(values: _Values, _published: date, _: bool) -> _Days | None:
    text, language = values[_DATE]
    first, second, third = (int(part) for part in re.split(r"[./-]", text))
    if first > 31:
        year, month, number = first, second, third
    else:
        year = calendars.whole_year(re.split(r"[./-]", text)[2])
        number, month = first, second
        if month > 12 or (language == "en" and "/" in text and number <= 12):
            number, month = second, first
    day = calendars.day(calendars.of_year(year), year, month, number)
    return None if day is None else (day, day, "date")


def _named(values: _Values, published: date, _: bool) -> _Days | None:
    calendar, month = values[_MONTH]
    years = (values[_YEAR],) if _YEAR in values else _years(calendar, published)
    days = [day for year in years if (day := calendars.day(calendar, year, month, values[_SHORT_NUMBER]))]
    near = [day for day in days if (day - published).days <= _FUTURE] if _YEAR not in values else days
    if not near:
        return None
    day = min(near, key=lambda day: abs((day - published).days))
    return day, day, "date"


def _years(calendar: Calendar, published: date) -> tuple[int, ...]:
    """The years that the day of publication may be in, or near to."""
    year = published.year
    if calendar == "jalali":
        year -= 622
    elif calendar == "hijri":
        year = (year - 622) * 33 // 32
    return year - 1, year, year + 1, year + 2


def _month_of_year(values: _Values, _published: date, _: bool) -> _Days | None:
    calendar, month = values[_MONTH]
    first = calendars.day(calendar, values[_YEAR], month, 1)
    return None if first is None else (first, first + timedelta(days=30), "period")


def _year(values: _Values, published: date, _: bool) -> _Days | None:
    calendar = calendars.of_year(values[_YEAR])
    first = calendars.day(calendar, values[_YEAR], 1, 1)
    if first is None or not published.year - 80 <= first.year <= published.year + 1:
        return None
    return first, first + timedelta(days=364), "period"


def _weekday(values: _Values, published: date, ahead: bool) -> _Days:
    distance = (values[_WEEKDAY] - published.weekday()) % 7  # to the next one
    forwards = _NEXT in values or (ahead and _LAST not in values)
    if forwards:
        distance = distance or (7 if _NEXT in values else 0)
    elif distance or _LAST in values:
        distance -= 7
    day = published + timedelta(days=distance)
    return day, day, "weekday"


def _relative_day(values: _Values, published: date, _: bool) -> _Days:
    day = published + timedelta(days=values[_DAY])
    return day, day, "relative"


def _ago(values: _Values, published: date, _: bool) -> _Days:
    unit = values.get(_PAIR) or values[_UNIT]
    number = 2 if _PAIR in values else values.get(_SHORT_NUMBER) or values.get(_NUMERAL) or 1
    day = published - timedelta(days=number * _DAYS_OF_UNIT[unit])
    if unit == "day":
        return day, day, "relative"
    slack = timedelta(days=_DAYS_OF_UNIT[unit] // 2)
    return day - slack, day + slack, "period"


def _last_or_next(values: _Values, published: date, _: bool) -> _Days:
    unit, sign = values[_UNIT], 1 if _NEXT in values else -1
    if unit == "day":
        return published + timedelta(days=sign), published + timedelta(days=sign), "relative"
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(days=7 * sign)
        return monday, monday + timedelta(days=6), "period"
    middle = published + timedelta(days=sign * _DAYS_OF_UNIT[unit])
    slack = timedelta(days=_DAYS_OF_UNIT[unit] // 2)
    return middle - slack, middle + slack, "period"


_RESOLVERS: Mapping[str, Callable[[_Values, date, bool], _Days | None]] = {
    "numeric": _numeric,
    "named": _named,
    "month": _month_of_year,
    "ago": _ago,
    "weekday": _weekday,
    "last_or_next": _last_or_next,
    "day": _relative_day,
    "year": _year,
}
# A weekday beside a date says nothing more. Of what begins at the same word the first counts.
_EXPRESSION = re.compile(
    r"(?P<numeric>Wf?d|d)|(?P<named>Y[fU]?Mf?n|W?f{0,2}(?:nf{0,2}Mf{0,2}Y?|Mf?nf{0,2}Y?))"
    r"|(?P<month>MfY|MY|Y[fU]?M)"
    r"|(?P<ago>[nN]f?UA|A[nN]f?U|AU|UA|AP|PA)|(?P<weekday>D?f?WL|LfW|LW|XfW|XW|Wf?X|D?WD?)"
    r"|(?P<last_or_next>[LX]U|U[LX])|(?P<day>D)|(?P<year>Y)"
)


@functools.cache
def _languages() -> Mapping[str, _Language]:
    document = read_strings("dyadwatch.dates", "expressions.yaml")
    return {language: _language(data) for language, data in document.items()}


def _language(data: Mapping[str, Any]) -> _Language:
    phrases: dict[tuple[str, ...], tuple[str, Any]] = {}
    for letter, forms, value in _forms_of(data):
        phrases.setdefault(tuple(_TOKEN.findall(fold_surface(forms.replace("_", " ")))), (letter, value))
    clitics = data.get("clitics", "").split()
    begins = {parts[0] for parts, (letter, _) in phrases.items() if letter in _TELLING}
    for _ in range(_MAX_CLITICS):
        begins |= {clitic + word for clitic in clitics for word in begins}
    lengths: dict[str, list[int]] = {}
    for parts in sorted(phrases, key=len, reverse=True):
        lengths.setdefault(parts[0], []).append(len(parts))
    return _Language(
        phrases,
        lengths,
        frozenset(begins),
        frozenset(clitics),
        _beginnings(data.get("anniversary", "")),
        int(data.get("hours", 0)),
    )


def _forms_of(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(letter, word, what it stands for); of a word that means several things the first counts."""
    tables: list[tuple[str, Any, str]] = [
        *((_WEEKDAY, number, forms) for number, forms in enumerate(data["weekdays"].split())),
        *((_DAY, int(distance), forms) for distance, forms in data["days"].items()),
        *((letter, None, word) for letter, name in _KINDS.items() for word in data[name].split()),
        *((_UNIT, unit, forms) for unit, forms in data["units"].items()),
        *((_PAIR, unit, forms) for unit, forms in data.get("pairs", {}).items()),
        *((_NUMERAL, number, forms) for number, forms in enumerate(data["numbers"].split(), 1)),
        *((_FILLER, None, word) for word in data["fillers"].split()),
        *(
            (_MONTH, ("gregorian", number), forms)
            for number, forms in enumerate(data.get("months", "").split(), 1)
        ),
    ]
    return ((letter, form, value) for letter, value, forms in tables for form in forms.split("/"))


def _beginnings(words: str) -> re.Pattern[str] | None:
    """What finds the words that begin so."""
    forms = [re.escape(fold_surface(word.replace("_", " "))) for word in words.split()]
    return re.compile("|".join(forms)) if forms else None
