"""Labels over other stories ("Read also", "Related stories"), over what is about those who publish ("About
the author") and over readers' comments ("2 comments"), by their words."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Literal
from unicodedata import normalize

from dyadwatch.text.package_yaml import read_strings
from dyadwatch.text.words import word_key

Kind = Literal["pointer", "list", "aside", "comments", "colon", "question", "no"]

STORIES = frozenset(("list", "pointer"))
LABELS = STORIES | {"aside", "comments"}
_MAX_LABEL = 60  # characters
_MARKS: tuple[tuple[Kind, tuple[str, ...]], ...] = (("colon", (":", "：")), ("question", ("?", "؟")))
# A label and what follows it in its line
_LINE = re.compile(r"^([^:：]{2,60}?)(?:\s*[:：]\s*|\s+[|»>–—-]\s+|[-–—]\s+)(?=\S)")
_NUMBER = re.compile(r"\d+")
_ACCENTS = re.compile("[\u0300-\u036f\u0653-\u0655\u200c\u200d]")  # and what joins or parts letters
_LETTERS = str.maketrans("يىكıς", "ییکiσ")  # one letter that is written in several ways


def kind(text: str) -> Kind:
    """The kind of label that a line is, "no" where it is none."""
    if len(text) > _MAX_LABEL:
        return "no"
    key = _key(text)
    compact = key.replace(" ", "")
    for name, (whole, beginnings) in _labels().items():
        if compact in whole or key.startswith(beginnings):
            return name
    if _NUMBER.sub("", key, count=1).strip() in _comments():
        return "comments"
    return next((name for name, marks in _MARKS if text.rstrip().endswith(marks)), "no")


def is_whole(text: str) -> bool:
    """Whether a line is a label of other stories as it is, and does not only begin like one."""
    key = _key(text).replace(" ", "")
    return any(key in whole for whole, _ in _labels().values())


def opening(text: str) -> int:
    """The characters of the label of other stories with which a line begins, before a colon or a dash; 0 for
    none."""
    match = _LINE.match(text)
    if match is None:
        return 0
    found = kind(match[1])
    return len(match[1]) if found == "pointer" or (found == "list" and is_whole(match[1])) else 0


@cache
def _labels() -> Mapping[Kind, tuple[frozenset[str], tuple[str, ...]]]:
    """The labels of each kind without blanks, which some leave out, and how others of the kind begin."""
    names: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("pointer", ("pointer_beginnings",)),
        ("list", ("beginnings",)),
        ("aside", ()),
    )
    return {
        name: (
            frozenset(key.replace(" ", "") for key in _keys(f"{name}s")),
            tuple(f"{key} " for one in begin for key in _keys(one)),
        )
        for name, begin in names
    }


@cache
def _comments() -> frozenset[str]:
    return frozenset(_keys("comments"))


def _keys(name: str) -> Iterator[str]:
    """The keys of what the data name so, of all languages."""
    by_language: Mapping[str, list[str]] = read_strings(__package__, "related_labels.yaml")[name]
    return map(_key, chain.from_iterable(by_language.values()))


def _key(text: str) -> str:
    """The words of a label without their accents, which capitals often lack; the Turkish capital İ is more
    than an i where its case is folded."""
    plain = text if text.isascii() else _ACCENTS.sub("", normalize("NFD", text.replace("İ", "i")))
    return word_key(plain.translate(_LETTERS))
