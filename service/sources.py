"""Sources: publishers that are watched."""

from typing import Annotated

from pydantic import Field

from dyadwatch.model.feeds import NewFeed, NewSource, SourceView
from dyadwatch.store import sources
from service.answers import Answer, created, listed
from service.feeds import FeedBody
from service.operations import Call, Operation, Transaction
from service.reading import Body, Language, Line, PageQuery, Url, absent, check_url

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Side = Annotated[Line, Field(description="a word of your own: syrian, iranian, western, …")]
Ownership = Annotated[Line, Field(description="a word of your own: state, private, public, …")]


class SourceBody(Body):
    """A publisher to be watched, and its feeds."""

    name: Line
    feeds: Annotated[list[FeedBody], Field(max_length=50, default_factory=list)]
    homepage: Url | None = None
    country: Country | None = None
    side: Side | None = None
    language: Language | None = None
    ownership: Ownership | None = None


class SourceChanges(Body):
    """What to change; null clears a field."""

    name: Line = absent()
    homepage: Url | None = None
    country: Country | None = None
    side: Side | None = None
    language: Language | None = None
    ownership: Ownership | None = None


def list_sources(call: Call, query: PageQuery) -> Answer:
    """Newest first, each with its feeds."""
    with call.begin() as db:
        return listed(sources.page(db, limit=query.limit, cursor=query.cursor))


def create_source(call: Call, body: SourceBody) -> Answer:
    """Its feeds are polled at once."""
    web = call.product.web
    if body.homepage is not None:
        check_url(web, body.homepage, "/homepage")
    for number, feed in enumerate(body.feeds):
        check_url(web, feed.url, f"/feeds/{number}/url")
    new = NewSource(
        name=body.name,
        feeds=tuple(NewFeed(feed.url) for feed in body.feeds),
        homepage=body.homepage,
        country=body.country,
        side=body.side,
        language=body.language,
        ownership=body.ownership,
    )

    def action(db: Transaction) -> Answer:
        view = sources.create(db, new)
        return created(view, f"/v1/sources/{view.id}")

    return call.once(action)


def get_source(call: Call, id: int) -> Answer:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return Answer(sources.get(db, id))


def change_source(call: Call, id: int, body: SourceChanges) -> Answer:  # noqa: A002
    if body.homepage is not None:
        check_url(call.product.web, body.homepage, "/homepage")
    with call.begin() as db:
        return Answer(sources.update(db, id, body.changes()))


def delete_source(call: Call, id: int) -> Answer:  # noqa: A002
    """With its feeds; articles and alerts stay."""
    with call.begin() as db:
        sources.delete(db, id)
    return Answer(status=204)


OPERATIONS = (
    Operation("GET", "/v1/sources", list_sources, "List sources", "read", SourceView, many=True),
    Operation(
        "POST",
        "/v1/sources",
        create_source,
        "Watch a source",
        "write",
        SourceView,
        status=201,
        conflicts=True,
        repeats=True,
    ),
    Operation("GET", "/v1/sources/{id}", get_source, "Get a source", "read", SourceView),
    Operation(
        "PATCH", "/v1/sources/{id}", change_source, "Change a source", "write", SourceView, conflicts=True
    ),
    Operation("DELETE", "/v1/sources/{id}", delete_source, "Remove a source", "write", status=204),
)
