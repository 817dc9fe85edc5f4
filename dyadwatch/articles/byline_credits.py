"""What stands beside the name in a byline: for which agency somebody writes, "Ann Bell (AFP)", and from
where, "Cairo: Ann Bell"."""

import re
from functools import cache

from dyadwatch.articles.byline_words import words
from dyadwatch.text.news_agencies import NEWS_AGENCIES

_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{2,60})[)）\]】]")
_AROUND = re.compile(r"^\W*[(（\[【]([^()（）\[\]【】]*)[)）\]】]\W*$|^\W*[-–—]+\s+(.*)$", re.DOTALL)
_PARTS = re.compile(r"[/,،;&+]|\s(?:and|und|et|y|e|i|и|و|with|mit|avec|con)\s|^(?:with|mit|avec|con)\s")
# A word or two before a colon; what follows is two words or more
_BEFORE_COLON = re.compile(r"^([^\W\d_][\w'’.-]{2,15}(?: [^\W\d_][\w'’.-]{1,15})?)\s?[:：]\s*(?=\S+ \S)")


def without_agency_in_brackets(text: str) -> tuple[str, bool]:
    """A text without brackets that name nothing but agencies, and whether there were any."""
    rest = _IN_BRACKETS.sub(lambda found: " " if _names_agencies(found[1]) else found[0], text)
    return rest, rest != text


def without_place(text: str) -> tuple[str, bool]:
    """A text without the place before a colon, and whether there was one: any word that is written as a name
    and is none for other work than writing, "Photo: Ann Bell"."""
    match = _BEFORE_COLON.match(text)
    if match is None or match[1][0].islower() or match[1].casefold() in words()["other_work"]:
        return text, False
    return text[match.end() :], True


def signature(text: str) -> str | None:
    """The name in a text that stands in brackets or after a dash, as signatures do; None where none does."""
    match = _AROUND.match(text)
    return None if match is None else (match[1] or match[2] or "").strip()


def without_agency(name: str) -> str:
    """`name` without the agency after it, where two words remain: "Ann Bell Associated Press"."""
    parts = name.split()
    ends = (place for place in range(2, len(parts)) if " ".join(parts[place:]) in _agencies())
    return " ".join(parts[: next(ends, len(parts))])


def _names_agencies(text: str) -> bool:
    """Whether a text names nothing but agencies, one at least: "avec AFP", "AFP/dpa"."""
    parts = [part.strip(" .") for part in _PARTS.split(text)]
    return all(part in _agencies() for part in parts if part) and any(parts)


@cache
def _agencies() -> frozenset[str]:
    """The names of agencies as they write them, since people are called Sana and Tass too."""
    spellings = (
        name
        for agency in NEWS_AGENCIES
        for name in (agency.name, *agency.spellings, *agency.credit_spellings)
    )
    return frozenset(f"{article}{name}" for name in spellings for article in ("", "The "))
