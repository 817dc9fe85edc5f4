"""Backfills: archive runs that try a watch on articles that were stored before it was as it is now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.archive_runs import ArchiveScope


@dataclass(frozen=True, slots=True)
class BackfillView:
    """How far a backfill is: of `total_count` articles `read_count` were read; `match_count` of them match,
    `failure_count` could not be tagged, and `event_count` times an alert changed. `scope`: the articles that
    mention the watch's actors (touched), or all since `since` (archive). `notify`: whether subscribers hear
    of its events. `total_is_estimate`: there are very many articles, and only about so many."""

    watch: str
    scope: ArchiveScope
    state: Literal["running", "done"]
    notify: bool
    since: datetime | None
    total_count: int
    total_is_estimate: bool
    read_count: int
    match_count: int
    event_count: int
    failure_count: int
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PreviewSample:
    """An article that a backfill would find, and the evidence in it."""

    article: int
    url: str
    title: str
    published_at: datetime
    score: float
    event_types: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class BackfillPreview:
    """What a backfill would find: of `total_count` articles the `read_count` newest were read;
    `match_count` of them match, which would raise `alert_count` alerts. `total_is_estimate`: there are very
    many articles, and only about so many."""

    total_count: int
    total_is_estimate: bool
    read_count: int
    match_count: int
    alert_count: int
    samples: tuple[PreviewSample, ...]
