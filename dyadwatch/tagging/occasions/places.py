"""Where something happens: the places of a sentence that are no governments ("Moscow said")."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dyadwatch.tagging.lexicons.matcher import Automaton, Entry, longest
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.package_yaml import read_strings

_WORD = re.compile(r"[^\W\d_]+")
_SUFFIX = re.compile(r"'?([^\W\d_]+)")
_BACK = 4  # words before a place in which a preposition may stand: "in the Syrian capital Damascus"
_BACK_CHARACTERS = 40
_BREAK = re.compile(r"[,;:.!?()\"]")


@dataclass(frozen=True, slots=True)
class _Markers:
    """What says that something is there: words `before` a place, letters written as one with it, and words
    or endings `after` it."""

    before: frozenset[str]
    fused: frozenset[str]
    after: frozenset[str]


def find_place(folded_text: str, language: str) -> str | None:
    """The code of the place of which a folded sentence says that something is there, a city before a
    country; None where it says so of none."""
    matches = longest(_automaton().find(folded_text))
    if not matches:
        return None
    markers = _markers().get(language)
    if markers is None:
        return None
    country = None
    done = 0
    for match in matches:
        if _is_marked(folded_text, match.start, match.end, done, markers):
            if "/" in match.payload:
                return match.payload
            country = country or match.payload
        done = match.end
    return country


def _is_marked(text: str, start: int, end: int, done: int, markers: _Markers) -> bool:
    if text[start - 1 : start] in markers.fused and start:
        return True
    before = text[max(done, start - _BACK_CHARACTERS) : start]
    words = _WORD.findall(_BREAK.split(before)[-1])[-_BACK:]
    if not markers.before.isdisjoint(words):
        return True
    if not markers.after:
        return False
    suffix = _SUFFIX.match(text, end) or _SUFFIX.match(text, end + 1)
    return suffix is not None and suffix[1] in markers.after


@functools.cache
def _data() -> Mapping[str, Any]:
    document: Mapping[str, Any] = read_strings("dyadwatch.tagging.occasions", "places.yaml")
    return document


@functools.cache
def _automaton() -> Automaton[str]:
    return Automaton(
        Entry(
            fold_surface(name.replace("_", " ").removesuffix("*")), code, name.endswith("*"), proclitics=True
        )
        for code, names in _data()["places"].items()
        for name in names.split()
    )


@functools.cache
def _markers() -> Mapping[str, _Markers]:
    languages = _data()["before"].keys() | _data()["after"].keys()
    made = {}
    for language in languages:
        before = [fold_surface(word) for word in _data()["before"].get(language, "").split()]
        made[language] = _Markers(
            before=frozenset(before),
            fused=frozenset(word for word in before if len(word) == 1 and not word.isascii()),
            after=frozenset(map(fold_surface, _data()["after"].get(language, "").split())),
        )
    return made
