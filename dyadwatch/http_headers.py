"""Values of HTTP response headers that more than one package reads. Pure: the clock is an argument."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_DATE = 100  # characters
_MAX_CACHE_CONTROL = 1_000  # characters
# Commas separate directives; some servers write a space instead.
_DIRECTIVE = re.compile(r"(?:^|[\s,])([a-z-]+)(?:\s*=\s*\"?([0-9]{1,12}))?", re.IGNORECASE)


def parse_date(value: str | None) -> datetime | None:
    """An HTTP-date (RFC 9110 5.6.7) in any of its forms, aware; None where it is none ("0", "-1" and the
    like)."""
    try:
        date = parsedate_to_datetime((value or "")[:_MAX_DATE])
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def retry_after(value: str | None, now: datetime, *, maximum: float) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110 10.2.3: delta-seconds or an HTTP-date), within
    [0, maximum]; None where there is none or it cannot be read. `now` is aware."""
    text = (value or "").strip()
    if not text.isascii():
        return None
    if text.removeprefix("-").isdigit():
        seconds = float(text)
    elif date := parse_date(text):
        seconds = (date - now).total_seconds()
    else:
        return None
    return min(max(seconds, 0.0), maximum)


def cache_directives(value: str | None) -> Mapping[str, float | None]:
    """The directives of a Cache-Control header by lower-case name, with the number of seconds of those that
    have one. Of a directive that is repeated the first counts (RFC 9111 4.2.1)."""
    directives = _DIRECTIVE.findall((value or "")[:_MAX_CACHE_CONTROL])
    return {name.lower(): float(seconds) if seconds else None for name, seconds in reversed(directives)}
