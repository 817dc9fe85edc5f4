"""Dates among other words: what is left of a line without them."""

import functools
import re
from itertools import groupby

from dyadwatch.dates import words

_WORD = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")
_MONTH = re.compile("|".join(rf"{letter}\d\d" for letter in words.CALENDARS))
_NUMBER, _NAME, _OTHER, _UNKNOWN = "n", "m", "o", "?"
_MAX_GIVEN_BACK = 3  # letters of a word after a date that may begin what follows: "13 novembre di Ugo Sarti"


def without_dates(text: str) -> str:
    """`text` with a line break for each date in it, and for the words that belong to it."""
    if not _DIGIT.search(text):
        return text
    kinds = [(_kind(match[0]), match) for match in _WORD.finditer(text)]
    end, kept = 0, []
    for is_unknown, run in groupby(kinds, lambda one: one[0] == _UNKNOWN):
        inside = [] if is_unknown else _of_date(list(run))
        if inside:
            kept += [text[end : inside[0].start()], "\n"]
            end = inside[-1].end()
    return "".join((*kept, text[end:]))


def _of_date(run: list[tuple[str, re.Match[str]]]) -> list[re.Match[str]]:
    """The words of a run that are a date's: no month before a comma, as in "Theresa May, 13 June 2016", and
    no small word at the end. None where no number is among them."""
    while len(run) > 1 and run[0][0] == _NAME and run[0][1][0].endswith(","):
        del run[0]
    while run and run[-1][0] == _OTHER and _may_begin_what_follows(run[-1][1][0]):
        run.pop()
    return [match for _, match in run] if any(kind == _NUMBER for kind, _ in run) else []


def _may_begin_what_follows(word: str) -> bool:
    return word.islower() and len(word) <= _MAX_GIVEN_BACK


@functools.lru_cache(maxsize=4_096)
def _kind(word: str) -> str:
    """Whether a word is a date's number, the name of a month, another word that stands in dates, or none."""
    signs = words.read(word, None).text
    rest = _MONTH.sub("", signs)
    if words.UNKNOWN in rest or words.OF_ANOTHER in rest:
        return _UNKNOWN
    if any(map(str.isdigit, rest)):
        return _NUMBER
    return _OTHER if rest == signs else _NAME
