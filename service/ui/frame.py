"""The frame of all pages: who may see one, how it is asked for, and what becomes of errors.

A page is a row of data (`Page`) and a view that takes the Visit and the ids in its path. Signing in,
language, limits, form tokens and error pages are the frame's, so that a page is nothing but what it shows.
"""

import hmac
from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

import structlog
from flask import Response, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from dyadwatch.bootstrap import Product
from dyadwatch.errors import DyadwatchError, InvalidInput, StoreUnavailable
from dyadwatch.model.keys import KeyView, Scope
from dyadwatch.model.sessions import PageSession
from dyadwatch.store import sessions
from service.rest import problems, rate_limits
from service.rest.local_calls import LocalCaller
from service.rest.operations import Lane, Operation
from service.rest.problems import RETRY_AFTER, ProblemError
from service.ui import cookies, languages
from service.ui.languages import gettext as _
from service.ui.problem_texts import translate
from service.ui.rendering import page

MAX_FORM = 64 * 2**10  # bytes
_MAX_UNKNOWN, _MAX_NAME = 10, 40  # parameters of an address, and characters of one, that a page names
_log = structlog.get_logger("service")


@dataclass(frozen=True, slots=True)
class Page:
    """A page for people. `path` has ids as <row:id> and <slug:slug>, `name` is its name for url_for, after
    "page."; `section` is the part of the navigation that it belongs to. A page with `scope` None is for
    everybody, and takes the product instead of a visit. A form is at most `max_form` bytes long, and has the
    token of the session where `has_token`. `lane` keeps requests that take CPU, or that wait for other
    servers, from taking the threads of all others."""

    path: str
    name: str
    view: Callable[..., Response]
    scope: Scope | None = "read"
    method: Literal["GET", "POST"] = "GET"
    section: str = ""
    max_form: int = MAX_FORM
    has_token: bool = True
    lane: Lane = "default"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who has signed in."""

    product: Product
    session: PageSession

    @property
    def key(self) -> KeyView:
        return self.session.key

    @property
    def last_visit_at(self) -> datetime | None:
        """When the visit before this one ended."""
        return self.session.last_visit_at

    @property
    def owner(self) -> int | None:
        """The key whose subscriptions alone are shown; None with scope admin: all are."""
        return None if self.key.allows("admin") else self.key.id

    def api(self, operations: tuple[Operation, ...]) -> LocalCaller:
        """Runs these operations of the API for the key of the session."""
        return LocalCaller(self.product, self.key, operations)

    def begin(self) -> AbstractContextManager[Any]:
        """A transaction of the store."""
        return self.product.store.begin()


def runner(product: Product, shown: Page) -> Callable[..., Response]:
    """The Flask view of a page."""

    def run(**ids: Any) -> Response:
        g.section = shown.section
        session = _session(product)
        g.session = session
        if shown.method == "POST":
            _check_form(product, session, shown)
        if shown.scope is None:
            return shown.view(product, **ids)
        if session is None:
            return page(
                "sign_in.html",
                HTTPStatus.OK,
                is_rejected=False,
                following=request.full_path.rstrip("?"),
                has_oidc=product.oidc is not None,
            )
        g.key = session.key.id
        rate_limits.spend(product, session.key.id)
        if not session.key.allows(shown.scope):
            detail = _("This key may not do that: it needs the scope %s.") % shown.scope
            raise ProblemError(HTTPStatus.FORBIDDEN, "scope_missing", detail)
        response = shown.view(Visit(product, session), **ids)
        if session.new_token is not None:
            cookies.set_session(product, response, session.new_token)
        if g.get("has_flashed"):
            cookies.delete_flash(product, response)
        return response

    return run


def _session(product: Product) -> PageSession | None:
    token = request.cookies.get(cookies.SESSION, "")
    if not token:
        return None
    with product.store.begin() as db:
        return sessions.resume(db, token)


def _check_form(product: Product, session: PageSession | None, shown: Page) -> None:
    """Raises ProblemError 403 for a form that no page of ours sent, or not one of this session."""
    if not cookies.is_own_form(product):
        raise ProblemError(HTTPStatus.FORBIDDEN, "cross_site", _("This form was sent from another site."))
    if session is None:
        if shown.scope is not None:
            raise ProblemError(
                HTTPStatus.FORBIDDEN, "signed_out", _("You are signed out: sign in, and send it again.")
            )
        return
    token = request.form.get("form_token", "")
    if shown.has_token and not hmac.compare_digest(token.encode(), session.form_token.encode()):
        detail = _("This form has expired: open its page again, and send it from there.")
        raise ProblemError(HTTPStatus.FORBIDDEN, "form_expired", detail)


def parameters(names: Container[str]) -> MultiDict[str, str]:
    """The known parameters of the address that are not blank: a form sends its empty inputs too. What is not
    known here is left alone, and the page says so."""
    items = [(name, value.strip()) for name, value in request.args.items(multi=True)]
    unknown = dict.fromkeys(name for name, value in items if value and name not in names)
    g.unknown_parameters = [name[:_MAX_NAME] for name in unknown][:_MAX_UNKNOWN]
    return MultiDict([(name, value) for name, value in items if value and name in names])


def error_page(error: Exception) -> Response:
    """What an error says, for people."""
    if isinstance(error, HTTPException):
        return http_error_page(error)
    if isinstance(error, StoreUnavailable):
        g.code = error.code
        text = _(
            "The database cannot be reached."
            " No alert is lost; this page works again as soon as the database does."
        )
        response = page("error.html", 503, title=_("The alerts cannot be shown now"), text=text)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    if isinstance(error, DyadwatchError) and (status := problems.status_of(error)) != 500:
        g.code = error.code
        if isinstance(error, InvalidInput) and request.method == "GET":
            status = HTTPStatus.BAD_REQUEST
        response = page("error.html", status, title=_title(status), text=translate(error.detail))
        response.headers.extend(error.headers if isinstance(error, ProblemError) else {})
        return response
    g.code = "internal_error"
    _log.error("unexpected error", exc_info=error)
    return page(
        "error.html", 500, title=_("Something went wrong"), text=_("The log of the service has the details.")
    )


def http_error_page(error: HTTPException) -> Response:
    """An error of the framework, for people."""
    status, g.code, text = problems.explain(error)
    response = page("error.html", status, title=_title(status), text=translate(text))
    if allowed := dict(error.get_headers()).get("Allow"):
        response.headers["Allow"] = allowed
    return response


def refusal(status: int, detail: str) -> Response:
    """The page for a request that was refused before a page was looked for."""
    return page("error.html", status, title=_title(status), text=translate(detail))


def _title(status: int) -> str:
    titles = {
        400: languages.mark("This address cannot be read"),
        403: languages.mark("Not allowed"),
        404: languages.mark("There is nothing here"),
        405: languages.mark("This cannot be done here"),
        409: languages.mark("This does not fit what is there"),
        412: languages.mark("Somebody was quicker"),
        414: languages.mark("This address is too long"),
        422: languages.mark("This cannot be used"),
        501: languages.mark("That is not installed here"),
        502: languages.mark("Another server did not answer as it should"),
        408: languages.mark("That took too long"),
        413: languages.mark("That is too much"),
        429: languages.mark("Too many requests"),
        503: languages.mark("Too much at once"),
    }
    return _(titles[status]) if status in titles else HTTPStatus(status).phrase
