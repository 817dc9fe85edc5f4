"""backfill: tags articles that were stored before a watch was as it is now, with that watch
alone, and updates its alerts. Texts are stored, so nothing is fetched or extracted."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dyadwatch import urls
from dyadwatch.alerts import Cause
from dyadwatch.model.backfills import (
    BackfillPreview,
    BackfillProgress,
    ClaimedBackfill,
    PreviewSample,
    StoredText,
)
from dyadwatch.model.mentions import Tagged
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import archive
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.tagger_cache import CompiledWatches
from dyadwatch.store import Connection, backfills, taggings, watches
from dyadwatch.tagging import TAGGER_VERSION, Tagger
from dyadwatch.text import bounds

_log = structlog.get_logger(__name__)

_BATCH = 20
_MAX_BATCH_SECONDS = 2.0  # after which a batch ends early
_MAX_ATTEMPTS = 3  # at an article that ends its worker; then it is passed over
_UNREADABLE = timedelta(minutes=1)  # until a watch that this release cannot read is tried again
_MAX_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a watch says of an article: nothing where `tagged` is None, or where tagging failed."""

    text: StoredText
    tagged: Tagged | None = None
    failed: bool = False

    @property
    def matches(self) -> bool:
        return self.tagged is not None and self.tagged.relationship


def run(context: StepContext, seconds: float) -> int:
    """Goes on with backfills, then with an archive run, for about `seconds`. Returns how many
    articles were read."""
    until = time.monotonic() + seconds
    worked = 0
    while time.monotonic() < until and not context.stopping.is_set():
        with context.store.begin() as db:
            backfill = backfills.claim(db)
        if backfill is None:
            return worked + archive.run(context, until)
        worked += _work(context, backfill)
    return worked


def preview(context: StepContext, watch: str, *, since: datetime | None, seconds: float) -> BackfillPreview:
    """What a backfill would find in the newest articles, as many as are read in `seconds`.
    Raises NotFound, and Conflict `watch_disabled`."""
    with context.store.begin() as db:
        watches.require_enabled(db, watch)
        total = backfills.count_archive(db, since)
    tagger = context.tagger_cache.newest().tagger
    until = time.monotonic() + seconds
    before: StoredText | None = None
    read_count = match_count = 0
    alerts: set[int] = set()
    samples: list[PreviewSample] = []
    while time.monotonic() < until:
        with context.store.begin() as db:
            batch = backfills.read_archive(db, since=since, before=before, limit=_BATCH)
        if not batch:
            break
        verdicts = _tag(tagger, watch, batch)
        matches = [verdict for verdict in verdicts if verdict.matches]
        matched = {verdict.text.story for verdict in matches}
        with context.store.begin() as db:
            alerts |= matched - backfills.stories_with_alert(db, watch, matched)
        samples += [
            _sample(verdict.text, verdict.tagged)
            for verdict in matches[: _MAX_SAMPLES - len(samples)]
            if verdict.tagged is not None
        ]
        read_count, match_count = read_count + len(verdicts), match_count + len(matches)
        before = verdicts[-1].text
    return BackfillPreview(
        total.value, total.is_estimate, read_count, match_count, len(alerts), tuple(samples)
    )


def _work(context: StepContext, backfill: ClaimedBackfill) -> int:
    """Reads a batch; one article alone where an attempt before ended with its worker."""
    limit = _BATCH if backfill.attempts == 1 else 1
    compiled = context.tagger_cache.newest()
    with context.store.begin() as db:
        if backfill.watch not in compiled.valid(compiled.versions):
            backfills.defer(db, backfill, _UNREADABLE)
            return 0
        batch = backfills.read(db, backfill, limit=limit)
    if backfill.attempts > _MAX_ATTEMPTS:
        _log.error("article passed over", watch=backfill.watch, articles=[text.article for text in batch])
        verdicts = [_Verdict(text, failed=True) for text in batch]
    else:
        verdicts = _tag(compiled.tagger, backfill.watch, batch)
    done = len(batch) < limit and len(verdicts) == len(batch)
    events = _save(context, backfill, compiled, verdicts, done=done)
    if events and backfill.notify:
        context.hint(Step.DELIVER)
    _log.info("backfilled", watch=backfill.watch, articles=len(verdicts), events=events, done=done)
    return len(verdicts)


def _tag(tagger: Tagger, watch: str, batch: Sequence[StoredText]) -> list[_Verdict]:
    """The verdicts on the first articles of a batch, on one at least."""
    until = time.monotonic() + _MAX_BATCH_SECONDS
    verdicts: list[_Verdict] = []
    for text in batch:
        verdicts.append(_tag_text(tagger, watch, text))
        if time.monotonic() > until:
            break
    return verdicts


def _tag_text(tagger: Tagger, watch: str, text: StoredText) -> _Verdict:
    try:
        tagged = tagger.tag(
            text.text,
            title=text.title,
            language=text.language,
            published=text.published_at,
            watches=[watch],
            max_length=bounds.MAX_LENGTH,
            host=urls.host(text.url),
        )
    except Exception:
        _log.exception("tag failed unexpectedly", watch=watch, article=text.article)
        return _Verdict(text, failed=True)
    return _Verdict(text, tagged.watches.get(watch))


def _save(
    context: StepContext,
    backfill: ClaimedBackfill,
    compiled: CompiledWatches,
    verdicts: Sequence[_Verdict],
    *,
    done: bool,
) -> int:
    """Stores verdicts and progress in one transaction. Returns how many alerts changed. Nothing is stored
    where the turn has passed, or the watch is another one now."""
    with context.store.begin() as db:
        version = compiled.valid(watches.hold(db)).get(backfill.watch)
        if version is None or not backfills.lock(db, backfill):
            return 0
        unchanged = backfills.lock_unchanged(db, [verdict.text for verdict in verdicts])
        stored = [verdict for verdict in verdicts if verdict.text.article in unchanged and not verdict.failed]
        # In one order for everybody, so that no two transactions wait for each other.
        stored.sort(key=lambda verdict: verdict.text.story)
        window = context.limits.coalesce
        events = sum(_save_verdict(db, backfill, version, verdict, window) for verdict in stored)
        progress = BackfillProgress(
            before_article=verdicts[-1].text.article if verdicts else 0,
            read_count=len(verdicts),
            match_count=sum(verdict.matches for verdict in verdicts),
            event_count=events,
            failure_count=sum(verdict.failed for verdict in verdicts),
            done=done,
        )
        backfills.save(db, backfill, progress)
    return events


def _save_verdict(
    db: Connection, backfill: ClaimedBackfill, version: int, verdict: _Verdict, window: timedelta
) -> bool:
    """Stores what the watch says of an article. Whether its alert changed."""
    carried = taggings.save(
        db,
        verdict.text.article,
        verdict.text.version,
        {backfill.watch: verdict.tagged} if verdict.tagged else {},
        tagged_with={backfill.watch: version},
        tagger_version=TAGGER_VERSION,
    )
    if backfill.watch not in carried:
        return False
    cause = Cause("retagged", is_quiet=not backfill.notify)
    return update_alert(db, backfill.watch, verdict.text.story, cause=cause, window=window) is not None


def _sample(text: StoredText, tagged: Tagged) -> PreviewSample:
    return PreviewSample(
        article=text.article,
        url=text.url,
        title=text.title,
        published_at=text.published_at,
        score=tagged.score,
        event_types=tuple(tagged.all_event_types),
        quote=tagged.mentions[0].evidence.quote,
    )
