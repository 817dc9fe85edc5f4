"""recheck: reads articles again, so that edits, corrections and removals are seen. It has a queue of its own
and few threads: pages that were never read go first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from dyadwatch import articles, backoff
from dyadwatch.alerts import Cause
from dyadwatch.errors import HostBusy
from dyadwatch.model.alerts import AlertChange, ChangeKind
from dyadwatch.model.pages import ClaimedRecheck, RecheckResult
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline import fetch, network_step
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import Connection, rechecks, stories
from dyadwatch.store.queries import run as run_query

_log = structlog.get_logger(__name__)

_SHARE = 5  # of the threads of other steps, one in so many is for this one
_JITTER = 0.1
_MISSING, _READ = frozenset({404, 410}), frozenset({200, 304})


def run(context: StepContext, seconds: float) -> int:
    """Reads again what is due for about `seconds`. Returns how many pages were requested."""
    if not context.limits.recheck:
        return 0
    return network_step.run(
        context,
        seconds,
        queue=rechecks.QUEUE,
        claim=rechecks.claim,
        attempt=lambda row_context, row: fetch.request(row_context, row.page),
        save=_save,
        threads=max(1, context.limits.threads // _SHARE),
    )


def _save(context: StepContext, attempts: Sequence[Attempt[ClaimedRecheck, Response]]) -> None:
    is_new = False
    for attempt in attempts:
        row = attempt.row
        result = _decide(context, attempt)
        changed = context.store.run(
            partial(_save_row, row=row, result=result, window=context.limits.coalesce)
        )
        is_new = is_new or result.body is not None
        _log.info("rechecked", url=row.page.url, status=result.status, articles=changed)
    if is_new:
        context.hint(Step.TAG)
    context.hint(Step.DELIVER)


def _decide(context: StepContext, attempt: Attempt[ClaimedRecheck, Response]) -> RecheckResult:
    row, now, response = attempt.row, attempt.ended_at, attempt.result
    if isinstance(attempt.error, HostBusy):
        return RecheckResult(now + timedelta(seconds=attempt.error.wait), missing_since=row.missing_since)
    following = articles.next_check(row.first_seen_at, now, carries_alert=row.carries_alert)
    due_at = following and _add_jitter(context, now, following)
    if response is not None and _is_missing(row, response):
        since = row.missing_since or now
        is_gone = response.status == 410 or now - since >= articles.SECOND_LOOK
        if not is_gone:
            due_at = _add_jitter(context, now, now + articles.SECOND_LOOK / (1 - _JITTER))
        return RecheckResult(due_at, response.status, missing_since=since, is_gone=is_gone)
    if response is None or response.status not in _READ:
        return RecheckResult(due_at, missing_since=row.missing_since)  # it may answer the next time
    if response.status == 304 or not fetch.is_readable(response):
        return RecheckResult(due_at, response.status)
    return RecheckResult(due_at, 200, response.url, response.headers, response.body)


def _add_jitter(context: StepContext, now: datetime, at: datetime) -> datetime:
    wait = backoff.add_jitter((at - now).total_seconds(), _JITTER, context.random.random)
    return now + timedelta(seconds=wait)


def _is_missing(row: ClaimedRecheck, response: Response) -> bool:
    """Whether the page is not there any more; some publishers lead to their front page instead."""
    was_front = urlsplit(row.page.url).path in {"", "/"}
    is_front = urlsplit(response.url).path in {"", "/"} and not urlsplit(response.url).query
    return response.status in _MISSING or (response.status == 200 and is_front and not was_front)


def _save_row(db: Connection, row: ClaimedRecheck, result: RecheckResult, window: timedelta) -> int:
    """Returns how many articles are known to be gone since now, or to be there again."""
    if not rechecks.save(db, row, result, now=datetime.now(UTC)) or result.status is None:
        return 0
    if result.missing_since is not None and not result.is_gone:
        return 0
    changed = rechecks.articles_to_change(db, row.id, gone=result.is_gone)
    for article, story in changed:
        run_query(db, stories.lock_query(story))
        kind: ChangeKind = "article.gone" if result.is_gone else "article.returned"
        edits = (AlertChange(kind, new=row.page.url, article=article),)
        # An analyst may have moved the article before the story was locked.
        where, watches = rechecks.set_status(db, article, gone=result.is_gone)
        for watch in watches:
            update_alert(db, watch, where, cause=Cause("edited", edits), window=window)
    return len(changed)
