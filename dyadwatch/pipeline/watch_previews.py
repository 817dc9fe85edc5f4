"""What a watch document would find in the archive, before it is stored: the newest texts are tagged with it,
and compared with what the stored watch of that id says of them. Nothing is written."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dyadwatch.errors import NotFound
from dyadwatch.model.archive_runs import RetaggedText, StoredText
from dyadwatch.model.mentions import Mention
from dyadwatch.model.watch_previews import PreviewChange, WatchPreview, WatchPreviewSample
from dyadwatch.model.watches import WatchVersion
from dyadwatch.pipeline import archive
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import Connection, backfills, tagging_rows, watches
from dyadwatch.tagging import parse_watch

_BATCH = 20
_MAX_SAMPLES = 8  # of each change


@dataclass(slots=True)
class _Comparison:
    """What was found so far."""

    counts: Counter[PreviewChange] = field(default_factory=Counter)
    samples: list[WatchPreviewSample] = field(default_factory=list)
    alerts: set[int] = field(default_factory=set)
    read_count: int = 0

    def add(self, sample: WatchPreviewSample) -> None:
        if self.counts[sample.change] < _MAX_SAMPLES:
            self.samples.append(sample)
        self.counts[sample.change] += 1


def preview(
    context: StepContext, document: Mapping[str, Any], *, since: datetime, seconds: float
) -> WatchPreview:
    """What a document would find in the newest articles, as many as are read in `seconds`. Raises
    InvalidInput (watch_invalid)."""
    name = parse_watch(document).id
    with context.store.begin() as db:
        total = backfills.count_archive(db, since)
        version = _version(db, name)
    tagger = context.tagger_cache.with_document(version, document).tagger
    until = time.monotonic() + seconds
    comparison = _Comparison()
    before: StoredText | None = None
    while time.monotonic() < until:
        with context.store.begin() as db:
            batch = backfills.read_archive(db, since=since, before=before, limit=_BATCH)
        if not batch:
            break
        read = archive.tag(tagger, batch, name)
        with context.store.begin() as db:
            _compare(db, name, read, comparison)
        before = read[-1].text
    counts = comparison.counts
    return WatchPreview(
        watch=name,
        since=since,
        total_count=total.value,
        total_is_estimate=total.is_estimate,
        read_count=comparison.read_count,
        gained_count=counts["gained"],
        lost_count=counts["lost"],
        kept_count=counts["kept"],
        alert_count=len(comparison.alerts),
        samples=tuple(comparison.samples),
    )


def _version(db: Connection, name: str) -> WatchVersion:
    """The stored watch that the document would follow."""
    try:
        stored = watches.get(db, name)
    except NotFound:
        return WatchVersion(name, 0, datetime.fromtimestamp(0, UTC))
    return WatchVersion(name, stored.version, stored.created_at)


def _compare(db: Connection, name: str, read: Sequence[RetaggedText], comparison: _Comparison) -> None:
    rows = tagging_rows.read(db, [each.text.article for each in read], [name])
    stored = {row.article_id: tagging_rows.mentions(row) for row in rows if row.relationship}
    stories = set()
    for each in read:
        sample = _sample(each, name, stored.get(each.text.article, ()))
        if sample is not None:
            comparison.add(sample)
            stories |= {each.text.story} if sample.change == "gained" else set()
    comparison.alerts |= stories - backfills.stories_with_alert(db, name, stories)
    comparison.read_count += len(read)


def _sample(each: RetaggedText, name: str, stored: Sequence[Mention]) -> WatchPreviewSample | None:
    """None where neither finds anything."""
    text, tagged = each.text, (each.verdicts or {}).get(name)
    carries = tagged is not None and tagged.relationship
    mentions = tagged.mentions if tagged is not None and carries else stored
    if not mentions:
        return None
    change: PreviewChange = "lost" if not carries else "kept" if stored else "gained"
    best = max(mentions, key=lambda mention: mention.confidence)
    return WatchPreviewSample(
        change=change,
        article=text.article,
        url=text.url,
        title=text.title,
        language=text.language,
        published_at=text.published_at,
        score=tagged.score if tagged is not None and carries else best.confidence,
        mention=best,
    )
