"""Feeds: the addresses of a source that are polled."""

from typing import Annotated, Literal

from pydantic import Field

from dyadwatch.model.feeds import FeedView, NewFeed
from dyadwatch.store import feeds
from service.answers import Answer, created, listed
from service.operations import Call, Operation, Transaction
from service.reading import Body, PageQuery, RowId, Url, check_url


class FeedBody(Body):
    """RSS, Atom, RDF, JSON Feed or a news sitemap."""

    url: Url


class FeedChanges(Body):
    """Paused feeds are not polled; active ones are at once."""

    state: Literal["active", "paused"]


class FeedQuery(PageQuery):
    """Which feeds are asked for."""

    source: Annotated[RowId | None, Field(description="of this source")] = None
    state: Literal["active", "paused", "gone"] | None = None


def list_feeds(call: Call, query: FeedQuery) -> Answer:
    """Newest first."""
    with call.begin() as db:
        page = feeds.page(db, source=query.source, state=query.state, limit=query.limit, cursor=query.cursor)
    return listed(page)


def add_feed(call: Call, id: int, body: FeedBody) -> Answer:  # noqa: A002  (the name in the path)
    """It is polled at once."""
    check_url(call.product.web, body.url, "/url")

    def action(db: Transaction) -> Answer:
        view = feeds.add(db, id, NewFeed(body.url))
        return created(view, f"/v1/feeds/{view.id}")

    return call.once(action)


def get_feed(call: Call, id: int) -> Answer:  # noqa: A002
    with call.begin() as db:
        return Answer(feeds.get(db, id))


def change_feed(call: Call, id: int, body: FeedChanges) -> Answer:  # noqa: A002
    with call.begin() as db:
        view = feeds.update(db, id, state=body.state)
    return Answer(view)


def poll_feed(call: Call, id: int) -> Answer:  # noqa: A002
    """Makes it due now; the answer does not wait for the poll."""
    return call.once(lambda db: Answer(feeds.poll_now(db, id), 202))


def delete_feed(call: Call, id: int) -> Answer:  # noqa: A002
    """Articles stay."""
    with call.begin() as db:
        feeds.delete(db, id)
    return Answer(status=204)


OPERATIONS = (
    Operation("GET", "/v1/feeds", list_feeds, "List feeds", "read", FeedView, many=True),
    Operation(
        "POST",
        "/v1/sources/{id}/feeds",
        add_feed,
        "Add a feed to a source",
        "write",
        FeedView,
        status=201,
        conflicts=True,
        repeats=True,
    ),
    Operation("GET", "/v1/feeds/{id}", get_feed, "Get a feed", "read", FeedView),
    Operation("PATCH", "/v1/feeds/{id}", change_feed, "Pause or resume a feed", "write", FeedView),
    Operation(
        "POST",
        "/v1/feeds/{id}/poll",
        poll_feed,
        "Poll a feed now",
        "write",
        FeedView,
        status=202,
        conflicts=True,
        repeats=True,
    ),
    Operation("DELETE", "/v1/feeds/{id}", delete_feed, "Remove a feed", "write", status=204),
)
