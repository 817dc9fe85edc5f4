"""Saving the view of the alerts that is shown, and removing one."""

from flask import Response, make_response, redirect, url_for

from dyadwatch.errors import DyadwatchError
from service.rest import saved_views as operations
from service.ui import cookies, forms
from service.ui.frame import Page, Visit
from service.ui.languages import gettext as _


def save(visit: Visit) -> Response:
    """Saves the view, and shows it."""
    query = forms.text("query")
    try:
        visit.api(operations.OPERATIONS).run(
            operations.save_view, body={"name": forms.text("name"), "query": query}
        )
    except DyadwatchError as error:
        problem = forms.problem(error)
        text = _("The view was not saved: %(why)s") % {"why": problem.detail}
    else:
        text = _("The view is saved.")
    response: Response = make_response(redirect(_address(query), 303))
    cookies.set_flash(visit.product, response, visit.session.form_token, text)
    return response


def _address(query: str) -> str:
    """The list with a query, if that can be an address of ours."""
    place = url_for("page.alerts")
    address = cookies.local_path(f"{place}?{query}") if query else place
    return address if address.startswith(place) else place


def delete(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Removes a view."""
    visit.api(operations.OPERATIONS).run(operations.delete_view, id=id)
    return forms.done(visit, _("The view is removed."), "page.alerts")


PAGES = (
    Page("/views", "save_view", save, method="POST", section="alerts"),
    Page("/views/<row:id>/delete", "delete_view", delete, method="POST", section="alerts"),
)
