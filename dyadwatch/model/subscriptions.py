"""Subscriptions: the endpoints that are sent alert events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dyadwatch.model.alerts import AlertEventType
from dyadwatch.model.failures import Failure

# What tells how the endpoint of a subscription does, and that its filter fits nothing any more.
OperatorEventType = Literal[
    "endpoint.failing", "endpoint.recovered", "endpoint.disabled", "delivery.exhausted", "subscription.silent"
]
# What tells that a watch is out of the usual, and that it is as usual again.
WatchEventType = Literal["watch.burst", "watch.silent", "watch.resolved"]
EventType = Literal[AlertEventType, OperatorEventType, WatchEventType]
# What an endpoint answers before anything else is sent: OPTIONS, by leave to send (CloudEvents), or a test.
Handshake = Literal["options", "ping"]
Circuit = Literal["closed", "open", "half-open"]
SecretKind = Literal["v1", "v1a"]
PresetName = Literal[
    "slack", "teams", "discord", "telegram", "matrix", "ntfy", "n8n", "zapier", "cloudevents"
]
# `unconfirmed`: its reader, or an endpoint that is to be asked, has not said yet that anything is wanted.
SubscriptionState = Literal["active", "paused", "disabled", "unconfirmed"]


@dataclass(frozen=True, slots=True)
class PayloadTemplate:
    """What a receiver is sent instead of the document of an event: a `preset` of
    dyadwatch.subscriptions.templates, or Jinja in `body` that renders to the media type `content_type`."""

    preset: PresetName | None = None
    body: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end`, each HH:MM by the clocks of `time_zone`, over midnight where the end is not
    later."""

    start: str
    end: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When digests are sent: at each full hour, or every day `at` HH:MM, by the clocks of `time_zone`."""

    every: Literal["hour", "day"]
    time_zone: str = "UTC"
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """When a subscription is sent what it is owed (see dyadwatch.subscriptions.timing). Where it has a digest
    it has no debounce."""

    debounce_seconds: int | None = None
    quiet_hours: QuietHours | None = None
    digest: DigestTimes | None = None


@dataclass(frozen=True, slots=True)
class PayloadPreset:
    """A payload template that comes with the product; `about` says what it is for."""

    name: str
    about: str
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """An endpoint, the events it is sent, and the `filter` of their alerts (see
    dyadwatch.subscriptions.filters). It belongs to the API key that made it, or to the operator alone.
    `headers` are sent beside ours; they may hold secrets."""

    url: str
    events: tuple[EventType, ...]
    filter: Mapping[str, Any]
    description: str | None = None
    key: int | None = None
    template: PayloadTemplate | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timing: Timing | None = None
    max_per_second: float | None = None
    handshake: Handshake | None = None


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
class FilterProblem:
    """A value of a subscription's filter that no alert can have: what it names was removed since, or is a
    watch that is off."""

    pointer: str
    value: str | int
    detail: str
    code: str

    @property
    def field(self) -> str:
        """The name of the filter."""
        return self.pointer.split("/")[2]


@dataclass(frozen=True, slots=True)
class SubscriptionHealth:
    """How a subscription does: its attempts of the last 24 hours, the share of them that delivered, the
    seconds that 95 of 100 took no longer than, and how many deliveries wait (10,000: as many or more).
    Deliveries go to an endpoint while its `circuit` is closed, and one tries it while that is half-open. It
    is `silent` where its filter fits nothing, because of the `filter_problems`."""

    subscription: int
    state: SubscriptionState
    circuit: Circuit
    endpoint: EndpointHealth
    attempts: int
    success_share: float | None
    p95_seconds: float | None
    pending: int
    oldest_pending_at: datetime | None
    silent: bool
    filter_problems: tuple[FilterProblem, ...]


@dataclass(frozen=True, slots=True)
class PayloadExample:
    """What would be sent of an event of an alert, or why it could not be."""

    event_type: str
    alert: int | None
    at: datetime
    content_type: str
    body: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionPreview:
    """What a subscription would have been sent from `since` to `until`: how many events of how many alerts,
    by alerts as they are now, in how many deliveries, and the newest of these as they would be sent.
    `complete`: all events were looked at, otherwise the newest."""

    since: datetime
    until: datetime
    events: int
    alerts: int
    deliveries: int
    complete: bool
    examples: tuple[PayloadExample, ...]


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription, without its secret, which is shown only when it is created. One that a reader made at
    the WebSub hub has a `topic`, a feed, and lasts until `lease_until`. `key` is the API key that it belongs
    to, null where only admin keys see it. `header_names` are those of its own headers, never their values."""

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
    template: PayloadTemplate | None
    header_names: tuple[str, ...]
    timing: Timing | None
    max_per_second: float | None
    topic: str | None
    lease_until: datetime | None
    handshake: Handshake | None
