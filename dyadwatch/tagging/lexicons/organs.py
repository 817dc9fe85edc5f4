"""Organs: the words for those through whom a state acts, where they stand beside the adjective of its country
("Turkish warplanes")."""

import functools
import re
from typing import NamedTuple

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.lexicon import Lexicon
from dyadwatch.text.folding import fold_surface

_MAX_BETWEEN = 2  # words between adjective and noun ("vice health minister")
_REACH = 60  # folded characters
_NOT_BETWEEN = ("event", "tie", "speech", "negation", "that")  # kinds of words that end the phrase
_WORD = r"[\w'-]+"


class _Organs(NamedTuple):
    """The nouns of a language, and whether they follow the adjective."""

    follow: bool
    noun: re.Pattern[str]
    phrase: re.Pattern[str]  # from the adjective to the last noun, or from the first noun to the adjective


def organ_span(
    lexicon: Lexicon, folded_text: str, start: int, end: int, within: tuple[int, int]
) -> tuple[int, int] | None:
    """Where adjective and noun stand together, in the span `within`; `start` and `end` are those of the
    adjective. None where no noun of an organ stands beside it."""
    organs = _organs().get(lexicon.language)
    if organs is None:
        return None
    if organs.follow:
        match = organs.phrase.match(folded_text, end, min(within[1], end + _REACH))
        span = (start, match.end()) if match else None
    else:
        word = _word_start(folded_text, start)  # before an article that is written together with it
        match = organs.phrase.search(folded_text, max(within[0], start - _REACH), word)
        span = (match.start(), end) if match else None
    if match is None or any(_ends_phrase(lexicon, word) for word in match["between"].split()):
        return None
    return span


def is_organ(language: str, word: str) -> bool | None:
    """Whether a folded word is such a noun; None in a language whose nouns are not known."""
    organs = _organs().get(language)
    return organs and organs.noun.fullmatch(word) is not None


def _word_start(text: str, offset: int) -> int:
    while offset and text[offset - 1].isalnum():
        offset -= 1
    return offset


def _ends_phrase(lexicon: Lexicon, word: str) -> bool:
    return word in lexicon.function_words or lexicon.knows(word, *_NOT_BETWEEN)


@functools.cache
def _organs() -> dict[str, _Organs]:
    return {language: _read(table) for language, table in read_yaml("organs").items()}


def _read(table: dict[str, str]) -> _Organs:
    nouns = "|".join(map(_pattern, table["words"].split()))
    noun = rf"{table.get('prefix', '')}(?:{nouns})"
    follow = table["noun"] == "after"
    return _Organs(follow, re.compile(noun), re.compile(_phrase(noun, table.get("of", ""), follow=follow)))


def _pattern(word: str) -> str:
    before, after = (r"\w*" if word[at] == "*" else "" for at in (0, -1))
    return before + re.escape(fold_surface(word.strip("*"))) + after


def _phrase(noun: str, portfolios: str, *, follow: bool) -> str:
    between = rf"(?P<between>(?:{_WORD} ){{0,{_MAX_BETWEEN}}}?)"
    if follow:
        return rf" {between}{noun}(?![\w'-])(?: {noun}(?!\w))*"
    of = "|".join(re.escape(fold_surface(portfolio)) for portfolio in portfolios.split(", "))
    return rf"\b{noun} (?:(?:{of}) )?{between}$" if of else rf"\b{noun} {between}$"
