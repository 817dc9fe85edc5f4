"""What the page of an alert changes: verdicts, comments, guards, and the note and assignee."""

from typing import Any

from flask import Response

from dyadwatch.errors import DyadwatchError
from dyadwatch.store import alerts
from service.rest import alert_triage as triage_operations
from service.rest import alert_verdicts as operations
from service.ui import alert, forms, guards
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _


def give_verdict(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Confirms or rejects an alert."""
    body: dict[str, Any] = {
        name: forms.text(name) for name in ("verdict", "reason", "note") if forms.text(name)
    }
    if forms.text("evidence"):
        places = [int(part) if part.isdecimal() else part for part in forms.text("evidence").split(":")]
        body["evidence"] = dict(zip(("article", "start", "end"), places, strict=False))
    try:
        view = visit.api(operations.OPERATIONS).run(operations.give_verdict, id=id, body=body)
    except DyadwatchError as error:
        return alert.render(visit, id, forms.problem(error))
    if view.guards:
        text = _("Your verdict is stored. It proposes that the watch refuse such texts: see below.")
        return forms.done(visit, text, "page.alert", id=id, _anchor="guards")
    return forms.done(visit, _("Your verdict is stored."), "page.alert", id=id, _anchor="verdicts")


def add_comment(visit: Visit, id: int) -> Response:  # noqa: A002
    """Comments on an alert."""
    body = {"text": forms.text("text")}
    try:
        visit.api(operations.OPERATIONS).run(operations.add_comment, id=id, body=body)
    except DyadwatchError as error:
        return alert.render(visit, id, forms.problem(error))
    return forms.done(visit, _("Your comment is stored."), "page.alert", id=id, _anchor="verdicts")


def assign(visit: Visit, id: int) -> Response:  # noqa: A002
    """Changes the note and the assignee of an alert."""
    body = {"note": forms.text("shared_note") or None, "assignee": forms.text("assignee") or None}
    try:
        visit.api(triage_operations.OPERATIONS).run(triage_operations.change_triage, id=id, body=body)
    except DyadwatchError as error:
        return alert.render(visit, id, forms.problem(error))
    text = _("The note and the assignee are as you wrote them.")
    return forms.done(visit, text, "page.alert", id=id, _anchor="verdicts")


def decide_guard(visit: Visit, id: int, guard: int) -> Response:  # noqa: A002
    """Previews, accepts or declines a guard that the rejection of an alert proposes."""
    with visit.begin() as db:
        watch = alerts.get(db, id).parse()["watch"]
    try:
        message = guards.take_step(visit, watch, guard)
    except DyadwatchError as error:
        return alert.render(visit, id, forms.problem(error))
    return forms.done(visit, message, "page.alert", id=id, _anchor="guards")


PAGES = (
    Page("/alerts/<row:id>/verdict", "give_verdict", give_verdict, "curate", "POST", "alerts"),
    Page("/alerts/<row:id>/comment", "add_comment", add_comment, "curate", "POST", "alerts"),
    Page("/alerts/<row:id>/assignment", "assign_alert", assign, "curate", "POST", "alerts"),
    Page(
        "/alerts/<row:id>/guards/<row:guard>",
        "decide_alert_guard",
        decide_guard,
        "curate",
        "POST",
        "alerts",
        lane="cpu",
    ),
)
