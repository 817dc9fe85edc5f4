"""API keys, for administrators: made and rotated, each shown once, and revoked."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Response, request
from pydantic import Field

from dyadwatch.errors import DyadwatchError
from dyadwatch.model.keys import SCOPES
from dyadwatch.store import keys
from service.rest import keys as operations
from service.rest.requests import Query, query
from service.ui import forms
from service.ui.alerts import address
from service.ui.forms import FormField, Problem
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.languages import mark
from service.ui.rendering import page

_PAGE_SIZE = 50
_ABOUT: Mapping[str, str] = {
    "read": mark("read everything but the subscriptions of others"),
    "subscribe": mark("and have alerts sent"),
    "curate": mark("and change sources and watches, and judge alerts"),
    "write": mark("both of these"),
    "admin": mark("everything, keys too"),
}


class KeysPageQuery(Query):
    """The parameters of the page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """All keys, with the form of a new one."""
    return _list(visit)


def _list(visit: Visit, problem: Problem | None = None) -> Response:
    page_query = query(KeysPageQuery, parameters(KeysPageQuery.model_fields))
    with visit.begin() as db:
        shown = keys.page(db, limit=_PAGE_SIZE, cursor=page_query.cursor)
    chosen = request.form.getlist("scopes") if request.method == "POST" else ["read"]
    return page(
        "keys.html",
        problem.status if problem else 200,
        keys=shown.data,
        own=visit.key.id,
        fields=_fields(),
        scopes=[(scope, _(_ABOUT[scope]), scope in chosen) for scope in SCOPES],
        problem=problem,
        older=address("page.keys", [("cursor", shown.next)]) if shown.next else None,
        newest=address("page.keys", []) if page_query.cursor else None,
    )


def _fields() -> list[FormField]:
    owner = _("Whose it is. All keys of one owner share what is read, starred and dismissed.")
    return [
        FormField("name", _("Name"), forms.text("name"), attributes={"maxlength": 200, "required": True}),
        FormField("owner", _("Owner"), forms.text("owner"), help=owner, attributes={"maxlength": 200}),
        FormField("expires_at", _("Works until"), forms.text("expires_at"), "date"),
    ]


def create(visit: Visit) -> Response:
    """Makes a key, and shows it."""
    optional = {name: forms.text(name) for name in ("owner", "expires_at") if forms.text(name)}
    body = {"name": forms.text("name"), "scopes": request.form.getlist("scopes"), **optional}
    return _shown(visit, operations.create_key, body=body)


def rotate(visit: Visit, id: int) -> Response:  # noqa: A002  (the name in the path)
    """Gives a key another token, and shows it."""
    hours = forms.text("hours")
    grace = int(hours) * 3_600 if hours.isdecimal() and len(hours) < 4 else hours
    return _shown(visit, operations.rotate_key, id=id, body={"grace": grace})


def _shown(visit: Visit, view: Any, **arguments: Any) -> Response:
    """What an operation makes of a key, whose token no later page shows."""
    try:
        made = visit.api(operations.OPERATIONS).run(view, **arguments)
    except DyadwatchError as error:
        return _list(visit, forms.problem(error))
    return page("key_made.html", 200, key=made)


def revoke(visit: Visit, id: int) -> Response:  # noqa: A002
    """Ends a key."""
    try:
        visit.api(operations.OPERATIONS).run(operations.revoke_key, id=id)
    except DyadwatchError as error:
        return _list(visit, forms.problem(error))
    return forms.done(
        visit, _("The key is revoked, and whoever had signed in with it is signed out."), "page.keys"
    )


PAGES = (
    Page("/keys", "keys", show_list, "admin", section="keys"),
    Page("/keys/create", "create_key", create, "admin", "POST", "keys"),
    Page("/keys/<row:id>/rotate", "rotate_key", rotate, "admin", "POST", "keys"),
    Page("/keys/<row:id>/revoke", "revoke_key", revoke, "admin", "POST", "keys"),
)
