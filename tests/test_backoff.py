"""Waiting after failures."""

import pytest

from dyadwatch import backoff


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 10), (1, 10), (2, 20), (3, 40), (7, 640), (8, 1000), (10_000, 1000)]
)
def test_delays_grow_to_a_bound(failures, seconds):
    """Each failure multiplies the delay, and no number of failures overflows."""
    assert backoff.delay(failures, first=10, maximum=1000, random=lambda: 0.5) == pytest.approx(seconds)


def test_jitter_moves_a_delay_either_way():
    """The extremes of chance are the extremes of the jitter."""
    assert backoff.delay(1, first=10, maximum=10, jitter=0.2, random=lambda: 0.0) == pytest.approx(8)
    assert backoff.delay(1, first=10, maximum=10, jitter=0.2, random=lambda: 1.0) == pytest.approx(12)
    assert backoff.delay(2, first=10, maximum=100, factor=3, jitter=0, random=lambda: 0.9) == pytest.approx(
        30
    )
