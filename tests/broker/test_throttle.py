"""What may happen so often and no more, over all processes that share a broker."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from dyadwatch.broker import Broker, Quota, Throttle
from dyadwatch.broker import client as client_module
from dyadwatch.broker import throttle as module
from dyadwatch.broker_urls import read_pacing_url

SLOW = Quota(4, window=3600)  # one unit is restored in 15 minutes


@pytest.fixture
def connect():
    """Makes throttles, each of a process of its own; their connections are closed after the test."""
    brokers = []

    def connect(url):
        brokers.append(Broker(read_pacing_url(url) if url else None))
        return Throttle(brokers[-1])

    yield connect
    for broker in brokers:
        broker.close()


@pytest.fixture(params=["shared", "alone"])
def throttle(request, connect):
    return connect(request.getfixturevalue("redis_url") if request.param == "shared" else None)


def test_a_quota_may_be_spent_at_once_and_then_says_when_to_come_again(throttle):
    answers = [throttle.spend("a", SLOW) for _ in range(5)]
    assert [answer.allowed for answer in answers] == [True, True, True, True, False]
    assert [answer.remaining for answer in answers] == [3, 2, 1, 0, 0]
    assert answers[0].reset == pytest.approx(900, abs=60)
    assert answers[4].reset == pytest.approx(3600, abs=60)
    assert answers[4].retry_after == pytest.approx(900, abs=60)
    assert throttle.spend("b", SLOW).allowed


def test_what_costs_more_spends_more_and_never_more_than_all(throttle):
    assert throttle.spend("a", SLOW, cost=3).remaining == 1
    assert not throttle.spend("a", SLOW, cost=2).allowed
    assert throttle.spend("a", SLOW, cost=1).allowed
    assert throttle.spend("b", SLOW, cost=1_000).allowed


def test_looking_spends_nothing(throttle):
    throttle.spend("a", SLOW, cost=3)
    assert [throttle.peek("a", SLOW).allowed for _ in range(3)] == [True] * 3
    throttle.spend("a", SLOW)
    assert not throttle.peek("a", SLOW).allowed


def test_what_was_spent_is_restored(throttle):
    quick = Quota(1_000_000, window=1)
    assert [throttle.spend("a", quick).allowed for _ in range(1000)] == [True] * 1000


def test_processes_that_share_a_broker_share_the_quota(connect, redis_url):
    assert connect(redis_url).spend("a", SLOW, cost=4).allowed
    assert not connect(redis_url).spend("a", SLOW).allowed


def test_a_process_takes_units_in_batches_and_gives_out_no_more_than_the_quota(
    connect, redis_url, monkeypatch
):
    quota, asked = Quota(1_000, window=360_000, batch=10), []  # restores none meanwhile
    one, two = connect(redis_url), connect(redis_url)
    for throttle in (one, two):
        execute = throttle._broker.execute
        monkeypatch.setattr(
            throttle._broker, "execute", lambda command, do=execute: asked.append(1) or do(command)
        )
    answers = [throttle.spend("a", quota) for _ in range(510) for throttle in (one, two)]
    assert [answer.allowed for answer in answers] == [True] * 1_000 + [False] * 20
    assert len(asked) <= 1_000 / 10 + 20
    assert [answer.remaining for answer in answers[::2]][:3] == [999, 998, 997]
    assert answers[-1].retry_after == pytest.approx(360, abs=60)


def test_threads_that_take_a_batch_at_once_lose_none(connect, redis_url):
    throttle, quota = connect(redis_url), Quota(1_000, window=360_000, batch=10)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: throttle.spend("a", quota).allowed, range(1_100)))
    assert answers.count(True) == 1_000


def test_a_flood_of_names_is_not_remembered_for_ever(connect, monkeypatch):
    monkeypatch.setattr(module, "_MAX_NAMES", 10)
    alone = connect(None)
    for number in range(100):
        alone.spend(str(number), SLOW)
    alone.spend("99", SLOW, cost=3)
    assert not alone.spend("99", SLOW).allowed
    assert len(alone._local._restored) <= 11


def test_a_broker_that_hangs_holds_up_one_of_those_who_ask(monkeypatch):
    monkeypatch.setattr(client_module, "_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        broker = Broker(read_pacing_url(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"))
        assert Throttle(broker).spend("a", SLOW).allowed
        assert not broker.is_up()
        broker.close()
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # nobody else has connected
            silent.accept()
