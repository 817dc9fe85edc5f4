"""What subscribers are sent, whatever the channel."""

from datetime import datetime

import orjson


def envelope(event_type: str, timestamp: datetime, data: object) -> bytes:
    """The JSON document of an event, `{"type", "timestamp", "data"}` in this order, the time in RFC 3339.
    `data` is what orjson can serialise: plain values, dataclasses, dates. `timestamp` is aware."""
    return orjson.dumps({"type": event_type, "timestamp": timestamp, "data": data})
