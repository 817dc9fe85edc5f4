"""Placing: stores an article that was read, in the story it belongs to, and all that follows from it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dyadwatch import articles, stories
from dyadwatch.alerts import RETAGGED, Cause, compare
from dyadwatch.model.alerts import AlertChange, ChangeKind
from dyadwatch.model.articles import JoinedBy, ReadArticle, StoredArticle
from dyadwatch.model.mentions import Mention, Tagged
from dyadwatch.model.snapshots import ClaimedSnapshot
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.tagger_cache import CompiledWatches
from dyadwatch.store import (
    Connection,
    Store,
    archive_runs,
    article_events,
    copies,
    snapshots,
    sources,
    taggings,
    watches,
)
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


@dataclass(frozen=True, slots=True)
class _Place:
    """The story of an article, None for one of its own, what it is a copy of, and why it is there."""

    story: int | None = None
    copy: stories.Copy | None = None
    joined_by: JoinedBy | None = None


def place(
    store: Store, snapshot: ClaimedSnapshot, reading: Reading, *, window: timedelta = timedelta(0)
) -> list[str]:
    """Stores what follows from a snapshot, in one transaction. Returns "watch: event" of each alert that had
    one, nothing where the turn has passed. Watches that were changed meanwhile leave the snapshot due."""
    article, report = reading.article, _report(snapshot, reading)
    with store.begin() as db:
        _, standing, in_turn, _, before, similar, candidates, reports = run_together(
            db,
            *watches.hold_queries(),
            snapshots.finish_query(snapshot, None),
            story_rows.lock_similar_query(article, report),
            article_rows.find_query(article.url),
            copies.candidates_query(article),
            story_rows.candidates_query(_facts(article, snapshot)),
            article_events.candidates_query(report),
        )
        if not in_turn or _is_outdated(db, snapshot, article, before):
            return []
        where = _find_place(reading, snapshot, before, similar, candidates, reports)
        story = None if where.story is None else _lock(db, where.story)
        stored = article_rows.save(db, snapshot, article, before, story, where.copy, where.joined_by)
        carried = taggings.save(
            db,
            stored.id,
            stored.version,
            reading.verdicts,
            tagged_with=reading.compiled.valid(standing),
            tagger_version=TAGGER_VERSION,
            new=before is None,
        )
        shared = set() if story is None else copies.share_origin(db, article.url, stored.story)
        causes = _causes(before, stored, carried, shared, reading)
        events = _update_alerts(db, stored, causes, window, is_quiet=snapshot.quiet)
        if before is not None and before.version == stored.version:
            _follow(db, carried, is_quiet=snapshot.quiet)
        _finish(db, snapshot, reading, before, covered=reading.compiled.covers(standing))
        return events


def _finish(
    db: Connection,
    snapshot: ClaimedSnapshot,
    reading: Reading,
    before: StoredArticle | None,
    *,
    covered: bool,
) -> None:
    # Where only the feed's words were known, what was read of the page is kept though it says the same.
    if before is not None and before.not_article != "feed_only":
        snapshots.drop_repeated(db, snapshot)
    if covered:
        add_text_length(db, snapshot, len(reading.article.extracted.text))
    else:
        snapshots.finish(db, snapshot, None, datetime.now(UTC) + _NEW_WATCHES)


def _update_alerts(
    db: Connection,
    stored: StoredArticle,
    causes: Iterable[tuple[str, Cause]],
    window: timedelta,
    *,
    is_quiet: bool,
) -> list[str]:
    """Returns "watch: event" of each alert that had one."""
    events = []
    for watch, cause in causes:
        quiet = replace(cause, is_quiet=is_quiet)
        event = update_alert(db, watch, stored.story, cause=quiet, window=window)
        events += [f"{watch}: {event}"] if event else []
    return events


def _follow(db: Connection, carried: Mapping[str, Sequence[Mention]], *, is_quiet: bool) -> None:
    """Has an article joined that was placed before a watch said of it what it does: where it went the watch
    was still compiling, or another. All that come in meanwhile are joined by one run."""
    for watch in sorted(watch for watch, mentions_before in carried.items() if not mentions_before):
        archive_runs.follow(db, watch, notify=not is_quiet, delay=_NEW_WATCHES)


def _lock(db: Connection, story: int) -> int:
    """Locks a story before the rows of its articles, as whoever updates those does, and the one that it was
    merged into meanwhile. Returns the one that stands."""
    while (standing := run(db, story_rows.lock_query(story))) not in {story, None}:
        story = standing
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
    to their evidence; `carried` has the earlier mentions, and the alerts of `shared` watches may count
    another origin."""
    for watch in sorted(carried.keys() | shared):
        if before is None or (stored.version == before.version and stored.notice == before.notice):
            yield watch, RETAGGED
            continue
        tagged = reading.verdicts.get(watch)
        mentions = tagged.mentions if tagged and tagged.relationship else ()
        edits = compare(stored.id, carried.get(watch, ()), mentions)
        yield watch, Cause("edited", (*_corrections(before, stored), *edits))


def _corrections(before: StoredArticle, stored: StoredArticle) -> Iterator[AlertChange]:
    """What the page says now of corrections, where it said so before."""
    notice = stored.notice
    if notice is not None and notice != before.notice:
        kind: ChangeKind = "article.retracted" if notice.kind == "retracted" else "article.corrected"
        old = before.notice.text if before.notice else None
        yield AlertChange(kind, old, notice.text, stored.id)


def add_text_length(db: Connection, snapshot: ClaimedSnapshot, length: int) -> None:
    """Counts the text that a page gave for the drift of its source."""
    if snapshot.source is not None and snapshot.kind == "page":
        sources.add_text_length(db, snapshot.source, length, articles.drift)


def _report(snapshot: ClaimedSnapshot, reading: Reading) -> stories.Report:
    article = reading.article
    return stories.Report(
        events=article_events.of_verdicts(reading.verdicts),
        published_at=article.publication.at if article.publication else snapshot.fetched_at,
        language=article.language,
        title_key=article.title_key,
        signature=article.signature,
    )


def _find_place(
    reading: Reading,
    snapshot: ClaimedSnapshot,
    before: StoredArticle | None,
    similar: Sequence[stories.CopyCandidate],
    candidates: Sequence[tuple[int, int, stories.ArticleFacts]],
    reports: Sequence[tuple[int, int, stories.Report]],
) -> _Place:
    """Where an article stays or, where it is new, goes: with the text that it is a copy of; else with the
    first recent article that says the same, and surely not of another event; else with the reports of its
    event; else into a story of its own."""
    article, report = reading.article, _report(snapshot, reading)
    copy, original = stories.find_copy(copies.facts(article, snapshot.fetched_at), similar) or (None, None)
    if placed := before or original:
        return _Place(placed.story, copy, JoinedBy("words", copy.root) if copy else None)
    story, joined_by = find_story(_facts(article, snapshot), report, candidates, reports) or (None, None)
    return _Place(story, None, joined_by)


def find_story(
    facts: stories.ArticleFacts,
    report: stories.Report,
    candidates: Iterable[tuple[int, int, stories.ArticleFacts]],
    reports: Sequence[tuple[int, int, stories.Report]],
) -> tuple[int, JoinedBy] | None:
    """The story that an article belongs to, which is no copy, and why: that of the first recent article that
    says the same, and surely not of another event; else that of the reports of its event. None where it
    begins one. The others are (story, article, what is compared of it)."""
    of_others = {other for _, other, their in reports if stories.differs(report, their)}
    for story, other, candidate in candidates:
        if other not in of_others and stories.same_story(facts, candidate):
            return story, JoinedBy("words", other)
    if join := stories.join(report, reports):
        return join.story, JoinedBy("event", join.article, round(join.score, 4), join.terms)
    return None


def _facts(article: ReadArticle, snapshot: ClaimedSnapshot) -> stories.ArticleFacts:
    origin = article.extracted.origin
    return stories.ArticleFacts(
        url=article.url,
        origin_url=origin.url if origin else None,
        title_key=article.title_key,
        signature=article.signature,
        length=len(article.text),
        first_seen_at=snapshot.fetched_at,
    )
