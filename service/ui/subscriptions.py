"""Who is sent alerts, and whether their endpoints answer; and how to subscribe to a view of the alerts."""

import shlex
from typing import Annotated

import orjson
from flask import Response
from pydantic import Field

from dyadwatch.store import health, subscriptions
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.subscriptions.filters import CRITERIA
from service.rest.requests import query
from service.ui.alerts import address, public_url
from service.ui.frame import Page, Visit, parameters
from service.ui.rendering import page

_PAGE_SIZE = 30


class SubscriptionsPageQuery(AlertFilter):
    """The parameters of the page: those of a view of alerts to subscribe to, and the cursor."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def show_list(visit: Visit) -> Response:
    """The subscriptions of the key, or all of them for an administrator."""
    params = parameters(SubscriptionsPageQuery.model_fields)
    page_query = query(SubscriptionsPageQuery, params)
    with visit.begin() as db:
        shown = subscriptions.page(db, owner=visit.owner, limit=_PAGE_SIZE, cursor=page_query.cursor)
        rows = [(subscription, health.read(db, subscription)) for subscription in shown.data]
    wanted = page_query.model_dump(mode="json", include=set(CRITERIA), exclude_none=True)
    body = {
        "url": "https://receiver.example/",
        "filter": wanted,
        "events": ["alert.created", "alert.updated"],
    }
    return page(
        "subscriptions.html",
        200,
        rows=rows,
        has_view=bool(wanted),
        left_out=sorted(set(params) - set(wanted) - {"cursor"}),
        body=shlex.quote(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()),
        public_url=public_url(visit),
        older=address("page.subscriptions", [("cursor", shown.next)]) if shown.next else None,
        newest=address("page.subscriptions", []) if page_query.cursor else None,
    )


PAGES = (Page("/subscriptions", "subscriptions", show_list, section="subscriptions"),)
