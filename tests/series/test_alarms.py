"""What is out of the usual is told from what was usual, and whose a silence is from how the feeds do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch import series
from dyadwatch.model.alarms import SourceHealth

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=3)
USUAL = [3, 2, 4, 3, 3, 0, 1] * 8
SELDOM = [1, 0, 0] * 20
WELL = SourceHealth(1, "SANA", 2, 2, 0, None, NOW, NOW, None)


@pytest.mark.parametrize(
    ("counts", "days_ago"),
    [
        ([*USUAL, 20], 0),
        ([*USUAL, 20, 1], 1),
        ([*USUAL, 20, 2, 4], None),
        ([*USUAL, 9], None),
        ([0] * 40 + [5], 0),
        ([0] * 40 + [4], None),
        ([0] * 27 + [50], None),  # too little is known
        ([50], None),
        ([], None),
    ],
)
def test_a_burst_is_a_day_far_above_the_same_weekdays(counts, days_ago):
    burst = series.find_burst(counts)
    assert (burst and burst.days_ago) == days_ago


@pytest.mark.parametrize(
    ("counts", "days"),
    [
        ([*USUAL, 0, 0, 0, 0], 3),
        ([*USUAL, 0, 0, 0, 1], None),  # it reports again
        ([*USUAL, 0, 0], None),
        ([20] * 30 + [0, 0], 1),
        ([*SELDOM, *[0] * 8], None),
        ([*SELDOM, *[0] * 25], 26),
        ([4] * 27 + [0] * 60, None),  # too little is known
        ([4, 4, 4, 4, 4, 0, 0] * 8 + [0], None),  # as every week
        ([0] * 60, None),
        ([0], None),
        ([], None),
    ],
)
def test_a_silence_is_as_many_quiet_days_as_chance_hardly_makes(counts, days):
    silence = series.find_silence(counts)
    assert (silence and silence.days) == days
    assert silence is None or 0 < silence.chance < 0.001


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"active": 0}, "stopped"),
        ({"failing": 2, "last_error": "dns"}, "failing"),
        ({"failing": 1}, None),
        ({"last_polled_at": NOW - timedelta(days=2)}, "not_read"),
        ({"last_polled_at": None}, "not_read"),
        ({"drift_since": SINCE}, "extraction"),
        ({"last_article_at": SINCE - timedelta(days=1)}, "nothing_new"),
        ({"last_article_at": None}, "nothing_new"),
    ],
)
def test_a_source_in_trouble_makes_the_silence_that_of_the_feeds(changes, problem):
    cause, (source,) = series.find_cause({1: 7}, {1: replace(WELL, **changes)}, since=SINCE, now=NOW)
    assert (source.problem, cause) == (problem, "feeds" if problem else "pair")
    assert bool(source.detail) == bool(problem)


def test_the_sources_that_reported_most_decide():
    healths = {number: replace(WELL, id=number, active=number % 2) for number in (1, 2)}
    for reports, expected in (({1: 6, 2: 4}, "pair"), ({1: 4, 2: 6}, "feeds"), ({1: 5, 2: 5}, "feeds")):
        cause, sources = series.find_cause(reports, healths, since=SINCE, now=NOW)
        assert cause == expected
        assert sources[0].share == max(reports.values()) / 10
    cause, (source,) = series.find_cause({3: 1}, healths, since=SINCE, now=NOW)
    assert (cause, source.problem, source.name) == ("feeds", "removed", None)
    assert series.find_cause({}, {}, since=SINCE, now=NOW) == ("pair", ())
