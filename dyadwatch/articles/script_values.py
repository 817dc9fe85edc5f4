"""The values that a page's scripts hold: JSON, and the object literals of JavaScript that are assigned to a
name."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

_MIN_SCRIPT, _MAX_SCRIPT = 20, 2_000_000  # characters of a script that can hold an article or a part of it
_MAX_SCRIPTS, _MAX_VALUES = 400, 20  # of a page, of one script
_MAX_UNPACKED = 3  # times that a value is text which holds a value
# `window.STATE = {`, `let state = JSON.parse("`, `window.STATE=(function(a,b){return {`, `self.parts.push({`
_ASSIGNED = re.compile(
    r"(?:^|[;{}\n]|-->)\s*(?:(?:var|let|const)\s+|(?:window|self|globalThis)(?=[.\[]))[\w$.\[\]\"']{0,80}\s*(?:=\s*|\.push\(\s*)"
    r"(?:JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?(?=[\"'])"
    r"|\(?function\s*\((?P<names>[\w$,\s]{0,4000})\)\s*\{[^{}\"']{0,200}?\breturn\s*(?=\{)|(?=[{\[]))"
)
_TOKEN = re.compile(
    r"\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<comment>/\*.*?\*/)"
    r"|(?P<key>[A-Za-z_$][\w$]*|\d+)(?=\s*:)|(?P<flag>![01])|void 0|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<number>-?(?:\d[\d.]*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<comma>,(?=\s*[}\]]))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x(?P<code>[0-9A-Fa-f]{2})|(?P<other>.))|\"", re.DOTALL)
_KEPT = frozenset('"\\/bfnrtu')  # after a backslash, in JSON too
# A row of a stream that scripts push in pieces: its name, then JSON, or the length of a text and the text.
_ROW = re.compile(r"(?P<name>[0-9a-f]{1,6}):(?:T(?P<bytes>[0-9a-f]{1,6}),)?")
_CONSTANTS = {"true": "true", "false": "false", "null": "null"}


def scripts(tree: HtmlElement) -> list[str]:
    """The scripts of a page that may hold values, but for JSON-LD."""
    found = (
        script.text or ""
        for script in tree.iter("script")
        if not script.get("src") and "ld+json" not in (script.get("type") or "").lower()
    )
    return list(islice((text for text in found if _MIN_SCRIPT <= len(text) <= _MAX_SCRIPT), _MAX_SCRIPTS))


def has_string(script: str, text: str) -> bool:
    """Whether JSON in a script holds a string, escaped or not, also within a string."""
    forms = (json.dumps(text), json.dumps(text, ensure_ascii=False))
    return any(form in script or json.dumps(form)[1:-1] in script for form in forms)


def values(texts: Iterable[str]) -> Iterator[Any]:
    """The objects and lists of scripts: each script's as a whole, or what it assigns or adds to a name. The
    rows of a stream are one object, in which `$name` refers to a row."""
    stream: list[str] = []
    for value in chain.from_iterable(map(_values, texts)):
        match value:
            case [1, str(piece)]:
                stream.append(piece)
            case _:
                yield value
    if stream:
        yield dict(_rows("".join(stream)))


def _values(script: str) -> Iterator[Any]:
    text = script.strip()
    if text.startswith(("{", "[")):
        yield from _decoded(text, 0, _CONSTANTS)
        return
    end = 0
    for start in islice(_ASSIGNED.finditer(text), _MAX_VALUES):
        if start.start() >= end:
            names = _arguments(text, start["names"]) if start["names"] else _CONSTANTS
            for value in _decoded(text, start.end(), names):
                yield value
                end = start.end()


def _rows(stream: str) -> Iterator[tuple[str, Any]]:
    place = 0
    while row := _ROW.match(stream, place):
        place = row.end()
        if row["bytes"]:
            size = int(row["bytes"], 16)
            text = stream[place : place + size].encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
            yield f"${row['name']}", text
            place += len(text)
        else:
            end = stream.find("\n", place)
            end = len(stream) if end < 0 else end
            yield f"${row['name']}", unpacked(stream[place:end])
            place = end + 1


def _decoded(text: str, start: int, names: Mapping[str, str]) -> Iterator[Any]:
    """The object or list at a place of a script, read as JSON, else as JavaScript; none where it is
    neither."""
    for attempt in (partial(_decode, text, start), partial(_literal, text, start, names)):
        try:
            value = unpacked(attempt()[0])
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list):
            yield value
        return


def _decode(text: str, start: int = 0) -> tuple[Any, int]:
    """The JSON value at a place, and where it ends."""
    return json.JSONDecoder(strict=False).raw_decode(text, start)


def unpacked(value: Any) -> Any:
    """A value, or what a text holds that is the JSON of one, escaped as in an address or not."""
    for _ in range(_MAX_UNPACKED):
        if not isinstance(value, str) or not value.startswith(("{", "[", "%7B", "%5B")):
            break
        try:
            value = _decode(unquote(value) if value[0] == "%" else value)[0]
        except (ValueError, RecursionError):
            break
    return value


def _literal(text: str, start: int, names: Mapping[str, str]) -> tuple[Any, int]:
    return _decode(_TOKEN.sub(partial(_as_json, names), text[start:]))


def _arguments(text: str, parameters: str) -> Mapping[str, str]:
    """What a function that is called where it stands is called with, as JSON by name."""
    opening = text.rfind("}(")
    try:
        given, _ = _literal(f"[{text[opening + 2 :].rstrip(' );')}]", 0, _CONSTANTS)
    except (ValueError, RecursionError):
        given = []
    names = (name.strip() for name in parameters.split(","))
    return {**_CONSTANTS, **{name: json.dumps(value) for name, value in zip(names, given, strict=False)}}


def _as_json(names: Mapping[str, str], token: re.Match[str]) -> str:
    """A token of JavaScript as JSON writes it; null for what only a program knows."""
    kind, text = token.lastgroup, token.group()
    if kind in {"double", "single"}:
        return f'"{_ESCAPE.sub(_escaped, token[kind])}"'
    match kind:
        case "key":
            text = f'"{text}"'
        case "name":
            text = names.get(text, "null")
        case "number":
            text = text if text.removeprefix("-").isdigit() and not text.startswith("0") else "0"
        case "flag":
            text = "false" if text == "!1" else "true"
        case "comma" | "comment":
            text = ""
        case _:
            text = "null"
    return text


def _escaped(escape: re.Match[str]) -> str:
    code, other = escape.groups()
    if code:
        return f"\\u00{code}"
    if other is None or other in _KEPT:
        return escape.group() if other else '\\"'
    return "" if other == "\n" else other
