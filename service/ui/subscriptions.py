"""Who is sent alerts, and whether their endpoints answer."""

from typing import Annotated

from flask import Response
from pydantic import Field

from dyadwatch.store import health, subscriptions
from service.rest.requests import Query, query
from service.ui.alerts import address
from service.ui.frame import Page, Visit, parameters
from service.ui.rendering import page

_PAGE_SIZE = 30


class SubscriptionsPageQuery(Query):
    """The parameters of the page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """The subscriptions of the key, or all of them for an administrator."""
    params = parameters(SubscriptionsPageQuery.model_fields)
    page_query = query(SubscriptionsPageQuery, params)
    with visit.begin() as db:
        shown = subscriptions.page(db, owner=visit.owner, limit=_PAGE_SIZE, cursor=page_query.cursor)
        rows = [(subscription, health.read(db, subscription)) for subscription in shown.data]
    return page(
        "subscriptions.html",
        200,
        rows=rows,
        older=address("page.subscriptions", [("cursor", shown.next)]) if shown.next else None,
        newest=address("page.subscriptions", []) if page_query.cursor else None,
    )


PAGES = (Page("/subscriptions", "subscriptions", show_list, section="subscriptions"),)
