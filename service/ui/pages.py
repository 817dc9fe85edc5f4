"""The page at /: alerts for people. It asks for an API key once and keeps a session, never the key."""

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
from pydantic import BeforeValidator, Field
from werkzeug.exceptions import HTTPException

from dyadwatch.bootstrap import Product
from dyadwatch.errors import InvalidInput, StoreUnavailable
from dyadwatch.model.alerts import AlertFilter
from dyadwatch.model.keys import KeyView
from dyadwatch.store import alerts, keys, sessions, sources, watches
from dyadwatch.validation import Language, SearchWords, Slug
from service.rest.problems import RETRY_AFTER, ProblemError
from service.rest.requests import Query, query
from service.ui.alert_cards import LANGUAGES, card

COOKIE = "dyadwatch_session"
SHOWN = 25  # alerts on a page
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_log = structlog.get_logger("service")


class PageFilter(Query):
    """What the form asks for; the form sends what is left empty as an empty word."""

    watch: Slug | None = None
    language: Language | None = None
    min_score: Annotated[float | None, Field(ge=0, le=1)] = None
    q: Annotated[SearchWords | None, BeforeValidator(lambda value: value.strip() or None)] = None
    cursor: Annotated[str | None, Field(max_length=300)] = None


def blueprint(product: Product) -> Blueprint:
    """The list, the form that opens a session, and the button that ends it."""
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

    page.register_error_handler(Exception, _failed)
    return page


def _show(product: Product) -> Response:
    token = request.cookies.get(COOKIE, "")
    with product.store.begin() as db:
        key = sessions.key_of(db, token) if token else None
    if key is None:
        return _page("login.html", 200, wrong=False)
    g.key = key.id
    given = {name: value for name, value in request.args.items() if name in PageFilter.model_fields and value}
    try:
        asked = query(PageFilter, type(request.args)(given))
        return _list(product, key, asked, given)
    except (ProblemError, InvalidInput) as error:
        return _list(product, key, PageFilter(), given, wrong=error.detail, status=400)


def _list(
    product: Product,
    key: KeyView,
    asked: PageFilter,
    given: dict[str, str],
    *,
    wrong: str = "",
    status: int = 200,
) -> Response:
    narrowed = AlertFilter(**asked.model_dump(exclude={"cursor"}))
    with product.store.begin() as db:
        found = alerts.page(db, narrowed, limit=SHOWN, cursor=asked.cursor)
        known = watches.page(db, limit=200, cursor=None).data
        any_source = bool(sources.page(db, limit=1, cursor=None).data)
    actors = {watch.id: _actors(watch.document) for watch in known}
    kept = {name: value for name, value in given.items() if name != "cursor"}
    return _page(
        "alerts.html",
        status,
        key=key,
        cards=[card(alert, actors.get(alert["watch"], {})) for alert in found.data],
        watches=known,
        languages=LANGUAGES,
        given=kept,
        older=_address(**kept, cursor=found.next) if found.next else None,
        newest=_address(**kept) if asked.cursor else None,
        any_source=any_source,
        wrong=wrong,
    )


def _address(**asked: str) -> str:
    return f"{url_for('page.show')}?{urlencode(asked)}" if asked else url_for("page.show")


def _actors(document: Any) -> dict[str, str]:
    return {side: actor["name"] for side, actor in document.get("actors", {}).items() if "name" in actor}


def _log_in(product: Product) -> Response:
    if _is_foreign():
        return _page("error.html", 403, title="Refused", text="This form was sent from another site.")
    token = request.form.get("key", "").strip()
    with product.store.begin() as db:
        key = keys.authenticate(db, token)
        session = sessions.create(db, key.id) if key else None
    if key is None or session is None:
        g.code = "key_invalid"
        return _page("login.html", 403, wrong=True)
    g.key = key.id
    answer = make_response(redirect(url_for("page.show"), 303))
    answer.set_cookie(
        COOKIE,
        session,
        max_age=sessions.DAYS * 86_400,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
    return answer


def _log_out(product: Product) -> Response:
    if _is_foreign():
        return _page("error.html", 403, title="Refused", text="This form was sent from another site.")
    with product.store.begin() as db:
        sessions.delete(db, request.cookies.get(COOKIE, ""))
    answer = make_response(redirect(url_for("page.show"), 303))
    answer.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)
    return answer


def _is_foreign() -> bool:
    """Whether a browser says that another site made it send this."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


def _failed(error: Exception) -> Response:
    if isinstance(error, StoreUnavailable):
        g.code = error.code
        text = (
            "The database cannot be reached. What was found is safe; this page comes back with the database."
        )
        answer = _page("error.html", 503, title="The alerts are out of reach", text=text)
        answer.headers["Retry-After"] = RETRY_AFTER
        return answer
    if isinstance(error, HTTPException) and error.code:
        return _page("error.html", error.code, title=error.name, text=error.description)
    g.code = "internal_error"
    _log.error("unexpected error", exc_info=error)
    return _page("error.html", 500, title="Something went wrong", text="The log of the service says what.")


def _page(template: str, status: int, **values: Any) -> Response:
    html = render_template(template, **values)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return current_app.response_class(html, status, headers, mimetype="text/html")
