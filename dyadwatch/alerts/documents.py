"""The JSON document of an alert: stored in its row, sent in webhooks, and shown by the API."""

from collections.abc import Sequence

import orjson

from dyadwatch.alerts import limits
from dyadwatch.model.alerts import Alert, AlertChange


def serialize(alert: Alert) -> bytes:
    """UTF-8 JSON with the fields of `Alert`; times in RFC 3339."""
    return orjson.dumps(alert)


def with_changes(document: bytes, changes: Sequence[AlertChange]) -> bytes:
    """The document of an alert as an event has it: with as many of its changes as there is room for."""
    return document[:-1] + b',"changes":' + orjson.dumps(limits.changes(changes)) + b"}"
