"""Deliveries: events that subscriptions are owed, and the attempts to send them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.subscriptions import SubscriptionState

DeliveryState = Literal["pending", "delivered", "exhausted", "cancelled"]


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One POST of a delivery: `status` where an answer came, else `error` names why not."""

    number: int
    at: datetime
    seconds: float
    status: int | None
    error: str | None
    detail: str | None
    response: str | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """What is owed to one subscription for one event. `webhook_id` is the same in every attempt."""

    id: int
    subscription: int
    webhook_id: str
    event_type: str
    alert: int | None
    state: DeliveryState
    attempt_count: int
    next_attempt_at: datetime | None
    created_at: datetime
    attempts: tuple[AttemptView, ...]


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
