"""The past of a source: pages that its sitemaps list."""

from dataclasses import dataclass
from datetime import datetime

from dyadwatch.errors import DyadwatchError


@dataclass(frozen=True, slots=True)
class Span:
    """The time from `since` to before `until`."""

    since: datetime
    until: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class SitemapPages:
    """What a sitemap says of a span: its `pages` by their addresses, how many others are `undated`, and the
    sitemaps that it lists (`children`), but for those that were changed last before it."""

    pages: tuple[str, ...] = ()
    undated: int = 0
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastPagesRequest:
    """Which pages of a source's past to fetch: those that its sitemaps, from `start` or else from those that
    its sites name, list of a `span`, `with_undated` also those without a date; `limit` at most, one due every
    so many `seconds`. Nothing is stored for a `preview`."""

    source: int
    span: Span
    start: tuple[str, ...] = ()
    with_undated: bool = False
    seconds: float = 10.0
    limit: int = 10_000
    preview: bool = False


@dataclass(frozen=True, slots=True)
class PastPages:
    """How far that is: how many sitemaps were read, `unread` for an error and `waiting`; how many pages were
    `listed`, how many of them were not known before (`added`), and how many were left out as `undated`; and
    when the last will be due."""

    sitemaps: int = 0
    unread: int = 0
    waiting: int = 0
    listed: int = 0
    added: int = 0
    undated: int = 0
    last_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadSitemap:
    """A sitemap that was read, or the `error` that kept it from being, and how far that is."""

    url: str
    progress: PastPages
    error: DyadwatchError | None = None
