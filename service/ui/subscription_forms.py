"""Subscribing: a form that a view of the alerts fills in, a preview, and the secret, which is shown once."""

import secrets
import shlex
from collections.abc import Mapping
from typing import Any, get_args

import orjson
from flask import Response, request
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import EventType, SubscriptionPreview
from dyadwatch.store import sources, watches
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import CRITERIA
from service.rest import previews as preview_operations
from service.rest import subscriptions as operations
from service.rest.requests import query
from service.ui import forms
from service.ui.alerts import MAX_LABELS, public_url
from service.ui.filter_form import inputs
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.rendering import page

_EVENTS: Mapping[str, str] = {
    "alert.created": mark("a new alert"),
    "alert.updated": mark("an alert has changed"),
    "alert.withdrawn": mark("no article carries an alert any more"),
    "article.gone": mark("an article is not there any more"),
    "article.corrected": mark("an article was corrected"),
    "endpoint.failing": mark("another endpoint of yours fails"),
    "endpoint.recovered": mark("an endpoint of yours answers again"),
    "endpoint.disabled": mark("an endpoint of yours is sent nothing any more"),
    "delivery.exhausted": mark("a delivery of yours was given up"),
    "watch.burst": mark("a watch is reported far more than usual"),
    "watch.silent": mark("a watch is not reported any more"),
    "watch.resolved": mark("a watch is as usual again"),
}


def show_new(visit: Visit) -> Response:
    """The form, with the filters of a view of the alerts."""
    params = parameters(AlertFilter.model_fields)
    left_out = sorted(set(params) - set(CRITERIA))
    kept = MultiDict([item for item in params.items(multi=True) if item[0] in CRITERIA])
    return _form(visit, kept, _wanted(kept), left_out=left_out)


def _wanted(params: MultiDict[str, str]) -> dict[str, Any]:
    """The filter that the form or the address says. Raises ProblemError."""
    chosen = query(AlertFilter, params)
    return chosen.model_dump(mode="json", include=set(CRITERIA), exclude_none=True)


def _form(
    visit: Visit,
    params: MultiDict[str, str],
    wanted: Mapping[str, Any],
    *,
    problem: Problem | None = None,
    preview: SubscriptionPreview | None = None,
    left_out: list[str] | None = None,
) -> Response:
    with visit.begin() as db:
        watch_labels = watches.labels(db, limit=MAX_LABELS)
        source_labels = sources.labels(db, limit=MAX_LABELS)
    presets = visit.api(preview_operations.OPERATIONS).run(preview_operations.list_presets)["data"]
    chosen = request.form.getlist("events") if request.method == "POST" else [*ALERT_EVENT_TYPES]
    return page(
        "subscription_new.html",
        problem.status if problem else 200,
        fields=_fields([(preset.name, f"{preset.name}: {preset.about}") for preset in presets]),
        filters=[one for one in inputs(watch_labels, source_labels, params) if one.name in CRITERIA],
        events=[(name, _(_EVENTS[name]), name in chosen) for name in get_args(EventType) if name in _EVENTS],
        once=forms.text("once") or secrets.token_urlsafe(16),
        problem=problem,
        preview=preview,
        left_out=left_out or [],
        command=_command(visit, wanted),
    )


def _fields(presets: list[tuple[str, str]]) -> list[FormField]:
    said = forms.text
    where = _("Of your endpoint (https://…) or a mailbox (mailto:…), whose reader is asked first.")
    fits = _("A preset fits the incoming webhooks of that service.")
    templates = [("", _("the event as JSON, signed")), *presets]
    address = {"maxlength": 2_048, "dir": "ltr", "inputmode": "url", "required": True}
    return [
        FormField("url", _("Address"), said("url"), help=where, attributes=address),
        FormField("description", _("What it is for"), said("description"), attributes={"maxlength": 2_000}),
        FormField("template", _("What is sent"), said("template"), "select", fits, options=templates),
        *_timing_fields(),
    ]


def _timing_fields() -> list[FormField]:
    whens = [
        ("", _("at once")),
        ("hour", _("in a digest, every full hour")),
        ("day", _("in a digest, every day")),
    ]
    every, at, zone = forms.text("every"), forms.text("at"), forms.text("time_zone") or "UTC"
    by_clock = {"maxlength": 5, "dir": "ltr"}
    in_zone = {"maxlength": 64, "dir": "ltr"}
    clock, name = _("By the clock, such as 08:00."), _("Such as Asia/Tehran.")
    at_pointers, zone_pointers = ("/timing/digest/at",), ("/timing/digest/time_zone",)
    return [
        FormField("every", _("When"), every, "select", pointers=("/timing",), options=whens),
        FormField("at", _("Daily at"), at, help=clock, pointers=at_pointers, attributes=by_clock),
        FormField("time_zone", _("Time zone"), zone, help=name, pointers=zone_pointers, attributes=in_zone),
    ]


def _command(visit: Visit, wanted: Mapping[str, Any]) -> str:
    """The same by a program."""
    body = {"url": "https://receiver.example/", "filter": wanted, "events": [*ALERT_EVENT_TYPES]}
    document = shlex.quote(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode())
    return (
        f"curl {public_url(visit)}/v1/subscriptions \\\n"
        '  -H "Authorization: Bearer dyw_…" -H "Content-Type: application/json" \\\n'
        f"  -d {document}"
    )


def create(visit: Visit) -> Response:
    """Subscribes, and shows the secret; or shows what a subscription would have been sent."""
    items = [(name, value.strip()) for name, value in request.form.items(multi=True) if name in CRITERIA]
    params = MultiDict([item for item in items if item[1]])
    wanted: dict[str, Any] = {}
    try:
        wanted = _wanted(params)
        if forms.text("step") == "preview":
            body = {name: value for name, value in _body(wanted).items() if name in _PREVIEWED}
            api = visit.api(preview_operations.OPERATIONS)
            shown = api.run(preview_operations.preview_new_subscription, body=body)
            return _form(visit, params, wanted, preview=shown)
        created = visit.api(operations.OPERATIONS).run(
            operations.create_subscription, once=forms.text("once"), body=_body(wanted)
        )
    except DyadwatchError as error:
        return _form(visit, params, wanted, problem=forms.problem(error))
    return secret_page(created["id"], created["secret"], created["url"], created["state"])


_PREVIEWED = frozenset({"events", "filter", "template", "timing"})


def _body(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as the API takes it."""
    body: dict[str, Any] = {
        "url": forms.text("url"),
        "events": request.form.getlist("events"),
        "filter": wanted,
        "description": forms.text("description") or None,
    }
    if forms.text("template"):
        body["template"] = {"preset": forms.text("template")}
    every = forms.text("every")
    if every:
        digest = {"every": every, "time_zone": forms.text("time_zone") or "UTC"}
        if every == "day" and forms.text("at"):
            digest["at"] = forms.text("at")
        body["timing"] = {"digest": digest}
    return body


def secret_page(subscription: int, secret: str, url: str, state: str) -> Response:
    """A secret, which no later page shows."""
    return page(
        "subscription_secret.html", 200, subscription=subscription, secret=secret, url=url, state=state
    )


PAGES = (
    Page("/subscriptions/new", "new_subscription", show_new, section="subscriptions"),
    Page(
        "/subscriptions/create",
        "create_subscription",
        create,
        "subscribe",
        "POST",
        "subscriptions",
        lane="cpu",
    ),
)
