"""Sources: publishers, each with its feeds."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedView, NewFeed


@dataclass(frozen=True, slots=True)
class NewSource:
    """A publisher to be watched. `country` is ISO 3166-1 alpha-2, `language`
    BCP 47, `side` a free word of the operator ("syrian", "iranian",
    "western", ...), `ownership` one too ("state", "private", "public", ...).

    `scope` says what counts as one host for politeness: "host", "domain" (the registrable one), or "group:"
    and a name that several sources share. `poll_interval` (seconds) is asked for instead of the rhythm that
    feeds show; `reading_rules` mend how its pages are read."""

    name: str
    feeds: tuple[NewFeed, ...]
    homepage: str | None = None
    country: str | None = None
    side: str | None = None
    language: str | None = None
    ownership: str | None = None
    scope: str = "host"
    poll_interval: float | None = None
    reading_rules: ExtractionRules | None = None


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
class Quality:
    """How well a source's pages are read: of the last `pages` (60 at most)
    so many were `empty`; `median_length` is that of the texts found,
    `recent_length` that of the last five, in characters (None: none yet)."""

    pages: int
    empty: int
    median_length: float | None
    recent_length: float | None


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as shown. `drift` says since when and why its pages seem to be read worse than before."""

    id: int
    name: str
    homepage: str | None
    country: str | None
    side: str | None
    language: str | None
    ownership: str | None
    scope: str
    poll_interval: float | None
    reading_rules: ExtractionRules | None
    quality: Quality
    drift: Failure | None
    feeds: tuple[FeedView, ...]
    created_at: datetime
    updated_at: datetime
