"""What the steps that wait on the network have in common: claim due rows, attempt each, save the attempts."""

from collections.abc import Callable, Sequence
from functools import partial

from dyadwatch.model.claims import Busy
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt, Result, Row, work_through
from dyadwatch.store import Connection


def run(  # noqa: PLR0913  (what makes a step, by keyword)
    context: StepContext,
    seconds: float,
    *,
    claim: Callable[[Connection, int, Busy], Sequence[Row]],
    attempt: Callable[[StepContext, Row], Result],
    save: Callable[[StepContext, Sequence[Attempt[Row, Result]]], None],
    per_host: int,
    per_owner: int = 1,
    threads: int | None = None,
) -> int:
    """Works through the due rows for about `seconds` (see `work_through`), `threads` at once, by default as
    many as the settings allow, and at most `per_host` of one host and `per_owner` of one
    owner. Returns how many were worked.

    `claim(db, limit, busy)` is called in a transaction of its own, `attempt` in a thread and outside any,
    with a context that says until when;
    `save` gets the attempts that have ended and opens the transaction it needs.
    """

    def claim_rows(limit: int, busy: Busy) -> Sequence[Row]:
        return context.store.run(lambda db: claim(db, limit, busy))

    def attempt_row(claimed_at: float, row: Row) -> Result:
        return attempt(context.for_row(claimed_at), row)

    return work_through(
        claim_rows,
        attempt_row,
        partial(save, context),
        threads=threads or context.limits.threads,
        per_host=per_host,
        per_owner=per_owner,
        seconds=seconds,
        stopping=context.stopping,
    )
