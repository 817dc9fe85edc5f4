"""Errors as RFC 9457 problem documents: {"type", "title", "status", "detail", "instance", "code", "errors"}.

`code` is stable and says what went wrong, so `type` stays about:blank and `title` is the status in words; a
quota that is exceeded has the type that draft-ietf-httpapi-ratelimit-headers registers for it. `instance`
names the request, as X-Request-Id and the log do.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import orjson
import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from dyadwatch.errors import (
    BrokerUnavailable,
    Conflict,
    DyadwatchError,
    FieldError,
    InvalidInput,
    NotFound,
    NotInstalled,
    SecretUnreadable,
    SignInFailed,
    StatementTimeout,
    StoreUnavailable,
    UnknownValue,
    WebError,
)
from service.request_ids import REQUEST_ID

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds, while the database or the broker is away
_QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"
_INSTANCE = "urn:x-request-id:"
_MAX_ERRORS = 100  # fields at fault that are named
_log = structlog.get_logger("service")

_STATUS: tuple[tuple[type[DyadwatchError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (NotInstalled, 501),
    (SignInFailed, 403),
    (WebError, 502),
    (StoreUnavailable, 503),
    (StatementTimeout, 503),
    (SecretUnreadable, 503),
    (BrokerUnavailable, 503),
)
# What the framework answers by itself: our code, and what it means here.
_BY_STATUS = {
    400: ("bad_request", "The request cannot be read."),
    404: ("path_unknown", "There is nothing at this path."),
    405: ("method_not_allowed", "The path does not have this method; `Allow` names those that it has."),
    413: ("body_too_large", "The body is longer than it may be here."),
    414: ("uri_too_long", "The path and query are longer than they may be."),
    415: ("media_type_unsupported", "The body is of a media type that is not read here."),
}


class ProblemError(DyadwatchError):
    """A request that cannot be served: the `status`, `code`, fields at fault and headers of its problem
    document, and the quotas that it exceeds."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        quotas: Sequence[str] = (),
    ) -> None:
        super().__init__(detail, code=code)
        self.status = status
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.quotas = tuple(quotas)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    quotas: Sequence[str] = (),
) -> Response:
    """The response that carries a problem document."""
    g.code = code
    own = request.environ.get(REQUEST_ID)
    document = serialise(status, code, detail, errors, request_id=own, quotas=quotas)
    response = Response(document, status, dict(headers or {}), content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def serialise(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    *,
    request_id: str | None = None,
    quotas: Sequence[str] = (),
) -> bytes:
    """The JSON of a problem document: of a request, where that has an id; with the `quotas` that it exceeds,
    by their names in RateLimit-Policy."""
    document: dict[str, object] = {
        "type": _QUOTA_EXCEEDED if quotas else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors[:_MAX_ERRORS],
    }
    if request_id is not None:
        document["instance"] = f"{_INSTANCE}{request_id}"
    if quotas:
        document["violated-policies"] = quotas
    return orjson.dumps(document)


def from_error(error: DyadwatchError) -> Response:
    """The problem document of one of our errors."""
    if isinstance(error, ProblemError):
        return problem(
            error.status,
            error.code,
            error.detail,
            errors=error.errors,
            headers=error.headers,
            quotas=error.quotas,
        )
    status = status_of(error)
    if status == 422 and request.method in {"GET", "HEAD"} and not isinstance(error, UnknownValue):
        status = 400  # without a body it is the query that cannot be read
    headers = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    if status == 500:
        _log.error("unexpected error", exc_info=error)
    return problem(status, error.code, error.detail, errors=getattr(error, "errors", ()), headers=headers)


def status_of(error: DyadwatchError) -> int:
    """The status that says what kind of error this is; 500 for one that should not have come so far."""
    if isinstance(error, ProblemError):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def register(app: Flask) -> None:
    """Makes the app answer every error with a problem document."""
    app.register_error_handler(DyadwatchError, from_error)
    app.register_error_handler(HTTPException, from_http_exception)
    app.register_error_handler(Exception, _from_unexpected)


def explain(error: HTTPException) -> tuple[int, str, str]:
    """(status, code, detail) of an error of the framework, whose own words are about another product."""
    status = error.code or 500
    code, detail = _BY_STATUS.get(status, (f"http_{status}", f"{HTTPStatus(status).phrase}."))
    return status, code, detail


def from_http_exception(error: HTTPException) -> Response:
    """The problem document of an error of the framework."""
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return problem(*explain(error), headers=headers)


def _from_unexpected(error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return problem(500, "internal_error", "Something went wrong here; the log of the service says what.")
