"""Guards in documents of watches: a document with one more."""

import copy
from collections.abc import Mapping
from typing import Any

from dyadwatch.model.guards import Guard


def with_guard(document: Mapping[str, Any], guard: Guard) -> dict[str, Any]:
    """A watch document that refuses what a guard says; the same where it did before."""
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    if guard.kind == "namesake":
        namesakes = changed["actors"][guard.side].setdefault("namesakes", [])
        _add(namesakes, {"text": {"und": [guard.text]}})
    elif guard.kind == "phrase":
        _add(changed.setdefault("guards", {}).setdefault("phrases", []), guard.text)
    else:
        rule = {"ignore": True} if guard.min_score is None else {"min_score": guard.min_score}
        guards = changed.setdefault("guards", {})
        others = [one for one in guards.get("sources", ()) if one["host"] != guard.host]
        guards["sources"] = [*others, {"host": guard.host, **rule}]
    return changed


def _add(items: list[Any], item: Any) -> None:
    if item not in items:
        items.append(item)
