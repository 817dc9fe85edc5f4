"""Links: signed addresses of lists and streams, for readers that cannot send an API key.

A link holds the id of its key and a signature of everything that says what is shown, made with what is
stored of the key. So it shows that and nothing else, and ends when the key is revoked, expires or is rotated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request
from pydantic import Field
from werkzeug.datastructures import MultiDict

from dyadwatch.errors import FieldError, InvalidInput
from dyadwatch.store import filter_values, keys
from service.rest import alerts, events, requests
from service.rest.operations import Call, Operation, Transaction, signed_part
from service.rest.problems import ProblemError
from service.rest.responses import ApiResponse

_TARGETS: Mapping[str, Operation] = {
    operation.path: operation
    for operation in (*alerts.OPERATIONS, *events.OPERATIONS)
    if operation.signable and operation.query is not None
}


class LinkQuery(requests.Query):
    """What a link is to show."""

    to: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2_000,
            description=f"path and query, with filters and format: of {' or '.join(_TARGETS)}",
            examples=["/v1/alerts?min_score=0.8&format=rss"],
        ),
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """An address that whoever knows it can read without an API key, until `key` is revoked or rotated."""

    url: str
    key: int


def get_link(call: Call, query: LinkQuery) -> ApiResponse:
    """A signed address of what `to` names, for feed readers and browsers' EventSource. It goes with the API
    key of this request: a link that is to be revoked alone gets a key of its own. What could not be read,
    such as a page whose cursor is none, is refused as there."""
    try:
        path, asked = urlsplit(query.to).path, parse_qsl(urlsplit(query.to).query, keep_blank_values=True)
    except ValueError:
        path, asked = "", []
    if path not in _TARGETS or not query.to.startswith(path):
        problem = FieldError("/to", f"leads to none of {', '.join(_TARGETS)}", "not_allowed")
        raise ProblemError(
            400, "query_invalid", f"The query parameter to: {problem.detail}.", errors=[problem]
        )
    asked = [(name, value) for name, value in asked if name not in {"key", "signature"}]
    target = _TARGETS[path]
    model = requests.query(target.query or requests.Query, MultiDict(asked))
    base = (call.product.settings.public_url or request.host_url).rstrip("/")
    with call.begin() as db:
        try:
            filter_values.check_kept(db, model.model_dump())
            target.view(replace(call, operation=target, db=db, media=target.media[0]), query=model)
        except InvalidInput as error:
            raise ProblemError(400, error.code, error.detail, errors=error.errors) from error
        signed = sign(db, call.key.id, path, asked)
    return ApiResponse(Link(f"{base}{signed}", call.key.id))


def sign(db: Transaction, key: int, path: str, params: Sequence[tuple[str, str]]) -> str:
    """The path and query of a list or stream, signed for a key."""
    asked = [*params, ("key", str(key))]
    return f"{path}?{urlencode([*asked, ('signature', keys.sign(db, key, signed_part(path, asked)))])}"


OPERATIONS = (Operation("GET", "/v1/links", get_link, "Get a signed link to a list or stream", "read", Link),)
