"""Notices of correction and retraction, read before boilerplate is removed: `notices.yaml` has the words."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import yaml

from dyadwatch.model.articles import Notice, NoticeKind
from dyadwatch.text.folding import fold_surface

_MAX_PARAGRAPH = 800  # characters of a notice; what is longer tells of one
_EDGE = 4  # first and last paragraphs that may be a notice
_MAX_NOTICE = 300
_KINDS: tuple[NoticeKind, ...] = ("retracted", "corrected")


def find(title: str, paragraphs: Sequence[str]) -> Notice | None:
    """What a page says of its own article: in its headline ("CORRECTED: ..."), or in a paragraph at its
    beginning or end. A retraction counts before a correction."""
    edges = [*paragraphs[:_EDGE], *paragraphs[max(_EDGE, len(paragraphs) - _EDGE) :]]
    for kind in _KINDS:
        labels, phrases = _patterns()[kind]
        if labels.match(fold_surface(title)):
            return Notice(kind, title[:_MAX_NOTICE])
        for text in edges:
            folded = fold_surface(text) if len(text) <= _MAX_PARAGRAPH else ""
            if labels.match(folded) or phrases.search(folded):
                return Notice(kind, text[:_MAX_NOTICE])
    return None


@functools.cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    text = files("dyadwatch.articles").joinpath("notices.yaml").read_text(encoding="utf-8")
    words = yaml.load(text, yaml.CSafeLoader)
    return {kind: (_label(words[kind]["labels"]), _phrase(words[kind]["phrases"])) for kind in _KINDS}


def _label(listed: str) -> re.Pattern[str]:
    """A label, perhaps with a date, and the mark behind it."""
    return re.compile(rf"\W*(?:{_any(listed)})(?: \([^)]{{1,40}}\)| \d[\d ./,-]{{0,20}})?\s*[:.–—-]")


def _phrase(listed: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(listed)})(?!\w)")


def _any(listed: str) -> str:
    return "|".join(_pattern(form) for form in _forms(map(str.strip, listed.split("/"))))


def _forms(listed: Iterable[str]) -> list[str]:
    return sorted((fold_surface(form) for form in listed), key=len, reverse=True)


def _pattern(form: str) -> str:
    return re.escape(form).replace(re.escape("~"), r"\w+(?: \w+){0,2}")
