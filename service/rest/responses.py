"""What goes out: JSON serialised straight from the values, with
entity tags, so that nothing is sent twice."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request
from werkzeug.http import http_date

from dyadwatch import __version__
from dyadwatch.model.pagination import Changes, ListPage
from dyadwatch.store.alert_pages import Revalidation
from service import compression
from service.rest import observations

# Of a token: what finds out whether the same request with it would have the same response.
MakeRevalidation = Callable[[str], Revalidation]
_PARTS = "."  # between those of a tag
# Methods whose response is what a GET of the same path shows then, so that it has the same tag.
REPLACING = frozenset({"PUT", "PATCH"})
REVALIDATION = "dyadwatch.revalidation"  # where in the environment of a request it is left


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What a view returns: a value that orjson can serialise. `revision` stands for the value in the entity
    tag where it is cheaper to hash than the JSON; it must change whenever the JSON does. A value of another
    media type is bytes, as JSON may be. With a `revalidation` the same request has the same response without
    its view, for as long as that holds (service/response_cache.py). `modified` is when it last changed, of
    one resource; by default its `updated_at`."""

    value: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    revision: object = None
    media: str = "application/json"
    modified: datetime | None = None
    revalidation: MakeRevalidation | None = None


def list_response(page: ListPage[Any], *, revision: object = None) -> ApiResponse:
    """A page of a list, with the next one in `next` and in a Link header."""
    following = None if page.next is None else _following("cursor", page.next)
    return _list({"data": page.data, "next": following}, revision)


def json_list_response(
    data: bytes, cursor: str | None, *, revision: object, revalidation: MakeRevalidation | None
) -> ApiResponse:
    """A page of a list whose items are JSON already, with commas between them. They are copied once: a
    serialiser would do so several times, which takes as long as all the rest."""
    following = None if cursor is None else _following("cursor", cursor)
    headers, of_list = _list_headers(following, revision, None)
    content = b"".join((b'{"data":[', data, b'],"next":', orjson.dumps(following), b"}"))
    return ApiResponse(content, headers=headers, revision=of_list, revalidation=revalidation)


def changes_response(page: Changes[Any], *, revision: object = None, **more: object) -> ApiResponse:
    """A list in the order of changes, with the position to read on from, and `more` of it."""
    following = _following("after", str(page.position)) if page.more else None
    return _list({"data": page.data, "next": following, "position": page.position, **more}, revision)


# A query string without escapes, and without a place.
_PLAIN = re.compile(r"(?!.*\b(?:cursor|after|changed_since)=)(?:[a-z_]+=[\w.-]+(?:&(?!$)|$))*", re.ASCII)
_PLACES = frozenset({"cursor", "after", "changed_since"})  # query parameters that say where a page begins


def _following(name: str, value: str) -> str:
    query = request.environ.get("QUERY_STRING", "")
    if _PLAIN.fullmatch(query):  # as most are, it need not be read and written
        return f"{request.path}?{query}{'&' if query else ''}{name}={value}"
    params = [item for item in request.args.items(multi=True) if item[0] not in _PLACES]
    return f"{request.path}?{urlencode([*params, (name, value)])}"


def _list(document: dict[str, Any], revision: object) -> ApiResponse:
    headers, of_list = _list_headers(document["next"], revision, document.get("position"))
    return ApiResponse(document, headers=headers, revision=of_list)


def _list_headers(following: str | None, revision: object, position: object) -> tuple[dict[str, str], object]:
    """The headers of a list, and its revision with what is said beside the items."""
    headers = {} if following is None else {"Link": f'<{following}>; rel="next"'}
    return headers, None if revision is None else [revision, following, position]


def created_response(value: Any, location: str) -> ApiResponse:
    """A new resource and its location."""
    return ApiResponse(value, 201, {"Location": location})


def is_current(response: ApiResponse) -> bool:
    """Whether the client has what the revision of a response stands for, so that its value is not needed."""
    return _known(_revision_etag(response)) is not None


def matches(response: ApiResponse) -> bool:
    """Whether a client that changes a resource has seen it as it is: what If-Match asks. Of its tag only that
    part counts which others change too, not what the service observes meanwhile."""
    given, own = request.if_match, _state_tag(response)
    if own is None or given.star_tag:
        return any(given.contains(tag) for tag in compression.variants(_response_etag(response)))
    return any((tag or "").partition(_PARTS)[0] == own for tag in given.as_set())  # an empty one is None


def content_tag(response: ApiResponse) -> str:
    """A tag of what others can change in the value of a response; it is the same for every request."""
    return _state_tag(response) or _etag(_body(response))


def render(response: ApiResponse, vary: str | None = None) -> Response:
    """The Flask response; 304 where the client of a GET has the value already. `vary` names a header of the
    request by which it is another."""
    if response.status == 204:
        return _without_content(204, response.headers)
    if request.method not in {"GET", "HEAD"} or response.status != 200:
        return _of_change(response)
    if response.media == "text/event-stream":
        headers = {**response.headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return _with_content(response, _body(response), headers)
    body = _body(response) if response.revision is None else None
    etag = _revision_etag(response) if body is None else _value_etag(response, body)
    headers = {**response.headers, **_vary(vary, response.media), "ETag": f'"{etag}"'}
    headers["Cache-Control"] = "private, no-cache"
    if (modified := _modified(response)) is not None:
        headers["Last-Modified"] = http_date(modified)
    known = _known(etag)
    if response.revalidation is not None:
        request.environ[REVALIDATION] = response.revalidation
    if known is not None:
        return _without_content(304, {"Vary": compression.VARY, **headers, "ETag": f'"{known}"'})
    return _with_content(response, body or _body(response), headers)


def _vary(name: str | None, media: str) -> dict[str, str]:
    if name is None:
        return {}
    return {"Vary": f"{name}, {compression.VARY}" if compression.concerns(media) else name}


def _of_change(response: ApiResponse) -> Response:
    headers = {**response.headers, "Cache-Control": "no-store"}
    body = _body(response)
    if request.method in REPLACING and response.status == 200:
        headers["ETag"] = f'"{_value_etag(response, body)}"'
    return _with_content(response, body, headers)


def _modified(response: ApiResponse) -> datetime | None:
    """When it last changed; None where the service changes a part of it without saying when."""
    if response.modified is not None or observations.changeable(response.value) is not None:
        return response.modified
    modified: datetime | None = getattr(response.value, "updated_at", None)
    return modified


def _with_content(response: ApiResponse, body: bytes, headers: Mapping[str, str]) -> Response:
    # Of text some clients take the encoding for Latin-1 where none is stated.
    encoding = "; charset=utf-8" if response.media.startswith("text/csv") else ""
    return Response(body, response.status, dict(headers), content_type=response.media + encoding)


def _without_content(status: int, headers: Mapping[str, str]) -> Response:
    response = Response(status=status, headers=dict(headers))
    del response.headers["Content-Type"]
    return response


def _body(response: ApiResponse) -> bytes:
    value = response.value
    return value if isinstance(value, bytes) else orjson.dumps(value)


def _known(etag: str) -> str | None:
    """The tag by which the client knows a representation, in whatever coding."""
    given = request.if_none_match
    if not given:
        return None
    return next((tag for tag in compression.variants(etag) if given.contains_weak(tag)), None)


def _response_etag(response: ApiResponse) -> str:
    if response.revision is not None:
        return _revision_etag(response)
    return _value_etag(response, _body(response))


def _value_etag(response: ApiResponse, body: bytes) -> str:
    """The tag of a value: of what others change in it, and of all of it."""
    state = _state_tag(response)
    return _etag(body) if state is None else f"{state}{_PARTS}{_etag(body)}"


def _state_tag(response: ApiResponse) -> str | None:
    state = observations.changeable(response.value)
    return None if state is None else _etag(state)


def _revision_etag(response: ApiResponse) -> str:
    return _etag(
        orjson.dumps([__version__, request.full_path, response.media, response.revision], default=str)
    )


def _etag(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
