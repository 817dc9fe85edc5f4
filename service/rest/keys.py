"""API keys: made, listed, revoked."""

from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field

from dyadwatch.model.keys import KeyView, Scope
from dyadwatch.store import keys
from service.rest.operations import Call, Operation
from service.rest.requests import Body, Line, PageQuery
from service.rest.responses import Answer, created, listed


class KeyBody(Body):
    """A key to be made. Each scope includes those before it: read, write, admin."""

    name: Line
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]


@dataclass(frozen=True, slots=True)
class CreatedKey(KeyView):
    """A key with its token. The token is shown this once."""

    token: str


def list_keys(call: Call, query: PageQuery) -> Answer:
    """Newest first, revoked ones too."""
    with call.begin() as db:
        return listed(keys.page(db, limit=query.limit, cursor=query.cursor))


def create_key(call: Call, body: KeyBody) -> Answer:
    """The answer shows the token this once and is not kept, so Idempotency-Key is refused here."""
    with call.begin() as db:
        view, token = keys.create(db, body.name, body.scopes)
    shown = {field.name: getattr(view, field.name) for field in fields(view)}
    return created(CreatedKey(**shown, token=token), f"/v1/keys/{view.id}")


def get_key(call: Call, id: int) -> Answer:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return Answer(keys.get(db, id))


def revoke_key(call: Call, id: int) -> Answer:  # noqa: A002
    """Ends it at once, with the page sessions opened with it. RefusedError for the last admin key."""
    with call.begin() as db:
        return Answer(keys.revoke(db, id))


OPERATIONS = (
    Operation("GET", "/v1/keys", list_keys, "List API keys", "admin", KeyView, many=True),
    Operation("POST", "/v1/keys", create_key, "Make an API key", "admin", CreatedKey, status=201),
    Operation("GET", "/v1/keys/{id}", get_key, "Get an API key", "admin", KeyView),
    Operation("DELETE", "/v1/keys/{id}", revoke_key, "Revoke an API key", "admin", KeyView, conflicts=True),
)
