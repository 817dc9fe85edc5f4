"""Drift: a publisher's pages are read worse all of a sudden."""

import pytest

from dyadwatch.articles import drift, quality
from dyadwatch.model.sources import Quality


@pytest.mark.parametrize(
    ("lengths", "alarms"),
    [
        ([], False),
        ([3000] * 20, False),
        ([3000] * 10 + [0, 0, 0], True),
        ([3000] * 10 + [0, 2800, 0, 3100, 0], True),
        ([3000] * 10 + [0, 2800, 0, 3100, 2900], False),
        ([3000] * 10 + [1200] * 5, True),
        ([3000] * 10 + [1200] * 2, False),
        ([3000] * 4 + [1200] * 5, False),
        ([0, 0, 0], True),
        ([800, 5000, 900, 4000, 1200, 3000, 700, 2500, 1100, 900], False),
    ],
)
def test_empty_and_halved_bodies_alarm_within_five_articles(lengths, alarms):
    """Three empty ones of five, or a median below half of the one before."""
    assert (drift(lengths) is not None) is alarms


def test_the_figures_behind_it():
    """Counts of all, medians of the texts that were found."""
    assert quality([]) == Quality(0, 0, None, None)
    assert quality([0, 3000, 2000, 1000, 0, 400, 600, 500]) == Quality(8, 2, 800.0, 550.0)
