"""What happened to the feeds of a source."""

from dyadwatch.model.feed_events import FeedEventView
from dyadwatch.store import feed_events, sources
from service.rest.operations import Call, Operation
from service.rest.requests import PageQuery
from service.rest.responses import ApiResponse, list_response


def list_feed_events(call: Call, id: int, query: PageQuery) -> ApiResponse:  # noqa: A002  (the name in the path)
    """The last first: added, paused, resumed, moved, gone, failing and why, recovered. Polls that went as
    ever are not among them, and of each feed the last 100 are kept."""
    with call.begin() as db:
        sources.get(db, id)
        return list_response(feed_events.page(db, id, limit=query.limit, cursor=query.cursor))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/sources/{id}/events",
        list_feed_events,
        "List what happened to the feeds of a source",
        "read",
        FeedEventView,
        many=True,
    ),
)
