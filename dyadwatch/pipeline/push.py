"""push: reads what WebSub hubs pushed, and requests the subscriptions that make them push."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog

from dyadwatch import feeds
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.entries import EntryChanges
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import ParsedFeed
from dyadwatch.model.pushes import ClaimedPush
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import hub_subscriptions, network_step
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import entries
from dyadwatch.store import hub_subscriptions as hub_rows
from dyadwatch.store import pushes as rows

_log = structlog.get_logger(__name__)

_THREADS = 4
_TRIES = 3  # turns of a push, which may have crashed its process; then it is given up
_REPEATS = timedelta(days=1)  # for which a push is remembered, so that its repeat is known
_LOOK_AGAIN = 0.25  # seconds between two looks for pushes while a hub takes its time

_PushAttempt = Attempt[ClaimedPush, ParsedFeed]


def run(context: StepContext, seconds: float) -> int:
    """Reads pushes for about `seconds` and, beside that, sends the subscription requests that are due: a slow
    hub delays no push. Returns how many pushes were read and requests sent."""
    until = monotonic() + seconds
    with ThreadPoolExecutor(1, thread_name_prefix="hubs") as beside:
        requests = beside.submit(hub_subscriptions.run, context, seconds)
        read = 0
        while True:
            read += _read_pushes(context, max(0.0, until - monotonic()))
            if wait([requests], timeout=_LOOK_AGAIN).done:
                return read + requests.result()


def _read_pushes(context: StepContext, seconds: float) -> int:
    return network_step.run(
        context,
        seconds,
        queue=rows.QUEUE,
        claim=lambda db, limit, _busy: rows.claim(db, limit),  # no host is asked for anything
        attempt=_attempt,
        save=_save,
        threads=_THREADS,
    )


def _attempt(context: StepContext, push: ClaimedPush) -> ParsedFeed:
    if push.number > _TRIES:
        detail = f"{len(push.body)} bytes were not read in {_TRIES} turns"
        raise DyadwatchError(detail, code="push_given_up")
    return context.sandbox.call_until(
        context.until,
        feeds.parse,
        push.body,
        url=push.base,
        content_type=push.content_type,
        now=push.received_at,
        list_rule=push.list_rule,
    )


def _decide(attempt: _PushAttempt) -> Failure | None:
    error = attempt.error
    if error is None:
        return None
    return Failure(error.code, f"A push could not be read: {error.detail}", attempt.ended_at)


def _save(context: StepContext, attempts: Sequence[_PushAttempt]) -> None:
    """Of each feed there is at most one push in a group. A feed whose push cannot be read is polled soon, so
    nothing is lost. Rows are locked in the order that all steps keep: feeds first, then hubs by feed."""
    attempts = sorted(attempts, key=lambda attempt: attempt.row.feed)
    with context.store.begin() as db:
        parsed = {attempt.row.feed: attempt.result.entries for attempt in attempts if attempt.result}
        changes = entries.compare(db, parsed)
        unread = [attempt.row.feed for attempt in attempts if attempt.error]
        if unread:
            hub_rows.poll_soon(db, unread, poll_min=context.limits.poll_min)
        saved = {attempt.row.feed for attempt in attempts if rows.save(db, attempt.row, _decide(attempt))}
        entries.save(db, {feed: diff for feed, diff in changes.items() if feed in saved})
        rows.prune(db, list(saved), before=datetime.now(UTC) - _REPEATS)
    for attempt in attempts:
        _log_push(attempt, changes.get(attempt.row.feed), saved=attempt.row.feed in saved)
    if changes:
        context.hint(Step.FETCH)


def _log_push(attempt: _PushAttempt, changes: EntryChanges | None, *, saved: bool) -> None:
    _log.info(
        "push read",
        feed=attempt.row.feed,
        new=changes.new if changes else 0,
        saved=saved,
        error=attempt.error.code if attempt.error else None,
    )
