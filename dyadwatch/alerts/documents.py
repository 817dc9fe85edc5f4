"""The JSON document of an alert: stored in its row, sent in webhooks, and shown by the API."""

import orjson

from dyadwatch.model.alerts import Alert


def serialize(alert: Alert) -> bytes:
    """UTF-8 JSON with the fields of `Alert`; times in RFC 3339."""
    return orjson.dumps(alert)
