"""Between the server and Flask: reads each request whole before a thread is taken for it.

Flask blocks a thread for each request that it works on. Sockets cost little and threads are few, so a client
that sends slowly, or nothing at all, may hold a socket until its deadline and never a thread. What is refused
here is answered as everywhere, with a problem document.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog

from service.metrics import REFUSED
from service.refusals import refuse
from service.request_ids import HEADER, request_id
from service.streams import Receive, Send, Streams, is_stream, without_length
from service.wsgi_bridge import FRAMING, HttpResponse, Scope, call, environment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_SMALL = 16 * 2**10  # bytes: such a body is read even when many others are being read, and takes little
_LINGER_SECONDS = 2.0  # for which what a refused client still sends is read, so that it reads why
_REQUEST_ID = HEADER.lower().encode()
_log = structlog.get_logger("service")


@dataclass(frozen=True, slots=True)
class GatewayLimits:
    """`body_seconds` is how long a body may take to arrive, `buffered_bytes` bounds all bodies in memory,
    `queue_seconds` how long a request waits for a thread of its lane; `threads` are those of each lane."""

    threads: Mapping[Any, int]
    body_seconds: float = 20.0
    buffered_bytes: int = 64 * 2**20
    queue_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Route:
    """What the gateway needs to know of a path: its lane, how many bytes a body may have, how the log names
    it, whether it is a page for people, and the lane of a request with a short body where it is another."""

    lane: str
    max_body: int
    logged_path: str
    is_page: bool = False
    short_lane: str | None = None


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class _DisconnectedError(Exception):
    pass


class Gateway:
    """An ASGI application that calls a WSGI one in threads. `route` is asked with method and path. `constant`
    are paths whose response to GET never changes: it is made once, and given without a thread. `streams`
    keeps responses open that are streams. `error_page` makes what people read of a refusal, from the WSGI
    environment of their request, its status and its detail. `count` is called with method, route, status and
    seconds of each request that the application is not asked."""

    def __init__(
        self,
        app: "WSGIApplication",
        route: Callable[[str, str], Route],
        limits: GatewayLimits,
        *,
        constant: Iterable[str] = (),
        streams: Streams | None = None,
        error_page: Callable[[Mapping[str, Any], int, str], HttpResponse] | None = None,
        count: Callable[[str, str, int, float], None] | None = None,
    ) -> None:
        self._app = app
        self._error_page = error_page
        self._count = count or _ignore
        self._route = route
        self._limits = limits
        self._executor = ThreadPoolExecutor(sum(limits.threads.values()), thread_name_prefix="request")
        self._lanes = {lane: asyncio.Semaphore(threads) for lane, threads in limits.threads.items()}
        self._buffered = 0
        self._streams = streams
        self._constant = {path: _unnamed(call(app, _scope(path), b"")) for path in constant}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request = _name_request(scope)
        constant = self._constant.get(scope["path"]) if scope["method"] == "GET" else None
        if constant is not None:
            self._note(scope, scope["path"], constant.status, started)
            await _send(send, replace(constant, headers=[*constant.headers, request]))
            return
        route = self._route(scope["method"], scope["path"])
        try:
            response = await self._respond(scope, receive, route)
        except _DisconnectedError:
            return
        except _RefusedError as error:
            self._note(scope, route.logged_path, error.status, started, error.code)
            refusal = refuse(
                error.status,
                error.code,
                error.detail,
                page=self._page(scope, error) if route.is_page else None,
                request_id=request[1].decode(),
            )
            refusal.headers.append(request)
            await _send(send, refusal, more_body=True)
            if error.status != HTTPStatus.REQUEST_TIMEOUT:  # that one sends nothing
                await _linger(receive)
            await send({"type": "http.response.body", "body": b""})
            return
        if self._streams is None or not is_stream(response):
            await _send(send, response)
        elif scope["method"] == "HEAD":
            await _send(send, without_length(response))
        elif self._streams.is_full:
            refusal = _too_many_streams(request)
            self._note(scope, route.logged_path, refusal.status, started, "overloaded")
            await _send(send, refusal)
        else:
            await self._streams.go_on(scope, receive, send, response, partial(self._answer, route=route))

    def _note(self, scope: Scope, path: str, status: int, started: float, code: str | None = None) -> None:
        """Counts and logs a request that the application was not asked."""
        seconds = time.perf_counter() - started
        self._count(scope["method"], path if path in self._constant else REFUSED, status, seconds)
        _log.info(
            "request",
            method=scope["method"],
            path=path,
            status=status,
            ms=round(seconds * 1000, 2),
            key=None,
            code=code,
            request=next(value.decode() for name, value in scope["headers"] if name == _REQUEST_ID),
        )

    def _page(self, scope: Scope, error: _RefusedError) -> HttpResponse | None:
        if self._error_page is None:
            return None
        return self._error_page(environment(scope, b""), error.status, error.detail)

    async def _answer(self, scope: Scope, *, route: Route) -> HttpResponse:
        """The response to a request without a body that is made again."""
        try:
            return await self._call(scope, b"", route)
        except _RefusedError as error:
            return refuse(error.status, error.code, error.detail)

    async def _respond(self, scope: Scope, receive: Receive, route: Route) -> HttpResponse:
        if all(name not in FRAMING for name, _ in scope["headers"]):
            return await self._call(scope, b"", route)
        with self._buffer() as keep:
            body = await self._read(scope, receive, route.max_body, keep)
            return await self._call(scope, body, route)

    async def _call(self, scope: Scope, body: bytes, route: Route) -> HttpResponse:
        short = route.short_lane if len(body) <= _SMALL else None
        lane = self._lanes[short or route.lane]
        if lane.locked():
            await self._queue(lane)
        else:
            await lane.acquire()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, call, self._app, scope, body)
        finally:
            lane.release()

    async def _queue(self, lane: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(self._limits.queue_seconds):
                await lane.acquire()
        except TimeoutError:
            raise _RefusedError(503, "overloaded", "Too many requests are waiting: try again.") from None

    async def _read(
        self, scope: Scope, receive: Receive, max_body: int, keep: Callable[[int, int], None]
    ) -> bytes:
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        body = bytearray()
        too_large = _RefusedError(413, "body_too_large", f"A body may have {max_body} bytes here.")
        if int(announced) > max_body:
            raise too_large
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _DisconnectedError
                    chunk = message.get("body", b"")
                    body += chunk
                    if len(body) > max_body:
                        raise too_large
                    keep(len(chunk), len(body))
                    if not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            detail = f"The body did not arrive within {self._limits.body_seconds:g} s."
            raise _RefusedError(408, "body_timeout", detail) from None

    @contextmanager
    def _buffer(self) -> Iterator[Callable[[int, int], None]]:
        """Counts the bytes of one body among those of all until it is no longer needed."""
        own = 0

        def keep(new: int, size: int) -> None:
            nonlocal own
            own += new
            self._buffered += new
            if size > _SMALL and self._buffered > self._limits.buffered_bytes:
                raise _RefusedError(503, "overloaded", "Too many bodies are arriving: try again.")

        try:
            yield keep
        finally:
            self._buffered -= own


def _name_request(scope: Scope) -> tuple[bytes, bytes]:
    """The header that names a request, which it has from then on."""
    given = next((value for name, value in scope["headers"] if name == _REQUEST_ID), None)
    own = _REQUEST_ID, request_id(None if given is None else given.decode("latin-1")).encode()
    scope["headers"] = [*(header for header in scope["headers"] if header[0] != _REQUEST_ID), own]
    return own


def _scope(path: str) -> Scope:
    return {
        "method": "GET",
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "http_version": "1.1",
    }


def _unnamed(response: HttpResponse) -> HttpResponse:
    """A response without the name of the request that it was made for."""
    headers = [header for header in response.headers if header[0].lower() != _REQUEST_ID]
    return replace(response, headers=headers)


def _too_many_streams(request: tuple[bytes, bytes]) -> HttpResponse:
    detail = "Too many streams are open: try again, or poll."
    refusal = refuse(503, "overloaded", detail, request_id=request[1].decode())
    refusal.headers.append(request)
    return refusal


async def _send(send: Send, response: HttpResponse, *, more_body: bool = False) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": more_body})


async def _linger(receive: Receive) -> None:
    """Reads on for a moment: a socket that is closed with something unread loses what was written to it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body"):
                pass


def _ignore(_method: str, _route: str, _status: int, _seconds: float) -> None:
    pass
