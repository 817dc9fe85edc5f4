"""What an attempt means: delivered, tried again (when), or given up.

The schedule is the one that Standard Webhooks recommends: ten attempts within
75 h 35 min 5 s, before jitter and Retry-After.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dyadwatch.backoff import add_jitter
from dyadwatch.http_headers import retry_after
from dyadwatch.model.deliveries import AttemptOutcome, DeliveryState, Trigger

_MINUTE = 60.0
_HOUR = 3600.0
# Seconds from one attempt to the next; the first is made at once.
SCHEDULE = (
    5.0, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
JITTER = 0.2
# A receiver may ask for more time than the schedule gives, but at most this or twice the scheduled delay,
# whichever is longer, so that it cannot park a delivery; it can never bring an attempt forward.
MAX_RETRY_AFTER = _HOUR
# The try at which a permanent error ends a delivery, by its code; any other code ends it at the first.
# DNS may answer wrongly for a while (captive portals, split horizons), so a blocked address gets three, and a
# machine that is busy may have no time for a template.
_LAST_ATTEMPT = {"blocked_address": 3, "template_too_costly": 3}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery. `due_at` is set while it is pending; `disable` is set where its
    subscription must be disabled, and says why."""

    state: DeliveryState
    due_at: datetime | None = None
    disable: str | None = None


def count_tries(tries: int, trigger: Trigger) -> int:
    """How many tries of the schedule are over after another attempt. One that a person asked for takes none,
    unless it is the first."""
    return max(1, tries if trigger == "manual" else tries + 1)


def after_attempt(
    tries: int,
    outcome: AttemptOutcome,
    *,
    schedule: Sequence[float] = SCHEDULE,
    now: datetime,
    random: Callable[[], float],
) -> Verdict:
    """The verdict on an attempt with which `tries` of the schedule are over.

    A receiver that is gone cancels the delivery and disables the subscription. A
    permanent error exhausts at once, a blocked address at the third try, any
    other failure where the schedule ends. `now` is aware, `random` gives numbers in [0, 1).
    """
    if outcome.delivered:
        return Verdict("delivered")
    if outcome.gone is not None:
        return Verdict("cancelled", disable=outcome.gone)
    if tries > len(schedule) or _is_hopeless(tries, outcome):
        return Verdict("exhausted")
    scheduled = schedule[tries - 1]
    requested = retry_after(outcome.retry_after, now, maximum=max(MAX_RETRY_AFTER, 2 * scheduled)) or 0.0
    return Verdict("pending", now + timedelta(seconds=max(add_jitter(scheduled, JITTER, random), requested)))


def _is_hopeless(tries: int, outcome: AttemptOutcome) -> bool:
    return outcome.permanent and tries >= _LAST_ATTEMPT.get(outcome.error or "", 1)
