"""Watches: the pairs of actors that texts are tagged for."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.pagination import ListPage
from dyadwatch.model.watch_previews import WatchPreview
from dyadwatch.model.watches import FullWatchVersionView, WatchVersionView
from dyadwatch.store import removal, watch_versions, watches
from dyadwatch.tagging import Suggestion, WatchDocument, check_watch, parse_watch, suggest
from dyadwatch.validation import Language
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery, Query
from service.rest.responses import ApiResponse, created_response, list_response

_PREVIEW_SECONDS = 2.0

WatchBody = Annotated[dict[str, Any], WatchDocument]  # is checked as documents of every other origin are


class WatchAnswer(BaseModel):
    """A watch: its document (two actors with their names and aliases per language, dated roles, namesakes,
    cues) with its version, its state and when it was created and last changed."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str
    version: int
    enabled: bool
    actors: dict[str, dict[str, Any]]
    created_at: datetime
    updated_at: datetime


class WatchSuggestions(BaseModel):
    """`suggestions`: names that a watch lacks, as its own names tell them, each with the place for it in the
    document; one that is not `is_sure` is a guess. `warnings`: what is allowed and probably not meant."""

    suggestions: tuple[Suggestion, ...]
    warnings: tuple[FieldError, ...]


class SuggestionQuery(Query):
    """In which languages, beside those of the watch."""

    language: Language | None = None


class WatchPreviewQuery(Query):
    """Which articles to look at."""

    days: Annotated[int, Field(ge=1, le=3_650, description="first seen in so many days")] = 90


class WatchChanges(Body):
    """New texts are not tagged for a watch that is disabled; its alerts stay."""

    enabled: bool


def list_watches(call: Call, query: PageQuery) -> ApiResponse:
    """Newest first."""
    with call.begin() as db:
        page = watches.page(db, limit=query.limit, cursor=query.cursor)
    documents = ListPage(tuple(watch.as_json() for watch in page.data), page.next)
    return list_response(documents, revision=[(watch.id, watch.updated_at) for watch in page.data])


def create_watch(call: Call, body: WatchBody) -> ApiResponse:
    """The body is a watch document, as docs/watches.md describes it."""
    watch = parse_watch(body)

    def action(db: Transaction) -> ApiResponse:
        view = watches.create(db, watch.id, watch.title, body)
        return created_response(view.as_json(), f"/v1/watches/{view.id}")

    return call.once(action)


def get_watch(call: Call, slug: str) -> ApiResponse:
    with call.begin() as db:
        watch = watches.get(db, slug)
        return ApiResponse(watch.as_json(), modified=watch.updated_at)


def replace_watch(call: Call, slug: str, body: WatchBody) -> ApiResponse:
    """A document that differs from the stored one becomes a new version of the watch."""
    watch = parse_watch(body)
    if watch.id != slug:
        problem = FieldError("/id", f"must be {slug!r}, as in the path", "contradictory")
        raise InvalidInput("The document is of another watch.", errors=[problem])
    with call.begin() as db:
        return ApiResponse(watches.replace(db, slug, watch.title, body).as_json())


def change_watch(call: Call, slug: str, body: WatchChanges) -> ApiResponse:
    with call.begin() as db:
        return ApiResponse(watches.enable(db, slug, enabled=body.enabled).as_json())


def delete_watch(call: Call, slug: str) -> ApiResponse:
    """A watch that has alerts cannot be removed (409 `watch_has_alerts`): disable it instead."""
    removal.remove(call.product.store, "watch", slug)
    return ApiResponse(status=204)


def suggest_for_watch(call: Call, slug: str, query: SuggestionQuery) -> ApiResponse:
    """Aliases, spellings and transliterations; forms that are found anyway are left out."""
    with call.begin() as db:
        document = watches.get(db, slug).document
    return _suggestions(document, query)


def suggest_for_document(_call: Call, body: WatchBody, query: SuggestionQuery) -> ApiResponse:
    """The body is a watch document, which is not stored."""
    return _suggestions(body, query)


def _suggestions(document: Mapping[str, Any], query: SuggestionQuery) -> ApiResponse:
    languages = (query.language,) if query.language else ()
    watch = parse_watch(document)
    return ApiResponse({"suggestions": suggest(watch, languages), "warnings": check_watch(watch, document)})


def preview_document(call: Call, body: WatchBody, query: WatchPreviewQuery) -> ApiResponse:
    """The body is a watch document, which is not stored. Tells what it finds in the newest articles that are
    read within two seconds, and what it finds no longer where there is a watch of its id."""
    since = datetime.now(UTC) - timedelta(days=query.days)
    return ApiResponse(call.product.pipeline.preview_watch(body, since=since, seconds=_PREVIEW_SECONDS))


def list_watch_versions(call: Call, slug: str) -> ApiResponse:
    """Newest first, 200 at most."""
    with call.begin() as db:
        return list_response(ListPage(tuple(watch_versions.of_watch(db, slug)), None))


def get_watch_version(call: Call, slug: str, number: int) -> ApiResponse:
    """With its document."""
    with call.begin() as db:
        return ApiResponse(watch_versions.get(db, slug, number))


OPERATIONS = (
    Operation("GET", "/v1/watches", list_watches, "List watches", "read", WatchAnswer, many=True),
    Operation(
        "POST",
        "/v1/watches",
        create_watch,
        "Add a watch",
        "curate",
        WatchAnswer,
        status=201,
        may_conflict=True,
        idempotent=True,
        lane="cpu",
    ),
    Operation(
        "GET",
        "/v1/watches/{slug}/suggestions",
        suggest_for_watch,
        "Suggest names that a watch lacks",
        "read",
        WatchSuggestions,
        lane="cpu",
    ),
    Operation(
        "POST",
        "/v1/suggest",
        suggest_for_document,
        "Suggest names that a watch document lacks",
        "read",
        WatchSuggestions,
        lane="cpu",
    ),
    Operation(
        "POST",
        "/v1/preview",
        preview_document,
        "Say what a watch document would find",
        "curate",
        WatchPreview,
        lane="cpu",
    ),
    Operation("GET", "/v1/watches/{slug}", get_watch, "Get a watch", "read", WatchAnswer),
    Operation(
        "GET",
        "/v1/watches/{slug}/versions",
        list_watch_versions,
        "List the versions of a watch",
        "read",
        WatchVersionView,
        many=True,
    ),
    Operation(
        "GET",
        "/v1/watches/{slug}/versions/{number}",
        get_watch_version,
        "Get a version of a watch",
        "read",
        FullWatchVersionView,
    ),
    Operation(
        "PUT",
        "/v1/watches/{slug}",
        replace_watch,
        "Replace a watch's document",
        "curate",
        WatchAnswer,
        lane="cpu",
    ),
    Operation(
        "PATCH", "/v1/watches/{slug}", change_watch, "Enable or disable a watch", "curate", WatchAnswer
    ),
    Operation(
        "DELETE",
        "/v1/watches/{slug}",
        delete_watch,
        "Remove a watch",
        "curate",
        status=204,
        may_conflict=True,
    ),
)
