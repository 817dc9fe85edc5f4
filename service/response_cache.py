"""A cache of responses, before Flask: most of what polling clients ask for has not changed since.

A view may leave with its response a way to revalidate it: one statement, which also checks that the key is
in use. No response is served without it, so a revoked key or a changed row takes effect at once.
"""

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dyadwatch.bootstrap import Product
from dyadwatch.errors import DyadwatchError
from dyadwatch.store.alert_pages import Revalidation
from service.completion import NOTES, Notes, protect
from service.rest import rate_limits
from service.rest.responses import REVALIDATION, MakeRevalidation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_RESPONSES, _MAX_LENGTH = 1_000, 2_000  # responses, and characters of a request's key
_MAX_BODY, _MAX_BODIES = 2**19, 2**24  # bytes: of one response, and of all
_KEY_PARTS = (
    "HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ORIGIN",
    "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip


@dataclass(slots=True)
class _CachedResponse:
    """A response and how to revalidate it: made on its first repeat, which most never see."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    route: str
    make: MakeRevalidation
    revalidation: Revalidation | None = None


class ResponseCache:
    """A WSGI application before another. Safe for threads."""

    def __init__(self, app: "WSGIApplication", product: Product) -> None:
        self._app = app
        self._product = product
        self._responses: dict[bytes, _CachedResponse] = {}
        self._bytes = 0  # of all bodies
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" not in environ:
            return self._app(environ, start_response)
        key_text = "\n".join([environ.get(name, "") for name in _KEY_PARTS])
        if len(key_text) > _MAX_LENGTH:
            return self._app(environ, start_response)
        name = hashlib.blake2b(key_text.encode(), digest_size=16).digest()
        cached = self._responses.get(name)
        notes = None if cached is None else self._revalidate(cached, environ)
        if cached is None or notes is None:
            return self._forward(name, environ, start_response)
        environ[NOTES] = notes
        start_response(cached.status, cached.headers)
        return (cached.body,)

    def _revalidate(self, cached: _CachedResponse, environ: "WSGIEnvironment") -> Notes | None:
        """What is noted of the request if the response is still valid, None where Flask has to answer."""
        if cached.revalidation is None:
            cached.revalidation = cached.make(environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip())
        try:
            key = cached.revalidation(self._product.store)
        except DyadwatchError:
            return None
        if key is None:
            return None
        allowance = rate_limits.count(self._product, key)
        if not allowance.allowed:
            return None
        return Notes(cached.route, key, quota=allowance.headers, is_protected=True)

    def _forward(
        self, name: bytes, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Passes a request on, and keeps its response if that can be revalidated. Of a client that sends an
        ETag only a 304 is kept: it will not ask for a new body twice."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            begun[:] = [(status, headers)]
            return start_response(status, headers, *error)

        content = self._app(environ, start)
        make = environ.pop(REVALIDATION, None)
        if (
            make is None
            or not begun
            or begun[0][0][:3] != ("304" if "HTTP_IF_NONE_MATCH" in environ else "200")
        ):
            return content
        try:
            body = b"".join(content)
        finally:
            getattr(content, "close", lambda: None)()
        if len(body) <= _MAX_BODY:
            status, headers = begun[0]
            self._keep(name, _CachedResponse(status, protect(headers), body, environ[NOTES].route, make))
        return (body,)

    def _keep(self, name: bytes, cached: _CachedResponse) -> None:
        """Makes room by dropping the oldest."""
        with self._lock:
            self._forget(name)
            while self._responses and (
                len(self._responses) >= _MAX_RESPONSES or self._bytes + len(cached.body) > _MAX_BODIES
            ):
                self._forget(next(iter(self._responses)))
            self._responses[name] = cached
            self._bytes += len(cached.body)

    def _forget(self, name: bytes) -> None:
        if (cached := self._responses.pop(name, None)) is not None:
            self._bytes -= len(cached.body)
