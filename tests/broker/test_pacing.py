"""Requests to a host are paced, over all processes that share a broker."""

import os
import signal

import pytest
import redis
from waiting import eventually

from dyadwatch.broker import Broker, Pacing
from dyadwatch.broker_urls import read_pacing_url
from dyadwatch.politeness import HostLimits

HOST = "news.example"
ONE, TWO, MANY = (HostLimits(at_once=number, spacing=0.0) for number in (1, 2, 9))


@pytest.fixture
def connect():
    """Makes pacings, each of a process of its own; their connections are closed after the test."""
    brokers = []

    def connect(url):
        brokers.append(Broker(read_pacing_url(url) if url else None))
        return Pacing(brokers[-1])

    yield connect
    for broker in brokers:
        broker.close()


@pytest.fixture(params=["shared", "alone"])
def pacing(request, connect):
    return connect(request.getfixturevalue("redis_url") if request.param == "shared" else None)


def admitted(pacing, limits, host=HOST):
    return pacing.acquire(host, limits, max_wait=1.0).token


def test_no_more_requests_are_under_way_than_allowed(pacing):
    """The third waits until one of two has ended."""
    first = admitted(pacing, TWO)
    assert first
    assert admitted(pacing, TWO)
    assert admitted(pacing, TWO) is None
    assert admitted(pacing, TWO, "other.example")
    pacing.release(HOST, first)
    assert admitted(pacing, TWO)


def test_starts_are_spaced(pacing):
    """Each start keeps its distance from the one before; what would have to wait too long is sent away."""
    limits = HostLimits(at_once=9, spacing=100.0)
    waits = [pacing.acquire(HOST, limits, max_wait=240.0) for _ in range(4)]
    assert [bool(admission.token) for admission in waits] == [True, True, True, False]
    assert waits[0].wait == 0.0
    assert waits[2].wait == pytest.approx(200.0, abs=30.0)
    assert waits[3].wait == pytest.approx(300.0, abs=30.0)


def test_a_delay_holds_only_those_that_ask_for_it(pacing):
    """Pages keep a crawl delay; the feed of the same host does not wait for it."""
    delayed = HostLimits(at_once=9, spacing=0.0, delay=200.0)
    assert admitted(pacing, delayed)
    late = pacing.acquire(HOST, delayed, max_wait=1.0)
    assert late.token is None
    assert late.wait == pytest.approx(200.0, abs=30.0)
    assert admitted(pacing, MANY)


def test_two_processes_share_the_count(connect, redis_url):
    """Limits hold over all workers."""
    assert admitted(connect(redis_url), ONE)
    assert admitted(connect(redis_url), ONE) is None


def test_an_emptied_broker_forgets_and_goes_on(connect, redis_url):
    """What it counted may be lost at any moment."""
    pacing = connect(redis_url)
    first = admitted(pacing, ONE)
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    client.script_flush()
    client.close()
    assert admitted(pacing, ONE)
    pacing.release(HOST, first)


def test_without_the_broker_a_process_counts_for_itself(connect):
    """A broker that is away slows nothing down and lifts no limit within a process."""
    pacing = connect("redis://127.0.0.1:9/0")
    first = admitted(pacing, ONE)
    assert first
    assert admitted(pacing, ONE) is None
    pacing.release(HOST, first)
    assert admitted(pacing, ONE)


def test_what_a_broker_counted_after_it_hung_is_released(monkeypatch, connect, redis_url):
    """It carries out what it had received, although nobody waits for it any more."""
    monkeypatch.setattr("dyadwatch.broker.client._TIMEOUT", 0.05)
    monkeypatch.setattr("dyadwatch.broker.client._RETRY_AFTER", 0.0)
    pacing = connect(redis_url)
    before = admitted(pacing, MANY)
    with redis.Redis.from_url(redis_url) as client:
        process = client.info("server")["process_id"]
        os.kill(process, signal.SIGSTOP)
        try:
            during = [admitted(pacing, MANY) for _ in range(3)]
            for token in (before, *during):
                pacing.release(HOST, token)
        finally:
            os.kill(process, signal.SIGCONT)
        assert client.zcard(f"pace:{{{HOST}}}") > 1
        eventually(lambda: admitted(pacing, MANY, "other.example") and not client.exists(f"pace:{{{HOST}}}"))
