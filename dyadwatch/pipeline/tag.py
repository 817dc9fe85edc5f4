"""tag: reads snapshots that are due, finds their stories, tags them, and raises what follows."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import structlog

from dyadwatch import articles, stories, urls
from dyadwatch.errors import DyadwatchError, NotArticle, TooCostly
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.failures import Failure
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import alerts
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection
from dyadwatch.store import tag as rows
from dyadwatch.store.tag import Reading
from dyadwatch.tagging import TAGGER_VERSION, Tagger
from dyadwatch.text.language import primary

_log = structlog.get_logger(__name__)

_BATCH = 8
_TRIES = 3  # of one snapshot; then its failure stays until it is tagged anew
_RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Thought:
    reading: Reading
    found: Mapping[str, Tagged]
    tagged_with: Mapping[str, int]


def run(context: StepContext, seconds: float) -> int:
    """Tags what is due for about `seconds`. Returns how many snapshots were worked."""
    until = time.monotonic() + seconds
    worked = 0
    while time.monotonic() < until and not context.stopping.is_set():
        with context.store.begin() as db:
            batch = rows.claim(db, limit=_BATCH)
        if not batch:
            return worked
        tagger = context.tagger_cache.current()
        for snapshot in batch:
            _work(context, tagger, snapshot)
        worked += len(batch)
    return worked


def _work(context: StepContext, tagger: Tagger, snapshot: ClaimedSnapshot) -> None:
    started = time.perf_counter()
    if snapshot.attempts > _TRIES:
        _fail(
            context, snapshot, "tag_crashed", "Tagging this page ended its worker several times", again=False
        )
        return
    try:
        thought = _think(context, tagger, snapshot)
        told = _save(context, snapshot, thought)
        if told:
            context.hint(Step.DELIVER)
        _log.info(
            "tagged", url=thought.reading.url, told=told, seconds=round(time.perf_counter() - started, 4)
        )
    except (NotArticle, TooCostly) as error:
        _fail(context, snapshot, error.code, error.detail, again=False, unread=True)
    except DyadwatchError as error:
        _fail(context, snapshot, error.code, error.detail, again=True)
    except Exception:
        _log.exception("tag failed unexpectedly", snapshot=snapshot.id, url=snapshot.url)
        _fail(context, snapshot, "internal_error", "An unexpected error, see the log", again=True)


def _watch_drift(db: Connection, snapshot: ClaimedSnapshot, length: int) -> None:
    if snapshot.source is not None and snapshot.kind == "page":
        rows.save_length(db, snapshot.source, length, articles.drift)


def _fail(
    context: StepContext,
    snapshot: ClaimedSnapshot,
    code: str,
    detail: str,
    *,
    again: bool,
    unread: bool = False,
) -> None:
    now = datetime.now(UTC)
    retry_at = now + _RETRY if again and snapshot.attempts < _TRIES else None
    with context.store.begin() as db:
        if rows.finish(db, snapshot, Failure(code=code, detail=detail, at=now), retry_at) and unread:
            _watch_drift(db, snapshot, 0)
    _log.info("not tagged", url=snapshot.url, error=code)


def _think(context: StepContext, tagger: Tagger, snapshot: ClaimedSnapshot) -> _Thought:
    article = _extract(context, snapshot)
    text = (
        f"{article.title}\n\n{article.text}"
        if article.title and article.text
        else article.title or article.text
    )
    published = articles.published_at(article, snapshot.published_at)
    language = primary(article.language)
    tagged = tagger.tag(
        text, title=article.title, language=language, published=published or snapshot.fetched_at
    )
    signature = stories.signature(text)
    reading = Reading(
        url=urls.normalise(article.canonical_url or snapshot.url),
        article=article,
        text=text,
        published_at=published,
        modified_at=articles.modified_at(article),
        language=language,
        title_key=stories.title_key(article.title),
        signature=signature,
        bands=stories.bands(signature),
    )
    versions = {watch.id: watch.version for watch in tagger.watches}
    return _Thought(reading=reading, found=tagged.watches, tagged_with=versions)


def _extract(context: StepContext, snapshot: ClaimedSnapshot) -> ExtractedArticle:
    """The article of the page, or of the feed's entry where the page gives none, or less of it."""
    languages = (snapshot.source_language,)
    if snapshot.kind == "entry":
        return articles.from_entry(EntryContent(**orjson.loads(snapshot.body)), languages=languages)
    entry = articles.from_entry(snapshot.entry, languages=languages) if snapshot.entry else None
    try:
        page = context.sandbox.call(
            articles.extract,
            snapshot.body,
            url=snapshot.url,
            content_type=snapshot.headers.get("content-type"),
            rules=snapshot.rules,
            stated_languages=languages,
        )
    except (NotArticle, TooCostly):
        if entry is None or not entry.text:
            raise
        return entry
    return articles.merge(page, entry)


def _save(context: StepContext, snapshot: ClaimedSnapshot, thought: _Thought) -> list[str]:
    with context.store.begin() as db:
        if not rows.finish(db, snapshot, None):
            return []
        rows.lock_placing(db)
        before = rows.known(db, thought.reading.url)
        story = before.story if before else _place(db, thought.reading, snapshot)
        article, version = rows.save_article(db, snapshot, thought.reading, before, story)
        concerned = rows.save_taggings(
            db,
            article,
            version,
            thought.found,
            tagged_with=thought.tagged_with,
            tagger_version=TAGGER_VERSION,
        )
        told = _raise(db, concerned, story)
        _watch_drift(db, snapshot, len(thought.reading.article.text))
        return [f"{watch}: {event}" for watch, event in told]


def _place(db: Connection, reading: Reading, snapshot: ClaimedSnapshot) -> int:
    new = stories.Facts(
        url=reading.url,
        origin_url=reading.article.origin.url if reading.article.origin else None,
        title_key=reading.title_key,
        signature=reading.signature,
        length=len(reading.text),
        first_seen_at=snapshot.fetched_at,
    )
    for story, old in rows.neighbours(db, reading):
        if stories.same_story(new, old):
            return story
    return rows.new_story(db, reading.article.title)


def _raise(db: Connection, concerned: set[str], story: int) -> Sequence[tuple[str, str]]:
    told = [(watch, alerts.settle(db, watch, story)) for watch in sorted(concerned)]
    return [(watch, event) for watch, event in told if event]
