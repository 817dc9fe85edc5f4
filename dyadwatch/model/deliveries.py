"""Deliveries: events that subscriptions are owed, and the attempts to send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.subscriptions import SubscriptionState

DeliveryState = Literal["pending", "delivered", "exhausted", "cancelled"]


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What one attempt came to, whatever the channel. Where the receiver answered there
    are a `status` and the beginning of its `response`, else `error` (a stable code) and
    `detail` say why not. `permanent`: no later attempt can succeed. `gone`: the receiver
    wants nothing any more, and why. `retry_after` is the header as received."""

    delivered: bool = False
    status: int | None = None
    response: str | None = None
    retry_after: str | None = None
    error: str | None = None
    detail: str | None = None
    permanent: bool = False
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt of a delivery: `status` where the receiver answered, else `error` names why it did not.
    `response`, the beginning of its answer, is not repeated in lists."""

    number: int
    at: datetime
    seconds: float
    status: int | None
    error: str | None
    detail: str | None
    response: str | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One event on its way to one subscription, with every attempt to send it. `webhook_id` is the same in
    each."""

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
    """A delivery whose next attempt is due; `number` is that of the attempt, from 1. Its `secrets` are as
    stored, the current one first."""

    id: int
    turn: int
    host: str
    number: int
    webhook_id: str
    body: str
    subscription: int
    url: str
    secrets: Sequence[str]
    subscription_state: SubscriptionState

    @property
    def owner(self) -> int:
        return self.subscription
