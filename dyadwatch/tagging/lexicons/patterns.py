"""Patterns: how watches and lexicons write surfaces, with `{one|two|}` for alternatives, expanded to plain
strings."""

import re

MAX_EXPANSIONS = 2_000
_GROUP = re.compile(r"\{([^{}]*)\}")


class PatternError(ValueError):
    """A pattern with unbalanced braces, or with more than MAX_EXPANSIONS surfaces."""


def expand(pattern: str) -> tuple[str, ...]:
    """Every surface of a pattern, whose groups may be nested, without repeats. Raises PatternError."""
    pending = [pattern]
    surfaces: dict[str, None] = {}
    while pending:
        current = pending.pop()
        group = _GROUP.search(current)
        if group is None:
            if "{" in current or "}" in current:
                raise PatternError("braces are not balanced")
            surfaces[" ".join(current.split())] = None
        else:
            head, tail = current[: group.start()], current[group.end() :]
            pending += [head + choice + tail for choice in reversed(group.group(1).split("|"))]
        if len(surfaces) + len(pending) > MAX_EXPANSIONS:
            raise PatternError(f"expands to more than {MAX_EXPANSIONS} surfaces")
    return tuple(surfaces)


def spellings(surface: str) -> tuple[str, ...]:
    """A surface and its spellings with spaces for hyphens, and joined where a zero-width non-joiner
    stands."""
    if "-" not in surface and "\u200c" not in surface:
        return (surface,)
    forms = [surface, surface.replace("-", " "), surface.replace("\u200c", "")]
    return tuple(dict.fromkeys(forms))
