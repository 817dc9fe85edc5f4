"""What a backfill would find, before there is one; `archive` does it."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from dyadwatch.model.archive_runs import RetaggedText, StoredText
from dyadwatch.model.backfills import BackfillPreview, PreviewSample
from dyadwatch.model.mentions import Tagged
from dyadwatch.pipeline import archive
from dyadwatch.pipeline.context import StepContext
from dyadwatch.store import backfills, watches

_BATCH = 20
_MAX_SAMPLES = 10


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
        read = archive.tag(tagger, batch, watch)
        matches = list(_matches(read, watch))
        stories = {text.story for text, _ in matches}
        with context.store.begin() as db:
            alerts |= stories - backfills.stories_with_alert(db, watch, stories)
        samples += [_sample(text, tagged) for text, tagged in matches[: _MAX_SAMPLES - len(samples)]]
        read_count, match_count = read_count + len(read), match_count + len(matches)
        before = read[-1].text
    return BackfillPreview(
        total.value, total.is_estimate, read_count, match_count, len(alerts), tuple(samples)
    )


def _matches(read: Sequence[RetaggedText], watch: str) -> Iterator[tuple[StoredText, Tagged]]:
    for each in read:
        tagged = (each.verdicts or {}).get(watch)
        if tagged is not None and tagged.relationship:
            yield each.text, tagged


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
