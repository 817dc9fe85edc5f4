"""Entries: the items of a feed."""

from dataclasses import dataclass
from datetime import datetime


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
class EntryContent:
    """What a feed itself says about a page: its title, and its text as HTML."""

    title: str
    html: str
    authors: tuple[str, ...] = ()
