"""Patterns: how watches and lexicons write surfaces, with `{one|two|}` for alternatives, expanded to plain
strings."""

import re
from collections.abc import Sequence

MAX_EXPANSIONS = 2_000
_MAX_STEPS = 100 * MAX_EXPANSIONS  # strings that are made of one pattern
_BRACE = re.compile(r"([{}|])")
_TWO_LETTERS = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ø": "oe",
    "å": "aa",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "Ø": "Oe",
    "Å": "Aa",
}
_UMLAUTS = re.compile("[äöüøåÄÖÜØÅ]")


class PatternError(ValueError):
    """A pattern with unbalanced braces, or one that expands to too much."""


class Expander:
    """Expands patterns, each once, as long as that takes no more than `steps` for all of them together."""

    def __init__(self, steps: int = _MAX_STEPS) -> None:
        self._steps = steps
        self._surfaces: dict[str, tuple[str, ...]] = {}

    def expand(self, pattern: str) -> tuple[str, ...]:
        """Every surface of a pattern, whose groups may be nested, without repeats. Raises PatternError."""
        if pattern not in self._surfaces:
            expanded = self._expand(pattern)
            self._surfaces[pattern] = tuple(dict.fromkeys(" ".join(each.split()) for each in expanded))
        return self._surfaces[pattern]

    def _expand(self, pattern: str) -> list[str]:
        expanded = [""]  # of the sequence that is being read
        outer: list[list[str]] = []  # the sequences whose groups are open
        choices: list[list[str]] = []  # of each open group, those before the one that is being read
        for part in _BRACE.split(pattern):
            if part == "{":
                outer.append(expanded)
                choices.append([])
                expanded = [""]
            elif part == "|" and outer:
                choices[-1] += expanded
                expanded = [""]
            elif part == "}":
                if not outer:
                    raise PatternError("braces are not balanced")
                expanded = self._product(outer.pop(), choices.pop() + expanded)
            elif part:
                expanded = self._product(expanded, [part])
        if outer:
            raise PatternError("braces are not balanced")
        return expanded

    def _product(self, heads: Sequence[str], tails: Sequence[str]) -> list[str]:
        self._steps -= len(heads) * len(tails)
        if self._steps < 0:
            raise PatternError("is too long, together with the patterns before it")
        product = list(dict.fromkeys(head + tail for head in heads for tail in tails))
        if len(product) > MAX_EXPANSIONS:
            raise PatternError(f"expands to more than {MAX_EXPANSIONS} surfaces")
        return product


def expand(pattern: str) -> tuple[str, ...]:
    """Every surface of one pattern. Raises PatternError."""
    return Expander().expand(pattern)


def spellings(surface: str) -> tuple[str, ...]:
    """A surface and its spellings with spaces for hyphens, joined where a zero-width non-joiner stands, and
    with two letters for an umlaut ("Joerg", of "Jörg")."""
    if "-" not in surface and "\u200c" not in surface and not _UMLAUTS.search(surface):
        return (surface,)
    forms = [surface, surface.replace("-", " "), surface.replace("\u200c", "")]
    forms += [_UMLAUTS.sub(lambda match: _TWO_LETTERS[match[0]], form) for form in forms]
    return tuple(dict.fromkeys(forms))
