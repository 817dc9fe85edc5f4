"""Waiting after failures, and as long as a server asks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch import backoff

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 10), (1, 10), (2, 20), (3, 40), (7, 640), (8, 1000), (10_000, 1000)]
)
def test_delays_grow_to_a_bound(failures, seconds):
    """Each failure multiplies the delay, and no number of failures overflows."""
    assert backoff.delay(failures, first=10, most=1000, random=lambda: 0.5) == pytest.approx(seconds)


def test_jitter_moves_a_delay_either_way():
    """The extremes of chance are the extremes of the jitter."""
    assert backoff.delay(1, first=10, most=10, jitter=0.2, random=lambda: 0.0) == pytest.approx(8)
    assert backoff.delay(1, first=10, most=10, jitter=0.2, random=lambda: 1.0) == pytest.approx(12)
    assert backoff.delay(2, first=10, most=100, factor=3, jitter=0, random=lambda: 0.9) == pytest.approx(30)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("-5", 0),
        ("999999999999", 3600),
        ("9" * 5000, 3600),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90),
        ("Sun, 22 Nov 2026 12:01:30 -0000", 90),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Sun, 22 Nov 2099 11:00:00 GMT", 3600),
        ("Sunday, 22-Nov-26 12:01:30 GMT", 90),
        (None, None),
        ("", None),
        ("soon", None),
        ("1e9", None),
        ("--5", None),
        ("1.5", None),
        ("١٢", None),
        ("Sun, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    """Seconds and dates are honoured within the bound, the past means now, and junk means nothing."""
    assert backoff.retry_after(value, NOW, most=3600) == seconds


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_header_breaks_it(value):
    """Whatever a server writes, the answer is None or within the bound."""
    seconds = backoff.retry_after(value, NOW, most=60)
    assert seconds is None or 0 <= seconds <= 60
