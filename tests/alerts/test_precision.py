"""A share of few verdicts has a wide interval, and none of no verdict."""

import pytest

from dyadwatch.alerts.precision import estimate, row


@pytest.mark.parametrize(
    ("right", "size", "low", "high"),
    [(0, 1, 0.0, 0.7935), (1, 1, 0.2065, 1.0), (8, 10, 0.4902, 0.9433), (50, 100, 0.4038, 0.5962)],
)
def test_the_interval_is_wilsons(right, size, low, high):
    share = estimate(right, size)
    assert (share.value, share.n) == (right / size, size)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-4)


def test_nothing_is_said_of_no_verdict():
    assert row(None, 0, 0).precision is None
