"""Bodies of requests about subscriptions."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import (
    DigestTimes,
    EventType,
    Handshake,
    PayloadTemplate,
    PresetName,
    QuietHours,
    SecretKind,
    Timing,
)
from dyadwatch.senders import CHANNELS, signatures
from dyadwatch.subscriptions import custom_headers, filter_schema, templates
from dyadwatch.subscriptions.timing import available_time_zones
from dyadwatch.validation import ClockTime, Lines, Moment, RowId, Until
from service.rest.requests import Body, unset


def _time_zone(name: str) -> str:
    if name not in available_time_zones():
        raise PydanticCustomError("not_allowed", "is no time zone of the tz database")
    return name


TargetUrl = Annotated[
    str, Field(min_length=8, max_length=2_048, description=f"absolute, {' or '.join(CHANNELS)}")
]
_OPERATOR_EVENTS = (
    "`endpoint.*`, `delivery.exhausted` say how your other subscriptions do, `subscription.silent` that the"
    " filter of one fits nothing any more; to admins, of all."
)
Events = Annotated[
    list[EventType], Field(min_length=1, max_length=len(get_args(EventType)), description=_OPERATOR_EVENTS)
]
Rate = Annotated[
    float,
    Field(ge=0.01, le=1_000, strict=False, description="deliveries that the endpoint takes in a second"),
]
TimeZone = Annotated[
    str,
    Field(max_length=64, description="a name of the tz database", examples=["Europe/Berlin"]),
    AfterValidator(_time_zone),
]
Headers = Annotated[
    dict[str, Annotated[str, Field(max_length=custom_headers.MAX_VALUE)]],
    Field(
        max_length=custom_headers.MAX_HEADERS,
        description="sent with each webhook; stored sealed, and never shown again but by name",
    ),
]
Filter = Annotated[dict[str, Any], WithJsonSchema(filter_schema())]


def _alert_events() -> list[EventType]:
    return [*ALERT_EVENT_TYPES]


class TemplateBody(Body):
    """What is sent instead of the event's own document: a preset, or Jinja over `type`, `timestamp`,
    `data`, `id` and `alerts` that renders to JSON or text."""

    preset: Annotated[PresetName | None, Field(description="see /v1/payload-presets")] = None
    body: Annotated[str | None, Field(min_length=1, max_length=templates.MAX_LENGTH)] = None
    content_type: Literal["application/json", "text/plain"] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.preset is None) == (self.body is None):
            raise PydanticCustomError("contradictory", "must have a preset or a body")
        if self.preset is not None and self.content_type is not None:
            raise PydanticCustomError("contradictory", "must have no content_type: the preset has its own")
        return self

    def template(self) -> PayloadTemplate:
        return PayloadTemplate(self.preset, self.body, self.content_type)


class QuietHoursBody(Body):
    """Nothing is sent from `start` to `end`, by the clocks of `time_zone`; over midnight where the end is
    earlier."""

    start: ClockTime
    end: ClockTime
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.start == self.end:
            raise PydanticCustomError("contradictory", "must end at another time than they start")
        return self


class DigestBody(Body):
    """All of an hour or a day in one webhook, `alert.digest`, at the full hour or every day `at` (08:00)."""

    every: Literal["hour", "day"]
    at: ClockTime | None = None
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _daily(self) -> Self:
        if self.every == "hour" and self.at is not None:
            raise PydanticCustomError("contradictory", "is sent at the full hour: `at` is for every day")
        return self


class TimingBody(Body):
    """When the subscription is sent what it is owed. `debounce_seconds`: an alert's updates are held until
    none has come for so long, or five times as long in all, and the last is sent."""

    debounce_seconds: Annotated[int | None, Field(ge=1, le=86_400)] = None
    quiet_hours: QuietHoursBody | None = None
    digest: DigestBody | None = None

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if self.debounce_seconds is None and self.quiet_hours is None and self.digest is None:
            raise PydanticCustomError("contradictory", "must have debounce_seconds, quiet_hours or a digest")
        if self.debounce_seconds is not None and self.digest is not None:
            raise PydanticCustomError("contradictory", "must have a debounce or a digest, not both")
        return self

    def timing(self) -> Timing:
        quiet, digest = self.quiet_hours, self.digest
        return Timing(
            self.debounce_seconds,
            QuietHours(quiet.start, quiet.end, quiet.time_zone) if quiet else None,
            DigestTimes(digest.every, digest.time_zone, digest.at) if digest else None,
        )


class SecretBody(Body):
    """What signs webhooks: by default a new secret is made."""

    secret: Annotated[
        str | None,
        Field(
            max_length=200,
            description="one of your own: `whsec_` and 24 to 64 bytes in base64, or `whsk_` and an Ed25519"
            " private key and its public key in base64",
        ),
    ] = None

    def signing_secret(self, kind: SecretKind) -> str:
        """The secret, a new one of this kind. Raises InvalidInput where the caller's own is none, or signs
        otherwise than the caller's `signature` says."""
        if self.secret is None:
            return signatures.new_secret(kind)
        stated = kind if getattr(self, "signature", None) and "signature" in self.model_fields_set else None
        try:
            signatures.check_secret(self.secret, stated)
        except InvalidInput as error:
            problem = FieldError("/secret", error.detail, error.code)
            raise InvalidInput(f"secret: {error.detail}.", errors=[problem]) from error
        return self.secret


class Rotation(SecretBody):
    """The new secret, and for how long those of before sign as well."""

    signature: Annotated[
        SecretKind | None, Field(description="of a new secret; by default that of the current one")
    ] = None
    grace_seconds: Annotated[
        int, Field(ge=0, le=30 * 86_400, description="for which earlier secrets sign too; 0 ends them now")
    ] = 86_400


class SubscriptionBody(SecretBody):
    """An endpoint, and which events of which alerts it is sent. `v1` (HMAC-SHA256) signs with a secret that
    the receiver shares; of `v1a` (Ed25519) the receiver gets the public key alone."""

    signature: SecretKind = "v1"
    url: TargetUrl
    events: Events = Field(default_factory=_alert_events)
    filter: Filter = Field(default_factory=dict)
    description: Lines | None = None
    template: TemplateBody | None = None
    timing: TimingBody | None = None
    headers: Headers = Field(default_factory=dict)
    max_per_second: Rate | None = None
    handshake: Annotated[
        Handshake | None,
        Field(
            description="nothing else is sent until the endpoint has answered: `options`, as CloudEvents asks"
            " for leave to send, or `ping`, a `subscription.test`"
        ),
    ] = None


class SubscriptionPreviewBody(Body):
    """A subscription that is not made."""

    events: Events = Field(default_factory=_alert_events)
    filter: Filter = Field(default_factory=dict)
    template: TemplateBody | None = None
    timing: TimingBody | None = None


class SubscriptionChanges(Body):
    """The fields to change. Setting `state` to active clears `disabled_reason`; `key`
    gives the subscription to another API key, which takes the scope admin. A `url` at another server
    removes the `headers`, unless it comes with new ones."""

    url: TargetUrl = unset()
    events: Events = unset()
    filter: Filter = unset()
    description: Lines | None = None
    template: TemplateBody | None = None
    timing: TimingBody | None = None
    headers: Headers = unset()
    max_per_second: Rate | None = None
    key: RowId = unset()
    state: Literal["active", "paused"] = unset()


class Range(Body):
    """Which deliveries to send again, by when they were created."""

    since: Moment
    until: Until | None = None
    dry_run: bool = False
