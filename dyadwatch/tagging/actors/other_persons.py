"""Who else a text names: namesakes, aides, public figures, and, where names alone are capitalised, whoever is introduced
by a given name or a title or says something. They are known only so that a pronoun is not taken for an actor."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from dyadwatch.tagging.documents.document import Hit, Reading
from dyadwatch.tagging.lexicons.lexicon import CASED, persons

_SENTENCE_START = frozenset({"", "\n", "\n\n", ". ", "? ", "! ", "” ", '" '})
_BOUND = re.compile(r"\b")
_MOST = 60  # surnames looked for
# One or two words with a capital.
_CAPITAL = re.compile(
    r"([A-Z\u00c0-\u00de\u0130\u015e\u0410-\u042f]\w{2,})(?: ([A-Z\u00c0-\u00de\u0130\u015e\u0410-\u042f]\w{2,}))?"
)
_WORD_AFTER = re.compile(r" (\w+)")


def others(reading: Reading, hits: Sequence[Hit], known: Iterable[Hit]) -> tuple[Hit, ...]:
    """Everyone named but the actors (`hits`, in order), in order; their side says nothing. `known` were found already."""
    found = {*known, *(Hit(one.start, one.end, "a", "name") for one in persons().find(reading.text))}
    if reading.language in CASED:
        for name in sorted(_introduced(reading))[:_MOST]:
            found.update(_standing(name, reading.text))
    starts = [hit.start for hit in hits]
    return tuple(
        sorted(
            hit
            for hit in found
            if not ((index := bisect_right(starts, hit.start)) and hit.start < hits[index - 1].end)
            and not reading.small(hit.start)
        )
    )


def _standing(name: str, text: str) -> Iterator[Hit]:
    """Where a surname stands in a folded text as a whole word."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if _BOUND.match(text, start) and _BOUND.match(text, end):
            yield Hit(start, end, "a", "name")
        start = text.find(name, end)


def _introduced(reading: Reading) -> frozenset[str]:
    """The surnames that stand after a given name or before or after a word of saying."""
    names = set()
    lexicon, given = reading.lexicon, reading.given
    for match in _CAPITAL.finditer(given):
        first, second = match.groups()
        if second and first.lower() in lexicon.names:
            names.add(second.lower())
            continue
        start, end = match.span()
        if given[start - 2 : start] in _SENTENCE_START:
            continue
        after = _WORD_AFTER.match(given, end)
        if after and after.group(1).islower() and lexicon.knows(after.group(1), "speech"):
            names.add((second or first).lower())
    return frozenset(name for name in names if not lexicon.knows(name, "after_name"))
