"""Working a queue of due rows with threads."""

import threading
import time
from dataclasses import dataclass

import pytest

from dyadwatch.errors import StoreUnavailable
from dyadwatch.pipeline.worker_pool import save_apart, work_through


@dataclass(frozen=True)
class Row:
    id: int
    host: str = "a"


class Queue:
    """Due rows, as a store would hand them out."""

    def __init__(self, rows):
        self.rows = list(rows)
        self.claims = []

    def claim(self, limit, busy):
        self.claims.append((limit, sorted(busy)))
        taken = [row for row in self.rows if row.host not in busy][:limit]
        self.rows = [row for row in self.rows if row not in taken]
        return taken


def work(queue, act, *, threads=4, per_host=2, seconds=5.0, stopping=None):
    saved = []
    worked = work_through(
        queue.claim,
        act,
        saved.extend,
        threads=threads,
        per_host=per_host,
        seconds=seconds,
        stopping=stopping or threading.Event(),
    )
    return worked, saved


def test_every_due_row_is_worked_and_saved_once():
    rows = [Row(number, host=str(number)) for number in range(50)]
    worked, saved = work(Queue(rows), lambda row: row.id * 2)
    assert worked == 50
    assert sorted(saved, key=lambda pair: pair[0].id) == [(row, row.id * 2) for row in rows]


def test_a_slow_row_delays_no_other():
    release = threading.Event()
    order = []

    def act(row):
        if row.host == "slow":
            release.wait(5)
        order.append(row.id)
        if len(order) == 20:
            release.set()

    rows = [Row(0, host="slow"), *(Row(number, host=str(number)) for number in range(1, 21))]
    worked, _ = work(Queue(rows), act)
    assert worked == 21
    assert order[-1] == 0


def test_hosts_with_enough_under_way_are_named_as_busy():
    release = threading.Event()
    queue = Queue([Row(1, "slow"), Row(2, "slow"), Row(3, "fast")])

    def act(row):
        if row.host == "slow":
            release.wait(5)
        elif row.host == "fast":
            queue.rows.append(Row(4, "slow"))
            threading.Timer(0.2, release.set).start()

    worked, _ = work(queue, act)
    assert worked == 4
    assert (2, ["slow"]) in queue.claims


def test_nothing_is_claimed_after_the_time_is_over_or_a_stop():
    stopping = threading.Event()
    stopping.set()
    assert work(Queue([Row(1)]), lambda row: None, stopping=stopping)[0] == 0
    assert work(Queue([Row(1)]), lambda row: None, seconds=0.0)[0] == 0


def test_what_is_under_way_is_finished_when_the_time_is_over():
    worked, saved = work(Queue([Row(1), Row(2)]), lambda row: time.sleep(0.2), seconds=0.05)
    assert worked == len(saved) == 2


def test_a_result_that_cannot_be_saved_takes_no_other_with_it():
    stored = []

    def save(group):
        if any(result == "bad" for _, result in group):
            raise ValueError
        stored.extend(group)

    save_apart(save, lambda row: "spoilt", [(Row(1), "good"), (Row(2), "bad"), (Row(3), "good")])
    assert stored == [(Row(1), "good"), (Row(2), "spoilt"), (Row(3), "good")]


def test_a_row_that_cannot_even_be_saved_as_spoilt_takes_no_other_with_it():
    stored = []

    def save(group):
        if any(row.id == 2 for row, _ in group):
            raise ValueError
        stored.extend(group)

    save_apart(save, lambda row: "spoilt", [(Row(1), "good"), (Row(2), "bad"), (Row(3), "good")])
    save_apart(save, lambda row: "spoilt", [(Row(2), "bad")])
    assert [row.id for row, _ in stored] == [1, 3]


def test_a_database_that_is_away_is_told_to_the_caller():
    def save(group):
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        save_apart(save, lambda row: "spoilt", [(Row(1), "good")])
