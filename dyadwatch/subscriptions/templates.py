"""Payload templates: what a receiver is sent instead of the event's own document, so that programs that take
only their own form need no bridge.

A template is Jinja over `type`, `timestamp` and `data` of the event, its webhook's `id`, and `alerts`, the
alerts in it: one, or those of a digest, or none. Rendering runs code of a subscriber: it belongs into
`dyadwatch.sandbox`, which bounds time and memory; what it may reach, and how long its result is, is bounded
here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import orjson
import yaml
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dyadwatch.errors import InvalidInput
from dyadwatch.model.alerts import Alert
from dyadwatch.model.subscriptions import PayloadTemplate
from dyadwatch.subscriptions.timing import DIGEST

MAX_LENGTH = 16_000  # characters of a template
MAX_PAYLOAD = 256_000  # characters of what it renders to
JSON = "application/json"
TEXT = "text/plain"
EXAMPLE_ID = "msg_example"  # the webhook-id of what is tried or previewed
_SAMPLED_AT = "2026-01-05T10:20:00Z"
# `random` would sign something else at each attempt; the others of Jinja's globals make filler.
_LEFT_OUT = ("random",)
_GLOBALS = ("range", "dict", "namespace")
# What expressions may raise that Jinja does not turn into an error of its own.
_FAILURES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def presets() -> Mapping[str, Mapping[str, str]]:
    """The templates that come with the product, by name: `about`, `content_type` and `body`."""
    return _read("presets.yaml")


def resolve(template: PayloadTemplate) -> tuple[str, str]:
    """The Jinja source and the media type of a template, which names a preset or has a body of its own."""
    if template.preset is None:
        return template.body or "", template.content_type or JSON
    preset = presets()[template.preset]
    return preset["body"], preset["content_type"]


def render(source: str, content_type: str, document: bytes, webhook_id: str = EXAMPLE_ID) -> bytes:
    """What the template `source` makes of an event, the JSON `document` of its webhook. Raises InvalidInput
    (template_invalid) where it cannot be read, fails, gives too much or nothing, or what should be JSON is
    none. To be called in the sandbox."""
    event = orjson.loads(document)
    try:
        template = _compiled(source)
        values = {"id": webhook_id, **event, "alerts": _alerts(event["type"], event["data"])}
        text = _joined(template, values).strip()
        payload = text.encode()
    except TemplateError as error:
        line = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
        raise _invalid(f"{line}{error.message or type(error).__name__}") from error
    except _FAILURES as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if not payload:
        raise _invalid("it renders to nothing")
    if content_type != TEXT:
        try:
            orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise _invalid(f"what it renders to is not JSON: {error}") from error
    return payload


def samples(event_types: Sequence[str]) -> Mapping[str, bytes]:
    """A made-up webhook of each of the types, by which templates are tried."""
    return {event_type: _sample(event_type) for event_type in event_types}


def sample_alert() -> Mapping[str, Any]:
    """The data of a made-up event about an alert; what samples.yaml leaves out is as by default."""
    defaults = {field.name: field.default for field in fields(Alert) if field.default is not MISSING}
    return {**orjson.loads(orjson.dumps(defaults)), **_read("samples.yaml")["alert"]}


def _sample(event_type: str) -> bytes:
    if event_type == DIGEST:
        return _sample_digest()
    if event_type.startswith(("endpoint.", "delivery.", "watch.")):
        data = _read("samples.yaml")["alarm" if event_type.startswith("watch.") else "endpoint"]
    else:
        data = sample_alert()
    if event_type == "watch.resolved":
        data = {**data, "state": "ended", "ended_at": _SAMPLED_AT}
    return orjson.dumps({"type": event_type, "timestamp": _SAMPLED_AT, "data": data})


def _sample_digest() -> bytes:
    events = [{"type": "alert.created", "timestamp": _SAMPLED_AT, "data": sample_alert()}]
    data = {"subscription": 3, "since": _SAMPLED_AT, "until": _SAMPLED_AT, "count": 1, "events": events}
    return orjson.dumps({"type": DIGEST, "timestamp": _SAMPLED_AT, "data": data})


def _alerts(event_type: str, data: Mapping[str, Any]) -> list[Any]:
    if event_type.startswith(("endpoint.", "delivery.")):
        return []
    if "events" in data:
        return [event["data"] for event in data["events"] if "evidence" in event["data"]]
    return [data] if "evidence" in data else []


def _joined(template: Template, context: Mapping[str, Any]) -> str:
    parts, length = [], 0
    for part in template.generate(context):
        length += len(part)
        if length > MAX_PAYLOAD:
            raise _invalid(f"it renders to more than {MAX_PAYLOAD} characters")
        parts.append(part)
    return "".join(parts)


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(f"The template is not usable: {detail[:500]}", code="template_invalid")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals = {name: environment.globals[name] for name in _GLOBALS}
    for name in _LEFT_OUT:
        del environment.filters[name]
    return environment


@lru_cache(100)
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@cache
def _read(name: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.load(
        files(__package__).joinpath(name).read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return document
