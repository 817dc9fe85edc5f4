"""Feeds: the URLs of a source that are polled."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from dyadwatch.errors import FeedError, FieldError, InvalidInput, TooCostly, WebError
from dyadwatch.feeds import check_list_rule, without_feed_scheme
from dyadwatch.model.feed_previews import FeedPreview
from dyadwatch.model.feeds import FeedView, ListRule, NewFeed
from dyadwatch.store import feeds, filter_values, removal, sources
from dyadwatch.validation import RowId, legible
from dyadwatch.web import Client
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery, Url, check_url
from service.rest.responses import ApiResponse, created_response, list_response

Selector = Annotated[
    str, Field(max_length=500, description="a CSS selector"), AfterValidator(legible), Field(min_length=1)
]


class ListRuleBody(Body):
    """How to read an HTML page that lists articles: `entry`
    selects each article's block, the others a part of it."""

    entry: Selector
    link: Selector = "a[href]"
    title: Selector | None = None
    date: Selector | None = None


class FeedBody(Body):
    """A URL to poll: RSS, Atom, RDF, JSON Feed, a news sitemap or an index of them, or a page that links to
    its feed; with `list_rule`, an HTML page that lists articles."""

    url: Url
    list_rule: ListRuleBody | None = None

    def value(self, web: Client, pointer: str) -> NewFeed:
        """The feed to add. Raises InvalidInput at `pointer`."""
        url = without_feed_scheme(self.url)
        check_url(web, url, f"{pointer}/url")
        if self.list_rule is None:
            return NewFeed(url)
        rule = ListRule(**self.list_rule.model_dump())
        try:
            check_list_rule(rule)
        except FeedError as error:
            problem = FieldError(f"{pointer}/list_rule", error.detail, error.code)
            raise InvalidInput("The list rule cannot be used.", errors=[problem]) from error
        return NewFeed(url, rule)


class FeedPreviewBody(Body):
    """Any address: of a feed, or of a page that names one."""

    url: Url


class FeedChanges(Body):
    """A paused feed is not polled; one that is made active is polled as soon as possible."""

    state: Literal["active", "paused"]


class FeedQuery(PageQuery):
    """Which feeds to list."""

    source: Annotated[RowId | None, Field(description="of this source")] = None
    state: Annotated[Literal["active", "paused", "gone"] | None, Field(description="in this state")] = None


def list_feeds(call: Call, query: FeedQuery) -> ApiResponse:
    """Newest first."""
    with call.begin() as db:
        filter_values.check(db, query.model_dump())
        page = feeds.page(db, source=query.source, state=query.state, limit=query.limit, cursor=query.cursor)
    return list_response(page)


def add_feed(call: Call, id: int, body: FeedBody) -> ApiResponse:  # noqa: A002  (the name in the path)
    """It is polled as soon as possible."""
    new = body.value(call.product.web, "")

    def action(db: Transaction) -> ApiResponse:
        view = sources.add_feed(db, id, new)
        return created_response(view, f"/v1/feeds/{view.id}")

    return call.once(action)


def get_feed(call: Call, id: int) -> ApiResponse:  # noqa: A002
    with call.begin() as db:
        return ApiResponse(feeds.get(db, id))


def change_feed(call: Call, id: int, body: FeedChanges) -> ApiResponse:  # noqa: A002
    with call.begin() as db:
        view = feeds.update(db, id, state=body.state)
    return ApiResponse(view)


def poll_feed(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Schedules a poll now; the response does not wait for it."""
    return call.once(lambda db: ApiResponse(feeds.poll_now(db, id), 202))


def preview_feed(call: Call, body: FeedPreviewBody) -> ApiResponse:
    """Reads an address as a poll would, and stores nothing: the feed behind it, its first entries, and the
    watches that their titles and texts match. Of a page that names several feeds, these, as `candidates`."""
    url = without_feed_scheme(body.url)
    check_url(call.product.web, url, "/url")
    try:
        return ApiResponse(call.product.pipeline.preview_feed(url))
    except (FeedError, TooCostly, WebError) as error:
        problem = FieldError("/url", error.detail, error.code)
        raise InvalidInput(error.detail, errors=[problem], code=error.code) from error


def delete_feed(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Its articles are kept."""
    removal.remove(call.product.store, "feed", id)
    return ApiResponse(status=204)


OPERATIONS = (
    Operation("GET", "/v1/feeds", list_feeds, "List feeds", "read", FeedView, many=True),
    Operation(
        "POST",
        "/v1/sources/{id}/feeds",
        add_feed,
        "Add a feed to a source",
        "curate",
        FeedView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
    Operation("GET", "/v1/feeds/{id}", get_feed, "Get a feed", "read", FeedView),
    Operation("PATCH", "/v1/feeds/{id}", change_feed, "Pause or resume a feed", "curate", FeedView),
    Operation(
        "POST",
        "/v1/feeds/{id}/poll",
        poll_feed,
        "Poll a feed now",
        "curate",
        FeedView,
        status=202,
        may_conflict=True,
        idempotent=True,
    ),
    Operation(
        "POST", "/v1/feeds/preview", preview_feed, "Preview a feed", "curate", FeedPreview, lane="network"
    ),
    Operation("DELETE", "/v1/feeds/{id}", delete_feed, "Remove a feed", "curate", status=204),
)
