"""Previews: what an address would give as a feed, before it is added."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.feeds import FeedKind


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """An entry, and the `watches` whose relationship its title and text in the feed carry already; the
    article itself may say more."""

    title: str
    url: str | None
    published_at: datetime | None
    watches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedPreview:
    """The feed behind `url`: its own address, which an HTML page may have named, or None where several are
    named and one must be chosen of `candidates`. `entries` are the first of `entry_count`."""

    url: str
    feed: str | None
    kind: FeedKind | None
    title: str | None
    entry_count: int
    entries: tuple[EntryPreview, ...]
    candidates: tuple[str, ...]
