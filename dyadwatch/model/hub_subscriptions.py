"""Subscriptions at WebSub hubs: the state of a feed's, and those claimed for a request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.failures import Failure

HubState = Literal["pending", "active", "denied"]


@dataclass(frozen=True, slots=True)
class PushView:
    """The subscription of a feed at its WebSub hub: active while its lease lasts, pending until the hub has
    verified the request, denied where it refused."""

    hub: str
    topic: str
    state: HubState
    lease_until: datetime | None
    last_pushed_at: datetime | None
    last_error: Failure | None


@dataclass(frozen=True, slots=True)
class Callback:
    """What a callback URL stands for. `feed_active` is False while
    the feed is not to bring anything (paused, gone). The `secret` is as stored."""

    feed: int
    topic: str
    secret: str
    feed_active: bool


@dataclass(frozen=True, slots=True)
class ClaimedHubSubscription:
    """A subscription to request of a hub; `number` counts the requests
    since it last verified one, this one included. The `secret` is as stored."""

    feed: int
    turn: int
    host: str
    source: int
    hub: str
    topic: str
    token: str
    secret: str
    number: int

    @property
    def id(self) -> int:
        """A feed has one hub at most."""
        return self.feed

    @property
    def owner(self) -> int:
        return self.source
