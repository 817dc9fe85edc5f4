"""Deliveries: the events owed to subscriptions, and every attempt to send them."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.deliveries import DeliveryState, DeliveryView
from dyadwatch.store import deliveries
from dyadwatch.validation import RowId
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


class DeliveryQuery(PageQuery):
    """Which deliveries to list."""

    subscription: Annotated[RowId | None, Field(description="to this subscription")] = None
    state: Annotated[DeliveryState | None, Field(description="in this state")] = None


def list_deliveries(call: Call, query: DeliveryQuery) -> ApiResponse:
    """Newest first, each with its attempts; the receivers' responses are in a delivery by id. A key sees
    those to its own subscriptions, an admin key all."""
    with call.begin() as db:
        page = deliveries.page(
            db,
            owner=call.owner,
            subscription=query.subscription,
            state=query.state,
            limit=query.limit,
            cursor=query.cursor,
        )
    return list_response(page)


def get_delivery(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(deliveries.get(db, id, owner=call.owner))


def resend_delivery(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Schedules another attempt now, with the same webhook-id. The response does not wait for it, and leaves
    out the receivers' responses, as lists do."""
    return call.once(lambda db: ApiResponse(deliveries.resend(db, id, owner=call.owner), 202))


OPERATIONS = (
    Operation("GET", "/v1/deliveries", list_deliveries, "List deliveries", "read", DeliveryView, many=True),
    Operation("GET", "/v1/deliveries/{id}", get_delivery, "Get a delivery", "read", DeliveryView),
    Operation(
        "POST",
        "/v1/deliveries/{id}/resend",
        resend_delivery,
        "Send a delivery again",
        "write",
        DeliveryView,
        status=202,
        may_conflict=True,
        idempotent=True,
    ),
)
