"""Units of work: rows that are due, claimed for one turn, and the steps that work them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dyadwatch.model.alerts import SubscriptionState
from dyadwatch.model.extraction_rules import ReadingRules
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedMemory

SnapshotKind = Literal["page", "entry"]


class Step(StrEnum):
    """The four steps of the pipeline, in the order of a datum's life."""

    POLL = "poll"
    FETCH = "fetch"
    TAG = "tag"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class ClaimedFeed:
    """A feed to poll. `turn` fences the save: a runner whose turn has passed loses."""

    id: int
    turn: int
    host: str
    source: int
    memory: FeedMemory


@dataclass(frozen=True, slots=True)
class ClaimedPage:
    """A page to fetch; `attempts` counts the failures in a row before this turn."""

    id: int
    turn: int
    host: str
    source: int | None
    url: str
    attempts: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What a feed itself says about a page: its title, and its text as HTML."""

    title: str
    html: str
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimedSnapshot:
    """A fetched page to extract and tag, or (`kind` entry) what the feed says in its place. `body` is as fetched and
    decoded; `entry` is the fullest of the feeds' own words for it and `published_at` their first date; `rules` are
    the publisher's; `attempts` counts this turn too."""

    id: int
    turn: int
    page: int
    source: int | None
    kind: SnapshotKind
    url: str
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    published_at: datetime | None
    entry: EntryWords | None
    rules: ReadingRules | None
    attempts: int


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A webhook to send; `number` is that of the attempt to come, from 1."""

    id: int
    turn: int
    host: str
    number: int
    webhook_id: str
    body: str
    subscription: int
    url: str
    secret: str
    subscription_state: SubscriptionState


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What a fetch came to: a snapshot to keep (`body` set), nothing new (neither), or a failure, which is tried
    again at `retry_at` where that is set; `entry_stands_in` says that the feed's own words are to be read meanwhile.
    With `busy_until` nothing was asked: the host's pages wait until then."""

    status: int | None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    failure: Failure | None = None
    retry_at: datetime | None = None
    entry_stands_in: bool = False
    busy_until: datetime | None = None
