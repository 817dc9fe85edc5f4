"""Two transactions that overlap: the second starts before the first is committed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, text
from waiting import eventually

from dyadwatch.store import Store

_WAITS = text("SELECT count(*) FROM pg_locks WHERE pid = :pid AND NOT granted")


def overlap(
    store: Store, first: Callable[[Connection], object], second: Callable[[Connection], object]
) -> None:
    """Runs `first`, then `second` beside it until that has ended or waits for `first`, which is committed
    then. Raises what `second` raises."""
    pids: list[int] = []

    def run_second() -> None:
        with store.begin() as db:
            pids.append(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
            second(db)

    def has_ended_or_waits() -> bool:
        with store.begin() as db:
            return beside.done() or bool(pids and db.execute(_WAITS, {"pid": pids[0]}).scalar_one())

    with ThreadPoolExecutor(1) as pool:
        with store.begin() as db:
            first(db)
            beside = pool.submit(run_second)
            eventually(has_ended_or_waits)
        beside.result()
