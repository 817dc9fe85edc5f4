"""Requests to the REST API of the same process."""

from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from dyadwatch.errors import FieldError
from service.rest import problems
from service.wsgi_bridge import Headers, call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """The status and the JSON of a response: a problem document where the status is 400 or more."""

    status: int
    document: Document

    @property
    def failed(self) -> bool:
        """Whether `document` is a problem."""
        return self.status >= 400


@dataclass(frozen=True, slots=True)
class Api:
    """The API as one caller sees it, whose `headers` carry the key; `client` is the caller's address."""

    app: "WSGIApplication"
    headers: Headers
    scheme: str = "http"
    client: str = ""

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Reply:
        """The response to a GET."""
        return self.send("GET", path, query)

    def send(
        self, method: str, path: str, query: Sequence[tuple[str, str]] = (), body: Document | None = None
    ) -> Reply:
        """The response to a request. What Flask keeps of the request that this one is part of stays apart."""
        content = b"" if body is None else orjson.dumps(body)
        headers = [*self.headers, (b"accept", b"application/json")]
        if body is not None:
            headers.append((b"content-type", b"application/json"))
        scope = {
            "method": method,
            "raw_path": path.encode(),
            "query_string": urlencode(query).encode(),
            "headers": headers,
            "scheme": self.scheme,
            "http_version": "1.1",
            "client": (self.client, 0),
        }
        response = Context().run(call, self.app, scope, content)
        return Reply(response.status, orjson.loads(response.body))


def problem(status: int, code: str, detail: str, errors: Sequence[FieldError] = ()) -> Reply:
    """What is answered without asking the API."""
    return Reply(status, orjson.loads(problems.serialise(status, code, detail, errors)))


def fill(path: str, values: Mapping[str, Any]) -> str:
    """A path with its {names} filled; any value stays within its segment."""
    return path.format_map({name: quote(str(value), safe="") for name, value in values.items()})
