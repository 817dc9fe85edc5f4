"""Units of work: rows that are due, claimed for one turn, and the steps that work them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dyadwatch.model.alerts import SubscriptionState
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedMemory


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
    url: str
    attempts: int
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class ClaimedSnapshot:
    """A fetched page to extract and tag. `body` is as fetched and decoded; `published_at` is the feed's word for
    it; `attempts` counts this turn too."""

    id: int
    turn: int
    page: int
    source: int | None
    url: str
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    published_at: datetime | None
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
    again at `retry_at` where that is set."""

    status: int | None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    failure: Failure | None = None
    retry_at: datetime | None = None
