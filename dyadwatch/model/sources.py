"""Sources: publishers, each with its feeds."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedView, NewFeed
from dyadwatch.model.publishers import Publisher


@dataclass(frozen=True, slots=True)
class NewSource:
    """A publisher to be watched. `country` is ISO 3166-1 alpha-2, `language`
    BCP 47, `side` a free word of the operator ("syrian", "iranian",
    "western", ...), `ownership` one too ("state", "private", "public", ...).

    `scope` says what counts as one host for politeness: "host", "domain" (the registrable one), or "group:"
    and a name that several sources share. `poll_interval` (seconds) replaces the interval that follows from
    how often its feeds change; `reading_rules` correct how articles are extracted from its pages.

    `publisher` is the slug of a known one, `family` whose reports are not independent of each other,
    `state_control` "editorial", "funding" or "none"; what is not stated of these is that of the publisher
    whose site its homepage is on or, without one, its first feed."""

    name: str
    feeds: tuple[NewFeed, ...]
    homepage: str | None = None
    country: str | None = None
    side: str | None = None
    language: str | None = None
    ownership: str | None = None
    publisher: str | None = None
    family: str | None = None
    state_control: str | None = None
    scope: str = "host"
    poll_interval: float | None = None
    reading_rules: ExtractionRules | None = None


@dataclass(frozen=True, slots=True)
class SourcePack:
    """A list of sources that can be added at once."""

    id: str
    title: str
    sources: tuple[NewSource, ...]


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source, as other documents refer to it."""

    id: int
    name: str
    country: str | None
    side: str | None
    language: str | None
    ownership: str | None
    publisher: str | None = None
    family: str | None = None
    state_control: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """What a source is called, and whose it is."""

    id: int
    name: str
    side: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How well articles are extracted from a source's pages: of its last `pages` (at most 60), `empty` had no
    text; `median_length` is the median length of the texts in characters, `recent_length` that of the last
    five; both are null where there is no text yet."""

    pages: int
    empty: int
    median_length: float | None
    recent_length: float | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with its feeds, the first 50 of them: `feed_count` counts them all, and `feeds_url` leads to
    them. `publisher` is what is known of whoever stands behind it, `family` and `state_control` are its own
    or else that publisher's. `drift` says why, and since when, its pages seem to be extracted worse than
    before."""

    id: int
    name: str
    homepage: str | None
    country: str | None
    side: str | None
    language: str | None
    ownership: str | None
    publisher: Publisher | None
    family: str | None
    state_control: str | None
    scope: str
    poll_interval: float | None
    reading_rules: ExtractionRules | None
    quality: Quality
    drift: Failure | None
    feeds: tuple[FeedView, ...]
    feed_count: int
    feeds_url: str
    created_at: datetime
    updated_at: datetime
