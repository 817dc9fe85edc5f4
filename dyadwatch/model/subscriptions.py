"""Subscriptions: the endpoints that are sent alert events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.failures import Failure

# What tells others how the endpoint of a subscription does.
OperatorEventType = Literal[
    "endpoint.failing", "endpoint.recovered", "endpoint.disabled", "delivery.exhausted"
]
EventType = Literal[AlertEventType, OperatorEventType]
Circuit = Literal["closed", "open", "half-open"]
SecretKind = Literal["v1", "v1a"]
SubscriptionState = Literal["active", "paused", "disabled"]


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """An endpoint, the events it is sent, and the `filter` of their alerts (see
    dyadwatch.subscriptions.filters). It belongs to the API key that made it, or to the operator alone."""

    url: str
    events: tuple[EventType, ...]
    filter: Mapping[str, Any]
    description: str | None = None
    key: int | None = None


@dataclass(frozen=True, slots=True)
class SecretView:
    """A secret that signs what a subscription is sent, itself not shown: `v1` is shared with the receiver, of
    `v1a` the receiver has the `public_key`. An earlier one signs until `expires_at`."""

    id: int
    kind: SecretKind
    public_key: str | None
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """What decides whether a subscription is owed an event."""

    id: int
    events: tuple[EventType, ...]
    filter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """Whether an endpoint answers: how many attempts failed in a row, since when, and until when it is sent
    nothing. `last_error` stays when it answers again."""

    failures: int = 0
    failing_since: datetime | None = None
    blocked_until: datetime | None = None
    last_error: Failure | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionHealth:
    """How a subscription does: its attempts of the last 24 hours, the share of them that delivered, the
    seconds that 95 of 100 took no longer than, and how many deliveries wait (10,000: as many or more).
    Deliveries go to an endpoint while its `circuit` is closed, and one tries it while that is half-open."""

    subscription: int
    state: SubscriptionState
    circuit: Circuit
    endpoint: EndpointHealth
    attempts: int
    success_share: float | None
    p95_seconds: float | None
    pending: int
    oldest_pending_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription, without its secret, which is shown only when it is created.
    `key` is the API key that it belongs to, null where only admin keys see it."""

    id: int
    url: str
    events: tuple[EventType, ...]
    filter: Mapping[str, Any]
    description: str | None
    key: int | None
    state: SubscriptionState
    disabled_reason: str | None
    endpoint: EndpointHealth
    created_at: datetime
    updated_at: datetime
