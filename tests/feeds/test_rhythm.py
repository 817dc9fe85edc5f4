"""How often a feed is polled, by its rhythm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dyadwatch.feeds import rhythm
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import FeedMemory, ParsedFeed

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)  # a Saturday
LONG = NOW - timedelta(days=60)
MEMORY = FeedMemory("https://news.example/feed", watched_since=LONG, polled_at=NOW - timedelta(hours=1))


def every(minutes, *, last=NOW):
    return tuple(last - timedelta(minutes=minutes * step) for step in range(19, -1, -1))


def wait(memory, *, now=NOW, minimum=1.0, maximum=1e9):
    return rhythm.wait(memory, now, minimum=minimum, maximum=maximum)


def feed(*dates):
    return ParsedFeed(
        "rss", "", tuple(ParsedEntry(str(n), None, "", published_at=d) for n, d in enumerate(dates))
    )


def test_polls_follow_a_power_of_the_rate():
    """A feed with a hundred times the entries gets about eight times the polls."""
    intervals = [wait(replace(MEMORY, entry_times=every(minutes)))[0] for minutes in (2, 20, 200)]
    assert [before / after for after, before in pairwise(intervals)] == pytest.approx(
        [10**0.45] * 2, rel=0.01
    )
    assert wait(replace(MEMORY, entry_times=every(60)))[1] == "25.3 entries a day, by the last 20"


def test_entries_count_and_not_occasions():
    """A feed that publishes five at once is worth more polls than one that publishes one; of very many
    some count."""
    times = every(180, last=NOW - timedelta(hours=1))
    one = wait(replace(MEMORY, entry_times=times))[0]
    five = wait(replace(MEMORY, entry_times=tuple(time for time in times for _ in range(5))))[0]
    assert five == pytest.approx(one / 5**0.45, rel=0.01)
    others = every(7)[-5:]
    at_once = rhythm.observe(MEMORY, feed(*[NOW - timedelta(hours=3)] * 20, *others), 0, NOW).entry_times
    assert len(at_once) == rhythm._MAX_AT_ONCE + len(others)


def test_a_burst_is_followed():
    """Some entries within minutes announce more; the same number within a day does not."""
    usual = tuple(NOW - timedelta(days=day) for day in range(30, 0, -1))
    calm = wait(replace(MEMORY, entry_times=(*usual, NOW)))[0]
    seconds, reason = wait(replace(MEMORY, entry_times=(*usual, *every(5)[-4:])))
    assert seconds < calm / 4
    assert reason == "4 entries within 30 min"
    over = wait(replace(MEMORY, entry_times=(*usual, *every(5, last=NOW - timedelta(hours=1))[-4:])))[0]
    assert over > 4 * seconds


def test_the_operators_bounds_hold():
    """Never more often than the shortest, nor less than the longest interval; the reason says so."""
    assert wait(replace(MEMORY, entry_times=every(1)), minimum=400, maximum=900) == (
        400,
        "1515.8 entries a day, by the last 20, at least 400 s",
    )
    seconds, reason = wait(replace(MEMORY, entry_times=every(3000)), minimum=300, maximum=900)
    assert (seconds, reason.endswith("at most 900 s")) == (900, True)


@pytest.mark.parametrize(("days", "factor"), [(6, 1), (8, 2), (15, 4), (31, 8)])
def test_quiet_feeds_are_polled_less_often(days, factor):
    """Twice, four and eight times the interval after 7, 14 and 30 days without an entry."""
    memory = replace(MEMORY, entry_times=every(60, last=NOW - timedelta(days=days)))
    quiet, reason = wait(memory)
    rate = 20 / (days * 24 + 19)
    assert quiet == pytest.approx(factor * 3600 / (rhythm._POLLS * rate**rhythm._POWER), rel=0.05)
    assert (f"{factor} times that" in reason) == (factor > 1)


def test_a_feed_that_stalls_is_asked_less_within_hours():
    """After a burst, the silence itself counts."""
    burst = every(2, last=NOW - timedelta(hours=24))
    assert wait(replace(MEMORY, entry_times=burst))[0] > 5 * wait(replace(MEMORY, entry_times=every(2)))[0]


def test_a_feed_just_added_is_watched_closely():
    """At the shortest interval for ten minutes, then after as long as it has been watched, whatever its dates
    say."""
    memory = replace(MEMORY, entry_times=every(600, last=NOW))
    intervals = [
        wait(replace(memory, watched_since=NOW - timedelta(hours=hours)), minimum=15)[0]
        for hours in (0, 0.1, 0.16, 0.25, 1, 1000)
    ]
    assert intervals[:3] == [15, 15, 15]
    assert intervals[3:5] == [900, 3600]
    assert intervals[5] > 3600
    assert wait(replace(memory, watched_since=None), minimum=15)[0] == 15
    assert "not watched for long" in wait(replace(memory, watched_since=NOW), minimum=15)[1]


def test_too_few_entries_double_the_interval():
    """Until there are two, each poll is twice as far from the last."""
    assert wait(replace(MEMORY, interval=None), minimum=300) == (300, "too few entries to tell a rhythm")
    assert wait(replace(MEMORY, interval=700.0))[0] == 1400


def test_nights_are_slept_through():
    """Where entries come by day, the interval is longer at night, and the poll is not put off beyond the
    morning."""
    hours = [0] * rhythm.WEEK
    for day in range(7):
        for hour in range(8, 20):
            hours[24 * day + hour] = 5
    noon = NOW
    midnight = NOW + timedelta(hours=12)
    memory = replace(MEMORY, hours=tuple(hours))
    by_day = wait(replace(memory, entry_times=every(20, last=noon)), now=noon)[0]
    by_night = wait(replace(memory, entry_times=every(20, last=midnight)), now=midnight)[0]
    assert by_night > 2 * by_day
    unknown = replace(
        memory, watched_since=midnight - timedelta(hours=2), hours=(), entry_times=every(20, last=midnight)
    )
    assert wait(unknown, now=midnight)[0] < by_night / 2


def test_what_was_published_before_says_when_the_next_will_come():
    """A weekly whose old entries all came on one morning is asked for news there, though added today."""
    mornings = tuple(NOW - timedelta(days=7 * week, hours=3) for week in range(9, 0, -1))
    memory = replace(MEMORY, entry_times=mornings, watched_since=NOW)
    profile = rhythm._profile(memory, NOW)
    hour = rhythm._hour(mornings[0])
    assert profile.at(hour) > 5 * profile.at(hour + 12)
    assert profile.at(hour) > 2 * profile.at(hour + 24)


def test_weekends_are_known_after_some_weeks():
    """Days of the week count once there were two of each."""
    hours = tuple(5 if 24 * day + hour < 120 else 0 for day in range(7) for hour in range(24))
    memory = replace(MEMORY, hours=hours, entry_times=every(60))
    few = wait(replace(memory, watched_since=NOW - timedelta(days=10)))[0]
    assert wait(memory)[0] > 1.5 * few


@pytest.mark.parametrize(("share", "slower"), [(0.01, True), (0.99, False)])
def test_polls_that_find_other_than_the_dates_say_correct_them(share, slower):
    """A gap that polls do not find is believed by half only."""
    memory = replace(MEMORY, entry_times=every(60), interval=3600.0)
    usual = wait(replace(memory, new_share=0.6))
    corrected = wait(replace(memory, new_share=share, interval=3600.0 if slower else 300.0))
    assert (corrected[0] > usual[0]) == slower
    assert "corrected" in corrected[1]
    assert "corrected" not in usual[1]


def test_share_of_polls_with_news():
    """It moves a tenth of the way with each poll, follows the interval, and rests while a hub pushes."""
    assert rhythm.share(MEMORY, 5, NOW) == 0.5
    memory = replace(MEMORY, new_share=0.5)
    assert rhythm.share(memory, 3, NOW) == pytest.approx(0.55)
    assert rhythm.share(memory, 0, NOW) == pytest.approx(0.45)
    assert rhythm.share(replace(memory, push_until=NOW + timedelta(hours=1)), 0, NOW) == 0.5
    assert rhythm.rescale(0.5, 600.0, 1200.0) == pytest.approx(0.75)
    assert rhythm.rescale(None, 600.0, 1200.0) is None
    assert rhythm.rescale(0.5, None, 1200.0) == 0.5


def test_occasions_are_remembered():
    """The last sixty, with those from before that the document no longer shows."""
    before = (NOW - timedelta(days=2), NOW - timedelta(days=1))
    memory = replace(MEMORY, entry_times=before)
    dates = [NOW - timedelta(minutes=minutes) for minutes in (0, 0, 0.5, 30, 45)]
    memory_after = rhythm.observe(memory, feed(*dates), 2, NOW)
    assert memory_after.entry_times == (*before, *sorted(dates))
    many = feed(*(NOW - timedelta(hours=hours) for hours in range(90)))
    assert len(rhythm.observe(memory, many, 0, NOW).entry_times) == rhythm.REMEMBERED_TIMES


@pytest.mark.parametrize(
    "dates",
    [
        [None, None],
        [datetime(2024, 6, day, tzinfo=UTC) for day in (3, 4, 4, 5, 6)],
        [NOW - timedelta(seconds=5)] * 4,
    ],
)
def test_dates_without_a_time_tell_nothing(dates):
    """Without dates, with days only, or with the moment of the request, entries are timed by when they were
    found."""
    memory_after = rhythm.observe(MEMORY, feed(*dates), 2, NOW)
    assert memory_after.entry_times == (NOW, NOW)
    assert memory_after.hours[24 * NOW.weekday() + NOW.hour] == 2
    assert rhythm.observe(MEMORY, feed(*dates), 0, NOW).entry_times == ()


def test_new_entries_are_counted_by_their_hour():
    """By their dates; an entry dated long before the last poll was late, and is counted now."""
    dates = [NOW - timedelta(minutes=90), NOW - timedelta(hours=30), NOW - timedelta(hours=50)]
    hours = rhythm.observe(MEMORY, feed(*dates), 2, NOW).hours
    hour = 24 * NOW.weekday() + NOW.hour
    assert (hours[hour - 2], hours[hour], sum(hours)) == (1, 1, 2)
    first = replace(MEMORY, watched_since=None, polled_at=None)
    assert rhythm.observe(first, feed(*dates), 3, NOW).hours == ()


def test_counts_stay_small():
    """Old weeks fade where there are many entries."""
    full = replace(MEMORY, hours=(12,) * rhythm.WEEK)
    assert sum(rhythm.observe(full, feed(NOW - timedelta(minutes=1)), 1, NOW).hours) < 1100
