"""Snapshots: the bytes of a page as they were fetched, or what the feed says in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.dates import StatedDate
from dyadwatch.model.entries import EntryContent, EntrySource
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.sources import SourceRef

SnapshotKind = Literal["page", "entry"]


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A response to store; `status` is None where the feed's entry stands in for a page that did not answer.
    What a `quiet` one raises is announced to nobody."""

    page: int
    kind: SnapshotKind
    url: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class ClaimedSnapshot:
    """A fetched page to extract and tag, or (`kind` entry) what the feed says in its place. `page_url` is
    where the page was asked for, `url` where it was answered, after redirects, with `status` (0 for
    none). `body` has its content encoding removed; `entry` is the longest entry of a feed about the page,
    `entry_date` the earliest of the most exact dates of its entries, `entry_source` the source that one
    names; `rules` are those of its `publisher`; `attempts` counts this turn too; `first_fetched_at` is
    when its page was first read; `outdated`: a newer snapshot of its page was tagged already; `quiet`:
    nobody is notified."""

    id: int
    turn: int
    page: int
    source: int | None
    kind: SnapshotKind
    page_url: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    first_fetched_at: datetime
    entry_date: StatedDate | None
    entry: EntryContent | None
    entry_source: EntrySource | None
    publisher: SourceRef | None
    rules: ExtractionRules | None
    attempts: int
    outdated: bool
    quiet: bool = False

    @property
    def is_withdrawn(self) -> bool:
        """Whether a page that was never read was removed on purpose (RFC 9110, 15.5.11)."""
        return self.kind == "entry" and self.status == 410


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What is known of a stored snapshot without its bytes: `sha256` is that of the bytes as they came,
    without their content encoding, `status` is 0 where the feed's entry stands in for the page."""

    kind: SnapshotKind
    url: str
    status: int
    sha256: str
    fetched_at: datetime
    stored_bytes: int
    media_type: str | None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page as it was fetched, for archives; `body` has its content encoding removed."""

    id: int
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
