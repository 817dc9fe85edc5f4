"""Pacing: how often and by how many a host is asked, over all processes that share a broker."""

import pytest
import redis

from dyadwatch.broker.pacing import Pacing

FAST = {"spacing": 0.0, "delay": 0.0, "patience": 1.0}


@pytest.fixture(params=["shared", "alone"])
def pacing(request):
    url = request.getfixturevalue("redis_url") if request.param == "shared" else None
    pacing = Pacing(url)
    yield pacing
    pacing.close()


def test_no_more_are_under_way_than_allowed(pacing):
    """The third waits until one of two has left."""
    first = pacing.enter("news.example", most=2, **FAST)
    second = pacing.enter("news.example", most=2, **FAST)
    assert first.token
    assert second.token
    assert pacing.enter("news.example", most=2, **FAST).token is None
    assert pacing.enter("other.example", most=2, **FAST).token
    pacing.leave("news.example", first.token)
    assert pacing.enter("news.example", most=2, **FAST).token


def test_starts_are_spaced(pacing):
    """Each start is kept at its distance from the one before; what would have to wait too long is sent away."""
    waits = [pacing.enter("news.example", most=9, spacing=100.0, delay=0.0, patience=240.0) for _ in range(4)]
    assert [bool(answer.token) for answer in waits] == [True, True, True, False]
    assert waits[0].wait == 0.0
    assert waits[2].wait == pytest.approx(200.0, abs=30.0)
    assert waits[3].wait == pytest.approx(300.0, abs=30.0)


def test_a_delay_holds_only_those_that_ask_for_it(pacing):
    """Pages keep to a crawl delay; the feed of the same host does not wait for it."""
    assert pacing.enter("news.example", most=9, spacing=0.0, delay=200.0, patience=1.0).token
    late = pacing.enter("news.example", most=9, spacing=0.0, delay=200.0, patience=1.0)
    assert late.token is None
    assert late.wait == pytest.approx(200.0, abs=30.0)
    assert pacing.enter("news.example", most=9, **FAST).token


def test_two_processes_share_the_count(redis_url):
    """Limits hold over all workers."""
    one, other = Pacing(redis_url), Pacing(redis_url)
    assert one.enter("news.example", most=1, **FAST).token
    assert other.enter("news.example", most=1, **FAST).token is None
    one.close()
    other.close()


def test_an_emptied_broker_forgets_and_goes_on(redis_url):
    """What it counted may be lost at any moment."""
    pacing = Pacing(redis_url)
    first = pacing.enter("news.example", most=1, **FAST)
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    client.script_flush()
    client.close()
    assert pacing.enter("news.example", most=1, **FAST).token
    pacing.leave("news.example", first.token)
    pacing.close()


def test_without_the_broker_a_process_counts_for_itself():
    """A broker that is away slows nothing down and lifts no limit within a process."""
    pacing = Pacing("redis://127.0.0.1:9/0")
    first = pacing.enter("news.example", most=1, **FAST)
    assert first.token
    assert pacing.enter("news.example", most=1, **FAST).token is None
    pacing.leave("news.example", first.token)
    assert pacing.enter("news.example", most=1, **FAST).token
    pacing.close()
