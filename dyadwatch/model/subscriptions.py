"""Subscriptions: the endpoints that are sent alert events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dyadwatch.model.alerts import AlertEventType

SubscriptionState = Literal["active", "paused", "disabled"]


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """An endpoint to be told. `filter` has keys of AlertFilter that a stored alert can be held against: watch,
    min_score, language, event_type, level, source."""

    url: str
    events: tuple[AlertEventType, ...]
    filter: Mapping[str, Any]
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """What decides whether a subscription is owed an event."""

    id: int
    events: tuple[AlertEventType, ...]
    filter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as shown; its secret is shown once, at creation, and is not part of this."""

    id: int
    url: str
    events: tuple[AlertEventType, ...]
    filter: Mapping[str, Any]
    description: str | None
    state: SubscriptionState
    disabled_reason: str | None
    created_at: datetime
    updated_at: datetime
