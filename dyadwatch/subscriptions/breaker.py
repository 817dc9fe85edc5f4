"""The circuit breaker of an endpoint: closed while it answers, open after failures in a row, half-open when
one attempt is made to see whether it answers again. What slows down is the endpoint, never the queue: its
deliveries wait, and use up none of their tries.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from dyadwatch.backoff import add_jitter
from dyadwatch.http_headers import retry_after
from dyadwatch.model.deliveries import AttemptOutcome, Reason
from dyadwatch.model.failures import Failure
from dyadwatch.model.subscriptions import Circuit, EndpointHealth

OPEN_AFTER = 10  # failures in a row
GIVE_UP_AFTER = timedelta(days=5)  # of nothing but failures
_JITTER = 0.2
_MAX_REQUESTED = 3600.0  # seconds that a receiver may ask for
# Seconds for which an endpoint that has too much to do is left alone after its first failure, and at most;
# and one whose circuit has opened. Each further failure doubles them.
_OVERLOADED = (5.0, 60.0)
_OPEN = (30.0, 900.0)


def after_attempt(
    before: EndpointHealth,
    outcome: AttemptOutcome,
    reason: Reason | None,
    *,
    now: datetime,
    random: Callable[[], float],
) -> EndpointHealth:
    """The health of an endpoint after an attempt. What never left us says nothing of it. `now` is aware,
    `random` gives numbers in [0, 1)."""
    if outcome.delivered:
        return EndpointHealth(last_error=before.last_error)
    if reason == "not-sent":
        return before
    failures = before.failures + 1
    pause = _pause(failures, outcome, reason, now)
    until = now + timedelta(seconds=add_jitter(pause, _JITTER, random)) if pause else now
    return EndpointHealth(
        failures=failures,
        failing_since=before.failing_since or now,
        blocked_until=max(filter(None, (before.blocked_until, until))) if pause else before.blocked_until,
        last_error=Failure(
            code=outcome.error or f"status_{outcome.status}",
            detail=outcome.detail or f"the receiver answered {outcome.status}",
            at=now,
        ),
    )


def circuit(endpoint: EndpointHealth, now: datetime) -> Circuit:
    """Whether deliveries go to an endpoint, wait, or one of them goes to try it."""
    if endpoint.failures < OPEN_AFTER:
        return "closed"
    return "open" if endpoint.blocked_until and endpoint.blocked_until > now else "half-open"


def is_hopeless(endpoint: EndpointHealth, now: datetime) -> bool:
    """Whether an endpoint has failed for so long that its subscription is to be disabled."""
    since = endpoint.failing_since
    return endpoint.failures >= OPEN_AFTER and since is not None and now - since >= GIVE_UP_AFTER


def _pause(failures: int, outcome: AttemptOutcome, reason: Reason | None, now: datetime) -> float:
    requested = retry_after(outcome.retry_after, now, maximum=_MAX_REQUESTED) or 0.0
    pause = requested
    if reason == "timeout" or outcome.status in {429, 502, 504}:
        pause = max(pause, _doubled(_OVERLOADED, failures - 1))
    if failures >= OPEN_AFTER:
        pause = max(pause, _doubled(_OPEN, failures - OPEN_AFTER))
    return pause


def _doubled(seconds: tuple[float, float], times: int) -> float:
    first, most = seconds
    return min(most, first * 2.0 ** min(times, 30))
