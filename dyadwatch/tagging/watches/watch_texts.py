"""Watch documents as people write them: read from JSON or YAML, written as YAML, and compared."""

import re
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any, Literal

import orjson
import yaml

from dyadwatch.tagging.watches.watch_schema import (
    ActorDocument,
    NamesakeDocument,
    RoleDocument,
    WatchDocument,
)

MAX_BYTES = 2 * 2**20  # as many as the API accepts
_WIDTH = 110  # characters of a line
_CONTEXT = 2  # lines around a change
LineKind = Literal["added", "removed", "place", "same"]
_KINDS: Mapping[str, LineKind] = {"+": "added", "-": "removed", "@": "place"}

# A quoted scalar in a line, and what begins a comment outside of these.
_QUOTED = re.compile(r"""(?<![^\s,:\[{])(?:'(?:[^'\n]|'')*+'|"(?:[^"\\\n]|\\.)*+")""")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")

Document = Mapping[str, Any]


def expand(text: str) -> bytes:
    """A YAML document as JSON. A few aliases of aliases can stand for more than any machine holds: call it in
    the sandbox."""
    document = orjson.dumps(yaml.safe_load(text), option=orjson.OPT_NON_STR_KEYS)
    if max(len(text), len(document)) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    return document


def as_yaml(document: Document) -> str:
    """The YAML of a document, its fields in the order of docs/watches.md, whatever else it has behind them.
    Reading it gives the same document."""
    ordered = _in_order(document, WatchDocument)
    if isinstance(actors := ordered.get("actors"), Mapping):
        ordered["actors"] = {side: _actor_in_order(actor) for side, actor in sorted(actors.items())}
    text: str = yaml.safe_dump(
        ordered, allow_unicode=True, sort_keys=False, default_flow_style=None, width=_WIDTH
    )
    return text


def count_comments(text: str) -> int:
    """How many lines of YAML have a comment, which no document keeps; a line of a block of text that looks
    like one counts too."""
    return sum(_COMMENT.search(line) is not None for line in _QUOTED.sub('""', text).splitlines())


def differences(old: Document, new: Document) -> Iterator[tuple[LineKind, str]]:
    """What differs between the YAML of two documents, line by line, with two lines around each change; the
    line of a `place` says that some were left out."""
    before, after = (as_yaml(document).splitlines() for document in (old, new))
    for number, line in enumerate(unified_diff(before, after, lineterm="", n=_CONTEXT)):
        if number > 1:  # behind the names of the files
            kind = _KINDS.get(line[0], "same")
            yield kind, "⋯" if kind == "place" else line[1:]


def _actor_in_order(actor: object) -> object:
    if not isinstance(actor, Mapping):
        return actor
    ordered = _in_order(actor, ActorDocument)
    for name, model in (("roles", RoleDocument), ("namesakes", NamesakeDocument)):
        if isinstance(items := ordered.get(name), list):
            ordered[name] = [_in_order(item, model) if isinstance(item, Mapping) else item for item in items]
    return ordered


def _in_order(document: Document, model: Any) -> dict[str, Any]:
    names = [field.alias or name for name, field in model.model_fields.items()]
    known = {name: document[name] for name in names if name in document}
    return {**known, **document}
