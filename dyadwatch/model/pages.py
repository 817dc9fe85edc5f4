"""Web pages: the unit of fetching."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from dyadwatch.model.failures import Failure


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """A page to fetch; `attempts` counts the failures in a row before this turn. What a `quiet` one raises is
    announced to nobody."""

    id: int
    turn: int
    host: str
    source: int | None
    url: str
    attempts: int
    etag: str | None
    last_modified: str | None
    quiet: bool = False

    @property
    def owner(self) -> int:
        return self.source or 0


@dataclass(frozen=True, slots=True)
class ClaimedRecheck:
    """The page of an article that is to be read again; `missing_since` is when it was first not found."""

    page: ClaimedPage
    first_seen_at: datetime
    missing_since: datetime | None
    carries_alert: bool

    @property
    def id(self) -> int:
        return self.page.id

    @property
    def turn(self) -> int:
        return self.page.turn

    @property
    def host(self) -> str:
        return self.page.host

    @property
    def owner(self) -> int:
        return self.page.owner


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """The outcome of reading a page again, and when that is done the next time. `status` is None where it did
    not answer in a way that says anything of the article."""

    due_at: datetime | None
    status: int | None = None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    missing_since: datetime | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The outcome of a fetch: a snapshot to store (`body`), a `failure`, or neither where the page has not
    changed. A failure is tried again at `retry_at` if that is set; with `use_entry` the feed's entry is
    tagged in place of the page meanwhile. With `busy_until` no request was sent: the host's pages wait until
    then, but for those of the sources `ahead`, or those of the sources `behind` alone."""

    status: int | None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    failure: Failure | None = None
    retry_at: datetime | None = None
    use_entry: bool = False
    busy_until: datetime | None = None
    ahead: Collection[int | None] = ()
    behind: Collection[int | None] | None = None
