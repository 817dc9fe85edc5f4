"""Topics: words of what acts are about, by the event type that each speaks for a little.

They name no act of one upon another ("court", "rifles", "shameful"), and only help to weigh types
(events.features): no clause relates its actors for them."""

import functools
from collections.abc import Iterator
from typing import Any

from dyadwatch.tagging.lexicons.groups import Group, read_yaml
from dyadwatch.tagging.lexicons.lexicon import lexicon_language
from dyadwatch.tagging.lexicons.matcher import Automaton, Entry
from dyadwatch.tagging.lexicons.patterns import expand
from dyadwatch.tagging.lexicons.proclitics import LANGUAGES_WITH_PROCLITICS
from dyadwatch.text.folding import fold_surface


def topics(language: str | None) -> Automaton[Group]:
    """The words of a language (BCP 47), each with a group of its own for payload; of one without a lexicon
    those of English."""
    return _automaton(lexicon_language(language))


@functools.cache
def _automaton(code: str) -> Automaton[Group]:
    table: Any = read_yaml("topics").get(code, {})
    return Automaton(
        entry for event_type, words in table.items() for entry in _entries(event_type, words, code)
    )


def _entries(event_type: str, words: str, code: str) -> Iterator[Entry[Group]]:
    """Those of patterns with commas between; `*` at the end stands for any ending of the word."""
    group = Group(f"topic_{event_type.lower()}", "event", event_type)
    for pattern in words.split(","):
        for surface in expand(pattern):
            folded = fold_surface(surface.removesuffix("*"))
            yield Entry(folded, group, surface.endswith("*"), code in LANGUAGES_WITH_PROCLITICS)
