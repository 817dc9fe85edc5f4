"""Placing: stores an article that was read, in the story it belongs to, and all that follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dyadwatch import articles, stories
from dyadwatch.alerts import Cause
from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.articles import ReadArticle, StoredArticle
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.tagger_cache import CompiledWatches
from dyadwatch.store import Connection, Store, copies, snapshots, sources, taggings, watches
from dyadwatch.store import articles as article_rows
from dyadwatch.store import stories as story_rows
from dyadwatch.store.queries import run, run_together
from dyadwatch.tagging import TAGGER_VERSION

_NEW_WATCHES = timedelta(seconds=5)  # until a snapshot is tagged again with watches that were still compiling


@dataclass(frozen=True, slots=True)
class Reading:
    """An article, and the verdicts on it by watch, with the watches that were tried."""

    article: ReadArticle
    verdicts: Mapping[str, Tagged]
    compiled: CompiledWatches


def place(
    store: Store, snapshot: ClaimedSnapshot, reading: Reading, *, window: timedelta = timedelta(0)
) -> list[str]:
    """Stores all that follows from a snapshot in one transaction. Returns "watch: event" of each alert that
    changed, nothing where the turn has passed. Of watches that were changed since they were compiled nothing
    is stored: the snapshot stays due. `window` is that of `update_alert`."""
    article = reading.article
    with store.begin() as db:
        _, standing, in_turn, _, before, similar, candidates = run_together(
            db,
            *watches.hold_queries(),
            snapshots.finish_query(snapshot, None),
            story_rows.lock_similar_query(article),
            article_rows.find_query(article.url),
            copies.candidates_query(article),
            story_rows.candidates_query(article),
        )
        if not in_turn:
            return []
        copy, original = stories.find_copy(copies.facts(article), similar) or (None, None)
        placed = before or original
        story = _lock(db, placed.story) if placed else _find_story(article, snapshot, candidates)
        stored = article_rows.save(db, snapshot, article, before, story, copy)
        carried = taggings.save(
            db,
            stored.id,
            stored.version,
            reading.verdicts,
            tagged_with=reading.compiled.valid(standing),
            tagger_version=TAGGER_VERSION,
            new=before is None,
        )
        if placed:
            carried |= copies.share_origin(db, article.url, stored.story)
        events = _update_alerts(db, carried, before, stored, window)
        if reading.compiled.covers(standing):
            add_text_length(db, snapshot, len(article.extracted.text))
        else:
            snapshots.finish(db, snapshot, None, datetime.now(UTC) + _NEW_WATCHES)
        return [f"{watch}: {event}" for watch, event in events.items() if event]


def _lock(db: Connection, story: int) -> int:
    """Locks a story before the rows of its articles, as whoever updates those does."""
    run(db, story_rows.lock_query(story))
    return story


def _update_alerts(
    db: Connection,
    watches: Iterable[str],
    before: StoredArticle | None,
    stored: StoredArticle,
    window: timedelta,
) -> dict[str, AlertEventType | None]:
    cause = Cause("edited" if before and stored.version != before.version else "retagged")
    story = stored.story
    return {watch: update_alert(db, watch, story, cause=cause, window=window) for watch in sorted(watches)}


def add_text_length(db: Connection, snapshot: ClaimedSnapshot, length: int) -> None:
    """Counts the text that a page gave for the drift of its source."""
    if snapshot.source is not None and snapshot.kind == "page":
        sources.add_text_length(db, snapshot.source, length, articles.drift)


def _find_story(
    article: ReadArticle,
    snapshot: ClaimedSnapshot,
    candidates: Sequence[tuple[int, stories.ArticleFacts]],
) -> int | None:
    """The story of the first recent article that tells the same as a new one, None where there is none."""
    origin = article.extracted.origin
    facts = stories.ArticleFacts(
        url=article.url,
        origin_url=origin.url if origin else None,
        title_key=article.title_key,
        signature=article.signature,
        length=len(article.text),
        first_seen_at=snapshot.fetched_at,
    )
    for story, candidate in candidates:
        if stories.same_story(facts, candidate):
            return story
    return None
