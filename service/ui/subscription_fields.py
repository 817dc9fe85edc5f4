"""The fields of a subscription on the forms that make and change one: filled with what it is, and read as the
document that the API takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from flask import request
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import EventType, PresetName, SubscriptionView, Timing
from dyadwatch.store import sources
from dyadwatch.subscriptions import AlertFilter, templates
from dyadwatch.subscriptions.filters import CRITERIA, as_list
from service.rest.requests import query
from service.ui import filter_form, forms, watch_names
from service.ui.alerts import MAX_LABELS
from service.ui.filter_form import Input
from service.ui.forms import FormField
from service.ui.frame import Visit
from service.ui.languages import gettext as _
from service.ui.languages import mark

EVENTS: Mapping[str, str] = {
    "alert.created": mark("a new alert"),
    "alert.updated": mark("an alert has changed"),
    "alert.withdrawn": mark("no article carries an alert any more"),
    "article.gone": mark("an article is not there any more"),
    "article.corrected": mark("an article was corrected"),
    "endpoint.failing": mark("another endpoint of yours fails"),
    "endpoint.recovered": mark("an endpoint of yours answers again"),
    "endpoint.disabled": mark("an endpoint of yours is sent nothing any more"),
    "delivery.exhausted": mark("a delivery of yours was given up"),
    "subscription.silent": mark("the filter of a subscription of yours fits nothing any more"),
    "watch.burst": mark("a watch is reported far more than usual"),
    "watch.silent": mark("a watch is not reported any more"),
    "watch.resolved": mark("a watch is as usual again"),
}
# Of payload templates: which service takes what they make, at the address of what.
PRESETS: Mapping[PresetName, str] = {
    "slack": mark("Slack: an incoming webhook"),
    "teams": mark("Microsoft Teams: a webhook of Workflows, as an Adaptive Card"),
    "discord": mark("Discord: a webhook of a channel"),
    "telegram": mark("Telegram: sendMessage of a bot, with the chat's id"),
    "matrix": mark("Matrix: a webhook of Hookshot"),
    "ntfy": mark("ntfy: a topic"),
    "n8n": mark("n8n: the production URL of a Webhook node"),
    "zapier": mark("Zapier: a Catch Hook, with fields made of the items"),
    "cloudevents": mark("CloudEvents: a receiver in structured mode"),
}
_OWN = "own"  # a template that is no preset
_UTC = "UTC"
_TIMES = ("every", "at", "time_zone", "quiet_start", "quiet_end", "quiet_zone")

Filled = MultiDict[str, str]  # what is in the inputs, by their names


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of a form, by the groups that they are shown in."""

    main: Sequence[FormField]
    filters: Sequence[Input]
    events: Sequence[tuple[str, str, bool]]
    payload: Sequence[FormField]
    timing: Sequence[FormField]
    sending: Sequence[FormField]

    def all(self) -> list[FormField]:
        """Those beside which errors are said."""
        return [*self.main, *self.payload, *self.timing, *self.sending]


def inputs(visit: Visit, filled: Filled, view: SubscriptionView | None = None) -> Inputs:
    """The inputs, as they were `filled`; of the subscription `view`, or of a new one."""
    with visit.begin() as db:
        watch_labels = watch_names.read(db)
        source_labels = sources.labels(db, limit=MAX_LABELS)
    known = [(name, _(text)) for name, text in PRESETS.items()]
    chosen = filled.getlist("events")
    return Inputs(
        main=_main_fields(filled),
        filters=[
            one for one in filter_form.inputs(watch_labels, source_labels, filled) if one.name in CRITERIA
        ],
        events=[(name, _(EVENTS[name]), name in chosen) for name in get_args(EventType) if name in EVENTS],
        payload=_payload_fields(filled, known),
        timing=_timing_fields(filled),
        sending=_sending_fields(filled, view),
    )


def sent() -> Filled:
    """What the form that was sent is filled with."""
    return MultiDict([(name, value.replace("\r\n", "\n")) for name, value in request.form.items(multi=True)])


def fresh(filters: Filled) -> Filled:
    """What a new form is filled with."""
    filled = MultiDict(filters)
    filled.setlist("events", [*ALERT_EVENT_TYPES])
    return filled


def of(view: SubscriptionView) -> Filled:
    """What a subscription fills its form with."""
    filled: Filled = MultiDict([("url", view.url), ("description", view.description or "")])
    filled.setlist("events", list(view.events))
    for name, value in view.filter.items():
        filled.setlist(name, [str(item) for item in as_list(value)])
    if view.template is not None:
        filled["template"] = view.template.preset or _OWN
        filled["template_body"] = view.template.body or ""
        filled["content_type"] = view.template.content_type or ""
    if view.max_per_second is not None:
        filled["max_per_second"] = f"{view.max_per_second:g}"
    for name, value in _timing_values(view.timing or Timing()):
        filled[name] = value
    return filled


def _timing_values(timing: Timing) -> Iterator[tuple[str, str]]:
    if timing.digest is not None:
        yield "every", timing.digest.every
        yield "at", timing.digest.at or ""
        yield "time_zone", timing.digest.time_zone
    if timing.quiet_hours is not None:
        yield "quiet_start", timing.quiet_hours.start
        yield "quiet_end", timing.quiet_hours.end
        yield "quiet_zone", timing.quiet_hours.time_zone
    if timing.debounce_seconds is not None:
        yield "debounce", str(timing.debounce_seconds)


def timing_texts(timing: Timing | None) -> list[str]:
    """When a subscription is sent what it is owed, in words."""
    texts: list[str] = []
    if timing is None:
        return texts
    digest, quiet = timing.digest, timing.quiet_hours
    if digest is not None and digest.every == "hour":
        texts.append(_("in a digest, every full hour"))
    elif digest is not None:
        said = {"at": digest.at or "08:00", "zone": digest.time_zone}
        texts.append(_("in a digest, every day at %(at)s (%(zone)s)") % said)
    if quiet is not None:
        said = {"start": quiet.start, "end": quiet.end, "zone": quiet.time_zone}
        texts.append(_("nothing from %(start)s to %(end)s (%(zone)s)") % said)
    if timing.debounce_seconds is not None:
        seconds = {"seconds": timing.debounce_seconds}
        texts.append(_("updates once an alert has not changed for %(seconds)s s") % seconds)
    return texts


def _input(filled: Filled, name: str, label: str, note: str, pointer: str, **attributes: Any) -> FormField:
    """An input of a line, for the value at `pointer`."""
    limits = {"dir": "ltr", **attributes}
    return FormField(name, label, filled.get(name, ""), help=note, pointers=(pointer,), attributes=limits)


def _main_fields(filled: Filled) -> list[FormField]:
    where = _("Of your endpoint (https://…) or a mailbox (mailto:…), whose reader is asked first.")
    return [
        _input(filled, "url", _("Address"), where, "/url", maxlength=2_048, inputmode="url", required=True),
        _input(filled, "description", _("What it is for"), "", "/description", maxlength=2_000, dir="auto"),
    ]


def _payload_fields(filled: Filled, presets: Sequence[tuple[str, str]]) -> list[FormField]:
    fits = _("A preset fits the incoming webhooks of that service.")
    kinds = [("", _("the event as JSON, signed")), *presets, (_OWN, _("a template of its own"))]
    jinja = _("In Jinja, over type, timestamp, data, id and alerts. For a template of its own alone.")
    types = [("", "application/json"), ("text/plain", "text/plain")]
    code = {
        "rows": 6,
        "dir": "ltr",
        "spellcheck": "false",
        "class": "code",
        "maxlength": templates.MAX_LENGTH,
    }
    body, media = filled.get("template_body", ""), filled.get("content_type", "")
    return [
        FormField("template", _("Payload"), filled.get("template", ""), "select", fits, options=kinds),
        FormField(
            "template_body", _("Template"), body, "textarea", jinja, ("/template/body",), attributes=code
        ),
        FormField(
            "content_type",
            _("What it renders to"),
            media,
            "select",
            pointers=("/template/content_type",),
            options=types,
        ),
    ]


def _timing_fields(filled: Filled) -> list[FormField]:
    whens = [
        ("", _("at once")),
        ("hour", _("in a digest, every full hour")),
        ("day", _("in a digest, every day")),
    ]
    every, digest, quiet = filled.get("every", ""), "/timing/digest", "/timing/quiet_hours"
    clock, zone = _("By the clock, such as 08:00."), _("Such as Asia/Tehran.")
    rest = _("Seconds for which an alert must not have changed again. Not together with a digest.")
    return [
        FormField(
            "every", _("At once or in a digest"), every, "select", pointers=("/timing",), options=whens
        ),
        _input(filled, "at", _("Daily at"), clock, f"{digest}/at", maxlength=5),
        _input(filled, "time_zone", _("Time zone"), zone, f"{digest}/time_zone", maxlength=64),
        _input(filled, "quiet_start", _("Nothing from"), clock, quiet, maxlength=5),
        _input(filled, "quiet_end", _("Nothing until"), clock, f"{quiet}/end", maxlength=5),
        _input(filled, "quiet_zone", _("Time zone of these hours"), zone, f"{quiet}/time_zone", maxlength=64),
        _input(
            filled, "debounce", _("Hold updates for"), rest, "/timing/debounce_seconds", inputmode="numeric"
        ),
    ]


def _sending_fields(filled: Filled, view: SubscriptionView | None) -> list[FormField]:
    form = _("One in a line, such as X-Token: abc. They are stored sealed, and shown nowhere.")
    if view is not None and view.header_names:
        form += " " + _(
            "Now it is sent %(names)s: left empty, these stay as they are, unless the address leads to"
            " another server. What is filled in replaces them all."
        ) % {"names": ", ".join(view.header_names)}
    rows = {"rows": 3, "dir": "ltr", "spellcheck": "false", "class": "code", "autocomplete": "off"}
    said = filled.get("own_headers", "")
    headers = FormField("own_headers", _("Headers"), said, "textarea", form, ("/headers",), attributes=rows)
    removal = FormField(
        "no_headers", _("Send none of these headers any more"), filled.get("no_headers", ""), "checkbox"
    )
    rate = _("Deliveries in a second, at most. Empty: as many as there are.")
    pace = _input(filled, "max_per_second", _("Pace"), rate, "/max_per_second", inputmode="decimal")
    if view is not None:
        return [headers, *([removal] if view.header_names else []), pace]
    return [headers, pace, _handshake(filled)]


def _handshake(filled: Filled) -> FormField:
    asked = [
        ("", _("no")),
        ("options", _("by OPTIONS, as CloudEvents asks for leave to send")),
        ("ping", _("by a test event")),
    ]
    chosen, note = filled.get("handshake", ""), _("Nothing else is sent before it has answered.")
    return FormField("handshake", _("Ask the endpoint first"), chosen, "select", note, options=asked)


def filters(filled: Filled) -> dict[str, Any]:
    """The filter that the inputs say. Raises ProblemError."""
    chosen = query(AlertFilter, criteria(filled))
    return chosen.model_dump(mode="json", include=set(CRITERIA), exclude_none=True)


def criteria(filled: Filled) -> Filled:
    """Those of the inputs that are filters and are not empty."""
    items = [(name, value.strip()) for name, value in filled.items(multi=True) if name in CRITERIA]
    return MultiDict([item for item in items if item[1]])


def body(filled: Filled) -> dict[str, Any]:
    """What the inputs say, as the API takes it for a new subscription: what is none is null there. What has
    the wrong form is left as it is, for the API to say so. Raises ProblemError for a filter that is none,
    and InvalidInput for lines that are no headers."""
    return {
        "url": filled.get("url", "").strip(),
        "events": filled.getlist("events"),
        "filter": filters(filled),
        "description": filled.get("description", "").strip() or None,
        "template": _template(filled),
        "timing": _timing(filled),
        "headers": _headers(filled.get("own_headers", "")),
        "max_per_second": forms.number(filled.get("max_per_second", "")),
        "handshake": filled.get("handshake", "") or None,
    }


def _template(filled: Filled) -> dict[str, Any] | None:
    name = filled.get("template", "")
    if name != _OWN:
        return {"preset": name} if name else None
    own = {"body": filled.get("template_body", ""), "content_type": filled.get("content_type", "")}
    return {field: value for field, value in own.items() if value or field == "body"}


def _timing(filled: Filled) -> dict[str, Any] | None:
    said = {name: filled.get(name, "").strip() for name in (*_TIMES, "debounce")}
    timing: dict[str, Any] = {}
    if said["every"]:
        timing["digest"] = {"every": said["every"], "time_zone": said["time_zone"] or _UTC}
        if said["at"] and said["every"] == "day":
            timing["digest"]["at"] = said["at"]
    if said["quiet_start"] or said["quiet_end"]:
        timing["quiet_hours"] = {
            "start": said["quiet_start"],
            "end": said["quiet_end"],
            "time_zone": said["quiet_zone"] or _UTC,
        }
    if said["debounce"]:
        timing["debounce_seconds"] = forms.number(said["debounce"])
    return timing or None


def _headers(text: str) -> dict[str, str]:
    """The headers of lines. Raises InvalidInput where a line has no name, or one of before."""
    headers: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not colon or name in headers:
            detail = f"line {number} is no “name: value” with a name of its own"
            raise InvalidInput(f"Headers: {detail}.", errors=[FieldError("/headers", detail, "malformed")])
        headers[name] = value
    return headers
