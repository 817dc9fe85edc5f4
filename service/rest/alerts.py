"""Alerts: relationships found in the news, with the evidence."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from flask import request
from pydantic import Field

from dyadwatch.model.alerts import Alert
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store import alerts, filter_values
from dyadwatch.store.alerts import AlertDocument, AlertRevision
from dyadwatch.subscriptions import AlertFilter
from service.rest.operations import Call, Operation
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
    whoever does misses no change."""
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        if query.after is not None:
            changed = alerts.changes(db, query, after=query.after, limit=query.limit)
            documents = Changes(_fragments(changed.data), changed.position, changed.more)
            return changes_response(documents, revision=_revision(changed.data))
        if request.if_none_match:
            known = alerts.revisions(db, query, limit=query.limit, cursor=query.cursor)
            response = list_response(ListPage((), known.next), revision=known.data)
            if is_current(response):
                return response
        page = alerts.page(db, query, limit=query.limit, cursor=query.cursor)
    return list_response(ListPage(_fragments(page.data), page.next), revision=_revision(page.data))


def _fragments(page: Sequence[AlertDocument]) -> tuple[orjson.Fragment, ...]:
    return tuple(orjson.Fragment(alert.json) for alert in page)


def _revision(page: Sequence[AlertDocument]) -> Sequence[AlertRevision]:
    return tuple(alert.revision for alert in page)


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(orjson.Fragment(alerts.get(db, id).json))


OPERATIONS = (
    Operation("GET", "/v1/alerts", list_alerts, "List alerts", "read", Alert, many=True),
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert),
)
