"""A 304 given again, before Flask: most of what clients that poll ask for is the same once more.

A view that has found that a client has its response already may say how to find that out again: a question
to the database, which also asks whether the key is in use. Nothing is answered from memory alone, so a key
that was revoked, or a row that was changed, counts at once.
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
from service.request_ids import HEADER, request_id
from service.rest import rate_limits
from service.rest.responses import CHECK, Check

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_KNOWN, _MAX_LENGTH = 1_000, 2_000  # responses, and characters of what tells one request from another
_TELLING = (
    "HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ORIGIN",
    "SCRIPT_NAME", "HTTP_HOST", "wsgi.url_scheme",
)  # fmt: skip
_OWN = frozenset({HEADER.lower(), "date", "ratelimit", "ratelimit-policy"})  # headers of one response alone
_log = structlog.get_logger("service")


@dataclass(frozen=True, slots=True)
class _Known:
    """A 304 that was given, and how to find out whether it still holds."""

    headers: list[tuple[str, str]]
    check: Check


class Revalidation:
    """A WSGI application before another. Safe for threads."""

    def __init__(self, app: "WSGIApplication", product: Product) -> None:
        self._app = app
        self._product = product
        self._known: dict[bytes, _Known] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" not in environ:
            return self._app(environ, start_response)
        telling = "\n".join([environ.get(name, "") for name in _TELLING])
        if len(telling) > _MAX_LENGTH:
            return self._app(environ, start_response)
        name = hashlib.blake2b(telling.encode(), digest_size=16).digest()
        known = self._known.get(name)
        headers = None if known is None else self._again(known, environ)
        if headers is None:
            return self._app(environ, self._learn(name, environ, start_response))
        start_response("304 NOT MODIFIED", headers)
        return ()

    def _again(self, known: _Known, environ: "WSGIEnvironment") -> list[tuple[str, str]] | None:
        """The headers of the response, None where Flask has to be asked."""
        started = time.perf_counter()
        token = environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip()
        try:
            with self._product.store.read() as db:
                key = known.check(db, token)
        except DyadwatchError:
            return None
        if key is None:
            return None
        counted = rate_limits.count(self._product, key)
        if not counted.allowed:
            return None
        own = request_id(environ.get("HTTP_X_REQUEST_ID"))
        ms = round((time.perf_counter() - started) * 1000, 2)
        path = environ["PATH_INFO"]
        _log.info("request", method="GET", path=path, status=304, ms=ms, key=key, code=None, request=own)
        return [*known.headers, (HEADER, own), *counted.headers.items()]

    def _learn(self, name: bytes, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Starts a response, and remembers it where it is a 304 with a check."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            check = environ.pop(CHECK, None)
            if status.startswith("304") and check is not None:
                lasting = [item for item in headers if item[0].lower() not in _OWN]
                with self._lock:
                    if len(self._known) >= _MAX_KNOWN:
                        del self._known[next(iter(self._known))]
                    self._known[name] = _Known(lasting, check)
            return start_response(status, headers, *error)

        return start
