"""recheck: reads articles again, so that edits, corrections and removals are seen. It has a queue of its own
and few threads: pages that were never read go first."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from dyadwatch import articles, backoff
from dyadwatch.alerts import Cause
from dyadwatch.errors import HostBusy, NotArticle, TooCostly
from dyadwatch.model.alerts import AlertChange, ChangeKind
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.pages import ClaimedRecheck, RecheckResult
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline import fetch, network_step
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import Connection, article_versions, rechecks, stories
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
        return _missing(context, row, response.status, now, due_at)
    if response is None or response.status not in _READ:
        return RecheckResult(due_at, missing_since=row.missing_since)  # it may answer the next time
    if response.status == 304 or not fetch.is_readable(response):
        return RecheckResult(due_at, response.status)
    return _read(context, row, response, now, due_at)


def _read(
    context: StepContext, row: ClaimedRecheck, response: Response, now: datetime, due_at: datetime | None
) -> RecheckResult:
    """What a page that was answered is to its article: a text of it, nothing that says anything of it, or
    another text. That may stand there for an hour, as a notice of maintenance does, and counts once it is
    there at the second look, as does a page that says with status 200 that it is not there."""
    edited = RecheckResult(due_at, 200, response.url, response.headers, response.body)
    stored = context.store.run(lambda db: article_versions.newest_of_page(db, row.id))
    if stored is None or articles.keeps_paragraph(response.body, stored.text):
        return edited
    page = _extract(context, response)
    if page is None:
        return edited
    if page.not_article == "missing_page":
        return _missing(context, row, response.status, now, due_at)
    if page.not_article in articles.NO_ANSWER:
        return RecheckResult(due_at, missing_since=row.missing_since)
    since = row.missing_since or now
    if now - since >= articles.SECOND_LOOK or not articles.replaces(page, stored.title, stored.text):
        return edited
    return RecheckResult(_second_look(context, now), missing_since=since)


def _missing(
    context: StepContext, row: ClaimedRecheck, status: int, now: datetime, due_at: datetime | None
) -> RecheckResult:
    """A page that is not there, whatever its status: gone at once where it says that it was removed for good
    (410), else at the second look."""
    since = row.missing_since or now
    is_gone = status == 410 or now - since >= articles.SECOND_LOOK
    return RecheckResult(
        due_at if is_gone else _second_look(context, now), status, missing_since=since, is_gone=is_gone
    )


def _extract(context: StepContext, response: Response) -> ExtractedArticle | None:
    """The article of a page; None where none can be read, which is judged when it is tagged."""
    content_type = response.headers.get("content-type")
    try:
        return context.sandbox.call_until(
            context.until, articles.extract, response.body, url=response.url, content_type=content_type
        )
    except (NotArticle, TooCostly):
        return None


def _second_look(context: StepContext, now: datetime) -> datetime:
    return _add_jitter(context, now, now + articles.SECOND_LOOK / (1 - _JITTER))


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
