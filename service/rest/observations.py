"""What the service itself writes into resources that clients change: how an endpoint answers, when a feed was
polled, when a key was used. It is part of what a client reads, and nothing that a change must have seen."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from dyadwatch.model.feeds import FeedView
from dyadwatch.model.keys import KeyView
from dyadwatch.model.sources import SourceView
from dyadwatch.model.subscriptions import SubscriptionView

_OBSERVED: Mapping[type, frozenset[str]] = {
    SubscriptionView: frozenset({"endpoint"}),
    FeedView: frozenset(
        {
            "kind", "last_polled_at", "next_poll_at", "last_status", "error_count", "last_error",
            "interval", "reason", "proposals", "push",
        }
    ),
    SourceView: frozenset({"quality", "drift"}),
    KeyView: frozenset({"last_used_at"}),
}  # fmt: skip


def changeable(resource: object) -> bytes | None:
    """The JSON of what changes of a resource when somebody changes it; None where that is all of it."""
    if type(resource) not in _OBSERVED:
        return None
    return orjson.dumps(resource, option=orjson.OPT_PASSTHROUGH_DATACLASS, default=_changeable_fields)


def _changeable_fields(value: Any) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is not JSON")
    observed = _OBSERVED.get(type(value), frozenset())
    return {field.name: getattr(value, field.name) for field in fields(value) if field.name not in observed}
