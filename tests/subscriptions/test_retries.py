"""When an attempt is repeated, and when a delivery ends."""

from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.subscriptions import after_attempt, count_tries
from dyadwatch.subscriptions.retries import SCHEDULE

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def _after(number, chance=0.5, **outcome):
    return after_attempt(number, AttemptOutcome(**outcome), now=NOW, random=lambda: chance)


def _seconds(verdict):
    return (verdict.due_at - NOW).total_seconds()


def test_a_delivered_event_is_due_no_more():
    verdict = _after(1, delivered=True, status=204)
    assert (verdict.state, verdict.due_at, verdict.disable) == ("delivered", None, None)


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_any_failure_is_tried_again(status):
    verdict = _after(1, status=status)
    assert verdict.state == "pending"
    assert _seconds(verdict) == 5


def test_a_receiver_that_is_gone_ends_the_subscription():
    verdict = _after(1, status=410, gone="the receiver answered 410 Gone")
    assert (verdict.state, verdict.due_at) == ("cancelled", None)
    assert "410" in verdict.disable


def test_the_schedule_is_that_of_standard_webhooks():
    """Ten attempts within 75 h 35 min 5 s, then no more."""
    assert [_seconds(_after(number)) for number in range(1, 10)] == [
        5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400
    ]  # fmt: skip
    assert sum(SCHEDULE) == timedelta(hours=75, minutes=35, seconds=5).total_seconds()
    assert _after(10).state == "exhausted"
    assert _after(11).state == "exhausted"


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 240), (1.0, 360)])
def test_jitter_is_a_fifth_either_way(chance, seconds):
    """Deliveries that failed together do not come back together."""
    assert _seconds(_after(2, chance=chance)) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("number", "header", "seconds"),
    [
        (1, "60", 60),
        (1, "100000", 3600),
        (1, "2", 5),
        (1, "-5", 5),
        (1, "junk", 5),
        (1, "1e9", 5),
        (1, "Sun, 22 Nov 2026 12:10:00 GMT", 600),
        (5, "60", 18_000),
        (5, "999999999", 36_000),
    ],
)
def test_retry_after_is_honoured_within_bounds(number, header, seconds):
    """A receiver can ask for more time, but neither park a delivery nor bring it forward."""
    assert _seconds(_after(number, status=429, retry_after=header)) == seconds


def test_the_schedule_can_be_set():
    verdicts = [
        after_attempt(tries, AttemptOutcome(status=500), schedule=(1, 2), now=NOW, random=lambda: 0.5)
        for tries in (1, 2, 3)
    ]
    assert [verdict.due_at and _seconds(verdict) for verdict in verdicts] == [1, 2, None]
    assert verdicts[-1].state == "exhausted"


def test_an_attempt_that_a_person_asked_for_takes_no_try_unless_it_is_the_first():
    assert [count_tries(tries, "schedule") for tries in (0, 1, 9)] == [1, 2, 10]
    assert [count_tries(tries, "manual") for tries in (0, 1, 9)] == [1, 1, 9]


@pytest.mark.parametrize("code", ["dns_failed", "connect_failed", "deadline_exceeded", "tls_failed"])
def test_a_transient_error_is_tried_again(code):
    assert _after(4, error=code).state == "pending"


def test_a_permanent_error_is_the_end():
    """A URL that is invalid stays so."""
    assert _after(1, error="url_invalid", permanent=True).state == "exhausted"


def test_a_blocked_address_gets_three_attempts():
    """DNS may be wrong for minutes, not for days."""
    states = [_after(number, error="blocked_address", permanent=True).state for number in (1, 2, 3)]
    assert states == ["pending", "pending", "exhausted"]
