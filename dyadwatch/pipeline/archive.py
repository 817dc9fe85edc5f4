"""archive: tags stored texts again with the watches and rules as they are now, all of them or for one watch,
and updates the alerts of what changed. A dry run does the same and takes it back, so that its report is what
a run would do. Texts are stored, so nothing is fetched or extracted."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import cached_property

import structlog

from dyadwatch import urls
from dyadwatch.alerts import Cause
from dyadwatch.errors import Conflict, InvalidInput, NotFound
from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.archive_runs import (
    ArchiveCounts,
    ArchiveKind,
    ClaimedArchiveRun,
    RetaggedText,
    StoredText,
    TaggingExample,
    TaggingRow,
)
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import guards, refresh, restory
from dyadwatch.pipeline.alerts import change_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.tagger_cache import CompiledWatches
from dyadwatch.store import Connection, alerts, archive_runs, article_events, tagging_rows, taggings, watches
from dyadwatch.store.queries import Query, run_together
from dyadwatch.tagging import TAGGER_VERSION, Tagger
from dyadwatch.text import bounds

_log = structlog.get_logger(__name__)

_CHUNK = 500
_BACKFILL_CHUNK = 20  # beside what is new
_UNREADABLE = timedelta(minutes=1)  # until a watch that this release cannot read is tried again
_MAX_CHUNK_SECONDS = 2.0  # after which a chunk ends early
_MAX_ATTEMPTS = 3  # at an article that ends its worker; then it is passed over
_MAX_EXAMPLES = 20
_MAX_QUOTES = 5

# What of a mention says nothing else where it differs; older releases have no trigger.
_UNCOMPARED = {"watch_version", "tagger_version", "lexicon_version", "trigger"}


@dataclass(frozen=True)
class _Difference:
    """A tagging that is not as it was, if only in its versions."""

    text: StoredText
    watch: str
    before: TaggingRow | None
    after: TaggingRow | None

    @property
    def key(self) -> tuple[int, str]:
        return self.text.article, self.watch

    @property
    def is_of_alert(self) -> bool:
        return any(row is not None and row.relationship for row in (self.before, self.after))

    @cached_property
    def example(self) -> TaggingExample | None:
        """None where it says the same as before."""
        if _content(self.before) == _content(self.after):
            return None
        old, new = _quotes(self.before), _quotes(self.after)
        return TaggingExample(
            article=self.text.article,
            url=self.text.url,
            title=self.text.title,
            watch=self.watch,
            carried=self.before is not None and self.before.relationship,
            carries=self.after is not None and self.after.relationship,
            added=tuple((new - old).elements()),
            removed=tuple((old - new).elements()),
        )


def run(context: StepContext, seconds: float) -> int:
    """Goes on with backfills, then with other archive runs, for about `seconds`. Returns how many articles
    were read."""
    until = time.monotonic() + seconds
    worked = 0
    while time.monotonic() < until and not context.stopping.is_set():
        with context.store.begin() as db:
            claimed = archive_runs.claim(db)
        if claimed is None:
            break
        worked += _WORK[claimed.kind](context, claimed)
    return worked


def _retag(context: StepContext, claimed: ClaimedArchiveRun) -> int:
    """Tags a chunk; one article alone where an attempt before ended with its worker."""
    limit = 1 if claimed.attempts > 1 else _BACKFILL_CHUNK if claimed.is_backfill else _CHUNK
    try:
        compiled = _compile(context, claimed)
    except (InvalidInput, Conflict, NotFound) as error:
        _log.warning("archive run ended", archive_run=claimed.id, code=error.code, detail=error.detail)
        context.store.run(lambda db: archive_runs.stop(db, claimed.id))
        return 0
    with context.store.begin() as db:
        if claimed.is_backfill and claimed.watch not in compiled.valid(compiled.versions):
            archive_runs.defer(db, claimed, _UNREADABLE)
            return 0
        texts = archive_runs.read(db, claimed, limit=limit)
    is_last = len(texts) < limit
    batch = texts if is_last or claimed.is_backfill else _whole_stories(texts)
    retagged = _tag_claimed(compiled.tagger, batch, claimed)
    return _save_chunk(context, claimed, compiled, retagged, done=is_last and len(retagged) == len(batch))


def _tag_claimed(
    tagger: Tagger, batch: Sequence[StoredText], claimed: ClaimedArchiveRun
) -> list[RetaggedText]:
    """What `tag` says, nothing of a text that has ended its worker too often."""
    if claimed.attempts <= _MAX_ATTEMPTS:
        return tag(tagger, batch, claimed.watch)
    _log.error("article passed over", archive_run=claimed.id, articles=[each.article for each in batch])
    return [RetaggedText(each, None) for each in batch]


def _save_chunk(
    context: StepContext,
    claimed: ClaimedArchiveRun,
    compiled: CompiledWatches,
    retagged: Sequence[RetaggedText],
    *,
    done: bool,
) -> int:
    """Stores a chunk. Returns how many articles it has, none where nothing was stored."""
    window = context.limits.coalesce if claimed.is_backfill else timedelta(0)
    with context.store.begin() as db:
        valid = compiled.valid(watches.hold(db))
        if claimed.watch is not None:
            valid = {name: version for name, version in valid.items() if name == claimed.watch}
        counts = _save(db, claimed, valid, retagged, window=window, done=done)
    if counts is None:
        return 0
    if claimed.notify and not claimed.dry_run:
        context.hint(Step.DELIVER)
    _log.info(
        "tagged again", archive_run=claimed.id, articles=len(retagged), counts=asdict(counts), done=done
    )
    return len(retagged)


def _compile(context: StepContext, claimed: ClaimedArchiveRun) -> CompiledWatches:
    """The watches as they are, or that of a guard as it would be. Raises what
    `guards.draft` raises, and InvalidInput where the two contradict each other by now."""
    if claimed.guard is None or claimed.watch is None:
        return context.tagger_cache.newest()
    watch, guard = claimed.watch, claimed.guard
    return context.tagger_cache.with_document(*context.store.run(lambda db: guards.draft(db, watch, guard)))


def _whole_stories(texts: Sequence[StoredText]) -> Sequence[StoredText]:
    """Texts without the last story, of which there may be more, where there is another: what becomes of an
    alert is known when all articles of its story are."""
    whole = [each for each in texts if each.story != texts[-1].story]
    return whole or texts


def tag(tagger: Tagger, batch: Sequence[StoredText], watch: str | None) -> list[RetaggedText]:
    """The first stories of a batch as their texts are tagged now, one at least."""
    until = time.monotonic() + _MAX_CHUNK_SECONDS
    retagged: list[RetaggedText] = []
    for each in batch:
        if retagged and retagged[-1].text.story != each.story and time.monotonic() > until:
            break
        retagged.append(RetaggedText(each, _tag_text(tagger, each, watch)))
    return retagged


def _tag_text(tagger: Tagger, each: StoredText, watch: str | None) -> Mapping[str, Tagged] | None:
    try:
        tagged = tagger.tag(
            each.text,
            title=each.title,
            language=each.language,
            published=each.published_at,
            only=None if watch is None else [watch],
            max_length=bounds.MAX_LENGTH,
            host=urls.host(each.url),
        )
    except Exception:
        _log.exception("tag failed unexpectedly", article=each.article)
        return None
    return tagged.watches


def _save(
    db: Connection,
    claimed: ClaimedArchiveRun,
    valid: Mapping[str, int],
    retagged: Sequence[RetaggedText],
    *,
    window: timedelta,
    done: bool,
) -> ArchiveCounts | None:
    """Stores a chunk and the progress, by the versions of the watches that are still `valid`. None, and
    nothing is stored, where the turn has passed, or the watch of a backfill is another one now. Of watches
    that were changed since they were compiled nothing is stored: their change makes due what it touches."""
    if (claimed.is_backfill and not valid) or not archive_runs.lock(db, claimed):
        return None
    unchanged = archive_runs.lock_unchanged(db, [each.text for each in retagged])
    stored = [each for each in retagged if each.text.article in unchanged and each.verdicts is not None]
    differences = _compare(db, stored, valid)
    events = _replace(db, claimed, valid, stored, differences, window)
    examples = [example for one in differences if (example := one.example) is not None]
    counts = _add(claimed.counts, retagged, examples, events)
    counts = _add_evidence(counts, differences)
    shown = [*claimed.examples, *map(_shortened, examples)][:_MAX_EXAMPLES]
    archive_runs.save(db, claimed, retagged[-1].text if retagged else None, counts, shown, done=done)
    if done:
        _follow(db, claimed, valid, counts)
    return counts


def _follow(db: Connection, claimed: ClaimedArchiveRun, valid: Iterable[str], counts: ArchiveCounts) -> None:
    """Has the stories joined of the articles whose events were found anew, and the alerts raised after that
    which wait for it."""
    if (counts.changed or (claimed.leaves_alerts and counts.matches)) and not claimed.dry_run:
        for watch in sorted(valid):
            archive_runs.follow(db, watch, notify=claimed.notify)


def _compare(db: Connection, stored: Sequence[RetaggedText], valid: Mapping[str, int]) -> list[_Difference]:
    """The taggings of texts that are to be stored, replaced or deleted."""
    texts = {each.text.article: each.text for each in stored}
    before = {row.key: row for row in tagging_rows.read(db, texts, valid)}
    after = {row.key: row for each in stored for row in _rows(each, valid)}
    return [
        _Difference(texts[key[0]], key[1], before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _rows(text: RetaggedText, valid: Mapping[str, int]) -> Iterator[TaggingRow]:
    """What is to be stored of a text."""
    for watch, tagged in (text.verdicts or {}).items():
        if watch in valid and taggings.is_kept(tagged):
            article, version = text.text.article, text.text.version
            yield tagging_rows.row(
                tagged, article, version, watch_version=valid[watch], tagger_version=TAGGER_VERSION
            )


def _replace(
    db: Connection,
    claimed: ClaimedArchiveRun,
    valid: Mapping[str, int],
    stored: Sequence[RetaggedText],
    differences: Sequence[_Difference],
    window: timedelta,
) -> Counter[AlertEventType | None]:
    """Stores what is tagged otherwise or under another version, and updates the alerts of what says something
    else; in a dry run all of it is taken back. Returns how many alerts did what, or are to be raised once the
    stories are joined; under None those that say something else without an event."""
    touched = {(one.text.story, one.watch) for one in differences if one.example and one.is_of_alert}
    events: Counter[AlertEventType | None] = Counter()
    cause = Cause("retagged", is_quiet=not claimed.notify)
    with db.begin_nested() as savepoint:
        run_together(db, *_statements(valid, stored, differences))
        waiting = alerts.unraised(db, touched) if claimed.leaves_alerts else set()
        events.update("alert.created" for _ in waiting)
        for story, watch in sorted(touched - waiting):
            decision = change_alert(db, watch, story, cause=cause, window=window)
            if decision is not None:
                events[decision.event] += 1
        if claimed.dry_run:
            savepoint.rollback()
    return events


def _statements(
    valid: Mapping[str, int], stored: Sequence[RetaggedText], differences: Sequence[_Difference]
) -> Iterator[Query[None]]:
    articles = {one.text.article for one in differences}
    yield tagging_rows.keep_query(articles, valid, TAGGER_VERSION)
    yield tagging_rows.delete_query([one.key for one in differences if not one.after])
    yield tagging_rows.replace_query([one.after for one in differences if one.after])
    for each in stored:
        if each.text.article in articles:
            yield from article_events.save_queries(each.text.article, each.verdicts or {}, valid, new=False)


def _content(row: TaggingRow | None) -> object:
    """What a tagging says, whatever versions said it."""
    return row and replace(
        row,
        article_version=0,
        watch_version=0,
        tagger_version="",
        mentions=[{name: mention[name] for name in mention.keys() - _UNCOMPARED} for mention in row.mentions],
    )


def _quotes(row: TaggingRow | None) -> Counter[str]:
    return Counter(mention["evidence"]["quote"] for mention in (row.mentions if row else ()))


def _shortened(example: TaggingExample) -> TaggingExample:
    return replace(example, added=example.added[:_MAX_QUOTES], removed=example.removed[:_MAX_QUOTES])


def _add(
    counts: ArchiveCounts,
    retagged: Sequence[RetaggedText],
    examples: Sequence[TaggingExample],
    events: Counter[AlertEventType | None],
) -> ArchiveCounts:
    return replace(
        counts,
        read=counts.read + len(retagged),
        changed=counts.changed + len({one.article for one in examples}),
        mentions_added=counts.mentions_added + sum(len(one.added) for one in examples),
        mentions_removed=counts.mentions_removed + sum(len(one.removed) for one in examples),
        alerts_created=counts.alerts_created + events["alert.created"],
        alerts_updated=counts.alerts_updated + events["alert.updated"],
        alerts_withdrawn=counts.alerts_withdrawn + events["alert.withdrawn"],
        alerts_changed=counts.alerts_changed + events["alert.updated"] + events[None],
        failures=counts.failures + sum(each.verdicts is None for each in retagged),
        matches=counts.matches + sum(map(_matches, retagged)),
    )


def _add_evidence(counts: ArchiveCounts, differences: Iterable[_Difference]) -> ArchiveCounts:
    pairs = [(_evidence(one.before), _evidence(one.after)) for one in differences]
    return replace(
        counts,
        evidence_added=counts.evidence_added + sum((new - old).total() for old, new in pairs),
        evidence_removed=counts.evidence_removed + sum((old - new).total() for old, new in pairs),
    )


def _evidence(row: TaggingRow | None) -> Counter[str]:
    """The quotes by which an article carries an alert."""
    return _quotes(row) if row is not None and row.relationship else Counter()


def _matches(text: RetaggedText) -> bool:
    return any(tagged.relationship for tagged in (text.verdicts or {}).values())


_WORK: Mapping[ArchiveKind, Callable[[StepContext, ClaimedArchiveRun], int]] = {
    "retag": _retag,
    "backfill": _retag,
    "restory": restory.work,
    "refresh": refresh.work,
}
