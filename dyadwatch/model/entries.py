"""Entries: the items of a feed."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.dates import DatePrecision


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry of a feed's document. `key` identifies it within the feed: guid > link > hash; `url` is the
    normalised absolute link, None where the entry has none; dates are aware UTC, None where absent or absurd;
    `summary` and `content` are the feed's own HTML, bounded."""

    key: str
    url: str | None
    title: str
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: DatePrecision | None = None
    updated_at: datetime | None = None
    source_name: str | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class EntryContent:
    """What a feed itself says about a page: its title, and its text as HTML."""

    title: str
    html: str
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntrySource:
    """Whom an entry names as its source, where a feed passes on what others published."""

    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as stored, with what identifies it among the entries of its feed."""

    id: int
    feed: int
    key: str
    url: str | None
    title: str
    published_at: datetime | None
    content_hash: str


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry to write: a new one (`id` None), or another content of the stored one with this id."""

    id: int | None
    entry: ParsedEntry
    content_hash: str


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """How a document differs from what is stored of its feed: the entries to write, the URLs of stored
    pages about which it says something new, and the ids of the entries that it repeats."""

    upserts: tuple[EntryChange, ...]
    changed_pages: tuple[str, ...]
    unchanged: tuple[int, ...]

    @property
    def new(self) -> int:
        """How many entries are new."""
        return sum(change.id is None for change in self.upserts)
