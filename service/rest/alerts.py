"""Alerts: relationships found in the news, with the evidence."""

import orjson

from dyadwatch.model.alerts import Alert
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import alerts
from dyadwatch.subscriptions import AlertFilter
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


class AlertQuery(AlertFilter, PageQuery):
    """Which alerts to list: everything that is set must hold."""


def list_alerts(call: Call, query: AlertQuery) -> ApiResponse:
    """Newest first."""
    with call.begin() as db:
        page = alerts.page(db, query, limit=query.limit, cursor=query.cursor)
    documents = ListPage(tuple(orjson.Fragment(alert.json) for alert in page.data), page.next)
    revision = [(alert.id, alert.version, alert.updated_at) for alert in page.data]
    return list_response(documents, revision=revision)


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(orjson.Fragment(alerts.get(db, id).json))


OPERATIONS = (
    Operation("GET", "/v1/alerts", list_alerts, "List alerts", "read", Alert, many=True),
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert),
)
