"""The past of a source: pages that its sitemaps list of a span of time, made due one by one."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dyadwatch import feeds, urls
from dyadwatch.errors import DyadwatchError, HostBusy, WebError
from dyadwatch.feeds.charset import decode
from dyadwatch.model.past_pages import PastPages, PastPagesRequest, ReadSitemap, SitemapPages
from dyadwatch.model.sources import SourceView
from dyadwatch.model.web import Response
from dyadwatch.pipeline.context import StepContext
from dyadwatch.politeness import robots
from dyadwatch.store import pages, sources

MAX_SITEMAPS = 5_000
_LIMIT = 20 * 2**20  # bytes of a sitemap, decoded
_DEADLINE = 60.0  # seconds for one
_TRIES, _MAX_WAIT = 5, 30.0  # where the host was asked often enough; seconds


def add(context: StepContext, request: PastPagesRequest) -> Iterator[ReadSitemap]:
    """Reads sitemaps, MAX_SITEMAPS at most, and makes those of the pages due that they list and that are not
    known. One that cannot be read leaves the others. Raises NotFound without the source."""
    with context.store.begin() as db:
        source = sources.get(db, request.source)
    first_at = datetime.now(UTC)
    waiting = deque(request.start or _named_sitemaps(context, source))
    known = set(waiting)
    progress = PastPages()
    while waiting and progress.sitemaps + progress.unread < MAX_SITEMAPS and progress.added < request.limit:
        url = waiting.popleft()
        try:
            listed = _read(context, url, request)
        except DyadwatchError as error:
            progress = replace(progress, unread=progress.unread + 1, waiting=len(waiting))
            yield ReadSitemap(url, progress, error)
            continue
        new = [child for child in listed.children if child not in known]
        known.update(new)
        waiting.extend(new)
        progress = _save(context, request, progress, listed, first_at)
        progress = replace(progress, waiting=len(waiting))
        yield ReadSitemap(url, progress)


def _save(
    context: StepContext,
    request: PastPagesRequest,
    progress: PastPages,
    listed: SitemapPages,
    first_at: datetime,
) -> PastPages:
    left = request.limit - progress.added
    with context.store.begin() as db:
        if request.preview:
            added, last_due_at = min(left, pages.count_new(db, listed.pages)), None
        else:
            begin = first_at + timedelta(seconds=request.seconds * progress.added)
            added, last_due_at = pages.add_past(
                db, request.source, listed.pages, first_at=begin, seconds=request.seconds, limit=left
            )
    return replace(
        progress,
        sitemaps=progress.sitemaps + 1,
        listed=progress.listed + len(listed.pages),
        added=progress.added + added,
        undated=progress.undated + (0 if request.with_undated else listed.undated),
        last_due_at=last_due_at or progress.last_due_at,
    )


def _named_sitemaps(context: StepContext, source: SourceView) -> list[str]:
    """The sitemaps that the robots.txt of each site of the source names, or else where they usually are."""
    addresses = filter(None, (source.homepage, *(feed.url for feed in source.feeds)))
    named: list[str] = []
    for origin in dict.fromkeys(map(robots.origin, addresses)):
        try:
            response = _get(context, source.id, f"{origin}/robots.txt", limit=robots.LIMIT)
        except WebError:
            lines = []
        else:
            text = decode(response.body, response.headers.get("content-type"))
            lines = [urls.absolute(line, response.url) for line in robots.sitemaps(text)]
        named += filter(None, lines or [f"{origin}/sitemap.xml"])
    return list(dict.fromkeys(named))


def _read(context: StepContext, url: str, request: PastPagesRequest) -> SitemapPages:
    response = _get(context, request.source, url, limit=_LIMIT)
    return context.sandbox.call_until(
        context.for_row().until,
        feeds.read_past_sitemap,
        response.body,
        url=response.url,
        content_type=response.headers.get("content-type"),
        span=request.span,
        with_undated=request.with_undated,
    )


def _get(context: StepContext, source: int, url: str, *, limit: int) -> Response:
    """A response with status 200. Raises WebError; HostBusy after several waits."""
    for left in reversed(range(_TRIES)):
        row = context.for_row()
        admit = context.crawl_gate.feed(source, row.until)
        try:
            response = context.web.get(url, limit=limit, deadline=_DEADLINE, until=row.until, admit=admit)
        except HostBusy as busy:
            if not left:
                raise
            time.sleep(min(busy.wait, _MAX_WAIT))
        else:
            if response.status != 200:
                raise WebError(f"{url} answers {response.status}", code=f"http_{response.status}")
            return response
    raise AssertionError("the last try returns or raises")
