"""tag: extracts the articles of snapshots that are due, tags them, and has them placed in stories."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import orjson
import structlog

from dyadwatch import articles, stories, urls
from dyadwatch.errors import DyadwatchError, NotArticle, StoreUnavailable, TooCostly, WebError
from dyadwatch.model.articles import ExtractedArticle, ReadArticle
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.failures import Failure
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import live_pages, redirects
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.placing import Reading, add_text_length, place
from dyadwatch.pipeline.revising import revise
from dyadwatch.pipeline.tagger_cache import CompiledWatches
from dyadwatch.store import snapshots, with_retries
from dyadwatch.text import bounds
from dyadwatch.text.language import primary

_log = structlog.get_logger(__name__)

_RETAG = 100  # snapshots of the archive that are made due at a time, once nothing else is
_MAX_ATTEMPTS = 3  # of one snapshot; then its failure stays until it is tagged anew
_RETRY = timedelta(minutes=5)


def run(context: StepContext, seconds: float) -> int:
    """Tags what is due for about `seconds`. Returns how many snapshots were worked."""
    until = time.monotonic() + seconds
    worked = 0
    while time.monotonic() < until and not context.stopping.is_set():
        row_context = context.for_row()
        # One at a time: none waits while its lease runs, and one that ends its process counts against no
        # other.
        claimed = context.store.run(lambda db: snapshots.claim(db, limit=1))
        if not claimed:
            if context.store.run(partial(snapshots.retag_next, limit=_RETAG)):
                continue
            return worked
        _work(row_context, context.tagger_cache.current(), claimed[0])
        worked += 1
    return worked


def _work(context: StepContext, compiled: CompiledWatches, snapshot: ClaimedSnapshot) -> None:
    started = time.perf_counter()
    if snapshot.outdated:
        with context.store.begin() as db:
            snapshots.finish(db, snapshot, None)
        return
    if snapshot.attempts > _MAX_ATTEMPTS:
        detail = "Tagging this page ended its worker several times"
        _fail(context, snapshot, "tag_crashed", detail, retry=False)
        return
    try:
        result = _extract_and_tag(context, compiled, snapshot)
        window = context.limits.coalesce
        events = with_retries(lambda: place(context.store, snapshot, result, window=window))
        if events:
            context.hint(Step.DELIVER)
        _log.info(
            "tagged", url=result.article.url, events=events, seconds=round(time.perf_counter() - started, 4)
        )
    except (NotArticle, TooCostly) as error:
        _fail(context, snapshot, error.code, error.detail, retry=False, no_text=True)
    except StoreUnavailable:
        raise
    except DyadwatchError as error:
        _fail(context, snapshot, error.code, error.detail, retry=not error.permanent)
    except Exception:
        _log.exception("tag failed unexpectedly", snapshot=snapshot.id, url=snapshot.url)
        _fail(context, snapshot, "internal_error", "An unexpected error, see the log", retry=True)


def _extract_and_tag(context: StepContext, compiled: CompiledWatches, snapshot: ClaimedSnapshot) -> Reading:
    extracted = _extract(context, snapshot)
    url = _identity(extracted, snapshot)
    revised = revise(context.store, url, snapshot, extracted)
    extracted, text = revised.extracted, revised.text
    publication = articles.publication(extracted, snapshot.entry_date)
    language = primary(extracted.language)
    tagged = compiled.tagger.tag(
        text,
        title=extracted.title,
        language=language,
        published=publication.at if publication else snapshot.first_fetched_at,
        max_length=bounds.MAX_LENGTH,
        host=urls.host(revised.url),
    )
    article = ReadArticle(
        url=revised.url,
        extracted=extracted,
        text=text,
        publication=publication,
        modified_at=articles.modified_at(extracted),
        language=language,
        title_key=stories.title_key(extracted.title),
        signature=stories.signature(text),
        shingles=stories.shingle_keys(extracted.text),
        claim=stories.claim_origin(url, snapshot.publisher, extracted.origin, snapshot.entry_source),
        revises=revised.revises,
        change=revised.change,
        other_url=revised.other_url,
    )
    return Reading(article, tagged.watches, compiled)


def _identity(extracted: ExtractedArticle, snapshot: ClaimedSnapshot) -> str:
    """The URL that identifies the article: the page's canonical one if that can be used, else its own."""
    try:
        return urls.normalise(extracted.canonical_url or snapshot.url)
    except WebError:
        return urls.normalise(snapshot.url)


def _extract(context: StepContext, snapshot: ClaimedSnapshot) -> ExtractedArticle:
    """The article of the page, or of the feed's entry where the page gives none, or less of it."""
    languages = _stated_languages(snapshot)
    if snapshot.kind == "entry":
        content = EntryContent(**orjson.loads(snapshot.body))
        said = context.sandbox.call_until(context.until, articles.from_entry, content, languages=languages)
        return replace(said, not_article="feed_only")
    entry = _read_entry(context, snapshot)
    try:
        page = context.sandbox.call_until(
            context.until,
            articles.extract,
            snapshot.body,
            url=snapshot.url,
            content_type=snapshot.headers.get("content-type"),
            rules=snapshot.rules,
            stated_languages=languages,
            fetched_at=snapshot.fetched_at,
        )
    except (NotArticle, TooCostly):
        if entry is None or not entry.text:
            raise
        return replace(entry, not_article="feed_only")
    page = redirects.judge(context.store, snapshot, page)
    if page.not_article == "shared_page":
        return redirects.read_shared(context.store, snapshot, page, entry)
    article = articles.merge(page, entry, asked_at=snapshot.page_url)
    return live_pages.with_posts(context, snapshot, article)


def _stated_languages(snapshot: ClaimedSnapshot) -> tuple[str | None]:
    return (snapshot.publisher.language if snapshot.publisher else None,)


def _read_entry(context: StepContext, snapshot: ClaimedSnapshot) -> ExtractedArticle | None:
    """What the feed says of the article; nothing where reading that exceeds the bounds."""
    if snapshot.entry is None:
        return None
    languages = _stated_languages(snapshot)
    try:
        return context.sandbox.call_until(
            context.until, articles.from_entry, snapshot.entry, languages=languages
        )
    except TooCostly:
        return None


def _fail(
    context: StepContext,
    snapshot: ClaimedSnapshot,
    code: str,
    detail: str,
    *,
    retry: bool,
    no_text: bool = False,
) -> None:
    now = datetime.now(UTC)
    retry_at = now + _RETRY if retry and snapshot.attempts < _MAX_ATTEMPTS else None
    with context.store.begin() as db:
        if snapshots.finish(db, snapshot, Failure(code=code, detail=detail, at=now), retry_at) and no_text:
            add_text_length(db, snapshot, 0)
    _log.info("not tagged", url=snapshot.url, error=code)
