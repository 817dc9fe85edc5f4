"""One subscription: how it does, what it was sent, and what can be done with it."""

import secrets
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from flask import Response
from pydantic import Field

from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput
from dyadwatch.model.deliveries import DeliveryView, Recovery
from dyadwatch.store import deliveries, health, subscription_secrets, subscriptions
from service.rest import deliveries as delivery_operations
from service.rest import subscriptions as operations
from service.rest.operations import Lane
from service.rest.requests import Query, query
from service.rest.responses import ApiResponse
from service.ui import forms
from service.ui.alerts import address
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.rendering import page
from service.ui.subscription_fields import PRESETS, timing_texts
from service.ui.subscription_forms import secret_page

_DELIVERIES = 20  # on a page
_STEPS: Mapping[str, tuple[Callable[..., ApiResponse], str]] = {
    "pause": (
        operations.pause_subscription,
        mark("It is paused. What happens meanwhile is sent when it is resumed."),
    ),
    "resume": (operations.resume_subscription, mark("It is active again.")),
    "ask": (operations.ask_again, mark("Its reader is asked again by mail.")),
}


class SubscriptionPageQuery(Query):
    """The parameters of the page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """One subscription."""
    return render(visit, id)


def render(
    visit: Visit,
    id: int,  # noqa: A002
    problem: Problem | None = None,
    recovery: Recovery | None = None,
) -> Response:
    """The page, with what was wrong with a form of it, or how many deliveries would be sent again."""
    page_query = query(SubscriptionPageQuery, parameters(SubscriptionPageQuery.model_fields))
    with visit.begin() as db:
        view = subscriptions.get(db, id, owner=visit.owner)
        sent = deliveries.page(
            db, owner=visit.owner, limit=_DELIVERIES, cursor=page_query.cursor, subscription=id
        )
        how = health.read(db, view)
        signing = subscription_secrets.page(db, id).data
    return page(
        "subscription.html",
        problem.status if problem else 200,
        subscription=view,
        health=how,
        signing=signing,
        timing=timing_texts(view.timing),
        presets={name: _(text) for name, text in PRESETS.items()},
        deliveries=sent.data,
        older=address("page.subscription", [("cursor", sent.next)], id=id) if sent.next else None,
        newest=address("page.subscription", [], id=id) if page_query.cursor else None,
        problem=problem,
        recovery=recovery,
        recover_fields=_recover_fields(),
        not_repeated=deliveries.NOT_REPEATED,
        once=secrets.token_urlsafe(16),
    )


def _recover_fields() -> list[FormField]:
    limits = {"maxlength": 40, "dir": "ltr"}
    note = _("A day, such as 2026-01-31, or a time with its zone.")
    return [
        FormField("since", _("From"), forms.text("since"), help=note, attributes=limits),
        FormField("until", _("Before"), forms.text("until"), attributes=limits),
    ]


def step(visit: Visit, id: int) -> Response:  # noqa: A002
    """Pauses or resumes a subscription, or asks its reader again."""
    name = forms.text("step")
    if name not in _STEPS:
        detail = f"must be one of {', '.join(_STEPS)}"
        raise InvalidInput(f"The step {detail}.", errors=[FieldError("/step", detail, "not_allowed")])
    view, text = _STEPS[name]
    try:
        visit.api(operations.OPERATIONS).run(view, id=id)
    except DyadwatchError as error:
        return render(visit, id, forms.problem(error))
    return forms.done(visit, _(text), "page.subscription", id=id)


def test(visit: Visit, id: int) -> Response:  # noqa: A002
    """Sends a test event, and says what the endpoint answered."""
    try:
        sent = visit.api(operations.OPERATIONS).run(operations.test_subscription, id=id)
    except DyadwatchError as error:
        return render(visit, id, forms.problem(error))
    return forms.done(visit, _outcome(sent), "page.subscription", id=id)


def _outcome(sent: DeliveryView) -> str:
    attempt = sent.attempts[-1] if sent.attempts else None
    if sent.state == "delivered" and attempt is not None:
        return _("The test arrived in %(seconds)s s.") % {"seconds": f"{attempt.seconds:.2f}"}
    if attempt is not None and attempt.status is not None and attempt.error in {None, "status"}:
        return _("The endpoint answered the test with %(status)s.") % {"status": attempt.status}
    why = (attempt.detail or attempt.error or str(attempt.status or "")) if attempt is not None else ""
    return _("The test did not arrive: %(why)s") % {"why": why}


def rotate(visit: Visit, id: int) -> Response:  # noqa: A002
    """Gives the subscription another secret, and shows it."""
    days = forms.text("grace")
    body = {"grace_seconds": int(days) * 86_400 if days.isdecimal() and len(days) < 4 else days}
    try:
        made = visit.api(operations.OPERATIONS).run(
            operations.rotate_secret, once=forms.text("once"), id=id, body=body
        )
    except DyadwatchError as error:
        return render(visit, id, forms.problem(error))
    with visit.begin() as db:
        view = subscriptions.get(db, id, owner=visit.owner)
    return secret_page(id, made["secret"], view.url, view.state)


def recover(visit: Visit, id: int) -> Response:  # noqa: A002
    """Counts what failed for good in a range of time, or sends it again."""
    is_dry = forms.text("step") != "send"
    body: dict[str, Any] = {"since": forms.text("since"), "dry_run": is_dry}
    if forms.text("until"):
        body["until"] = forms.text("until")
    try:
        made = visit.api(operations.OPERATIONS).run(operations.recover_deliveries, id=id, body=body)
    except DyadwatchError as error:
        return render(visit, id, forms.problem(error))
    if is_dry:
        return render(visit, id, recovery=made)
    text = _("Sent again: %(number)s deliveries.") % {"number": made.count}
    return forms.done(visit, text, "page.subscription", id=id)


def retry(visit: Visit, id: int) -> Response:  # noqa: A002
    """Sends a delivery again."""
    with visit.begin() as db:
        of_subscription = deliveries.get(db, id, owner=visit.owner).subscription
    try:
        visit.api(delivery_operations.OPERATIONS).run(delivery_operations.retry_delivery, id=id)
    except DyadwatchError as error:
        return render(visit, of_subscription, forms.problem(error))
    text = _("It is sent again now: load this page again in a moment.")
    return forms.done(visit, text, "page.subscription", id=of_subscription)


def delete(visit: Visit, id: int) -> Response:  # noqa: A002
    """Removes a subscription."""
    visit.api(operations.OPERATIONS).run(operations.delete_subscription, id=id)
    return forms.done(visit, _("The subscription is removed."), "page.subscriptions")


def _post(path: str, name: str, view: Callable[..., Response], lane: Lane = "default") -> Page:
    return Page(path, name, view, "subscribe", "POST", "subscriptions", lane=lane)


PAGES = (
    Page("/subscriptions/<row:id>", "subscription", show, section="subscriptions"),
    _post("/subscriptions/<row:id>/state", "change_subscription_state", step),
    _post("/subscriptions/<row:id>/test", "test_subscription", test, "network"),
    _post("/subscriptions/<row:id>/secret", "rotate_secret", rotate),
    _post("/subscriptions/<row:id>/recover", "recover_deliveries", recover),
    _post("/subscriptions/<row:id>/delete", "delete_subscription", delete),
    _post("/deliveries/<row:id>/retry", "retry_delivery", retry),
)
