"""Bodies: the words for kinds of them (company, court, union), which name them and stand for them."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.text.folding import fold_surface

BodyKind = Literal[
    "state", "company", "agency", "court", "union", "party", "movement", "federation", "organisation"
]  # fmt: skip
KINDS: frozenset[str] = frozenset(get_args(BodyKind))


class BodyWord(NamedTuple):
    """A word of a folded text that stands for a body of one of these kinds."""

    start: int
    end: int
    kinds: frozenset[str]


class _Bodies(NamedTuple):
    """The words of a language."""

    kinds: Mapping[str, frozenset[str]]  # by the name of the group that matches
    word: re.Pattern[str]
    reference: re.Pattern[str]  # such a word where it refers to something known


def body_kinds(language: str, word: str) -> frozenset[str]:
    """The kinds of bodies that a folded word is used for; `und`: in any language."""
    codes = LANGUAGES if language == "und" else (language,)
    kinds = (_kinds(_bodies()[code], word) for code in codes if code in _bodies())
    return frozenset().union(*kinds)


def body_words(language: str, folded_text: str, start: int, end: int) -> Iterator[BodyWord]:
    """The words between two offsets that stand for a body named before."""
    bodies = _bodies()[language]
    for match in bodies.reference.finditer(folded_text, start, end):
        group = match.lastgroup or ""
        yield BodyWord(*match.span(group), bodies.kinds[group])


def _kinds(bodies: _Bodies, word: str) -> frozenset[str]:
    match = bodies.word.fullmatch(word)
    return bodies.kinds[match.lastgroup or ""] if match else frozenset()


@functools.cache
def _bodies() -> Mapping[str, _Bodies]:
    return {language: _read(table) for language, table in read_yaml("bodies").items()}


def _read(table: Mapping[str, Any]) -> _Bodies:
    kinds: dict[str, frozenset[str]] = {}
    for kind, words in table.items():
        for word in words.split() if kind != "definite" else ():
            folded = fold_surface(word)
            kinds[folded] = kinds.get(folded, frozenset()) | {kind}
    words = sorted(kinds, key=len, reverse=True)
    patterns = [re.escape(word).replace(r"\*", r"\w*") for word in words]
    one = "|".join(f"(?P<w{number}>{pattern})" for number, pattern in enumerate(patterns))
    definite = "|".join(fold_surface(word) for word in table.get("definite", "").split())
    before = rf"(?:{definite})(?:(?<=')|[ ])(?:[\w'-]+ )?" if definite else ""
    return _Bodies(
        {f"w{number}": kinds[word] for number, word in enumerate(words)},
        re.compile(one),
        re.compile(rf"\b{before}(?:{one})(?!\w)"),
    )
