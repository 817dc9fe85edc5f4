"""What is usual of a day is told from the same weekdays, and one wild day does not change it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from dyadwatch import series
from dyadwatch.model.series import Cell, Expectation

WORKING = [4, 4, 4, 4, 4, 0, 0]  # a week whose last two days are quiet


def _edges(count):
    since = date(2026, 1, 5)
    return series.edges("day", ZoneInfo("UTC"), since=since, until=since + timedelta(count), now=None)


def test_weekdays_are_compared_with_themselves():
    days = series.expectations(WORKING * 5)
    assert [day and day.median for day in days] == [None] * 28 + [4, 4, 4, 4, 4, 0, 0]
    assert days[-1] == Expectation(0.0, 4.0)
    assert days[-7] == Expectation(4.0, 12.0)


def test_a_burst_of_before_moves_the_median_little_and_the_bound_hardly():
    usual = [3, 5, 4, 4, 5, 1, 0] * 8
    wild = [*usual[:-14], 500, *usual[-13:]]
    assert series.expectations([*wild, 0])[-1].median == series.expectations([*usual, 0])[-1].median
    assert series.expectations([*wild, 0])[-1].upper < 20


def test_the_time_before_the_first_alert_is_no_history():
    cells = [Cell(place, "alert", "", 2) for place in range(10, 45)]
    days = series.buckets(_edges(45), cells, [], [])
    assert [day.expected is None for day in days] == [True] * 38 + [False] * 7
    assert days[-1].expected.median == 2
    assert [day.expected for day in series.buckets(_edges(9), [], [], [])] == [None] * 9


def test_quiet_days_between_are_history():
    days = series.buckets(_edges(3), [], [], [1] + [0] * 30)
    assert [day.expected.median for day in days] == [0, 0, 0]


def test_nothing_is_expected_of_longer_buckets():
    edges = series.edges("week", ZoneInfo("UTC"), since=date(2025, 1, 1), until=date(2026, 1, 1), now=None)
    cells = [Cell(place, "alert", "", 1) for place in range(53)]
    assert {bucket.expected for bucket in series.buckets(edges, cells, [], [])} == {None}
