"""The list of watches."""

from typing import Annotated

from flask import Response
from pydantic import Field

from dyadwatch.store import activity, watches
from service.rest.requests import Query, query
from service.ui.alerts import address
from service.ui.frame import Page, Visit, parameters
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


PAGES = (Page("/watches", "watches", show_list, section="watches"),)
