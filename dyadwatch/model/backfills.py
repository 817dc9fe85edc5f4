"""Backfills: a watch is tried on articles that were stored before it was as it is now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

BackfillScope = Literal["touched", "archive"]


@dataclass(frozen=True, slots=True)
class BackfillView:
    """How far a backfill is: of `total_count` articles `read_count` were read; `match_count` of them match,
    `failure_count` could not be tagged, and `event_count` times an alert changed. `scope`: the articles that
    mention the watch's actors (touched), or all since `since` (archive). `notify`: whether subscribers hear
    of its events. `total_is_estimate`: there are very many articles, and only about so many."""

    watch: str
    scope: BackfillScope
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
class ClaimedBackfill:
    """A backfill to go on with: articles with an id less than `before_article` are still to be read;
    `attempts` counts the claims since it last made progress, this one too."""

    id: int
    turn: int
    watch: str
    scope: BackfillScope
    notify: bool
    since: datetime | None
    before_article: int
    attempts: int


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """What one batch of a backfill came to."""

    before_article: int
    read_count: int
    match_count: int
    event_count: int
    failure_count: int
    done: bool


@dataclass(frozen=True, slots=True)
class StoredText:
    """The current version of an article, as the tagger reads it. `story` is where its alerts are."""

    article: int
    version: int
    story: int
    url: str
    title: str
    text: str
    language: str | None
    published_at: datetime
    first_seen_at: datetime


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
