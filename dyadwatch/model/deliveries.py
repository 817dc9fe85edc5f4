"""Deliveries: events that subscriptions are owed, and the attempts to send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dyadwatch.model.hub_subscribers import PushedTopic
from dyadwatch.model.subscriptions import PayloadTemplate, SubscriptionState, Timing

# `held` until the timing of its subscription lets it go; then it may be `superseded` by a later one, or
# `digested`: part of a digest, which is a delivery of its own.
DeliveryState = Literal["held", "pending", "delivered", "exhausted", "cancelled", "superseded", "digested"]
# Why an attempt failed: `status` where the receiver answered, `not-sent` where nothing left us.
Reason = Literal["dns", "connect", "tls", "timeout", "blocked-address", "protocol", "status", "not-sent"]
# Why an attempt was made: `manual` by a request for one delivery, `recover` for a range of them.
Trigger = Literal["schedule", "manual", "recover", "test"]


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What one attempt came to, whatever the channel. Where the receiver answered there
    are a `status` and the beginning of its `response`, else `error` (a stable code) and
    `detail` say why not. `permanent`: no later attempt can succeed. `gone`: the receiver
    wants nothing any more, and why. `retry_after` is the header as received;
    `allowed_per_second` is what an endpoint allows that a handshake has asked."""

    delivered: bool = False
    status: int | None = None
    response: str | None = None
    retry_after: str | None = None
    error: str | None = None
    detail: str | None = None
    permanent: bool = False
    gone: str | None = None
    allowed_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt of a delivery: `status` where the receiver answered, else `error` names why it did not;
    `reason` is the class of the failure. `response`, the beginning of its answer, is not in lists."""

    number: int
    at: datetime
    seconds: float
    trigger: Trigger
    status: int | None
    reason: Reason | None
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
class HeldDelivery:
    """A delivery that is held: which event it is of, of which alert, and since when."""

    id: int
    alert: int | None
    event_type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DigestMember:
    """What a digest tells of an alert: the types of its events, in order, and the document of the last,
    empty where it is not kept any more."""

    event_types: tuple[str, ...]
    document: str


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery whose next attempt is due; `number` is that of the attempt, from 1, and `tries` counts those
    of the schedule before it; `failures` are those of its endpoint in a row. Its `secrets`, the
    current one first, and the `headers` of its own are as stored; a digest has `members`, a push of our hub
    a `topic`."""

    id: int
    turn: int
    host: str
    number: int
    tries: int
    trigger: Trigger
    webhook_id: str
    body: str
    subscription: int
    url: str
    secrets: Sequence[str]
    subscription_state: SubscriptionState
    event_type: str
    failures: int
    template: PayloadTemplate | None
    headers: str | None
    timing: Timing | None
    max_per_second: float | None
    members: Sequence["DigestMember"] = ()
    topic: PushedTopic | None = None

    @property
    def owner(self) -> int:
        return self.subscription


@dataclass(frozen=True, slots=True)
class DeliveryBatch:
    """Deliveries to one endpoint, to be sent one after another: the `first`, by which the batch is known, and
    `more` where the endpoint is known to be quick."""

    first: ClaimedDelivery
    more: Sequence[ClaimedDelivery] = ()

    @property
    def id(self) -> int:
        return self.first.id

    @property
    def turn(self) -> int:
        return self.first.turn

    @property
    def host(self) -> str:
        return self.first.host

    @property
    def owner(self) -> int:
        return self.first.subscription


@dataclass(frozen=True, slots=True)
class EndedAttempt:
    """An attempt that ended, the state of its delivery that follows, when that is due again, and how many of
    its `tries` the schedule has had."""

    delivery: ClaimedDelivery
    view: AttemptView
    state: DeliveryState
    due_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class DeliveryPayload:
    """What the receiver of a delivery is sent, byte for byte: what is signed."""

    webhook_id: str
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many deliveries are sent again, or would be. `more`: there are others, for another request."""

    count: int
    more: bool
    dry_run: bool
