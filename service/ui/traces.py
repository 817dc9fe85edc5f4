"""Why there is no alert of a page: what became of an address on its way, stage by stage."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.traces import Trace, WatchTrace
from dyadwatch.model.watches import WatchLabel
from service.rest import traces as operations
from service.ui import forms, reasons, watch_names
from service.ui.forms import FormField
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _
from service.ui.rendering import page
from service.ui.watch_checks import refused

_MAX_ADDRESS = 2_048


def show(visit: Visit) -> Response:
    """The form, with the address that a link has put into it."""
    return _page(visit, request.args.get("url", "")[:_MAX_ADDRESS])


def submit(visit: Visit) -> Response:
    """What became of the address."""
    url = forms.text("url")
    try:
        trace = visit.api(operations.OPERATIONS).run(operations.trace_url, body={"url": url})
    except DyadwatchError as error:
        return _page(visit, url, problem=forms.problem(error))
    return _page(visit, url, trace=trace)


def _page(
    visit: Visit, url: str, *, trace: Trace | None = None, problem: forms.Problem | None = None
) -> Response:
    field = FormField(
        "url",
        _("Address of the article"),
        url,
        "url",
        help=_("A page that is not stored is requested once, if its robots.txt allows it, and not kept."),
        attributes={"maxlength": _MAX_ADDRESS, "required": True, "placeholder": "https://…"},
    )
    with visit.begin() as db:
        labels = {label.id: label for label in watch_names.read(db)}
    return page(
        "trace.html",
        problem.status if problem else 200,
        field=field,
        trace=trace,
        stages=_stages(trace) if trace else [],
        watches=[_watch(one, labels) for one in trace.watches] if trace else [],
        problem=problem,
    )


def _stages(trace: Trace) -> list[dict[str, Any]]:
    return [
        {
            "name": reasons.stage(result.stage),
            "state": result.state,
            "text": reasons.state(result.state),
            "why": reasons.why_stopped(result.code) if result.code else "",
            "code": result.code,
            "detail": result.detail,
        }
        for result in trace.stages
    ]


def _watch(trace: WatchTrace, labels: Mapping[str, WatchLabel]) -> dict[str, Any]:
    label = labels.get(trace.watch)
    return {
        "trace": trace,
        "title": label.title if label else trace.watch,
        "actors": label.actors if label else {},
        "why": reasons.why(trace.code) if trace.code else _("It raised an alert."),
        "refused": refused(trace.suppressed),
    }


PAGES = (
    Page("/why", "why", show, section="alerts"),
    Page("/why", "trace", submit, scope="curate", method="POST", section="alerts", lane="network"),
)
