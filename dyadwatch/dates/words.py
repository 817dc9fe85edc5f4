"""The words of a text that stand for parts of a date, replaced by signs that patterns can name.

The text is folded, and so in lower case; the signs are upper-case letters.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from dyadwatch.dates import zones
from dyadwatch.dates.calendars import Calendar
from dyadwatch.text.folding import fold, fold_surface
from dyadwatch.text.package_yaml import read_strings

MORNING, AFTERNOON = "A", "P"
PUBLISHED, DATED, UPDATED, OF_ANOTHER = "B", "D", "E", "F"
UNKNOWN = "?"
_UNKNOWN_ZONE = "X"
# A month is its calendar's letter and two digits, a zone that is known a "Z" and its place among the zones.
CALENDARS: Mapping[str, Calendar] = {"G": "gregorian", "J": "jalali", "H": "hijri"}
_OTHER_WORDS = {
    "fillers": " ",
    "weekdays": " ",
    "published": PUBLISHED,
    "date": DATED,
    "updated": UPDATED,
    "of_another": OF_ANOTHER,
    "morning": MORNING,
    "afternoon": AFTERNOON,
}
_ANY = ""  # language
_SHORTEST_ABBREVIATION = 3

_WORD = re.compile(r"[^\W\d_]+")
_ERA = re.compile(r"(?<=\d\d\d\d)\s?[مه](?!\w)")
_T = re.compile(r"(?<=\d)t(?=\d)")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|eme|o|a|e|-?го|η)(?![^\W\d_])")
_HOURS = re.compile(r"(?<!\d)(\d{1,2})\s?h\s?(\d\d)?(?:\s?m(?:in)?)?(?!\w)")
# Whole hours: "15 Uhr", "ore 15".
_OF_THE_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})\s(?:uhr|horas|heures)(?!\w)(?:\s(\d\d)(?!\d))?"
    r"|(?<!\w)(?:ore|kl\.?|klokken|godz\.?|saat)\s(\d{1,2})(?![\w:.])"
)
_VIETNAMESE_MONTH = re.compile(r"\bth(?:an)?g\s(\d{1,2})\b")
_EAST_ASIAN = (
    (re.compile(r"(?<=\d)\s?[年년月월]\s?"), "-"),
    (re.compile(r"(?<=\d)\s?[日일]"), " "),
    (re.compile(r"(?<=\d)\s?[時时点시分분]\s?(?=\d)"), ":"),
    (re.compile(r"(?<=\d)\s?[分분秒초]"), " "),
)
_TWICE = re.compile(r"([GJH]\d\d)(?:\s?[/(-]\s?\1\)?)+")  # by both of its names in Arabic
_NAMED_ZONE = re.compile(r"(?<![\w/])[a-z]+(?:/[a-z][a-z_+-]*\d*){1,2}(?![\w/])")
# "By the time of Damascus": of such zones only Greenwich's is known.
_CITY_TIME = re.compile(r"(?:بتوقيت|به وقت|بوقت)(?: (غرينتش|غرينيتش|جرينتش|جرينيتش|گرينويچ)| [^\W\d_]+){1,2}")
# Short enough to be other words elsewhere.
_AMERICAN_ZONE = re.compile(r"(?<=[\dm.])\s(?:et|ct|mt|pt)(?!\w)")


@dataclass(slots=True)
class Signs:
    """A text whose words are signs, and the time zones that it names."""

    text: str
    zones: list[tzinfo] = field(default_factory=list)

    def add_zone(self, name: str) -> str:
        """The sign of a zone's name."""
        zone = zones.of_name(name)
        if zone is None:
            return _UNKNOWN_ZONE if name in zones.AMBIGUOUS else UNKNOWN
        self.zones.append(zone)
        return f" Z{len(self.zones) - 1} "


def read(text: str, language: str | None) -> Signs:
    """`text` in signs. `language` (BCP 47) decides on names that several languages have for different
    months."""
    line = " ".join(fold(text).text.split())
    if not line.isascii():
        for pattern, sign in _EAST_ASIAN:
            line = pattern.sub(sign, line)
        line = _CITY_TIME.sub(lambda match: " gmt" if match[1] else " ", _ERA.sub(" ", line))
    line = _HOURS.sub(lambda match: f"{match[1]}:{match[2] or '00'}", _ORDINAL.sub("", _T.sub(" ", line)))
    line = _OF_THE_CLOCK.sub(lambda match: f"{match[1] or match[3]}:{match[2] or '00'}", line)
    line = _VIETNAMESE_MONTH.sub(lambda match: f" G{int(match[1]):02} ", line)
    signs = Signs(line)
    line = _NAMED_ZONE.sub(lambda match: signs.add_zone(match[0]), line)
    line = _AMERICAN_ZONE.sub(lambda match: signs.add_zone(match[0].strip()), line)
    primary = (language or _ANY).lower().replace("_", "-").partition("-")[0]
    line = _phrases().sub(lambda match: f" {_phrase_sign(match[0], primary)} ", line)
    line = _WORD.sub(_word_sign(signs, line, primary), line)
    signs.text = _TWICE.sub(r"\1", " ".join(line.split()))
    return signs


def month(word: str, language: str) -> tuple[Calendar, int] | None:
    """The calendar and number of the month that a folded word names, or abbreviates, in a language."""
    sign = (_months().get(word) or {}).get(language)
    return (CALENDARS[sign[0]], int(sign[1:])) if sign else None


def _word_sign(signs: Signs, line: str, language: str) -> Callable[[re.Match[str]], str]:
    """What a word of `line` becomes. Of several months' names all but the last may be a weekday's: "mar 31
    mar"."""
    months = [word for word in _WORD.findall(line) if _month(word, language)]

    def sign(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isupper():
            return word  # a sign already
        other = _other_words().get(word)
        if month := _month(word, language):
            months.pop()
            return other if other and months else month
        return other or signs.add_zone(word)

    return sign


def _phrase_sign(phrase: str, language: str) -> str:
    return _other_words().get(phrase) or _month(phrase, language) or UNKNOWN


def _month(word: str, language: str) -> str | None:
    """The sign of the month that `word` names or abbreviates, in its language or else in any."""
    meanings = _months().get(word)
    return (meanings.get(language) or meanings.get(_ANY)) if meanings else None


@functools.cache
def _names() -> Mapping[str, Any]:
    names: Mapping[str, Any] = read_strings("dyadwatch.dates", "names.yaml")
    return names


@functools.cache
def _months() -> Mapping[str, Mapping[str, str]]:
    """Names and abbreviations of months, with what they mean in each language, and in any."""
    full: dict[str, dict[str, str]] = defaultdict(dict)
    beginnings: dict[str, dict[str, str]] = defaultdict(dict)
    for letter, calendar in CALENDARS.items():
        for tag, line in _names()[calendar].items():
            language = tag.partition("-")[0]
            months = {f"{letter}{number:02}": _forms(part) for number, part in enumerate(line.split(), 1)}
            for form, sign in ((form, sign) for sign, forms in months.items() for form in forms):
                full[form].setdefault(language, sign)
            for beginning, sign in _abbreviations(months):
                beginnings[beginning].setdefault(language, sign)
    return {
        word: beginnings.get(word, {}) | full.get(word, {}) | _meaning(full.get(word) or beginnings[word])
        for word in full.keys() | beginnings.keys()
    }


def _meaning(meanings: Mapping[str, str]) -> dict[str, str]:
    """What a word means where its language is unknown: what it means in English, which RFC 822 has, or in
    all languages, or in all of the product's; else nothing."""
    main = {meanings[tag] for tag in _names()["main_languages"].split() if tag in meanings}
    for signs in ({meanings.get("en")}, set(meanings.values()), main):
        if len(signs) == 1 and (sign := signs.pop()):
            return {_ANY: sign}
    return {}


def _abbreviations(months: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    meanings: dict[str, set[str]] = defaultdict(set)
    for sign, forms in months.items():
        for form in forms:
            for length in range(_SHORTEST_ABBREVIATION, len(form)):
                meanings[form[:length]].add(sign)
    for beginning, signs in meanings.items():
        if len(signs) == 1:
            yield beginning, signs.pop()


def _forms(part: str) -> list[str]:
    return [fold_surface(form.replace("_", " ")) for form in part.split("/")]


@functools.cache
def _other_words() -> Mapping[str, str]:
    """What is no month's name, with its sign; of two meanings the one listed last."""
    listed = ((word, sign) for kind, sign in _OTHER_WORDS.items() for word in _names()[kind].split())
    return {form: sign for word, sign in listed for form in _forms(word)}


@functools.cache
def _phrases() -> re.Pattern[str]:
    """The names of more than one word, or with marks among their letters."""
    names = _months().keys() | _other_words().keys()
    phrases = sorted((name for name in names if not _WORD.fullmatch(name)), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)")
