"""When an endpoint is left alone, tried, and given up."""

from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.subscriptions import EndpointHealth
from dyadwatch.subscriptions import breaker
from dyadwatch.subscriptions.breaker import OPEN_AFTER

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _after(before=EndpointHealth(), reason="status", now=NOW, **outcome):  # noqa: B008  # frozen
    return breaker.after_attempt(before, AttemptOutcome(**outcome), reason, now=now, random=lambda: 0.5)


def _pause(endpoint, now=NOW):
    return None if endpoint.blocked_until is None else (endpoint.blocked_until - now).total_seconds()


def _failed(times, now=NOW):
    endpoint = EndpointHealth()
    for _ in range(times):
        endpoint = _after(endpoint, status=500, now=now)
    return endpoint


@pytest.mark.parametrize(
    ("reason", "outcome", "pause"),
    [
        ("status", {"status": 500}, None),
        ("status", {"status": 429}, 5),
        ("status", {"status": 502}, 5),
        ("status", {"status": 504}, 5),
        ("timeout", {"error": "deadline_exceeded"}, 5),
        ("connect", {"error": "connect_failed"}, None),
        ("status", {"status": 429, "retry_after": "90"}, 90),
        ("status", {"status": 503, "retry_after": "90"}, 90),
        ("status", {"status": 429, "retry_after": "999999"}, 3600),
    ],
)
def test_an_endpoint_that_has_too_much_to_do_is_left_alone_for_a_moment(reason, outcome, pause):
    assert _pause(_after(reason=reason, **outcome)) == pause


def test_the_moment_grows_and_is_bounded():
    endpoint, pauses = EndpointHealth(), []
    for _ in range(6):
        endpoint = _after(endpoint, status=429)
        pauses.append(_pause(endpoint))
    assert pauses == [5, 10, 20, 40, 60, 60]


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_attempt_try():
    endpoint = _failed(OPEN_AFTER - 1)
    assert (breaker.circuit(endpoint, NOW), endpoint.blocked_until) == ("closed", None)
    endpoint = _after(endpoint, status=500)
    assert (breaker.circuit(endpoint, NOW), _pause(endpoint)) == ("open", 30)
    later = NOW + timedelta(seconds=30)
    assert breaker.circuit(endpoint, later) == "half-open"
    assert _pause(_after(endpoint, status=500, now=later), later) == 60
    assert _pause(_failed(OPEN_AFTER + 90)) == 900
    answered = _after(endpoint, None, later, delivered=True, status=204)
    assert (answered.failures, answered.failing_since, answered.blocked_until) == (0, None, None)
    assert answered.last_error.code == "status_500"


def test_what_never_left_us_says_nothing_of_an_endpoint():
    before = _failed(3)
    assert _after(before, "not-sent", error="secret_unreadable") == before


def test_an_endpoint_is_given_up_after_five_days_of_failures_alone():
    endpoint = _failed(OPEN_AFTER)
    assert not breaker.is_hopeless(endpoint, NOW + timedelta(days=4, hours=23))
    assert breaker.is_hopeless(endpoint, NOW + timedelta(days=5))
    assert not breaker.is_hopeless(_failed(2), NOW + timedelta(days=9))
    sporadic = _after(_after(endpoint, None, delivered=True), status=500)
    assert not breaker.is_hopeless(sporadic, NOW + timedelta(days=9))
