"""Works through due rows with a pool of threads, so that a slow row delays no other.

Every step that waits on the network is three functions: `claim` due rows, `attempt` one of them (the I/O,
outside any transaction), `save` what the attempts came to. An expected failure is an attempt with an `error`;
an unexpected exception, in `attempt` or in `save`, becomes one here, with the code `internal_error`.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, TypeVar

import structlog

from dyadwatch.errors import DyadwatchError, StoreUnavailable
from dyadwatch.model.claims import Busy, ClaimedRow
from dyadwatch.pipeline.runs import Runs, Shift
from dyadwatch.store import with_retries

_log = structlog.get_logger(__name__)

_HANGING = 1.0  # seconds after which what is under way is no longer waited for before more is claimed
# Seconds for which attempts that have ended wait for others: a transaction of its own for each would cost
# half as much as a quick attempt.
_GATHERING = 0.01


Row = TypeVar("Row", bound=ClaimedRow)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Attempt(Generic[Row, Result]):
    """What working a row came to: a `result`, or the `error` that was raised."""

    row: Row
    started_at: datetime
    ended_at: datetime
    result: Result | None = None
    error: DyadwatchError | None = None

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many rows are worked at once: of all, of one host, and of one owner."""

    threads: int
    per_host: int
    per_owner: int


# Takes at most so many rows, and none of those that are busy: with `per_host` or `per_owner` rows under way.
# Where its own bounds leave out rows that may go next it gives fewer, and is called again.
Claim = Callable[[int, Busy], Sequence[Row]]
Save = Callable[[Sequence[Attempt[Row, Result]]], None]


def work_through(
    claim: Claim[Row],
    attempt: Callable[[float, Row], Result],
    save: Save[Row, Result],
    *,
    bounds: Bounds,
    shift: Shift,
    runs: Runs,
    stopping: threading.Event,
) -> int:
    """Claims rows, attempts them side by side and saves the attempts in groups as they end, while rows are
    due, the `shift` lasts and `stopping` is not set; then finishes what is under way. Returns how many rows
    were worked. `attempt` gets the time of the claim too, by `time.monotonic`. Raises StoreUnavailable; rows
    that are not saved then are claimed again when their lease ends."""
    worked, more = 0, True
    reserve_again = 0.0  # when the threads kept for quick hosts are offered again, after none had a row
    with ThreadPoolExecutor(bounds.threads) as pool:
        under_way = _UnderWay(pool, attempt)
        while True:
            now, new_rows = time.monotonic(), runs.new_rows
            free = bounds.threads - len(under_way.rows)
            all_free = now >= reserve_again
            offered = free if all_free else min(free, _free_for_unproven(under_way.rows, bounds, runs))
            more = more and offered >= _worth_a_claim(under_way, bounds, now) and not stopping.is_set()
            if more and shift.lasts(under_way=bool(under_way.rows)):
                rows = _claim(claim, under_way.rows, bounds, runs, all_free=all_free)
                under_way.begin(rows, now)
                more = bool(rows)
                if all_free and len(rows) < free:
                    reserve_again = now + _HANGING
                if 0 < len(rows) < offered:
                    continue
            if not under_way.rows:
                return worked
            attempts = under_way.wait(new_rows)
            for ended in attempts:
                runs.record(ended.row.host, ended.seconds, succeeded=ended.result is not None)
            save_attempts(save, attempts)
            worked += len(attempts)
            more = True


class _UnderWay(Generic[Row, Result]):
    """Rows that threads of a pool are at work on, each with the time of its claim."""

    def __init__(self, pool: ThreadPoolExecutor, attempt: Callable[[float, Row], Result]) -> None:
        self._pool, self._attempt = pool, attempt
        self._futures: dict[Future[Attempt[Row, Result]], tuple[Row, float]] = {}

    @property
    def rows(self) -> Sequence[Row]:
        return [row for row, _ in self._futures.values()]

    def hanging(self, now: float) -> int:
        """How many rows are not waited for before more is claimed."""
        return sum(now - claimed_at > _HANGING for _, claimed_at in self._futures.values())

    def begin(self, rows: Sequence[Row], claimed_at: float) -> None:
        for row in rows:
            future = self._pool.submit(run_attempt, partial(self._attempt, claimed_at), row)
            self._futures[future] = (row, claimed_at)

    def wait(self, new_rows: Future[None]) -> Sequence[Attempt[Row, Result]]:
        """The attempts that have ended, none if all hang or there is `new_rows`."""
        waited_for: list[Future[Any]] = [*self._futures, new_rows]
        if wait(waited_for, timeout=_HANGING, return_when=FIRST_COMPLETED).done and not new_rows.done():
            wait(self._futures, timeout=_GATHERING)
        ended = [future for future in self._futures if future.done()]
        for future in ended:
            del self._futures[future]
        return [future.result() for future in ended]


def _worth_a_claim(under_way: _UnderWay[Row, Result], bounds: Bounds, now: float) -> int:
    """For how many rows to claim. A claim costs a round trip: several at once, or what there is if nothing is
    under way."""
    return max(1, (bounds.threads - under_way.hanging(now)) // 4) if under_way.rows else 1


def _free_for_unproven(under_way: Sequence[Row], bounds: Bounds, runs: Runs) -> int:
    """How many more rows of hosts that are not known to be quick may be under way: three quarters of the
    threads work for them."""
    return bounds.threads - bounds.threads // 4 - runs.count_unproven(row.host for row in under_way)


def _claim(
    claim: Claim[Row], under_way: Sequence[Row], bounds: Bounds, runs: Runs, *, all_free: bool
) -> Sequence[Row]:
    """Claims rows for the free threads, if `all_free` also for those kept for hosts that are known to be
    quick. At most half of the threads work for hosts that are slow."""
    free = bounds.threads - len(under_way)
    slow = runs.slow_hosts()
    for_unproven = _free_for_unproven(under_way, bounds, runs)
    limit = min(free, for_unproven)
    rows = claim(limit, _busy(under_way, bounds, slow)) if limit > 0 else []
    if all_free and len(rows) >= limit < free and (quick := runs.quick_hosts()):
        busy = replace(_busy([*under_way, *rows], bounds), only_hosts=quick)
        rows = [*rows, *claim(free - len(rows), busy)]
    for_unproven -= runs.count_unproven(row.host for row in rows)
    for_slow = max(1, bounds.threads // 2) - sum(row.host in slow for row in under_way)
    limit = min(free - len(rows), for_unproven, for_slow)
    if not slow or limit <= 0:
        return rows
    return [*rows, *claim(limit, replace(_busy([*under_way, *rows], bounds), only_hosts=slow))]


def run_attempt(attempt: Callable[[Row], Result], row: Row) -> Attempt[Row, Result]:
    """Attempts one row. Raises nothing but StoreUnavailable: any other exception is the attempt's `error`."""
    started_at = datetime.now(UTC)
    try:
        result = attempt(row)
    except StoreUnavailable:
        raise
    except DyadwatchError as error:
        return Attempt(row, started_at, datetime.now(UTC), error=error)
    except Exception:
        _log.exception("unexpected error", row=type(row).__name__, id=row.id, host=row.host)
        return Attempt(row, started_at, datetime.now(UTC), error=_internal_error())
    return Attempt(row, started_at, datetime.now(UTC), result=result)


def save_attempts(save: Save[Row, Result], attempts: Sequence[Attempt[Row, Result]]) -> None:
    """Saves a group at once. Where that fails each attempt is saved by itself, and one that cannot be saved
    as the error that this raised, so that a bad row takes no other with it. A row for which even that fails
    is left to its lease."""
    error = _try_save(save, attempts) if attempts else None
    if error is None:
        return
    for attempt in attempts:
        if len(attempts) > 1:
            error = _try_save(save, [attempt])
        if error is not None:
            failed: Attempt[Row, Result] = replace(attempt, result=None, error=error)
            _try_save(save, [failed])


def _try_save(save: Save[Row, Result], attempts: Sequence[Attempt[Row, Result]]) -> DyadwatchError | None:
    """Returns the error if the attempts cannot be saved."""
    ids = [attempt.row.id for attempt in attempts]
    try:
        with_retries(lambda: save(attempts))
    except StoreUnavailable:
        raise
    except DyadwatchError as error:
        _log.warning("attempts could not be saved", ids=ids, code=error.code, detail=error.detail)
        return error
    except Exception:
        _log.exception("attempts could not be saved", ids=ids)
        return _internal_error()
    return None


def _internal_error() -> DyadwatchError:
    return DyadwatchError("An unexpected error, see the log", code="internal_error")


def _busy(rows: Collection[ClaimedRow], bounds: Bounds, slow: Collection[str] = ()) -> Busy:
    hosts = Counter(row.host for row in rows)
    owners = Counter(row.owner for row in rows if row.owner is not None)
    return Busy(
        hosts={host for host, count in hosts.items() if count >= bounds.per_host}.union(slow),
        owners={owner for owner, count in owners.items() if count >= bounds.per_owner},
        host_counts=hosts,
        owner_counts=owners,
    )
