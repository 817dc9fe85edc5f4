"""Deliveries: the events owed to subscriptions, and every attempt to send them."""

from typing import Annotated, Literal

from pydantic import Field

from dyadwatch.errors import Conflict, InvalidInput, TooCostly
from dyadwatch.model.deliveries import DeliveryPayload, DeliveryState, DeliveryView, Reason
from dyadwatch.model.subscriptions import EventType
from dyadwatch.store import deliveries
from dyadwatch.validation import Moment, RowId, Until
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


class DeliveryQuery(PageQuery):
    """Which deliveries to list."""

    subscription: Annotated[RowId | None, Field(description="to this subscription")] = None
    state: Annotated[DeliveryState | None, Field(description="in this state")] = None
    alert: Annotated[RowId | None, Field(description="of an event of this alert")] = None
    event_type: Annotated[
        Literal[EventType, "alert.digest", "subscription.test"] | None,
        Field(description="of an event of this type"),
    ] = None
    reason: Annotated[
        Reason | None,
        Field(description="whose last attempt failed for this reason; `status`: by what was answered"),
    ] = None
    status: Annotated[
        int | None, Field(ge=100, le=599, description="whose last attempt failed with this status")
    ] = None
    since: Annotated[Moment | None, Field(description="created at this time or later")] = None
    until: Annotated[Until | None, Field(description="created before this time")] = None


def list_deliveries(call: Call, query: DeliveryQuery) -> ApiResponse:
    """Newest first, each with its attempts; the receivers' responses are in a delivery by id. A key sees
    those to its own subscriptions, an admin key all."""
    with call.begin() as db:
        page = deliveries.page(db, owner=call.owner, **query.model_dump())
    return list_response(page)


def get_delivery(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(deliveries.get(db, id, owner=call.owner))


def get_payload(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """What the receiver is sent: the bytes that are signed, as text; by the template that the subscription
    has now."""
    with call.begin() as db:
        view = deliveries.get(db, id, owner=call.owner, responses=False)
        document, members, template, topic = deliveries.payload(db, id, owner=call.owner)
    try:
        content_type, body = call.product.pipeline.payload(
            document, members, template, topic, webhook_id=view.webhook_id
        )
    except (InvalidInput, TooCostly) as error:
        raise Conflict(error.detail, code=error.code) from error
    return ApiResponse(DeliveryPayload(view.webhook_id, content_type, body.decode()))


def retry_delivery(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Makes another attempt now, with the same webhook-id, beside those of the schedule. What had failed for
    good gets the whole schedule again; a test is not sent again. The response does not wait for it, and
    leaves out the receivers' responses, as lists do."""
    return call.once(lambda db: ApiResponse(deliveries.resend(db, id, owner=call.owner), 202))


def resend_delivery(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """The earlier name of `retry`."""
    return retry_delivery(call, id)


OPERATIONS = (
    Operation("GET", "/v1/deliveries", list_deliveries, "List deliveries", "read", DeliveryView, many=True),
    Operation("GET", "/v1/deliveries/{id}", get_delivery, "Get a delivery", "read", DeliveryView),
    Operation(
        "GET",
        "/v1/deliveries/{id}/payload",
        get_payload,
        "Get what a delivery sends",
        "read",
        DeliveryPayload,
        may_conflict=True,
    ),
    *(
        Operation(
            "POST",
            f"/v1/deliveries/{{id}}/{name}",
            view,
            "Send a delivery again",
            "subscribe",
            DeliveryView,
            status=202,
            may_conflict=True,
            idempotent=True,
        )
        for name, view in (("retry", retry_delivery), ("resend", resend_delivery))
    ),
)
