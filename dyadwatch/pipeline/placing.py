"""Placing: stores an article that was read, in the story it belongs to, and all that follows from it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dyadwatch import articles, stories
from dyadwatch.alerts import Cause, compare
from dyadwatch.model.articles import ReadArticle, StoredArticle
from dyadwatch.model.mentions import Mention, Tagged
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.pipeline.alerts import RETAGGED, update_alert
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
    """Stores what follows from a snapshot, in one transaction. Returns "watch: event" of each alert that had
    one, nothing where the turn has passed. Watches that were changed meanwhile leave the snapshot due."""
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
        if not in_turn or _is_outdated(db, snapshot, article, before):
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
        shared = copies.share_origin(db, article.url, stored.story) if placed else set()
        if before is not None:
            snapshots.drop_repeated(db, snapshot)
        events = _update_alerts(db, stored, _causes(before, stored, carried, shared, reading), window)
        if reading.compiled.covers(standing):
            add_text_length(db, snapshot, len(article.extracted.text))
        else:
            snapshots.finish(db, snapshot, None, datetime.now(UTC) + _NEW_WATCHES)
        return events


def _update_alerts(
    db: Connection, stored: StoredArticle, causes: Iterable[tuple[str, Cause]], window: timedelta
) -> list[str]:
    """Returns "watch: event" of each alert that had one."""
    events = [
        (watch, update_alert(db, watch, stored.story, cause=cause, window=window)) for watch, cause in causes
    ]
    return [f"{watch}: {event}" for watch, event in events if event]


def _lock(db: Connection, story: int) -> int:
    """Locks a story before the rows of its articles, as whoever updates those does."""
    run(db, story_rows.lock_query(story))
    return story


def _is_outdated(
    db: Connection, snapshot: ClaimedSnapshot, article: ReadArticle, before: StoredArticle | None
) -> bool:
    """Whether the article has another version since this text was compared with the newest. Then the snapshot
    is due again."""
    is_outdated = before is not None and article.revises not in {None, before.version}
    if is_outdated:
        snapshots.finish(db, snapshot, None, datetime.now(UTC))
    return is_outdated


def _causes(
    before: StoredArticle | None,
    stored: StoredArticle,
    carried: Mapping[str, Sequence[Mention]],
    shared: AbstractSet[str],
    reading: Reading,
) -> Iterator[tuple[str, Cause]]:
    """The watches whose alerts an article may change, in one order for everybody, each with what an edit did
    to their evidence; `carried` has the mentions of before, and the alerts of `shared` watches may count
    another origin."""
    for watch in sorted(carried.keys() | shared):
        if before is None or stored.version == before.version:
            yield watch, RETAGGED
            continue
        tagged = reading.verdicts.get(watch)
        mentions = tagged.mentions if tagged and tagged.relationship else ()
        yield watch, Cause("edited", compare(stored.id, carried.get(watch, ()), mentions))


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
