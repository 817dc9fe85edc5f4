"""Labels over other stories ("Read also", "Related stories") and over readers' comments ("2 comments"), by
their words."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal

from dyadwatch.text.package_yaml import read_strings
from dyadwatch.text.words import word_key

Kind = Literal["pointer", "list", "comments", "colon", "question", "no"]

STORIES = frozenset(("list", "pointer"))
LABELS = STORIES | {"comments"}
_MAX_LABEL = 60  # characters
_MARKS: tuple[tuple[Kind, tuple[str, ...]], ...] = (("colon", (":", "：")), ("question", ("?", "؟")))
_LINE = re.compile(r"^([^:：]{2,60})[:：]\s*(?=\S)")  # a label and what follows it in its line
_NUMBER = re.compile(r"\d+")


def kind(text: str) -> Kind:
    """The kind of label that a line is, "no" where it is none."""
    if len(text) > _MAX_LABEL:
        return "no"
    key = _key(text)
    for name, (whole, beginnings) in _labels().items():
        if key in whole or key.startswith(beginnings):
            return name
    if _NUMBER.sub("", key, count=1).strip() in _comments():
        return "comments"
    return next((name for name, marks in _MARKS if text.rstrip().endswith(marks)), "no")


def is_whole(text: str) -> bool:
    """Whether a line is a label of other stories as it is, and does not only begin like one."""
    key = _key(text)
    return any(key in whole for whole, _ in _labels().values())


def opening(text: str) -> int:
    """The characters of the label of other stories with which a line begins, before a colon; 0 for none."""
    match = _LINE.match(text)
    return len(match[1]) if match is not None and kind(match[1]) in STORIES else 0


@cache
def _labels() -> Mapping[Kind, tuple[frozenset[str], tuple[str, ...]]]:
    """The labels of each kind, and how others of the kind begin."""
    data = read_strings(__package__, "related_labels.yaml")
    names: tuple[tuple[Kind, str], ...] = (("pointer", "pointer_beginnings"), ("list", "beginnings"))
    return {
        name: (frozenset(map(_key, data[f"{name}s"])), tuple(f"{_key(one)} " for one in data[begin]))
        for name, begin in names
    }


@cache
def _comments() -> frozenset[str]:
    return frozenset(map(_key, read_strings(__package__, "related_labels.yaml")["comments"]))


def _key(text: str) -> str:
    """The words of a label; the Turkish capital İ is more than an i where its case is folded."""
    return word_key(text.replace("İ", "i"))
