"""Precision by verdict of a watch."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.precision import PrecisionView
from dyadwatch.store import precision, watches
from dyadwatch.validation import Moment, Until
from service.rest.operations import Call, Operation
from service.rest.requests import Query
from service.rest.responses import ApiResponse


class PrecisionQuery(Query):
    """Of which alerts."""

    since: Annotated[Moment | None, Field(description="created at this time or later")] = None
    until: Annotated[Until | None, Field(description="created before this time")] = None


def get_precision(call: Call, slug: str, query: PrecisionQuery) -> ApiResponse:
    """Of the alerts that analysts judged, the share that was confirmed, with its interval of 95 % (Wilson);
    withdrawn ones count too. Who judges only what looks wrong measures less than there is."""
    with call.begin() as db:
        watches.get(db, slug)
        return ApiResponse(precision.of_watch(db, slug, since=query.since, until=query.until))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/watches/{slug}/precision",
        get_precision,
        "See how often a watch's alerts are right",
        "read",
        PrecisionView,
    ),
)
