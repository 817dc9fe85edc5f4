"""What the steps that wait on the network have in common: claim due rows, attempt each, save the attempts."""

from collections.abc import Callable, Sequence
from functools import partial

from dyadwatch.model.claims import Busy
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt, Bounds, Result, Row, work_through
from dyadwatch.store import Connection
from dyadwatch.store.claims import Queue


def run(
    context: StepContext,
    seconds: float,
    *,
    queue: Queue,
    claim: Callable[[Connection, int, Busy], Sequence[Row]],
    attempt: Callable[[StepContext, Row], Result],
    save: Callable[[StepContext, Sequence[Attempt[Row, Result]]], None],
    threads: int | None = None,
) -> int:
    """Works through the due rows of a queue for about `seconds` (see `work_through`), `threads` at once, by
    default as many as the settings allow. Returns how many were worked.

    `claim(db, limit, busy)` is called in a transaction of its own, `attempt` in a thread and outside any,
    with a context that says until when;
    `save` gets the attempts that have ended and opens the transaction it needs.
    """

    def claim_rows(limit: int, busy: Busy) -> Sequence[Row]:
        # A claim that is lost with the database's machine is made again.
        return context.store.run(lambda db: claim(db, limit, busy), durable=False)

    def attempt_row(claimed_at: float, row: Row) -> Result:
        return attempt(context.for_row(claimed_at), row)

    threads = threads or context.limits.threads
    bounds = Bounds(threads, queue.per_host or threads, queue.per_owner)
    with context.runs.shift(queue.table, seconds) as shift:
        return work_through(
            claim_rows,
            attempt_row,
            partial(save, context),
            bounds=bounds,
            shift=shift,
            runs=context.runs,
            stopping=context.stopping,
        )
