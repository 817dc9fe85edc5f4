"""Alerts: relationships found in the news, with the evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

import orjson
from flask import request
from pydantic import Field

from dyadwatch.exports import WRITERS, Page
from dyadwatch.model.alerts import Alert
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alerts, filter_values
from dyadwatch.store.alerts import AlertDocument, AlertRevision
from dyadwatch.subscriptions import AlertFilter
from service.rest.operations import JSON, Call, Operation
from service.rest.requests import PageQuery, Position
from service.rest.responses import ApiResponse, changes_response, is_current, list_response


class AlertQuery(AlertFilter, PageQuery):
    """Which alerts to list: everything that is set must hold."""

    after: Annotated[
        Position | None,
        Field(description="changed after this position; in the order of changes, `cursor` is not used"),
    ] = None


def list_alerts(call: Call, query: AlertQuery) -> ApiResponse:
    """Newest first. With `after`, in the order of their last changes, with the `position` to read on from:
    whoever does misses no change. As Atom, JSON Feed or CSV where Accept asks for one of these; the next
    page is then in the Link header alone."""
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        if query.after is not None:
            changed = alerts.changes(db, query, after=query.after, limit=query.limit)
            documents = Changes(_fragments(changed.data), changed.position, changed.more)
            response = changes_response(documents, revision=_revision(changed.data))
            return _exported(call, changed.data, response)
        if request.if_none_match:
            known = alerts.revisions(db, query, limit=query.limit, cursor=query.cursor)
            response = replace(list_response(ListPage((), known.next), revision=known.data), media=call.media)
            if is_current(response):
                return response
        page = alerts.page(db, query, limit=query.limit, cursor=query.cursor)
    response = list_response(ListPage(_fragments(page.data), page.next), revision=_revision(page.data))
    return _exported(call, page.data, response)


def _exported(call: Call, page: Sequence[AlertDocument], response: ApiResponse) -> ApiResponse:
    """The list in the format that the client asked for."""
    if call.media == JSON:
        return response
    base = (call.product.settings.public_url or request.host_url).rstrip("/")
    query = [item for item in request.args.items(multi=True) if item[0] != "cursor"]
    shown = Page(
        alerts=[alert.parse() for alert in page],
        url=f"{base}{request.path}" + (f"?{urlencode(query)}" if query else ""),
        following=response.value["next"],
        base=base,
    )
    return replace(response, value=WRITERS[call.media](shown), media=call.media)


def _fragments(page: Sequence[AlertDocument]) -> tuple[orjson.Fragment, ...]:
    return tuple(orjson.Fragment(alert.json) for alert in page)


def _revision(page: Sequence[AlertDocument]) -> Sequence[AlertRevision]:
    return tuple(alert.revision for alert in page)


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(orjson.Fragment(alerts.get(db, id).json))


OPERATIONS = (
    Operation(
        "GET", "/v1/alerts", list_alerts, "List alerts", "read", Alert, many=True, media=(JSON, *WRITERS)
    ),
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert),
)
