"""A WSGI application called for an ASGI request whose body has been read: PEP 3333 in one call."""

import io
import sys
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Headers = list[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
FRAMING = frozenset({b"content-length", b"transfer-encoding"})  # without these a request has no body


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole response."""

    status: int
    headers: Headers
    body: bytes


def call(app: "WSGIApplication", scope: Scope, body: bytes) -> HttpResponse:
    """The response of `app`. What it raises is not caught: Flask answers its own errors."""
    response: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Any:
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        response.append((int(status[:3]), encoded))

    parts: Iterable[bytes] = app(environment(scope, body), start_response)
    try:
        content = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = response[-1]
    return HttpResponse(status, headers, content)


def environment(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment of a request."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    return {
        **_header_variables(scope["headers"]),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": unquote_to_bytes(scope["raw_path"].partition(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _header_variables(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The variables of the headers; repeated ones are joined. A name with an underscore is left out, since it
    would stand for the name with a hyphen; so are those that say how the body was framed."""
    variables: dict[str, str] = {}
    for raw_name, raw_value in headers:
        if b"_" in raw_name or raw_name in FRAMING:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        if name != "CONTENT_TYPE":
            name = f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        separator = "; " if name == "HTTP_COOKIE" else ","
        variables[name] = f"{variables[name]}{separator}{value}" if name in variables else value
    return variables
