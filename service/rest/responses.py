"""What goes out: JSON bytes straight from the values, with entity tags, so that what is known is not sent again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from dyadwatch import __version__
from dyadwatch.model.pagination import ListPage


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers: a value that orjson writes. `facts` stand for it where they are cheaper to compare than
    its bytes, and change whenever these do."""

    value: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: object = None


def listed(page: ListPage[Any], *, facts: object = None) -> Answer:
    """A page of a list, `next` leading on in the body and in a Link header."""
    if page.next is None:
        return Answer({"data": page.data, "next": None}, facts=facts)
    asked = {name: value for name, value in request.args.items() if name != "cursor"}
    following = f"{request.path}?{urlencode({**asked, 'cursor': page.next})}"
    return Answer(
        {"data": page.data, "next": following}, headers={"Link": f'<{following}>; rel="next"'}, facts=facts
    )


def created(value: Any, location: str) -> Answer:
    """A new thing, and where it is from now on."""
    return Answer(value, 201, {"Location": location})


def written(answer: Answer) -> Response:
    """The answer in bytes; 304 where a GET's client has them already."""
    if answer.status == 204:
        return Response(status=204)
    reading = request.method in {"GET", "HEAD"} and answer.status == 200
    headers = {**answer.headers, "Cache-Control": "private, no-cache" if reading else "no-store"}
    if reading and answer.facts is not None:
        tag = _tag(orjson.dumps([__version__, request.full_path, answer.facts], default=str))
        if request.if_none_match.contains_weak(tag):
            return Response(status=304, headers={**headers, "ETag": f'"{tag}"'})
        return _json(orjson.dumps(answer.value), 200, {**headers, "ETag": f'"{tag}"'})
    raw = orjson.dumps(answer.value)
    if not reading:
        return _json(raw, answer.status, headers)
    tag = _tag(raw)
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers={**headers, "ETag": f'"{tag}"'})
    return _json(raw, 200, {**headers, "ETag": f'"{tag}"'})


def _json(raw: bytes, status: int, headers: Mapping[str, str]) -> Response:
    return Response(raw, status, dict(headers), content_type="application/json")


def _tag(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
