"""What an attempt means: delivered, tried again (when), or given up.

The schedule is the one that Standard Webhooks recommends: ten attempts within 75 h 35 min 5 s.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dyadwatch.backoff import jittered
from dyadwatch.backoff import retry_after as asked_to_wait
from dyadwatch.errors import BlockedAddress, WebError

_MINUTE = 60.0
_HOUR = 3600.0
# Seconds from one attempt to the next; the first is made at once.
SCHEDULE = (
    5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
JITTER = 0.2
# A receiver may ask for more time than the schedule gives, but at most this or twice the scheduled delay,
# so that it cannot park a delivery; it can never bring an attempt forward.
PATIENCE = _HOUR
# DNS lies for a moment (captive portals, split horizons), so one refused address is not the last word.
BLOCKED_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery. `due_at` is set while it is pending; `disable` says why its subscription must be
    disabled, where it must."""

    state: Literal["delivered", "pending", "exhausted", "cancelled"]
    due_at: datetime | None = None
    disable: str | None = None


def after_attempt(
    number: int,
    *,
    status: int | None,
    error: WebError | None,
    retry_after: str | None,
    now: datetime,
    random: Callable[[], float],
) -> Verdict:
    """The verdict on attempt `number` (from 1), which brought `status` or failed with `error`.

    Only 2xx delivers; a redirect is a failure. 410 cancels the delivery and disables the subscription. A permanent
    error exhausts at once, a refused address at the third attempt, anything else at the tenth. `retry_after` is the
    header as received, `now` aware, `random` gives numbers in [0, 1).
    """
    if status is not None and 200 <= status < 300:
        return Verdict("delivered")
    if status == 410:
        return Verdict("cancelled", disable="the receiver answered 410 Gone")
    if number > len(SCHEDULE) or _hopeless(number, error):
        return Verdict("exhausted")
    scheduled = SCHEDULE[number - 1]
    asked = asked_to_wait(retry_after, now, most=max(PATIENCE, 2 * scheduled)) or 0.0
    return Verdict("pending", now + timedelta(seconds=max(jittered(scheduled, JITTER, random), asked)))


def _hopeless(number: int, error: WebError | None) -> bool:
    if error is None or not error.permanent:
        return False
    return number >= BLOCKED_ATTEMPTS if isinstance(error, BlockedAddress) else True
