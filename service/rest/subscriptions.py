"""Subscriptions: endpoints that are sent alert events."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from pydantic import Field

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, AlertEventType
from dyadwatch.model.deliveries import DeliveryView
from dyadwatch.model.subscriptions import NewSubscription, SubscriptionView
from dyadwatch.senders import CHANNELS
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import removal, subscriptions, watches
from dyadwatch.subscriptions import describe_filter, parse_filter
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery, Text, check_url, unset
from service.rest.responses import ApiResponse, created_response, list_response

TargetUrl = Annotated[
    str, Field(min_length=8, max_length=2_048, description=f"absolute, {' or '.join(CHANNELS)}")
]
Events = Annotated[list[AlertEventType], Field(min_length=1, max_length=3)]
Filter = Annotated[dict[str, Any], Field(description=describe_filter())]


class SubscriptionBody(Body):
    """An endpoint, and which events of which alerts it is sent."""

    url: TargetUrl
    events: Events = Field(default_factory=lambda: list(ALERT_EVENT_TYPES))
    filter: Filter = Field(default_factory=dict)
    description: Text | None = None


class SubscriptionChanges(Body):
    """The fields to change. Setting `state` to active clears `disabled_reason`."""

    url: TargetUrl = unset()
    events: Events = unset()
    filter: Filter = unset()
    description: Text | None = None
    state: Literal["active", "paused"] = unset()


@dataclass(frozen=True, slots=True)
class CreatedSubscription(SubscriptionView):
    """A new subscription with the secret that signs its webhooks, which is shown only in this response."""

    secret: str


def list_subscriptions(call: Call, query: PageQuery) -> ApiResponse:
    """Newest first."""
    with call.begin() as db:
        return list_response(subscriptions.page(db, limit=query.limit, cursor=query.cursor))


def create_subscription(call: Call, body: SubscriptionBody) -> ApiResponse:
    """The secret is shown only in this response. Webhooks are signed by Standard Webhooks."""
    check_url(call.product.senders, body.url, "/url")
    new = NewSubscription(
        url=body.url,
        events=tuple(dict.fromkeys(body.events)),
        filter=parse_filter(body.filter),
        description=body.description,
    )

    def action(db: Transaction) -> ApiResponse:
        _check_watches(db, new.filter)
        secret = new_secret()
        view = subscriptions.create(db, new, secret)
        values = {field.name: getattr(view, field.name) for field in fields(view)}
        return created_response(CreatedSubscription(**values, secret=secret), f"/v1/subscriptions/{view.id}")

    return call.once(action)


def get_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(subscriptions.get(db, id))


def change_subscription(call: Call, id: int, body: SubscriptionChanges) -> ApiResponse:  # noqa: A002
    changes = body.changes()
    if "url" in changes:
        check_url(call.product.senders, changes["url"], "/url")
    if "events" in changes:
        changes["events"] = tuple(dict.fromkeys(changes["events"]))
    if "filter" in changes:
        changes["filter"] = parse_filter(changes["filter"])
    with call.begin() as db:
        _check_watches(db, changes.get("filter", {}))
        return ApiResponse(subscriptions.update(db, id, changes))


def delete_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Removes its deliveries and their attempts too."""
    removal.remove(call.product.store, "subscription", id)
    return ApiResponse(status=204)


def test_subscription(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Sends a `subscription.test` event now, once, and returns
    its delivery with the attempt, whether it succeeded or not."""
    return ApiResponse(call.product.send_test(id))


def _check_watches(db: Transaction, filter: Mapping[str, Any]) -> None:  # noqa: A002  # the word of the API
    """Raises InvalidInput where a filter names a watch that does not exist."""
    names = filter.get("watch", [])
    for name in names if isinstance(names, list) else [names]:
        if not watches.exists(db, name):
            problem = FieldError("/filter/watch", f"there is no watch {name!r}", "unknown_watch")
            raise InvalidInput(f"There is no watch {name!r}.", errors=[problem])


OPERATIONS = (
    Operation(
        "GET",
        "/v1/subscriptions",
        list_subscriptions,
        "List subscriptions",
        "read",
        SubscriptionView,
        many=True,
    ),
    Operation(
        "POST",
        "/v1/subscriptions",
        create_subscription,
        "Subscribe an endpoint",
        "write",
        CreatedSubscription,
        status=201,
        idempotent=True,
    ),
    Operation(
        "GET", "/v1/subscriptions/{id}", get_subscription, "Get a subscription", "read", SubscriptionView
    ),
    Operation(
        "PATCH",
        "/v1/subscriptions/{id}",
        change_subscription,
        "Change, pause or resume a subscription",
        "write",
        SubscriptionView,
    ),
    Operation(
        "DELETE", "/v1/subscriptions/{id}", delete_subscription, "Remove a subscription", "write", status=204
    ),
    Operation(
        "POST",
        "/v1/subscriptions/{id}/test",
        test_subscription,
        "Send a test event",
        "write",
        DeliveryView,
        lane="network",
    ),
)
