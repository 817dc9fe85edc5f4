"""fetch: takes a snapshot of the pages that are due."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from dyadwatch import articles, backoff, http_headers, urls, walls
from dyadwatch.errors import DyadwatchError, HostBusy, RobotsRefused
from dyadwatch.model.failures import Failure
from dyadwatch.model.pages import ClaimedPage, FetchResult
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline import network_step
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import pages as rows

_log = structlog.get_logger(__name__)

_LIMIT = 5 * 2**20  # bytes of a page, decoded
_DEADLINE = 15.0  # seconds for one response, redirects included
# The same for the first page of a source. Until that is known to be quick it shares one place of its host
# with all others of which nothing is known: at a start, one that hangs would keep them for as long.
_FIRST_DEADLINE = 6.0
# Seconds until each further try of a page, after which its failure stays. A broken connection often works
# again within seconds; a page that is refused again, or was slow, waits longer.
_RETRY_DELAYS = (5.0, 120.0)
_RETRY_SLOW = 120.0
_JITTER = 0.1  # of a delay
_MAX_RETRY_AFTER = 24 * 3600.0
_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
# Statuses that a later try may change (RFC 9110; 425 RFC 8470).
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_NOT_FOUND = 404
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_READABLE = ("text/", "application/xhtml", "application/xml")


def run(context: StepContext, seconds: float) -> int:
    """Fetches the pages that are due for about `seconds`. Returns how many were requested."""
    return network_step.run(
        context,
        seconds,
        queue=rows.QUEUE,
        claim=rows.claim,
        attempt=request,
        save=_save,
    )


def unknown_page(url: str) -> ClaimedPage:
    """A page that is in no row, to be requested and not to be saved."""
    return ClaimedPage(0, 0, urls.host(url), None, url, 0, None, None)


def request(context: StepContext, page: ClaimedPage) -> Response:
    """What a page answers, asked conditionally where it was read before."""
    headers = {"accept": _ACCEPT}
    if page.etag:
        headers["if-none-match"] = page.etag
    if page.last_modified:
        headers["if-modified-since"] = page.last_modified
    gate = context.crawl_gate
    is_first = page.attempts == 0 and not gate.has_read_page_of(page.source, page.url)
    response = context.web.get(
        page.url,
        headers=headers,
        limit=_LIMIT,
        deadline=_FIRST_DEADLINE if is_first else _DEADLINE,
        until=context.until,
        admit=gate.page(page.source, context.until),
    )
    return _without_false_type(response)


def _without_false_type(response: Response) -> Response:
    """A response without its media type where that is another than HTML, and the first bytes are HTML."""
    if is_readable(response) or not _HTML.match(response.body[:1_000]):
        return response
    headers = {name: value for name, value in response.headers.items() if name != "content-type"}
    return replace(response, headers=headers)


def _decide(context: StepContext, attempt: Attempt[ClaimedPage, Response]) -> FetchResult:
    page, error = attempt.row, attempt.error
    if attempt.result is not None:
        return _read_response(context, page, attempt.result)
    if isinstance(error, HostBusy):
        busy_until = attempt.ended_at + timedelta(seconds=error.wait)
        return FetchResult(status=None, busy_until=busy_until, ahead=error.ahead, behind=error.behind)
    if error is None:
        raise ValueError("an attempt has a result or an error")
    failure = Failure(error.code, error.detail, attempt.ended_at)
    again, not_before = _retry(page, error)
    return _failure(context, page, failure, again=again, not_before=not_before)


def _retry(page: ClaimedPage, error: DyadwatchError) -> tuple[bool, float | None]:
    """Whether a page whose request failed is requested again, and after how many seconds at the soonest."""
    if error.code == "deadline_exceeded":  # it holds its host's place for long: once more is enough
        return page.attempts == 0, _RETRY_SLOW
    wait = error.wait if isinstance(error, RobotsRefused) else None
    return not error.permanent, wait


def _read_response(context: StepContext, page: ClaimedPage, response: Response) -> FetchResult:
    if response.status == 304:
        return FetchResult(status=304)
    if response.status != 200:
        detail = f"The page answers with status {response.status}"
        if walls.is_challenge(response.headers):
            detail += ": its site lets browsers in and no programs"
        failure = Failure(f"http_{response.status}", detail, response.received_at)
        retry_after = http_headers.retry_after(
            response.headers.get("retry-after"), response.received_at, maximum=_MAX_RETRY_AFTER
        )
        # A feed may name a page some moments before all of its publisher's servers have it.
        is_early = response.status == _NOT_FOUND and page.attempts == 0
        again = is_early or response.status in _TRANSIENT
        not_before = _RETRY_SLOW if is_early else retry_after
        return _failure(context, page, failure, status=response.status, again=again, not_before=not_before)
    if not is_readable(response):
        content_type = response.headers["content-type"].lower()
        failure = Failure("page_not_html", f"The page is {content_type[:80]}", response.received_at)
        return _failure(context, page, failure, status=200, again=False)
    return FetchResult(status=200, url=response.url, headers=response.headers, body=response.body)


def is_readable(response: Response) -> bool:
    """Whether a page may hold an article."""
    kind = response.headers.get("content-type", "").lower() or "text/html"
    is_packed = articles.is_gzip_file(response.body, kind.partition(";")[0].strip())
    return is_packed or kind.startswith(_READABLE)


def _failure(
    context: StepContext,
    page: ClaimedPage,
    failure: Failure,
    *,
    again: bool,
    status: int | None = None,
    not_before: float | None = None,
) -> FetchResult:
    retry_at = None
    if again and page.attempts < len(_RETRY_DELAYS):
        wait = backoff.add_jitter(_RETRY_DELAYS[page.attempts], _JITTER, context.random.random)
        retry_at = datetime.now(UTC) + timedelta(seconds=max(wait, not_before or 0))
    return FetchResult(
        status=status,
        failure=failure,
        retry_at=retry_at,
        use_entry=retry_at is None or (not_before or 0) > _RETRY_DELAYS[0],
    )


def _save(context: StepContext, attempts: Sequence[Attempt[ClaimedPage, Response]]) -> None:
    fetched = [(attempt.row, _decide(context, attempt)) for attempt in attempts]
    now = datetime.now(UTC)
    with context.store.begin() as db:
        for page, result in fetched:
            if result.busy_until is not None:
                rows.defer(db, page, result.busy_until, ahead=result.ahead, behind=result.behind)
                continue
            saved = rows.save_fetch(db, page, result, now=now)
            if result.failure and result.failure.code == "deadline_exceeded":
                rows.defer_source(db, page.host, page.source, now + timedelta(seconds=_DEADLINE))
            _log.info(
                "fetched",
                page=page.id,
                url=page.url,
                status=result.status,
                bytes=len(result.body) if result.body is not None else None,
                error=result.failure.code if result.failure else None,
                saved=saved,
            )
    if any(result.body is not None or result.use_entry for _, result in fetched):
        context.hint(Step.TAG)
