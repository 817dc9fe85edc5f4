"""A response given again, before Flask: most of what clients that poll ask for is the same once more.

A view that has made a response may say how to find out that the same request has the same response: a
question to the database, which also asks whether the key is in use. Nothing is answered from memory alone, so
a key that was revoked, or a row that was changed, counts at once.
"""

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from dyadwatch.bootstrap import Product
from dyadwatch.errors import DyadwatchError
from dyadwatch.store.alert_pages import Recheck
from service.metrics import UNKNOWN, Metrics
from service.request_ids import HEADER, request_id
from service.rest import rate_limits
from service.rest.responses import RECHECK, MakeRecheck

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_KNOWN, _MAX_LENGTH = 1_000, 2_000  # responses, and characters of what tells one request from another
_MAX_BODY, _MAX_BODIES = 2**19, 2**24  # bytes: of one response, and of all
_TELLING = (
    "HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ORIGIN",
    "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip
_OWN = frozenset({HEADER.lower(), "date", "ratelimit", "ratelimit-policy"})  # headers of one response alone
ROUTE = "dyadwatch.route"  # where in the environment of a request its pattern of a path is left
_log = structlog.get_logger("service")


@dataclass(slots=True)
class _Known:
    """A response that was given, and how to find out whether it still holds: made when it is asked for again,
    which most never are."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    route: str
    make: MakeRecheck
    recheck: Recheck | None = None


class Repeats:
    """A WSGI application before another. Safe for threads."""

    def __init__(self, app: "WSGIApplication", product: Product, counts: Metrics) -> None:
        self._app = app
        self._counts = counts
        self._product = product
        self._known: dict[bytes, _Known] = {}
        self._bytes = 0  # of all bodies
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" not in environ:
            return self._app(environ, start_response)
        telling = "\n".join([environ.get(name, "") for name in _TELLING])
        if len(telling) > _MAX_LENGTH:
            return self._app(environ, start_response)
        name = hashlib.blake2b(telling.encode(), digest_size=16).digest()
        known = self._known.get(name)
        headers = None if known is None else self._again(known, environ)
        if known is None or headers is None:
            return self._learn(name, environ, start_response)
        start_response(known.status, headers)
        return (known.body,)

    def _again(self, known: _Known, environ: "WSGIEnvironment") -> list[tuple[str, str]] | None:
        """The headers of the response, None where Flask has to be asked."""
        started = time.perf_counter()
        if known.recheck is None:
            known.recheck = known.make(environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip())
            known.headers = [item for item in known.headers if item[0].lower() not in _OWN]
        try:
            key = known.recheck(self._product.store)
        except DyadwatchError:
            return None
        if key is None:
            return None
        counted = rate_limits.count(self._product, key)
        if not counted.allowed:
            return None
        own = request_id(environ.get("HTTP_X_REQUEST_ID"))
        seconds = time.perf_counter() - started
        ms = round(seconds * 1000, 2)
        path, status = environ["PATH_INFO"], int(known.status[:3])
        self._counts.count("GET", known.route, status, seconds)
        _log.info("request", method="GET", path=path, status=status, ms=ms, key=key, code=None, request=own)
        return [*known.headers, (HEADER, own), *counted.headers.items()]

    def _learn(
        self, name: bytes, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Passes a request on, and remembers its response where there is a way to check that. Clients that
        send tags are remembered by what they have: of them a new response is not asked for again."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            begun[:] = [(status, headers)]
            return start_response(status, headers, *error)

        content = self._app(environ, start)
        make = environ.pop(RECHECK, None)
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
            self._keep(name, _Known(*begun[0], body, environ.get(ROUTE, UNKNOWN), make))
        return (body,)

    def _keep(self, name: bytes, known: _Known) -> None:
        """The oldest are forgotten for it."""
        with self._lock:
            self._forget(name)
            while self._known and (
                len(self._known) >= _MAX_KNOWN or self._bytes + len(known.body) > _MAX_BODIES
            ):
                self._forget(next(iter(self._known)))
            self._known[name] = known
            self._bytes += len(known.body)

    def _forget(self, name: bytes) -> None:
        if (known := self._known.pop(name, None)) is not None:
            self._bytes -= len(known.body)
