"""Webhooks: the body of every event, as a JSON Schema with a version and in the OpenAPI document.

Its version is raised where a field is removed or changes its meaning; a new field needs none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, get_args

import orjson
from flask import Blueprint, Response
from pydantic import TypeAdapter
from werkzeug.exceptions import NotFound

from dyadwatch.model.alarms import AlarmView
from dyadwatch.model.alerts import Alert, AlertChange, AlertEventType
from dyadwatch.model.failures import Failure
from dyadwatch.model.subscriptions import EndpointHealth, FilterProblem, WatchEventType

VERSION = 1
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "webhook-sequence")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class ChangedAlert(Alert):
    """An alert after an event, with what has changed since the event before."""

    changes: tuple[AlertChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """An event of an alert. A repeated delivery carries the same webhook-id."""

    type: AlertEventType
    timestamp: datetime
    data: ChangedAlert


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened to alerts from `since` to `until`: one event of each, with what its events come to."""

    subscription: int
    since: datetime
    until: datetime
    count: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class DigestEvent:
    """A digest: many events in one webhook."""

    type: Literal["alert.digest"]
    timestamp: datetime
    data: Digest


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The subscription whose endpoint an event is about; `reason` says why it was disabled."""

    subscription: int
    host: str
    description: str | None
    endpoint: EndpointHealth
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EndpointEvent:
    """How the endpoint of another subscription does."""

    type: Literal["endpoint.failing", "endpoint.recovered", "endpoint.disabled"]
    timestamp: datetime
    data: Endpoint


@dataclass(frozen=True, slots=True)
class ExhaustedDelivery:
    """A delivery of another subscription that is not tried again."""

    subscription: int
    host: str
    description: str | None
    delivery: int
    error: Failure | None


@dataclass(frozen=True, slots=True)
class ExhaustedEvent:
    """A delivery failed for good."""

    type: Literal["delivery.exhausted"]
    timestamp: datetime
    data: ExhaustedDelivery


@dataclass(frozen=True, slots=True)
class SilentSubscription:
    """A subscription whose filter fits nothing any more, and the values for which."""

    subscription: int
    host: str
    description: str | None
    problems: tuple[FilterProblem, ...]


@dataclass(frozen=True, slots=True)
class SilentEvent:
    """A subscription will be sent no alert: what its filter names was removed, or is a watch that is off."""

    type: Literal["subscription.silent"]
    timestamp: datetime
    data: SilentSubscription


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """A watch is out of the usual, or as usual again."""

    type: WatchEventType
    timestamp: datetime
    data: AlarmView


@dataclass(frozen=True, slots=True)
class TestedSubscription:
    """The subscription that a test is sent to."""

    subscription: int


@dataclass(frozen=True, slots=True)
class SubscriptionTest:
    """What `POST /v1/subscriptions/{id}/test` sends, whatever events the subscription asks for."""

    type: Literal["subscription.test"]
    timestamp: datetime
    data: TestedSubscription


BODIES = (Event, DigestEvent, EndpointEvent, ExhaustedEvent, SilentEvent, WatchEvent, SubscriptionTest)
# The body of each event, by the type of the event.
BODY_OF: Mapping[str, type] = {
    name: body for body in BODIES for name in get_args(body.__annotations__["type"])
}


def describe(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook of the OpenAPI document; `body` is its schema."""
    return {
        "operationId": name,
        "summary": f"Sent to subscriptions of {name}",
        "externalDocs": {"url": _path(name), "description": f"JSON Schema, version {VERSION}"},
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "schema": {"type": "string"}}
            for header in _HEADERS
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "Received"},
            "410": {"description": "The receiver is gone: the subscription is disabled"},
            "default": {"description": "Not received: sent again, at growing intervals"},
        },
    }


def blueprint() -> Blueprint:
    """The JSON Schema of each event, at a path that names its version."""
    schemas = Blueprint("schemas", __name__, url_prefix="/schemas")
    schemas.add_url_rule(f"/v{VERSION}/<name>.json", "event", _schema)
    return schemas


def _path(name: str) -> str:
    return f"/schemas/v{VERSION}/{name}.json"


def _schema(name: str) -> Response:
    if name not in BODY_OF:
        raise NotFound
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(_document(name), content_type="application/schema+json", headers=headers)


@cache
def _document(name: str) -> bytes:
    schema = TypeAdapter(BODY_OF[name]).json_schema(mode="serialization")
    own = {"$schema": _DIALECT, "$id": _path(name), **schema, "title": f"{name}, version {VERSION}"}
    own["properties"] = {**schema["properties"], "type": {"const": name}}
    return orjson.dumps(own)
