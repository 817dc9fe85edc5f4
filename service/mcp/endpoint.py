"""MCP over streamable HTTP: POST /mcp, one JSON-RPC message and its answer in JSON, without sessions.

Each request has an event loop of its own in the thread that serves it, so the protocol is the package's and
threads, bodies and connections are bounded as those of all other requests are.
"""

import asyncio
from collections.abc import Mapping, MutableMapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from dyadwatch.bootstrap import Product
from dyadwatch.errors import NotInstalled
from service.mcp import tools
from service.mcp.api import Api
from service.request_ids import HEADER
from service.rest.operations import JSON, Operation, authenticate
from service.rest.problems import ProblemError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATH = "/mcp"
_SECONDS = 60.0  # for one message
_Message = MutableMapping[str, Any]


def blueprint(product: Product, app: "WSGIApplication", operations: Sequence[Operation]) -> Blueprint:
    """The route /mcp. Tools and resources are requests to `app`."""
    blueprint = Blueprint("mcp", __name__)
    bound = tools.bind(operations)

    @blueprint.post(PATH)
    def post() -> Response:
        authenticate(product)
        _require_json()
        if find_spec("mcp") is None:
            raise NotInstalled("MCP is not installed here: dyadwatch[mcp].", code="mcp_not_installed")
        try:
            return asyncio.run(_serve(_caller(app), bound))
        except TimeoutError:
            raise ProblemError(
                503, "overloaded", f"It took more than {_SECONDS:g} s: ask for less."
            ) from None

    return blueprint


def _require_json() -> None:
    """Raises ProblemError 415, 406: the package would refuse these in words."""
    if request.mimetype != JSON:
        raise ProblemError(415, "media_type_unsupported", f"Send the message as {JSON}.")
    if not request.accept_mimetypes[JSON]:
        raise ProblemError(406, "not_acceptable", f"The response is {JSON}.")


def _caller(app: "WSGIApplication") -> Api:
    """The API with the key of this request."""
    headers = [
        (name.lower().encode(), request.headers[name].encode("latin-1"))
        for name in ("Authorization", "Host", HEADER)
        if name in request.headers
    ]
    return Api(app, headers, request.scheme, request.remote_addr or "")


async def _serve(api: Api, bound: Mapping[str, tools.BoundTool]) -> Response:
    from mcp.server.streamable_http_manager import (  # noqa: PLC0415  # an extra that takes a second to import
        StreamableHTTPSessionManager,
    )

    from service.mcp import server  # noqa: PLC0415

    manager = StreamableHTTPSessionManager(server.build(api, bound), json_response=True, stateless=True)
    sent: list[_Message] = []
    waiting: list[_Message] = [
        {"type": "http.request", "body": request.get_data(cache=False), "more_body": False}
    ]

    async def receive() -> _Message:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop()

    async def send(message: _Message) -> None:
        sent.append(message)

    async with asyncio.timeout(_SECONDS):
        async with manager.run():
            await manager.handle_request(_scope(), receive, send)
    head, *bodies = sent
    return _respond(head, b"".join(part.get("body", b"") for part in bodies))


def _respond(head: _Message, body: bytes) -> Response:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head["headers"]}
    media = headers.pop("content-type", None)
    response = Response(body, head["status"], headers, content_type=media)
    if media is None:
        del response.headers["Content-Type"]
    return response


def _scope() -> _Message:
    """The request, for an ASGI application."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": request.scheme,
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers
        ],
    }
