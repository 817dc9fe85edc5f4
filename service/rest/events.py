"""Events: every change of alerts, for clients that poll."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.alerts import AlertEventView
from dyadwatch.store import alert_events
from service.rest.operations import Call, Operation
from service.rest.requests import Position, Query
from service.rest.responses import ApiResponse, changes_response


class EventQuery(Query):
    """From where to read on."""

    after: Position = 0
    limit: Annotated[int, Field(ge=1, le=200, description="at most this many items")] = 50


def list_events(call: Call, query: EventQuery) -> ApiResponse:
    """In the order in which they became visible, with the `position` to read on from: whoever does gets each
    event once."""
    with call.begin() as db:
        return changes_response(alert_events.page(db, after=query.after, limit=query.limit))


OPERATIONS = (
    Operation("GET", "/v1/events", list_events, "List alert events", "read", AlertEventView, many=True),
)
