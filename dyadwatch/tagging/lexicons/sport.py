"""Words of sport, by which what is told of two states is told of their teams."""

import functools
from collections.abc import Iterator
from typing import Any, Literal

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.lexicon import lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton, Entry
from dyadwatch.tagging.lexicons.patterns import expand
from dyadwatch.tagging.lexicons.proclitics import LANGUAGES_WITH_PROCLITICS
from dyadwatch.text.folding import fold_surface

SportWord = Literal["sport", "play"]


def sport_words(language: str | None) -> Automaton[SportWord]:
    """The words of a language (BCP 47), by whether they tell of a match themselves (`sport`) or what teams do
    to each other in one (`play`); of a language without a lexicon those of English."""
    return _automaton(lexicon_language(language))


@functools.cache
def _automaton(code: str) -> Automaton[SportWord]:
    table: Any = read_yaml("sport")[code]
    return Automaton(entry for kind, words in table.items() for entry in _entries(kind, words, code))


def _entries(kind: SportWord, words: str, code: str) -> Iterator[Entry[SportWord]]:
    """Those of patterns with commas between; `*` at the end stands for any ending of the word."""
    for pattern in words.split(","):
        for surface in expand(pattern):
            folded = fold_surface(surface.removesuffix("*"))
            yield Entry(folded, kind, surface.endswith("*"), code in LANGUAGES_WITH_PROCLITICS)
