"""Alerts: relationships found in the news, with the evidence."""

from typing import Annotated

import orjson
from pydantic import Field

from dyadwatch.model.alerts import Alert, AlertFilter, AlertState
from dyadwatch.model.mentions import Level
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import alerts
from dyadwatch.validation import Language, Moment, RowId, SearchWords, Slug
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery, Query
from service.rest.responses import ApiResponse, list_response


class AlertNarrowing(Query):
    """Which alerts are asked for: all that is given must hold."""

    watch: Annotated[Slug | None, Field(description="of this watch")] = None
    since: Annotated[Moment | None, Field(description="created at this time or later")] = None
    until: Annotated[Moment | None, Field(description="created before this time")] = None
    source: Annotated[RowId | None, Field(description="with an article of this source")] = None
    language: Annotated[Language | None, Field(description="with an article in this language")] = None
    event_type: Annotated[str | None, Field(pattern="^[A-Z_]{1,40}$", description="PLOVER code")] = None
    min_score: Annotated[float | None, Field(ge=0, le=1, description="with this score or more")] = None
    level: Level | None = None
    state: AlertState | None = None
    q: Annotated[
        SearchWords | None, Field(description="words of titles and evidence; quotes, or and - work")
    ] = None

    def filter(self) -> AlertFilter:
        """The same as the store asks for it."""
        return AlertFilter(**self.model_dump(include=set(AlertNarrowing.model_fields)))


class AlertQuery(AlertNarrowing, PageQuery):
    """Which alerts are asked for: all that is given must hold."""


def list_alerts(call: Call, query: AlertQuery) -> ApiResponse:
    """Newest first."""
    with call.begin() as db:
        page = alerts.page_as_json(db, query.filter(), limit=query.limit, cursor=query.cursor)
    shown = ListPage(tuple(orjson.Fragment(alert.json) for alert in page.data), page.next)
    return list_response(shown, revision=[(alert.id, alert.version, alert.updated_at) for alert in page.data])


def get_alert(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(alerts.get(db, id))


OPERATIONS = (
    Operation("GET", "/v1/alerts", list_alerts, "List alerts", "read", Alert, many=True),
    Operation("GET", "/v1/alerts/{id}", get_alert, "Get an alert", "read", Alert),
)
