"""The list of watches, and switching one on and off."""

from typing import Annotated

from flask import Response
from pydantic import Field

from dyadwatch.store import activity, watches
from service.rest import watches as operations
from service.rest.requests import Query, query
from service.ui import forms
from service.ui.alerts import address
from service.ui.frame import Page, Visit, parameters
from service.ui.languages import gettext as _
from service.ui.rendering import page

_PAGE_SIZE = 50


class WatchesPageQuery(Query):
    """The parameters of the page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """The watches, newest first, each with its actors and its last alert."""
    page_query = query(WatchesPageQuery, parameters(WatchesPageQuery.model_fields))
    with visit.begin() as db:
        shown = watches.page(db, limit=_PAGE_SIZE, cursor=page_query.cursor)
        newest = {watch.id: activity.newest(db, watch.id) for watch in shown.data}
    return page(
        "watches.html",
        200,
        watches=shown.data,
        newest_at=newest,
        older=address("page.watches", [("cursor", shown.next)]) if shown.next else None,
        newest=address("page.watches", []) if page_query.cursor else None,
    )


def change_state(visit: Visit, slug: str) -> Response:
    """Switches a watch on or off."""
    enabled = {"true": True, "false": False}.get(forms.text("enabled"))
    visit.api(operations.OPERATIONS).run(operations.change_watch, slug=slug, body={"enabled": enabled})
    message = (
        _("The watch is enabled: new texts are tagged for it, and those that name its actors are read again.")
        if enabled
        else _("The watch is disabled: new texts are not tagged for it. Its alerts stay.")
    )
    return forms.done(visit, message, "page.watch", slug=slug)


PAGES = (
    Page("/watches", "watches", show_list, section="watches"),
    Page(
        "/watches/<slug:slug>/state",
        "change_watch_state",
        change_state,
        scope="curate",
        method="POST",
        section="watches",
    ),
)
