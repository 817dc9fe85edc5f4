"""Sources: the publishers whose feeds are polled."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dyadwatch import publishers
from dyadwatch.articles import check_rules
from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.sources import NewSource, SourceView
from dyadwatch.store import removal, sources
from dyadwatch.validation import Country, Language, Line
from service.rest.feeds import FeedBody, Selector
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery, Url, check_url, unset
from service.rest.responses import ApiResponse, created_response, list_response

Side = Annotated[Line, Field(description="a label of your own: syrian, iranian, western, …")]
Ownership = Annotated[Line, Field(description="a label of your own: state, private, public, …")]


def _check_publisher(slug: str) -> str:
    if publishers.by_slug(slug) is None:
        raise PydanticCustomError("not_allowed", "is the slug of no publisher that is known")
    return slug


PublisherSlug = Annotated[
    str, AfterValidator(_check_publisher), Field(description="the slug of one of `GET /v1/publishers`")
]
Family = Annotated[Line, Field(description="what sources have in common that do not report independently")]
StateControl = Literal["editorial", "funding", "none"]

Scope = Annotated[
    str,
    Field(
        pattern=r"^(host|domain|group:[A-Za-z0-9._-]{1,60})$",
        description="which requests share a rate limit: those to the same host (`host`), to the same "
        "registrable domain (`domain`), or of all sources that name the same group (`group:NAME`)",
    ),
]
Interval = Annotated[
    float,
    Field(
        ge=1, le=604_800, description="seconds between polls, instead of an interval that adapts to each feed"
    ),
]
Selectors = Annotated[tuple[Selector, ...], Field(max_length=20, strict=False)]


class RulesBody(Body):
    """How to extract articles from the publisher's pages where general extraction errs: CSS selectors, of
    which the first that matches wins; what `drop` matches is left out of the text."""

    title: Selectors = ()
    body: Selectors = ()
    author: Selectors = ()
    date: Selectors = ()
    drop: Selectors = ()


class SourceBody(Body):
    """A new source: a publisher, and its feeds."""

    name: Line
    feeds: Annotated[list[FeedBody], Field(max_length=50, default_factory=list)]
    homepage: Url | None = None
    country: Country | None = None
    side: Side | None = None
    language: Language | None = None
    ownership: Ownership | None = None
    publisher: PublisherSlug | None = None
    family: Family | None = None
    state_control: StateControl | None = None
    scope: Scope = "host"
    poll_interval: Interval | None = None
    reading_rules: RulesBody | None = None


class SourceChanges(Body):
    """The fields to change; null clears a field."""

    name: Line = unset()
    homepage: Url | None = None
    country: Country | None = None
    side: Side | None = None
    language: Language | None = None
    ownership: Ownership | None = None
    publisher: PublisherSlug | None = None
    family: Family | None = None
    state_control: StateControl | None = None
    scope: Scope = unset()
    poll_interval: Interval | None = None
    reading_rules: RulesBody | None = None


def list_sources(call: Call, query: PageQuery) -> ApiResponse:
    """Newest first, each with its feeds."""
    with call.begin() as db:
        return list_response(sources.page(db, limit=query.limit, cursor=query.cursor))


def create_source(call: Call, body: SourceBody) -> ApiResponse:
    """Its feeds are polled as soon as possible."""
    web = call.product.web
    if body.homepage is not None:
        check_url(web, body.homepage, "/homepage")
    new = NewSource(
        name=body.name,
        feeds=tuple(feed.value(web, f"/feeds/{number}") for number, feed in enumerate(body.feeds)),
        homepage=body.homepage,
        country=body.country,
        side=body.side,
        language=body.language,
        ownership=body.ownership,
        publisher=body.publisher,
        family=body.family,
        state_control=body.state_control,
        scope=body.scope,
        poll_interval=body.poll_interval,
        reading_rules=_extraction_rules(body.reading_rules),
    )

    def action(db: Transaction) -> ApiResponse:
        view = sources.create(db, new)
        return created_response(view, f"/v1/sources/{view.id}")

    return call.once(action)


def _extraction_rules(body: RulesBody | None) -> ExtractionRules | None:
    """Raises InvalidInput at /reading_rules for a selector that is not CSS."""
    if body is None:
        return None
    rules = ExtractionRules(**body.model_dump())
    try:
        check_rules(rules)
    except InvalidInput as error:
        problem = FieldError("/reading_rules", error.detail, error.code)
        raise InvalidInput("The reading rules cannot be used.", errors=[problem]) from error
    return rules


def get_source(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(sources.get(db, id))


def change_source(call: Call, id: int, body: SourceChanges) -> ApiResponse:  # noqa: A002
    if body.homepage is not None:
        check_url(call.product.web, body.homepage, "/homepage")
    changes = body.changes()
    if body.reading_rules is not None:
        changes["reading_rules"] = _extraction_rules(body.reading_rules)
    with call.begin() as db:
        return ApiResponse(sources.update(db, id, changes))


def delete_source(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """Removes its feeds too; its articles and alerts are kept."""
    removal.remove(call.product.store, "source", id)
    return ApiResponse(status=204)


OPERATIONS = (
    Operation("GET", "/v1/sources", list_sources, "List sources", "read", SourceView, many=True),
    Operation(
        "POST",
        "/v1/sources",
        create_source,
        "Add a source",
        "curate",
        SourceView,
        status=201,
        may_conflict=True,
        idempotent=True,
    ),
    Operation("GET", "/v1/sources/{id}", get_source, "Get a source", "read", SourceView),
    Operation(
        "PATCH", "/v1/sources/{id}", change_source, "Change a source", "curate", SourceView, may_conflict=True
    ),
    Operation("DELETE", "/v1/sources/{id}", delete_source, "Remove a source", "curate", status=204),
)
