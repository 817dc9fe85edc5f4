"""Between the server and Flask: reads each request whole before a thread is taken for it.

Flask blocks a thread for each request that it works on. Sockets cost little and threads are few, so a client
that sends slowly, or nothing at all, may hold a socket until its deadline and never a thread. What is refused
here is answered as everywhere, with a problem document.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog

from service.rest import problems
from service.wsgi_bridge import Headers, HttpResponse, Scope, call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_SMALL = 16 * 2**10  # bytes of a body that is read even when many others are being read
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
    """What the gateway needs to know of a path: its lane, how many bytes a body may have, and how the log
    names it."""

    lane: str
    max_body: int
    logged_path: str


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class _DisconnectedError(Exception):
    pass


class Gateway:
    """An ASGI application that calls a WSGI one in threads. `route` is asked with method and path."""

    def __init__(
        self, app: "WSGIApplication", route: Callable[[str, str], Route], limits: GatewayLimits
    ) -> None:
        self._app = app
        self._route = route
        self._limits = limits
        self._executor = ThreadPoolExecutor(sum(limits.threads.values()), thread_name_prefix="request")
        self._lanes = {lane: asyncio.Semaphore(threads) for lane, threads in limits.threads.items()}
        self._buffered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        route = self._route(scope["method"], scope["path"])
        try:
            response = await self._respond(scope, receive, route)
        except _DisconnectedError:
            return
        except _RefusedError as error:
            response = _refusal(error)
            _log.info(
                "request",
                method=scope["method"],
                path=route.logged_path,
                status=error.status,
                ms=round((time.perf_counter() - started) * 1000, 2),
                code=error.code,
            )
        head = {"type": "http.response.start", "status": response.status, "headers": response.headers}
        await send(head)
        await send({"type": "http.response.body", "body": response.body})

    async def _respond(self, scope: Scope, receive: Receive, route: Route) -> HttpResponse:
        with self._buffer() as keep:
            body = await self._read(scope, receive, route.max_body, keep)
            lane = self._lanes[route.lane]
            try:
                async with asyncio.timeout(self._limits.queue_seconds):
                    await lane.acquire()
            except TimeoutError:
                raise _RefusedError(503, "overloaded", "Too many requests are waiting: try again.") from None
            try:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._executor, call, self._app, scope, body)
            finally:
                lane.release()

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


def _refusal(error: _RefusedError) -> HttpResponse:
    """A problem document; the connection is closed, since the rest of the body is not read."""
    body = problems.serialise(error.status, error.code, error.detail)
    headers: Headers = [
        (b"content-type", problems.MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", problems.RETRY_AFTER.encode()))
    return HttpResponse(error.status, headers, body)
