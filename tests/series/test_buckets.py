"""Days, weeks and months begin where a calendar says, in any time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dyadwatch import series
from dyadwatch.errors import InvalidInput

NOW = datetime(2026, 3, 20, 22, tzinfo=UTC)  # in Tehran the 21st


def _dates(interval, zone="UTC", **bounds):
    bounds = {"since": None, "until": None, "now": NOW} | bounds
    return series.edges(interval, ZoneInfo(zone), **bounds).dates


@pytest.mark.parametrize(
    ("interval", "count", "first", "last"),
    [
        ("day", 90, date(2025, 12, 21), date(2026, 3, 20)),
        ("week", 52, date(2025, 3, 24), date(2026, 3, 16)),
        ("month", 24, date(2024, 4, 1), date(2026, 3, 1)),
    ],
)
def test_without_bounds_the_newest_fill_a_screen(interval, count, first, last):
    dates = _dates(interval)
    assert (len(dates), dates[0], dates[-1]) == (count, first, last)


@pytest.mark.parametrize(
    ("interval", "since", "until", "expected"),
    [
        ("day", date(2024, 2, 28), date(2024, 3, 1), [date(2024, 2, 28), date(2024, 2, 29)]),
        ("day", datetime(2026, 1, 1, 23, tzinfo=UTC), date(2026, 1, 2), [date(2026, 1, 1)]),
        ("day", date(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC), [date(2026, 1, 1)]),
        (
            "day",
            date(2026, 1, 1),
            datetime(2026, 1, 2, 0, 1, tzinfo=UTC),
            [date(2026, 1, 1), date(2026, 1, 2)],
        ),
        ("week", date(2026, 1, 1), date(2026, 1, 6), [date(2025, 12, 29), date(2026, 1, 5)]),
        ("month", date(2025, 12, 31), date(2026, 2, 1), [date(2025, 12, 1), date(2026, 1, 1)]),
    ],
)
def test_buckets_overlap_the_time_asked_for(interval, since, until, expected):
    assert [*_dates(interval, since=since, until=until)] == expected


def test_now_is_what_it_is_in_the_zone():
    assert _dates("day", "Asia/Tehran")[-1] == date(2026, 3, 21)
    since = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    assert _dates("day", "Asia/Tehran", since=since) == (date(2026, 3, 21),)


def test_a_day_on_which_clocks_change_has_its_own_length():
    edges = series.edges(
        "day", ZoneInfo("Europe/Berlin"), since=date(2026, 3, 28), until=date(2026, 3, 31), now=NOW
    )
    utc = [start.astimezone(UTC).hour for start in (*edges.starts, edges.end)]
    assert utc == [23, 23, 22, 22]


def test_a_day_without_midnight_begins_with_its_first_moment():
    """Clocks in Beirut were put forward at midnight."""
    edges = series.edges(
        "day", ZoneInfo("Asia/Beirut"), since=date(2025, 3, 30), until=date(2025, 3, 31), now=NOW
    )
    assert edges.starts[0].isoformat() == "2025-03-30T01:00:00+03:00"


@pytest.mark.parametrize(
    ("bounds", "pointer", "code"),
    [
        ({"since": date(2026, 3, 21)}, "/until", "contradictory"),
        ({"since": date(2026, 1, 2), "until": date(2026, 1, 2)}, "/until", "contradictory"),
        ({"since": date(2020, 1, 1)}, "/since", "out_of_range"),
        ({"since": date(1, 1, 1), "until": date(1, 1, 2)}, "/since", "out_of_range"),
        ({"until": date(9999, 12, 31)}, "/until", "out_of_range"),
        ({"since": date(2199, 1, 1), "until": date(1, 1, 1)}, "/until", "out_of_range"),
        (
            {"since": datetime(2, 1, 1, tzinfo=UTC), "until": datetime(9998, 1, 1, tzinfo=UTC)},
            "/since",
            "out_of_range",
        ),
    ],
)
def test_what_no_timeline_can_have_is_refused(bounds, pointer, code):
    with pytest.raises(InvalidInput) as caught:
        _dates("day", **bounds)
    assert [(error.pointer, error.code) for error in caught.value.errors] == [(pointer, code)]


@pytest.mark.parametrize("name", ["Tehran", "../../etc/passwd", "America", "Asia/Tehran\0", " ", "é"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(InvalidInput, match="IANA"):
        series.time_zone(name)
