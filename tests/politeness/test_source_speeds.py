"""SourceSpeeds: of the sources of one host that may hang, which go first; in times of its own."""

import pytest

from dyadwatch.politeness import CrawlRequest, SourceSpeeds, source_speeds

HANGS, NEW, QUICK = (CrawlRequest("page", "a.test", source) for source in (1, 2, 3))


@pytest.fixture
def speeds():
    speeds = SourceSpeeds()
    speeds.note(HANGS, quick=False)
    speeds.note(QUICK, quick=True)
    return speeds


def test_a_source_that_hung_yields_to_one_of_which_nothing_is_known(speeds):
    """Until that one was asked; quick or not, it is known then."""
    assert not speeds.must_yield(HANGS, 0.0)
    speeds.turn_away(NEW, 0.0)
    assert speeds.must_yield(HANGS, 1.0)
    assert not speeds.must_yield(NEW, 1.0)
    assert not speeds.must_yield(QUICK, 1.0)
    speeds.note(NEW, quick=False)
    assert not speeds.must_yield(HANGS, 1.0)
    speeds.turn_away(NEW, 2.0)
    assert not speeds.must_yield(HANGS, 2.0)


def test_who_waits_elsewhere_is_no_matter(speeds):
    speeds.turn_away(NEW._replace(host="b.test"), 0.0)
    assert not speeds.must_yield(HANGS, 0.0)


def test_a_feed_that_hung_yields_to_a_page_of_its_host(speeds):
    """They share its places."""
    feed = HANGS._replace(kind="feed")
    speeds.note(feed, quick=False)
    speeds.turn_away(NEW, 0.0)
    assert speeds.must_yield(feed, 0.0)


def test_a_source_is_asked_for_the_first_time_by_one_request(speeds):
    assert speeds.begin(NEW)
    assert not speeds.begin(NEW)
    assert speeds.begin(NEW._replace(source=4))
    speeds.end(NEW)
    assert speeds.begin(NEW)
    speeds.note(NEW, quick=True)
    speeds.end(NEW)
    assert not any(map(speeds.begin, (HANGS, NEW, QUICK)))


def test_nobody_yields_to_who_asks_no_more(speeds):
    speeds.turn_away(NEW, 0.0)
    assert speeds.must_yield(HANGS, 5.0)
    assert not speeds.must_yield(HANGS, 6.0)


def test_nobody_yields_for_more_than_a_minute(speeds):
    """However many new sources come one after the other. Once it was asked it yields again."""
    yielded = 0
    for second in range(120):
        speeds.turn_away(NEW._replace(source=100 + second), second)
        yielded += speeds.must_yield(HANGS, second)
    assert yielded == 60
    speeds.note(HANGS, quick=False)
    assert speeds.must_yield(HANGS, 120.0)


def test_where_most_sources_hang_others_are_expected_to(speeds):
    """Not after the first few, nor where as many are quick."""
    for source in range(10, 13):
        assert not speeds.most_hang(NEW)
        speeds.note(NEW._replace(source=source), quick=False)
    assert speeds.most_hang(NEW)
    speeds.note(NEW._replace(source=20), quick=True)
    assert not speeds.most_hang(NEW)


def test_the_quick_sources_of_a_host_are_known(speeds):
    assert speeds.quick(NEW) == speeds.quick(HANGS) == {3}
    assert speeds.quick(NEW._replace(host="b.test")) == set()


def test_what_is_remembered_is_bounded(speeds, monkeypatch):
    monkeypatch.setattr(source_speeds, "_MAX_KNOWN", 2)
    speeds.note(NEW, quick=True)
    speeds.note(QUICK, quick=True)
    assert [speeds.is_quick(asked) for asked in (HANGS, NEW, QUICK)] == [None, True, True]
