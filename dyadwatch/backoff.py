"""How long to wait after failures, and what a server's
Retry-After asks for. Pure: clock and chance are arguments."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def delay(
    failures: int,
    *,
    first: float,
    factor: float = 2.0,
    most: float,
    jitter: float = 0.1,
    random: Callable[[], float],
) -> float:
    """Seconds to wait after `failures` failures in a row (1 or more):
    `first * factor ** (failures - 1)`, never above `most`, then moved by up
    to `jitter` of itself either way. `random` gives numbers in [0, 1)."""
    steps = max(failures, 1) - 1
    try:
        grown = first * factor**steps
    except OverflowError:
        grown = most
    return jittered(min(grown, most), jitter, random)


def jittered(seconds: float, jitter: float, random: Callable[[], float]) -> float:
    """`seconds` moved by up to `jitter` of itself either way, so
    that what failed together does not return together."""
    return seconds * (1 - jitter + 2 * jitter * random())


def retry_after(value: str | None, now: datetime, *, most: float) -> float | None:
    """Seconds that a Retry-After header asks to wait (RFC 9110 10.2.3: delta-seconds or an HTTP-date), within
    [0, most]; None where there is none or it cannot be read. `now` is aware."""
    text = (value or "").strip()
    if not text or not text.isascii():
        return None
    if text.removeprefix("-").isdigit():
        seconds = float(text)
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        seconds = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), most)
