"""Times as the formats of others write them."""

from datetime import UTC, datetime


def read(text: str) -> datetime:
    """A time of a document, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def in_utc(text: str) -> str:
    """RFC 3339 with milliseconds and Z, as STIX wants it: 2026-01-31T10:00:00.000Z."""
    return read(text).strftime("%Y-%m-%dT%H:%M:%S.") + f"{read(text).microsecond // 1000:03d}Z"
