"""What every response is completed with: the name of its request, what its key may still ask for, and headers
that protect. And how a request is counted and logged.

It works on plain headers outside of Flask, where each costs a tenth of what it does inside.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

from service.metrics import UNKNOWN
from service.request_ids import HEADER, REQUEST_ID, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOTES = "dyadwatch.notes"  # where in the environment of a request its Notes are
# Headers of every response that has no other ones.
_PROTECTING = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)
_PROTECTED = {name.lower(): (name, value) for name, value in _PROTECTING}
_log = structlog.get_logger("service")


@dataclass(slots=True)  # one is made for each request, which takes three times as long of a frozen one
class Notes:
    """What is said of a request beside its response: the pattern of its path, the id of its key, the code of
    its error, the path as the log has it, the headers of its quota, and whether the headers of the response
    protect already."""

    route: str = UNKNOWN
    key: int | None = None
    code: str | None = None
    path: str | None = None
    quota: Mapping[str, str] = field(default_factory=dict)
    is_protected: bool = False


def protect(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers of a response with those that protect, where it has none of its own."""
    present = {name.lower() for name, _ in headers}
    return [*headers, *(item for name, item in _PROTECTED.items() if name not in present)]


class Completion:
    """A WSGI application around another, which leaves its Notes in the environment. `count` is called with
    method, route, status and seconds of each request. Safe for threads."""

    def __init__(self, app: "WSGIApplication", count: Callable[[str, str, int, float], None]) -> None:
        self._app = app
        self._count = count

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        started = time.perf_counter()
        own = environ[REQUEST_ID] = request_id(environ.get("HTTP_X_REQUEST_ID"))

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            notes = environ.get(NOTES) or Notes()
            protected = headers if notes.is_protected else protect(headers)
            self._note(environ, notes, int(status[:3]), time.perf_counter() - started)
            return start_response(status, [*protected, (HEADER, own), *notes.quota.items()], *error)

        return self._app(environ, start)

    def _note(self, environ: "WSGIEnvironment", notes: Notes, status: int, seconds: float) -> None:
        """Counts and logs a request."""
        method = environ["REQUEST_METHOD"]
        self._count(method, notes.route, status, seconds)
        _log.info(
            "request",
            method=method,
            path=notes.path or environ["PATH_INFO"],
            status=status,
            ms=round(seconds * 1000, 2),
            key=notes.key,
            code=notes.code,
            request=environ[REQUEST_ID],
        )
