"""Subscribing: a form that a view of the alerts fills in, a preview, and the secret, which is shown once; and
changing a subscription by the same form."""

import secrets
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from flask import Response

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import SubscriptionPreview, SubscriptionView
from dyadwatch.store import subscriptions
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import CRITERIA
from service.rest import previews as preview_operations
from service.rest import subscriptions as operations
from service.rest.problems import ProblemError
from service.ui import forms, subscription_fields
from service.ui.alerts import public_url
from service.ui.forms import Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.rendering import page
from service.ui.subscription_fields import Filled

_PREVIEWED = frozenset({"events", "filter", "template", "timing"})
_OUTDATED = "precondition_failed"
_TRIES = 3  # to save while the endpoint's health, which its tag has in it, changes by itself


def show_new(visit: Visit) -> Response:
    """The form, with the filters of a view of the alerts."""
    params = parameters(AlertFilter.model_fields)
    left_out = sorted(set(params) - set(CRITERIA))
    chosen = subscription_fields.criteria(params)
    wanted = subscription_fields.filters(chosen)
    return _new_form(visit, subscription_fields.fresh(chosen), wanted, left_out=left_out)


def _new_form(
    visit: Visit,
    filled: Filled,
    wanted: Mapping[str, Any],
    *,
    problem: Problem | None = None,
    preview: SubscriptionPreview | None = None,
    left_out: list[str] | None = None,
) -> Response:
    return page(
        "subscription_new.html",
        problem.status if problem else 200,
        inputs=subscription_fields.inputs(visit, filled),
        once=forms.text("once") or secrets.token_urlsafe(16),
        problem=problem,
        preview=preview,
        left_out=[_(AlertFilter.model_fields[name].title or name) for name in left_out or ()],
        command=_command(visit, wanted),
    )


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
    filled = subscription_fields.sent()
    wanted: dict[str, Any] = {}
    try:
        body = subscription_fields.body(filled)
        wanted = body["filter"]
        if forms.text("step") == "preview":
            return _new_form(visit, filled, wanted, preview=_preview(visit, body))
        created = visit.api(operations.OPERATIONS).run(
            operations.create_subscription, once=forms.text("once"), body=body
        )
    except DyadwatchError as error:
        return _new_form(visit, filled, wanted, problem=forms.problem(error))
    return secret_page(created["id"], created["secret"], created["url"], created["state"])


def _preview(visit: Visit, body: Mapping[str, Any]) -> SubscriptionPreview:
    shown: SubscriptionPreview = visit.api(preview_operations.OPERATIONS).run(
        preview_operations.preview_new_subscription,
        body={name: value for name, value in body.items() if name in _PREVIEWED},
    )
    return shown


def secret_page(subscription: int, secret: str, url: str, state: str) -> Response:
    """A secret, which no later page shows."""
    return page(
        "subscription_secret.html", 200, subscription=subscription, secret=secret, url=url, state=state
    )


def show_edit(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """The form, filled with what a subscription is."""
    view = _view(visit, id)
    return _edit_form(visit, view, subscription_fields.of(view), _seen(view))


def _view(visit: Visit, subscription: int) -> SubscriptionView:
    with visit.begin() as db:
        return subscriptions.get(db, subscription, owner=visit.owner)


def _edit_form(
    visit: Visit,
    view: SubscriptionView,
    filled: Filled,
    seen: str,
    *,
    problem: Problem | None = None,
    preview: SubscriptionPreview | None = None,
) -> Response:
    return page(
        "subscription_edit.html",
        problem.status if problem else 200,
        subscription=view,
        seen=seen,
        inputs=subscription_fields.inputs(visit, filled, view),
        problem=problem,
        preview=preview,
    )


def _seen(view: SubscriptionView) -> str:
    """What is another after each change that somebody makes; attempts at its endpoint do not count."""
    return view.updated_at.isoformat()


def edit(visit: Visit, id: int) -> Response:  # noqa: A002
    """Saves what was changed, if nobody else has changed the subscription since its form was shown; or shows
    what it would have been sent."""
    view, filled, seen = _view(visit, id), subscription_fields.sent(), forms.text("seen")
    try:
        body = subscription_fields.body(filled)
        if forms.text("step") == "preview":
            return _edit_form(visit, view, filled, seen, preview=_preview(visit, body))
        _save(visit, id, body, seen)
    except DyadwatchError as error:
        problem = forms.problem(error)
        if problem.code == _OUTDATED:
            problem, seen = Problem(problem.status, problem.code, _outdated()), _seen(_view(visit, id))
        return _edit_form(visit, view, filled, seen, problem=problem)
    return forms.done(visit, _("The changes are saved."), "page.subscription", id=id)


def _outdated() -> str:
    return _(
        "Somebody has changed this subscription meanwhile: look at it in another tab. Saving again puts what"
        " stands here in its place."
    )


def _save(visit: Visit, subscription: int, body: Mapping[str, Any], seen: str) -> None:
    """Raises ProblemError 412 where it is not as it was shown."""
    api = visit.api(operations.OPERATIONS)
    for attempt in range(1, _TRIES + 1):
        tag = api.tag(operations.get_subscription, id=subscription)
        view = _view(visit, subscription)
        changes = _changes(view, body)
        if _seen(view) != seen:
            raise ProblemError(412, _OUTDATED, _outdated())
        try:
            if changes:
                api.run(operations.change_subscription, id=subscription, body=changes, seen=tag)
        except ProblemError as error:
            if error.code != _OUTDATED or attempt == _TRIES:
                raise
        else:
            return


def _changes(view: SubscriptionView, body: Mapping[str, Any]) -> dict[str, Any]:
    """What of a subscription would be another."""
    changes = {name: value for name, value in body.items() if name not in {"headers", "handshake"}}
    before = orjson.loads(orjson.dumps(asdict(view)))
    kept = {name: value for name, value in changes.items() if value != _without_nulls(before[name])}
    if body["headers"] or forms.is_set("no_headers"):
        kept["headers"] = body["headers"]
    return kept


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return value


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
    Page(
        "/subscriptions/<row:id>/edit", "edit_subscription", show_edit, "subscribe", section="subscriptions"
    ),
    Page(
        "/subscriptions/<row:id>/edit",
        "save_subscription",
        edit,
        "subscribe",
        "POST",
        "subscriptions",
        lane="cpu",
    ),
)
