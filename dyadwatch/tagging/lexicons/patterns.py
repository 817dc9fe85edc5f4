"""Surfaces as written in a watch or lexicon: patterns with `{one|two|}` alternatives, expanded to plain strings."""

import re

MAX_EXPANSIONS = 2_000
_GROUP = re.compile(r"\{([^{}]*)\}")


class PatternError(ValueError):
    """A pattern with unbalanced braces, no letters, or more than MAX_EXPANSIONS readings."""


def expand(pattern: str) -> tuple[str, ...]:
    """Every reading of `pattern`, whose groups may be nested, without repeats. Raises PatternError."""
    pending = [pattern]
    readings: dict[str, None] = {}
    while pending:
        current = pending.pop()
        group = _GROUP.search(current)
        if group is None:
            if "{" in current or "}" in current:
                raise PatternError("braces are not balanced")
            readings[" ".join(current.split())] = None
        else:
            head, tail = current[: group.start()], current[group.end() :]
            pending += [head + choice + tail for choice in reversed(group.group(1).split("|"))]
        if len(readings) + len(pending) > MAX_EXPANSIONS:
            raise PatternError(f"expands to more than {MAX_EXPANSIONS} surfaces")
    return tuple(readings)


def spellings(surface: str) -> tuple[str, ...]:
    """`surface` and its spellings with a hyphen for a space, a space for a hyphen, and joined where a zero-width
    non-joiner stands."""
    if "-" not in surface and "\u200c" not in surface:
        return (surface,)
    forms = [surface, surface.replace("-", " "), surface.replace("\u200c", "")]
    return tuple(dict.fromkeys(forms))
