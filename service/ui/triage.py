"""Triage on the pages: the marks of the reader on alerts."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, url_for

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.store import alert_triage
from dyadwatch.validation import row_id
from service.rest import alert_triage as operations
from service.ui import cookies, forms
from service.ui.frame import Page, Visit
from service.ui.rendering import page

MAX_MARKED = 200  # alerts, by one form
_MARKS: Mapping[str, Mapping[str, bool]] = {
    "read": {"read": True},
    "unread": {"read": False},
    "star": {"starred": True},
    "unstar": {"starred": False},
    "dismiss": {"dismissed": True},
    "restore": {"dismissed": False},
}
# A script asks for the marks alone, and puts them where the form was.
_FRAGMENT = "X-Fragment"


def mark(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Marks an alert, and goes back to the list."""
    name = forms.text("mark")
    if name not in _MARKS:
        detail = f"must be one of {', '.join(_MARKS)}"
        raise InvalidInput(f"The mark {detail}.", errors=[FieldError("/mark", detail, "not_allowed")])
    triage = visit.api(operations.OPERATIONS).run(operations.change_triage, id=id, body=_MARKS[name])
    if _FRAGMENT in request.headers:
        return page("triage_fragment.html", 200, alert=id, triage=triage)
    return _back(f"#card-{id}")


def mark_all(visit: Visit) -> Response:
    """Marks the alerts of a page of the list as read."""
    stated = forms.text("alerts").split(maxsplit=MAX_MARKED)
    ids = {number for text in stated if (number := row_id(text)) is not None}
    if not ids or len(stated) > MAX_MARKED:
        detail = f"must name 1 to {MAX_MARKED} alerts"
        raise InvalidInput(f"The form {detail}.", errors=[FieldError("/alerts", detail, "out_of_range")])
    with visit.begin() as db:
        alert_triage.change(db, ids, visit.key.reader, {"read": True})
    return _back()


def _back(anchor: str = "") -> Response:
    """Back to the list that the form stands in; from the page of an alert, which would be read again, to the
    list of all."""
    parts = urlsplit(request.referrer or "")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_list = parts.netloc == request.host and parts.path == url_for("page.alerts")
    following = cookies.local_path(path) if is_list else url_for("page.alerts")
    response: Response = make_response(redirect(following + anchor, 303))
    return response


PAGES = (
    Page("/alerts/read", "mark_all", mark_all, method="POST", section="alerts"),
    Page("/alerts/<row:id>/triage", "mark_alert", mark, method="POST", section="alerts"),
)
