"""Longer names: the name of somebody or something else that a name of an actor is a part of."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

from dyadwatch.tagging.lexicons.patterns import expand
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.language import is_common_word

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_PARTICLES = frozenset({
    "al", "el", "ul", "as", "bin", "ibn", "bint", "abu", "von", "van", "der", "den", "de", "du", "da", "di",
    "la", "le", "dos", "af", "av",
})  # fmt: skip
_MAX_WORDS = 3  # of a name, on either side of that of an actor
_MAX_LENGTH = 200
_MIN_NOUN = 3  # letters of a word of a script without case


class ActorNames:
    """How an actor of a watch document is called, folded: the `full` names, and the words of all names, roles
    and descriptions."""

    def __init__(self, actor: Mapping[str, Any]) -> None:
        roles = (role["text"] for role in actor.get("roles", ()))
        tables = (actor["names"], actor.get("aliases", {}), actor.get("descriptions", {}), *roles)
        self.full = _surfaces(actor["names"])
        self._words = {word for table in tables for surface in _surfaces(table) for word in surface.split()}
        self._words |= {part for word in self._words for part in word.split("-")}

    def has(self, word: str) -> bool:
        """Whether a word, folded, only calls the actor."""
        folded = re.sub(r"['’]s?$", "", fold_surface(word))
        return folded in self._words or all(
            part in self._words or part in _PARTICLES for part in folded.split("-")
        )


def _surfaces(table: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The surfaces of patterns by language, folded."""
    patterns = {pattern for texts in table.values() for pattern in texts}
    return frozenset(fold_surface(surface) for pattern in patterns for surface in expand(pattern))


def longer_name(text: str, start: int, end: int, own: ActorNames, taken: Collection[int] = ()) -> str | None:
    """The name that the one of an actor at `text[start:end]` is a part of, None where that is the actor's
    own; `taken` are the characters of other actors."""
    words = list(_WORD.finditer(text, max(0, start - _MAX_LENGTH), end + _MAX_LENGTH))
    inside = [at for at, word in enumerate(words) if word.end() > start and word.start() < end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    before = _before(text[start:end], text, words[first::-1], own, taken)
    after = _beside(text, words[last:], taken, is_cased=True)
    name = [*before[::-1], *words[first : last + 1], *after]
    low, high = name[0].start(), name[-1].end()
    if (low, high) == (start, end) or all(own.has(word.group()) for word in name):
        return None
    return " ".join(text[low:high].split())[:_MAX_LENGTH]


def commonest_longer_name(text: str, surface: str, own: ActorNames) -> str | None:
    """The longer name that a surface of an actor is most often a part of in a text, the first of equals."""
    names: Counter[str] = Counter()
    for match in re.finditer(rf"\b{re.escape(surface)}\b", text):
        if name := longer_name(text, match.start(), match.end(), own):
            names[name] += 1
    return max(names, key=names.__getitem__, default=None)


def _before(
    surface: str, text: str, words: Sequence[re.Match[str]], own: ActorNames, taken: Collection[int]
) -> list[re.Match[str]]:
    """The words of a name before that of an actor, the nearest first. What stands before a full name in a
    script with case is a title, or begins the sentence."""
    is_cased = surface.lower() != surface
    if is_cased and fold_surface(surface) in own.full:
        return []
    before = _beside(text, words, taken, is_cased=is_cased)
    while before and (is_common_word(before[-1].group()) or own.has(before[-1].group())):
        before.pop()
    return before


def _beside(
    text: str, words: Sequence[re.Match[str]], taken: Collection[int], *, is_cased: bool
) -> list[re.Match[str]]:
    """The words that go on a name, from the one beside it on; `words` begins with that of the name. Where
    letters have no case a name is told by standing beside it alone."""
    beside: list[re.Match[str]] = []
    for word, following in pairwise(words):
        left, right = sorted((word, following), key=lambda one: one.start())
        is_apart = text[left.end() : right.start()].strip(" ") or following.start() in taken
        if is_apart or len(beside) == (_MAX_WORDS if is_cased else 1):
            break
        if not (_is_name(following.group()) if is_cased else _is_noun(following.group())):
            break
        beside.append(following)
    while beside and beside[-1].group().lower() in _PARTICLES:
        beside.pop()
    return beside


def _is_name(word: str) -> bool:
    return word[0].isupper() or word in _PARTICLES


def _is_noun(word: str) -> bool:
    """Whether a word of a script without case may be of a name: no short or common one."""
    return word[0].lower() == word[0].upper() and len(word) >= _MIN_NOUN and not is_common_word(word)
