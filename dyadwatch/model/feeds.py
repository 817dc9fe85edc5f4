"""Sources, their feeds, and the entries that a poll finds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dyadwatch.model.failures import Failure

FeedKind = Literal["unknown", "rss", "atom", "rdf", "json", "sitemap"]
FeedState = Literal["active", "paused", "gone"]


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be watched; `url` is absolute http(s)."""

    url: str


@dataclass(frozen=True, slots=True)
class NewSource:
    """A publisher to be watched. `country` is ISO 3166-1 alpha-2, `language` BCP 47, `side` a free word of the
    operator ("syrian", "iranian", "western", ...), `ownership` one too ("state", "private", "public", ...)."""

    name: str
    feeds: tuple[NewFeed, ...]
    homepage: str | None = None
    country: str | None = None
    side: str | None = None
    language: str | None = None
    ownership: str | None = None


@dataclass(frozen=True, slots=True)
class FeedView:
    id: int
    source: int
    url: str
    kind: FeedKind
    state: FeedState
    last_polled_at: datetime | None
    next_poll_at: datetime | None
    last_status: int | None
    error_count: int
    last_error: Failure | None
    interval: float | None


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source as named inside other documents."""

    id: int
    name: str
    country: str | None
    side: str | None
    language: str | None
    ownership: str | None


@dataclass(frozen=True, slots=True)
class SourceView:
    id: int
    name: str
    homepage: str | None
    country: str | None
    side: str | None
    language: str | None
    ownership: str | None
    feeds: tuple[FeedView, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as the feed gives it. `key` identifies it within the feed: guid > link > hash; `url` is the
    normalised absolute link, None where the entry has none; dates are aware UTC, None where absent or absurd;
    `summary` and `content` are the feed's own HTML, bounded."""

    key: str
    url: str | None
    title: str
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    source_name: str | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One document of a feed. `ttl` is the publisher's own hint in seconds (RSS ttl, sy:update*); `complete` is
    False for a document that was cut off at its end."""

    kind: FeedKind
    title: str
    entries: tuple[ParsedEntry, ...]
    language: str | None = None
    ttl: float | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What a feed's row remembers from poll to poll; all that `feeds.cadence` needs to decide the next one."""

    url: str
    kind: FeedKind = "unknown"
    state: FeedState = "active"
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    interval: float | None = None
    error_count: int = 0
    moved_to: str | None = None
    ttl: float | None = None
    entry_times: tuple[datetime, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class FeedDecision:
    """What a poll's answer means for the row: the memory to store, when to poll next (None: never again), and why."""

    memory: FeedMemory
    next_poll_at: datetime | None
    reason: str
    failure: Failure | None = None
