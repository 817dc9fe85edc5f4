"""Alarms: when a watch is out of the usual."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.alarms import AlarmState, AlarmView
from dyadwatch.store import alarms, watches
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


class AlarmQuery(PageQuery):
    """Which alarms to list."""

    state: Annotated[AlarmState | None, Field(description="in this state")] = None


def list_alarms(call: Call, slug: str, query: AlarmQuery) -> ApiResponse:
    """Newest first. A burst is a day with far more alerts than the eight weeks before let expect; a silence
    is days without any that are too many to be chance, and says whether the feeds that used to report are in
    trouble (`cause`)."""
    with call.begin() as db:
        watches.require(db, slug)
        page = alarms.page(db, slug, state=query.state, limit=query.limit, cursor=query.cursor)
    return list_response(page)


OPERATIONS = (
    Operation(
        "GET",
        "/v1/watches/{slug}/alarms",
        list_alarms,
        "List a watch's alarms",
        "read",
        AlarmView,
        many=True,
    ),
)
