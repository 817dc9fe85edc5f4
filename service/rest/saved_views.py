"""Saved views: lists of alerts that a reader comes back to."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.pagination import ListPage
from dyadwatch.model.saved_views import SavedView
from dyadwatch.store import saved_views
from dyadwatch.subscriptions.saved_views import parse_view
from dyadwatch.validation import Line
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body
from service.rest.responses import ApiResponse, created_response, list_response


class ViewBody(Body):
    """A view to save: `query` is that of `GET /v1/alerts`, with its filters and `sort`."""

    name: Line
    query: Annotated[str, Field(max_length=2_000, examples=["watch=assad-khamenei&triage=unread"])]


def list_views(call: Call) -> ApiResponse:
    """Your own, those of all keys of your owner, by their names."""
    with call.begin() as db:
        return list_response(ListPage(tuple(saved_views.of_reader(db, call.key.reader)), None))


def get_view(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(saved_views.get(db, call.key.reader, id))


def save_view(call: Call, body: ViewBody) -> ApiResponse:
    """409 `duplicate` where you have one of this name; `too_many_views`."""
    query = parse_view(body.query)

    def action(db: Transaction) -> ApiResponse:
        saved_views.check(db, query)
        view = saved_views.create(db, call.key.reader, body.name, body.query)
        return created_response(view, f"/v1/saved-views/{view.id}")

    return call.once(action)


def delete_view(call: Call, id: int) -> ApiResponse:  # noqa: A002
    with call.begin() as db:
        saved_views.delete(db, call.key.reader, id)
    return ApiResponse(status=204)


OPERATIONS = (
    Operation("GET", "/v1/saved-views", list_views, "List saved views", "read", SavedView, many=True),
    Operation(
        "POST",
        "/v1/saved-views",
        save_view,
        "Save a view of the alerts",
        "read",
        SavedView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
    Operation("GET", "/v1/saved-views/{id}", get_view, "Get a saved view", "read", SavedView),
    Operation("DELETE", "/v1/saved-views/{id}", delete_view, "Remove a saved view", "read", status=204),
)
