"""The alerts page at /, for browsers that have signed in, and the figures of the tagger at /quality."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

import structlog
from flask import Blueprint, Response, g, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from dyadwatch.bootstrap import Product
from dyadwatch.errors import InvalidInput, StoreUnavailable
from dyadwatch.model.keys import KeyView
from dyadwatch.store import alerts, filter_values, sessions, sources, watches
from dyadwatch.subscriptions import AlertFilter
from dyadwatch.tagging.quality import shipped_quality
from service.rest import problems, rate_limits
from service.rest.problems import RETRY_AFTER, ProblemError
from service.rest.quality import running_versions
from service.rest.requests import query
from service.ui import sign_in
from service.ui.alert_cards import card
from service.ui.filter_form import inputs
from service.ui.rendering import page

PATHS = frozenset({"/", "/login", "/logout", "/quality"})
PAGE_SIZE = 25  # alerts on a page
_MAX_WATCHES = 200  # on the menu
_log = structlog.get_logger("service")


class AlertsPageQuery(AlertFilter):
    """The parameters of the page: those of its form, and the cursor of an older page."""

    cursor: Annotated[str | None, Field(max_length=300)] = None


def blueprint(product: Product) -> Blueprint:
    """The list of alerts, signing in and out, and how often the tagger is right."""
    ui = Blueprint("page", __name__)

    @ui.get("/")
    def show() -> Response:
        return _show(product)

    @ui.get("/quality")
    def quality() -> Response:
        return _show_quality()

    @ui.post("/login")
    def log_in() -> Response:
        return sign_in.log_in(product)

    @ui.post("/logout")
    def log_out() -> Response:
        return sign_in.log_out(product)

    ui.register_error_handler(Exception, _error_page)
    return ui


def _show(product: Product) -> Response:
    token = request.cookies.get(sign_in.COOKIE, "")
    with product.store.begin() as db:
        key = sessions.key_of(db, token) if token else None
    if key is None:
        return page("login.html", 200, is_rejected=False)
    g.key = key.id
    rate_limits.spend(product, key.id)
    params = _params()
    try:
        page_query = query(AlertsPageQuery, MultiDict(params))
        return _list(product, key, page_query, params)
    except (ProblemError, InvalidInput) as error:
        return _list(product, key, AlertsPageQuery(), params, error=error.detail, status=400)


def _show_quality() -> Response:
    """The figures of the tagger, for everybody: they tell nothing of this installation but its version."""
    measured, running = shipped_quality(), running_versions()
    is_outdated = any(measured[name] != version for name, version in asdict(running).items())
    return page("quality.html", 200, quality=measured, running=running, is_outdated=is_outdated)


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
        filter_values.check(db, page_query.model_dump())
        shown = alerts.page(db, page_query, limit=PAGE_SIZE, cursor=page_query.cursor)
        labels = watches.labels(db, limit=_MAX_WATCHES)
        has_sources = bool(sources.page(db, limit=1, cursor=None).data)
    documents = [alert.parse() for alert in shown.data]
    actors = {watch.id: watch.actors for watch in labels}
    filter_params = {name: value for name, value in params.items() if name != "cursor"}
    return page(
        "alerts.html",
        status,
        key=key,
        cards=[card(alert, actors.get(alert["watch"], {})) for alert in documents],
        inputs=inputs(labels, filter_params),
        is_filtered=bool(filter_params),
        older=_url(**filter_params, cursor=shown.next) if shown.next else None,
        newest=_url(**filter_params) if page_query.cursor else None,
        has_sources=has_sources,
        public_url=(product.settings.public_url or request.host_url).rstrip("/"),
        error=error,
    )


def _url(**params: str) -> str:
    return f"{url_for('page.show')}?{urlencode(params)}" if params else url_for("page.show")


def http_error_page(error: HTTPException) -> Response:
    """An error of the framework, for people."""
    status, g.code, text = problems.explain(error)
    response = page("error.html", status, title=HTTPStatus(status).phrase, text=text)
    if allowed := dict(error.get_headers()).get("Allow"):
        response.headers["Allow"] = allowed
    return response


def _error_page(error: Exception) -> Response:
    if isinstance(error, StoreUnavailable):
        g.code = error.code
        text = (
            "The database cannot be reached."
            " No alert is lost; this page works again as soon as the database does."
        )
        response = page("error.html", 503, title="The alerts cannot be shown now", text=text)
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    if isinstance(error, ProblemError):
        g.code = error.code
        response = page("error.html", error.status, title=HTTPStatus(error.status).phrase, text=error.detail)
        response.headers.extend(error.headers)
        return response
    if isinstance(error, HTTPException):
        return http_error_page(error)
    g.code = "internal_error"
    _log.error("unexpected error", exc_info=error)
    return page(
        "error.html", 500, title="Something went wrong", text="The log of the service has the details."
    )
