"""Texts marked by hand, as gold: {a:..} {b:..} the actors, {c:..} those who are not, {m:..} metonyms, [[..]]
evidence.

usage: python tests/tagging/marked.py FILE.yaml ... > gold.jsonl    (for benchmarks/tagging.py)
"""

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

_MARK = re.compile(r"\{([abcm]):|\}|\[\[|\]\]")
_FIELDS = {"a": "assad_mentions", "b": "khamenei_mentions", "c": "confusables", "m": "metonyms"}
_ARROWS = {"a->b": "assad->khamenei", "b->a": "khamenei->assad"}


def unmarked(text):
    """(text without marks, {mark: [[start, end, surface], ...]}, [[start, end], ...] of the evidence)."""
    plain, spans, evidence, opened, began = "", {mark: [] for mark in _FIELDS}, [], [], None
    position = 0
    for match in _MARK.finditer(text):
        plain += text[position : match.start()]
        position = match.end()
        if match.group(1):
            opened.append((match.group(1), len(plain)))
        elif match.group() == "}":
            mark, start = opened.pop()
            spans[mark].append([start, len(plain), plain[start:]])
        elif match.group() == "[[":
            began = len(plain)
        else:
            evidence.append([began, len(plain)])
    return plain + text[position:], spans, evidence


def gold(item, identity):
    """A marked item in the form that the scorer reads. Without marked evidence the whole text of a positive
    item is it."""
    item = {_LONG.get(key, key): value for key, value in item.items()}
    text, spans, evidence = unmarked(item["text"].rstrip("\n"))
    positive = item["relationship"]
    return {
        "id": str(item.get("id", identity)),
        "language": item["language"],
        "text": text,
        "published": str(item["published"]),
        "tags": item.get("tags", []),
        "gold": {
            **{_FIELDS[mark]: mark_spans for mark, mark_spans in spans.items()},
            "joint_mentions": [],
            "relationship": positive,
            "evidence": evidence or ([[0, len(text)]] if positive else []),
            "event_types": item.get("events", []),
            "direction": _ARROWS.get(item.get("direction"), item.get("direction")),
            "modality": item.get("modality"),
            "attribution": item.get("attribution"),
        },
    }


_LONG = {
    "l": "language", "p": "published", "r": "relationship", "e": "events", "d": "direction", "m": "modality",
    "s": "attribution", "t": "text",
}  # fmt: skip


def read(path):
    """The items of a file; the file's name is the language of those that name none."""
    items = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return [
        gold({"language": path.stem, **item}, f"{path.stem}-{number}") for number, item in enumerate(items, 1)
    ]


class Act(NamedTuple):
    """A sentence of tests/tagging/acts: its labels (no type for a plain tie), and the spans of the two."""

    language: str
    event_type: str | None
    modality: str
    direction: str
    text: str
    a: list
    b: list


def read_acts(path):
    """The sentences of a file of acts, whose name begins with its language."""
    for line in path.read_text(encoding="utf-8").splitlines():
        label, modality, direction, marked = line.split("\t")
        text, spans, _ = unmarked(marked)
        ((*a, _),), ((*b, _),) = spans["a"], spans["b"]
        yield Act(path.stem[:2], None if label == "NONE" else label, modality, direction, text, a, b)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for line in read(Path(name)):
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
