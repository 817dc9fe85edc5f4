"""API keys: creating, listing and revoking them."""

from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field

from dyadwatch.model.keys import SCOPES, KeyView, Scope
from dyadwatch.store import keys
from dyadwatch.validation import Line, Moment
from service.rest.operations import Call, Operation
from service.rest.requests import Body, PageQuery
from service.rest.responses import ApiResponse, created_response, list_response


class KeyBody(Body):
    """A new key. `subscribe` allows subscriptions and deliveries, `curate` sources, feeds and watches,
    `write` both, `admin` everything; each includes `read`. `owner` says whose it is."""

    name: Line
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]
    owner: Line | None = None
    expires_at: Annotated[
        Moment | None, Field(description="after which the key is not accepted; never where it is null")
    ] = None


class KeyRotation(Body):
    """How long the token of before works beside the new one."""

    grace: Annotated[float, Field(ge=0, le=30 * 86_400, description="seconds")] = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedKey(KeyView):
    """A new key: `key` is what requests are sent with, `token` the same by an earlier name. It is shown only
    in this response."""

    key: str
    token: str


def list_keys(call: Call, query: PageQuery) -> ApiResponse:
    """Newest first, including revoked keys."""
    with call.begin() as db:
        return list_response(keys.page(db, limit=query.limit, cursor=query.cursor))


def create_key(call: Call, body: KeyBody) -> ApiResponse:
    """The token is shown only in this response, which is not stored: Idempotency-Key is refused here."""
    with call.begin() as db:
        view, token = keys.create(db, body.name, body.scopes, owner=body.owner, expires_at=body.expires_at)
    return created_response(_with_token(view, token), f"/v1/keys/{view.id}")


def _with_token(view: KeyView, token: str) -> CreatedKey:
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    return CreatedKey(**values, key=token, token=token)


def get_key(call: Call, id: int) -> ApiResponse:  # noqa: A002  (the name in the path)
    with call.begin() as db:
        return ApiResponse(keys.get(db, id))


def rotate_key(call: Call, id: int, body: KeyRotation) -> ApiResponse:  # noqa: A002
    """Gives the key another token, shown only in this response; its subscriptions stay with it. 409
    `key_revoked` for a key that was revoked."""
    with call.begin() as db:
        return ApiResponse(_with_token(*keys.rotate(db, id, grace=body.grace)))


def revoke_key(call: Call, id: int) -> ApiResponse:  # noqa: A002
    """The key stops working at once, as do the browser sessions opened with
    it. The last admin key cannot be revoked (409 `last_admin_key`)."""
    with call.begin() as db:
        return ApiResponse(keys.revoke(db, id))


OPERATIONS = (
    Operation("GET", "/v1/keys", list_keys, "List API keys", "admin", KeyView, many=True),
    Operation("POST", "/v1/keys", create_key, "Create an API key", "admin", CreatedKey, status=201),
    Operation("GET", "/v1/keys/{id}", get_key, "Get an API key", "admin", KeyView),
    Operation(
        "POST",
        "/v1/keys/{id}/rotate",
        rotate_key,
        "Replace the token of an API key",
        "admin",
        CreatedKey,
        may_conflict=True,
    ),
    Operation(
        "DELETE", "/v1/keys/{id}", revoke_key, "Revoke an API key", "admin", KeyView, may_conflict=True
    ),
)
