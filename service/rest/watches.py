"""Watches: pairs of actors that texts are held against."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.model.pagination import ListPage
from dyadwatch.store import watches
from dyadwatch.tagging import parse_watch
from service.rest.operations import Call, Operation, Transaction
from service.rest.requests import Body, PageQuery
from service.rest.responses import Answer, created, listed


class WatchAnswer(BaseModel):
    """A watch: its document (two actors with their names and aliases per language, dated roles, namesakes, cues) and,
    beside it, what only the store knows."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str
    version: int
    enabled: bool
    actors: dict[str, dict[str, Any]]
    created_at: datetime
    updated_at: datetime


class WatchChanges(Body):
    """A watch that is not enabled is held against no new text; its alerts stay."""

    enabled: bool


def list_watches(call: Call, query: PageQuery) -> Answer:
    """Newest first."""
    with call.begin() as db:
        page = watches.page(db, limit=query.limit, cursor=query.cursor)
    shown = ListPage(tuple(watch.as_json() for watch in page.data), page.next)
    return listed(shown, facts=[(watch.id, watch.updated_at) for watch in page.data])


def create_watch(call: Call, body: dict[str, Any]) -> Answer:
    """The body is a watch document; see the documentation of watches."""
    watch = parse_watch(body)

    def action(db: Transaction) -> Answer:
        view = watches.create(db, watch.id, watch.title, body)
        return created(view.as_json(), f"/v1/watches/{view.id}")

    return call.once(action)


def get_watch(call: Call, slug: str) -> Answer:
    with call.begin() as db:
        return Answer(watches.get(db, slug).as_json())


def replace_watch(call: Call, slug: str, body: dict[str, Any]) -> Answer:
    """A document that differs from the stored one makes a new version."""
    watch = parse_watch(body)
    if watch.id != slug:
        problem = FieldError("/id", f"must be {slug!r}, as in the path", "contradictory")
        raise InvalidInput("The document is of another watch.", errors=[problem])
    with call.begin() as db:
        return Answer(watches.replace(db, slug, watch.title, body).as_json())


def change_watch(call: Call, slug: str, body: WatchChanges) -> Answer:
    with call.begin() as db:
        return Answer(watches.enable(db, slug, enabled=body.enabled).as_json())


def delete_watch(call: Call, slug: str) -> Answer:
    """RefusedError where it has alerts."""
    with call.begin() as db:
        watches.delete(db, slug)
    return Answer(status=204)


OPERATIONS = (
    Operation("GET", "/v1/watches", list_watches, "List watches", "read", WatchAnswer, many=True),
    Operation(
        "POST",
        "/v1/watches",
        create_watch,
        "Add a watch",
        "write",
        WatchAnswer,
        status=201,
        conflicts=True,
        repeats=True,
    ),
    Operation("GET", "/v1/watches/{slug}", get_watch, "Get a watch", "read", WatchAnswer),
    Operation("PUT", "/v1/watches/{slug}", replace_watch, "Replace a watch's document", "write", WatchAnswer),
    Operation("PATCH", "/v1/watches/{slug}", change_watch, "Enable or disable a watch", "write", WatchAnswer),
    Operation(
        "DELETE", "/v1/watches/{slug}", delete_watch, "Remove a watch", "write", status=204, conflicts=True
    ),
)
