"""Who else a text names: namesakes, aides, public figures, and, where names alone are capitalised, whoever is introduced
by a given name or a title or says something. They are known only so that a pronoun is not taken for an actor."""

import re
from collections.abc import Iterable

from dyadwatch.tagging.lexicon import CASED, persons
from dyadwatch.tagging.reading import Hit, Reading

_SENTENCE_START = frozenset({"", "\n", "\n\n", ". ", "? ", "! ", "” ", '" '})
_MOST = 60  # surnames looked for
# One or two words with a capital, and the word after them.
_CAPITAL = re.compile(
    r"([A-Z\u00c0-\u00de\u0130\u015e\u0410-\u042f]\w{2,})(?: ([A-Z\u00c0-\u00de\u0130\u015e\u0410-\u042f]\w{2,}))?(?=( ?)(\w*))"
)


def others(reading: Reading, hits: Iterable[Hit], known: Iterable[Hit]) -> tuple[Hit, ...]:
    """Everyone named but the actors (`hits`), in order; their side says nothing. `known` were found already."""
    taken = {offset for hit in hits for offset in range(hit.start, hit.end)}
    found = {*known, *(Hit(one.start, one.end, "a", "name") for one in persons().find(reading.text))}
    names = _introduced(reading) if reading.language in CASED else frozenset()
    if names:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)[:_MOST]))})\b")
        found |= {Hit(match.start(), match.end(), "a", "name") for match in pattern.finditer(reading.text)}
    return tuple(sorted(hit for hit in found if hit.start not in taken and not reading.small(hit.start)))


def _introduced(reading: Reading) -> frozenset[str]:
    """The surnames that stand after a given name or before or after a word of saying."""
    names = set()
    lexicon, given = reading.lexicon, reading.given
    for match in _CAPITAL.finditer(given):
        first, second, space, after = match.groups()
        if second and first.lower() in lexicon.names:
            names.add(second.lower())
        elif (
            space
            and after.islower()
            and given[match.start() - 2 : match.start()] not in _SENTENCE_START
            and lexicon.knows(after, "speech")
        ):
            names.add((second or first).lower())
    return frozenset(name for name in names if not lexicon.knows(name, "after_name"))
