"""Feeds: the addresses that are polled, their documents, and what is remembered from poll to poll."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.failures import Failure
from dyadwatch.model.hub_subscriptions import PushView

FeedKind = Literal["unknown", "rss", "atom", "rdf", "json", "sitemap", "html"]
FeedState = Literal["active", "paused", "gone"]


@dataclass(frozen=True, slots=True)
class ListRule:
    """How an HTML page that lists articles is read, as CSS selectors: `entry` finds
    each article's block; within it `link` its first link, `title` its title (else
    the link's text), `date` its time (`datetime` attribute, else the text)."""

    entry: str
    link: str = "a[href]"
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be watched; `url` is absolute http(s). With
    `list_rule` it is an HTML page that lists articles."""

    url: str
    list_rule: ListRule | None = None


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed. `interval` is the number of seconds between polls, and `reason` says why; `proposals` are feeds
    that the HTML page at `url` links to, where it is not clear which one is meant."""

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
    reason: str | None
    list_rule: ListRule | None
    proposals: tuple[str, ...]
    former_urls: tuple[str, ...]
    push: PushView | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One document of a feed. `ttl` is the publisher's own hint in seconds (RSS ttl,
    sy:update*); `complete` is False for a document that was cut off at its end. `skip_hours`
    (0-23) and `skip_days` (Monday is 0) are UTC times at which the publisher asks not to be
    polled. `hubs` are WebSub hubs and `topic` the feed's own URL (rel=self) as the document
    names them; `children` are the documents that a sitemap index lists, newest first."""

    kind: FeedKind
    title: str
    entries: tuple[ParsedEntry, ...]
    language: str | None = None
    ttl: float | None = None
    complete: bool = True
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hubs: tuple[str, ...] = ()
    topic: str | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiscoveredFeed:
    """A feed that an HTML page names; `kind` is what the page
    says of it, "unknown" where it says nothing useful."""

    url: str
    title: str
    kind: FeedKind = "unknown"


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What a feed's row remembers from poll to poll; all that `feeds.cadence` needs to decide the next one.

    `fixed_interval` (seconds) and `list_rule` are the operator's. `max_age` (seconds) is the freshness
    lifetime of the last complete 200 response; `whole_at` when that came. `hours` counts new entries per hour
    of the week (168, Monday 00:00 UTC first; empty: none yet); `new_share` in [0, 1] is how often a poll at
    this interval brings something new, the later polls weighing more. `push_until`: a WebSub hub pushes what
    is new until then. `proposals` are feeds that an HTML page at `url` names, where it is not clear which is
    meant. `watched_since` is the first poll that read the feed, `polled_at` the last one.
    """

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
    last_status: int | None = None
    fixed_interval: float | None = None
    list_rule: ListRule | None = None
    max_age: float | None = None
    whole_at: datetime | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()
    new_share: float | None = None
    hub: str | None = None
    topic: str | None = None
    push_until: datetime | None = None
    proposals: tuple[str, ...] = ()
    watched_since: datetime | None = None
    polled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedDecision:
    """What follows from a poll: the memory to store, when to poll next (None: never again), and why."""

    memory: FeedMemory
    next_poll_at: datetime | None
    reason: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ClaimedFeed:
    """A feed to poll. `turn` fences the save: a runner whose turn has passed loses."""

    id: int
    turn: int
    host: str
    source: int
    memory: FeedMemory

    @property
    def owner(self) -> int:
        return self.source
