"""Works through due rows with a pool of threads, so that a slow row delays no other.

Every step that waits on the network is three functions: `claim` due rows, `attempt` one of them (the I/O,
outside any transaction), `save` what the attempts came to. An expected failure is an attempt with an `error`;
an unexpected exception, in `attempt` or in `save`, becomes one here, with the code `internal_error`.
"""

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Generic, TypeVar

import structlog

from dyadwatch.errors import DyadwatchError, StoreUnavailable
from dyadwatch.model.claims import ClaimedRow
from dyadwatch.store import with_retries

_log = structlog.get_logger(__name__)


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


Claim = Callable[[int, Collection[str]], Sequence[Row]]
Save = Callable[[Sequence[Attempt[Row, Result]]], None]


def work_through(
    claim: Claim[Row],
    attempt: Callable[[float, Row], Result],
    save: Save[Row, Result],
    *,
    threads: int,
    per_host: int,
    seconds: float,
    stopping: threading.Event,
) -> int:
    """Claims rows, attempts them side by side and saves the attempts in groups as they end. Claims while rows
    are due, `seconds` last and `stopping` is not set, then finishes what is under way. Returns how many rows
    were worked.

    `attempt(claimed_at, row)` is told when its row was claimed, by `time.monotonic`. `claim(limit, busy)`
    takes at most `limit` rows and none of the `busy` hosts, which have `per_host` rows under way. Raises
    StoreUnavailable; rows that are not saved then are claimed again when their lease ends.
    """
    until = time.monotonic() + seconds
    under_way: dict[Future[Attempt[Row, Result]], Row] = {}
    worked = 0
    with ThreadPoolExecutor(threads) as pool:
        more = True
        while True:
            free = threads - len(under_way)
            # A claim costs a round trip: take several at once, or what there is if nothing is under way.
            enough = not under_way or free >= max(1, threads // 4)
            if more and enough and time.monotonic() < until and not stopping.is_set():
                timed = partial(attempt, time.monotonic())
                rows = claim(free, _busy_hosts(under_way.values(), per_host))
                more = bool(rows)
                under_way |= {pool.submit(run_attempt, timed, row): row for row in rows}
            if not under_way:
                return worked
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                del under_way[future]
            save_attempts(save, [future.result() for future in done])
            worked += len(done)
            more = True


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
    error = _try_save(save, attempts)
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


def _busy_hosts(rows: Collection[ClaimedRow], per_host: int) -> list[str]:
    hosts = [row.host for row in rows]
    return [host for host in set(hosts) if hosts.count(host) >= per_host]
