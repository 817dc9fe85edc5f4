"""Due rows are worked through by a pool of threads."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from dyadwatch.errors import DyadwatchError, StoreUnavailable, WebError
from dyadwatch.pipeline.runs import Runs
from dyadwatch.pipeline.worker_pool import Attempt, Bounds, run_attempt, save_attempts, work_through

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WAIT = 30  # seconds for a state that comes at once unless the code is wrong


@dataclass(frozen=True)
class Row:
    id: int
    host: str = "a"
    turn: int = 1
    owner: int | None = None


class Queue:
    """Due rows, as a store hands them out."""

    def __init__(self, rows):
        self.rows = list(rows)
        self.claims = []

    def claim(self, limit, busy):
        self.claims.append((limit, sorted(busy.hosts)))
        claimed = [row for row in self.rows if row.host not in busy.hosts][:limit]
        self.rows = [row for row in self.rows if row not in claimed]
        return claimed


def work(claim, attempt, *, threads=4, seconds=WAIT, stopping=None):
    saved, runs = [], Runs()
    with runs.shift("rows", seconds) as shift:
        worked = work_through(
            claim,
            lambda _claimed_at, row: attempt(row),
            saved.extend,
            bounds=Bounds(threads, per_host=2, per_owner=1),
            shift=shift,
            runs=runs,
            stopping=stopping or threading.Event(),
        )
    return worked, [(attempt.row, attempt.result) for attempt in saved]


def test_every_due_row_is_attempted_and_saved_once():
    rows = [Row(number, host=str(number)) for number in range(50)]
    worked, saved = work(Queue(rows).claim, lambda row: row.id * 2)
    assert worked == 50
    assert sorted(saved, key=lambda pair: pair[0].id) == [(row, row.id * 2) for row in rows]


def test_a_slow_row_delays_no_other():
    release = threading.Event()
    order = []

    def attempt(row):
        if row.host == "slow":
            assert release.wait(WAIT)
        order.append(row.id)
        if len(order) == 20:
            release.set()

    rows = [Row(0, host="slow"), *(Row(number, host=str(number)) for number in range(1, 21))]
    worked, _ = work(Queue(rows).claim, attempt)
    assert worked == 21
    assert order[-1] == 0


def test_a_host_with_enough_rows_under_way_is_named_as_busy():
    queue = Queue([Row(1, "slow"), Row(2, "slow"), Row(3, "fast")])
    claimed_beside = threading.Event()

    def claim(limit, busy):
        claimed = queue.claim(limit, busy)
        if queue.claims[-1][1] == ["slow"]:
            claimed_beside.set()
        return claimed

    def attempt(row):
        if row.id == 3:
            queue.rows.append(Row(4, "slow"))
        elif row.id < 3:
            assert claimed_beside.wait(WAIT)

    worked, _ = work(claim, attempt)
    assert worked == 4


def test_nothing_is_claimed_after_the_time_is_over_or_a_stop():
    stopping = threading.Event()
    stopping.set()
    assert work(Queue([Row(1)]).claim, lambda row: None, stopping=stopping)[0] == 0
    assert work(Queue([Row(1)]).claim, lambda row: None, seconds=0.0)[0] == 0


def test_what_is_under_way_at_a_stop_is_finished_and_nothing_more_is_claimed():
    stopping = threading.Event()
    queue = Queue([Row(1), Row(2), Row(3)])
    worked, saved = work(queue.claim, lambda row: stopping.set(), threads=2, stopping=stopping)
    assert worked == len(saved) == 2
    assert queue.rows == [Row(3)]


def test_an_expected_error_is_the_attempts_and_a_surprise_an_internal_error():
    def attempt(row):
        raise WebError("no route") if row.id == 1 else ZeroDivisionError

    expected, surprise = run_attempt(attempt, Row(1)), run_attempt(attempt, Row(2))
    assert (expected.result, expected.error.code) == (None, "connect_failed")
    assert (surprise.result, surprise.error.code) == (None, "internal_error")
    assert expected.started_at <= expected.ended_at


def test_an_unavailable_database_ends_the_work():
    def attempt(row):
        raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        work(Queue([Row(1)]).claim, attempt)
    with pytest.raises(StoreUnavailable):
        save_attempts(attempt, attempts("good"))


def attempts(*results):
    return [Attempt(Row(number), NOW, NOW, result) for number, result in enumerate(results, 1)]


def test_an_attempt_that_cannot_be_saved_takes_no_other_with_it():
    stored = []

    def save(group):
        if any(attempt.result == "bad" for attempt in group):
            raise ValueError
        stored.extend(group)

    first, bad, last = attempts("good", "bad", "good")
    save_attempts(save, [first, bad, last])
    assert [attempt.row.id for attempt in stored] == [1, 2, 3]
    assert [stored[0], stored[2]] == [first, last]
    assert isinstance(stored[1].error, DyadwatchError)
    assert (stored[1].result, stored[1].error.code) == (None, "internal_error")


def test_a_row_that_cannot_even_be_saved_as_failed_takes_no_other_with_it():
    stored = []

    def save(group):
        if any(attempt.row.id == 2 for attempt in group):
            raise ValueError
        stored.extend(attempt.row.id for attempt in group)

    save_attempts(save, attempts("good", "bad", "good"))
    save_attempts(save, attempts("good", "bad")[1:])
    assert stored == [1, 3]
