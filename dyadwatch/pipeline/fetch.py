"""fetch: takes a snapshot of pages that are due."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from dyadwatch import backoff
from dyadwatch.errors import HostBusy, RobotsRefused, WebError
from dyadwatch.model.failures import Failure
from dyadwatch.model.pages import ClaimedPage, FetchResult
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import save_apart, work_through
from dyadwatch.store import fetch as rows
from dyadwatch.store.postponing import hold_back, postpone

_log = structlog.get_logger(__name__)

_LIMIT = 5 * 2**20  # bytes of a page, decoded
_DEADLINE = 15.0  # seconds for one answer, redirects included
_TRIES = 3  # of one page; then its failure stays
# A connection that broke off is often whole again at once; a page that is refused again, or was slow, waits longer.
_FIRST_RETRY, _RETRY_GROWTH, _LAST_RETRY = 5.0, 24.0, 6 * 3600.0
_AFTER_SLOW = 120.0
_RETRY_AFTER_MOST = 24 * 3600.0
_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
# Statuses that a later try may change (RFC 9110; 425 RFC 8470).
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_READABLE = ("text/", "application/xhtml", "application/xml")


def run(context: StepContext, seconds: float) -> int:
    """Fetches what is due for about `seconds`. Returns how many pages were asked for."""

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedPage]:
        with context.store.begin() as db:
            return rows.claim(db, limit=limit, busy=busy)

    return work_through(
        claim,
        lambda page: _take(context, page),
        lambda group: save_apart(
            lambda part: _save(context, part), lambda page: _spoilt(context, page), group
        ),
        threads=context.limits.threads,
        per_host=rows.PER_HOST,
        seconds=seconds,
        stopping=context.stopping,
    )


def _take(context: StepContext, page: ClaimedPage) -> FetchResult:
    headers = {"accept": _ACCEPT}
    if page.etag:
        headers["if-none-match"] = page.etag
    if page.last_modified:
        headers["if-modified-since"] = page.last_modified
    try:
        admit = context.crawl_gate.page(page.source)
        response = context.web.get(page.url, headers=headers, limit=_LIMIT, deadline=_DEADLINE, admit=admit)
        return _read(context, page, response)
    except HostBusy as error:
        return FetchResult(status=None, busy_until=datetime.now(UTC) + timedelta(seconds=error.wait))
    except RobotsRefused as error:
        return _failed(
            context, page, error.code, error.detail, again=not error.permanent, not_before=error.wait
        )
    except WebError as error:
        if error.code == "deadline_exceeded":  # it holds its host's place for long: once more is enough
            again = page.attempts == 0
            return _failed(context, page, error.code, error.detail, again=again, not_before=_AFTER_SLOW)
        return _failed(context, page, error.code, error.detail, again=not error.permanent)
    except Exception:
        _log.exception("fetch failed unexpectedly", page=page.id, url=page.url)
        return _spoilt(context, page)


def _spoilt(context: StepContext, page: ClaimedPage) -> FetchResult:
    return _failed(context, page, "internal_error", "An unexpected error, see the log", again=True)


def _read(context: StepContext, page: ClaimedPage, response: Response) -> FetchResult:
    if response.status == 304:
        return FetchResult(status=304)
    if response.status != 200:
        asked = backoff.retry_after(
            response.headers.get("retry-after"), response.received_at, most=_RETRY_AFTER_MOST
        )
        again = response.status in _PASSING
        code, detail = f"http_{response.status}", f"The page answers with status {response.status}"
        return _failed(context, page, code, detail, status=response.status, again=again, not_before=asked)
    kind = response.headers.get("content-type", "text/html").lower()
    if not kind.startswith(_READABLE):
        return _failed(context, page, "page_not_html", f"The page is {kind[:80]}", status=200, again=False)
    return FetchResult(status=200, url=response.url, headers=response.headers, body=response.body)


def _failed(
    context: StepContext,
    page: ClaimedPage,
    code: str,
    detail: str,
    *,
    again: bool,
    status: int | None = None,
    not_before: float | None = None,
) -> FetchResult:
    now = datetime.now(UTC)
    retry_at = None
    tries = page.attempts + 1
    if again and tries < _TRIES:
        wait = backoff.delay(
            tries, first=_FIRST_RETRY, factor=_RETRY_GROWTH, most=_LAST_RETRY, random=context.random.random
        )
        retry_at = now + timedelta(seconds=max(wait, not_before or 0))
    return FetchResult(
        status=status,
        failure=Failure(code=code, detail=detail, at=now),
        retry_at=retry_at,
        entry_stands_in=retry_at is None or (not_before or 0) > _FIRST_RETRY,
    )


def _save(context: StepContext, group: Sequence[tuple[ClaimedPage, FetchResult]]) -> None:
    now = datetime.now(UTC)
    with context.store.begin() as db:
        for page, result in group:
            if result.busy_until is not None:
                postpone(db, "pages", page, result.busy_until)
                continue
            saved = rows.save(db, page, result, now=now)
            if result.failure and result.failure.code == "deadline_exceeded":
                hold_back(db, page.host, page.source, now + timedelta(seconds=_DEADLINE))
            _log.info(
                "fetched",
                page=page.id,
                url=page.url,
                status=result.status,
                bytes=len(result.body) if result.body is not None else None,
                error=result.failure.code if result.failure else None,
                saved=saved,
            )
    if any(result.body is not None or result.entry_stands_in for _, result in group):
        context.hint(Step.TAG)
