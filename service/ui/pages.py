"""The alerts page at / and its sign-in form. A browser sends an
API key once and then keeps a session, never the key."""

from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from dyadwatch.bootstrap import Product
from dyadwatch.errors import InvalidInput, StoreUnavailable
from dyadwatch.model.keys import KeyView
from dyadwatch.store import alerts, keys, sessions, sources, watches
from dyadwatch.subscriptions import AlertFilter
from service.rest.problems import RETRY_AFTER, ProblemError
from service.rest.requests import query
from service.ui.alert_cards import card
from service.ui.filter_form import inputs

COOKIE = "dyadwatch_session"
MAX_FORM = 4 * 2**10  # bytes of a form
PAGE_SIZE = 25  # alerts on a page
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_log = structlog.get_logger("service")


class AlertsPageQuery(AlertFilter):
    """The parameters of the page: those of its form, and the cursor of an older page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def blueprint(product: Product) -> Blueprint:
    """The list of alerts, and signing in and out."""
    page = Blueprint("page", __name__)

    @page.get("/")
    def show() -> Response:
        return _show(product)

    @page.post("/login")
    def log_in() -> Response:
        return _log_in(product)

    @page.post("/logout")
    def log_out() -> Response:
        return _log_out(product)

    page.register_error_handler(Exception, _error_page)
    return page


def _show(product: Product) -> Response:
    token = request.cookies.get(COOKIE, "")
    with product.store.begin() as db:
        key = sessions.key_of(db, token) if token else None
    if key is None:
        return _page("login.html", 200, is_rejected=False)
    g.key = key.id
    params = _params()
    try:
        page_query = query(AlertsPageQuery, MultiDict(params))
        return _list(product, key, page_query, params)
    except (ProblemError, InvalidInput) as error:
        return _list(product, key, AlertsPageQuery(), params, error=error.detail, status=400)


def _params() -> dict[str, str]:
    """The known parameters that are not blank: a form sends its empty inputs too."""
    params = {
        name: value.strip() for name, value in request.args.items() if name in AlertsPageQuery.model_fields
    }
    return {name: value for name, value in params.items() if value}


def _list(
    product: Product,
    key: KeyView,
    page_query: AlertsPageQuery,
    params: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
) -> Response:
    with product.store.begin() as db:
        page = alerts.page(db, page_query, limit=PAGE_SIZE, cursor=page_query.cursor)
        all_watches = watches.page(db, limit=200, cursor=None).data
        has_sources = bool(sources.page(db, limit=1, cursor=None).data)
    documents = [alert.parse() for alert in page.data]
    actors = {watch.id: _actors(watch.document) for watch in all_watches}
    filter_params = {name: value for name, value in params.items() if name != "cursor"}
    return _page(
        "alerts.html",
        status,
        key=key,
        cards=[card(alert, actors.get(alert["watch"], {})) for alert in documents],
        inputs=inputs(all_watches, filter_params),
        is_filtered=bool(filter_params),
        older=_url(**filter_params, cursor=page.next) if page.next else None,
        newest=_url(**filter_params) if page_query.cursor else None,
        has_sources=has_sources,
        error=error,
    )


def _url(**params: str) -> str:
    return f"{url_for('page.show')}?{urlencode(params)}" if params else url_for("page.show")


def _actors(document: Any) -> dict[str, str]:
    return {side: actor["name"] for side, actor in document.get("actors", {}).items() if "name" in actor}


def _log_in(product: Product) -> Response:
    if _is_cross_site():
        return _page("error.html", 403, title="Refused", text="This form was sent from another site.")
    token = request.form.get("key", "").strip()
    with product.store.begin() as db:
        key = keys.authenticate(db, token)
        session = sessions.create(db, key.id) if key else None
    if key is None or session is None:
        g.code = "key_invalid"
        return _page("login.html", 403, is_rejected=True)
    g.key = key.id
    response = make_response(redirect(url_for("page.show"), 303))
    response.set_cookie(
        COOKIE,
        session,
        max_age=sessions.DAYS * 86_400,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return response


def _log_out(product: Product) -> Response:
    if _is_cross_site():
        return _page("error.html", 403, title="Refused", text="This form was sent from another site.")
    with product.store.begin() as db:
        sessions.delete(db, request.cookies.get(COOKIE, ""))
    response = make_response(redirect(url_for("page.show"), 303))
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def _is_cross_site() -> bool:
    """Whether the browser says that another site sent this form."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


def _error_page(error: Exception) -> Response:
    if isinstance(error, StoreUnavailable):
        g.code = error.code
        text = (
            "The database cannot be reached."
            " No alert is lost; this page works again as soon as the database does."
        )
        response = _page("error.html", 503, title="The alerts cannot be shown now", text=text)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    if isinstance(error, HTTPException) and error.code:
        return _page("error.html", error.code, title=error.name, text=error.description)
    g.code = "internal_error"
    _log.error("unexpected error", exc_info=error)
    return _page(
        "error.html", 500, title="Something went wrong", text="The log of the service has the details."
    )


def _page(template: str, status: int, **values: Any) -> Response:
    html = render_template(template, **values)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return current_app.response_class(html, status, headers, mimetype="text/html")
