"""Signing in and out: a browser sends an API key once and then keeps a session, never the key."""

from collections.abc import Mapping

from flask import Response, g, make_response, redirect, request, url_for

from dyadwatch.bootstrap import Product
from dyadwatch.broker import Quota
from dyadwatch.store import keys, sessions
from service.addresses import network
from service.ui import cookies, languages
from service.ui.frame import Page
from service.ui.languages import gettext as _
from service.ui.rendering import page

MAX_FORM = 4 * 2**10  # bytes
_YEAR = 365 * 86_400  # seconds
# Wrong keys per minute: of one address, and of all together.
_WRONG_PER_ADDRESS = Quota(10)
_WRONG = Quota(300)


def log_in(product: Product) -> Response:
    """Opens a new session for the key in the form, ends the one that the browser had, and goes on to the page
    that was asked for."""
    if seconds := wait(product):
        return too_many(seconds)
    following = cookies.local_path(request.form.get("next", "/"))
    token = request.form.get("key", "").strip()
    with product.store.begin() as db:
        key = keys.authenticate(db, token)
        session = sessions.create(db, key.id) if key else None
        if key:
            sessions.delete(db, request.cookies.get(cookies.SESSION, ""))
    if key is None or session is None:
        count_failure(product)
        g.code = "key_invalid"
        g.session = None
        has_oidc = product.oidc is not None
        return page("sign_in.html", 403, is_rejected=True, following=following, has_oidc=has_oidc)
    g.key = key.id
    response = make_response(redirect(following, 303))
    cookies.set_session(product, response, session)
    return response


def show(_product: Product) -> Response:
    """Where the address of the form leads: any page is that form, until somebody has signed in."""
    response: Response = make_response(redirect(url_for("page.overview"), 303))
    return response


def _quotas() -> Mapping[str, Quota]:
    return {f"login:{network(request.remote_addr)}": _WRONG_PER_ADDRESS, "login": _WRONG}


def wait(product: Product) -> int:
    """Seconds until somebody at this address may try to sign in; 0 where they may now."""
    return max(product.throttle.peek(name, quota).retry_after for name, quota in _quotas().items())


def count_failure(product: Product) -> None:
    """Counts a try that failed."""
    for name, quota in _quotas().items():
        product.throttle.spend(name, quota)


def log_out(product: Product) -> Response:
    """Ends the session itself, not only the cookie."""
    with product.store.begin() as db:
        sessions.delete(db, request.cookies.get(cookies.SESSION, ""))
    response = make_response(redirect(url_for("page.overview"), 303))
    cookies.delete_session(product, response)
    return response


def choose_language(product: Product, language: str) -> Response:
    """Remembers the language of the pages, and goes back."""
    response = make_response(redirect(cookies.local_path(request.args.get("next", "/")), 303))
    if language in languages.NAMES:
        is_secure = cookies.is_secure(product)
        response.set_cookie(
            languages.COOKIE, language, max_age=_YEAR, httponly=True, samesite="Lax", secure=is_secure
        )
    return response


def too_many(wait: int) -> Response:
    """Says when somebody may try again."""
    g.code = "rate_limited"
    text = _("Too many wrong keys were tried. Try again in %d s.") % wait
    response = page("error.html", 429, title=_("Too many attempts"), text=text)
    response.headers["Retry-After"] = str(wait)
    return response


PAGES = (
    Page("/login", "sign_in", show, scope=None),
    Page("/login", "log_in", log_in, scope=None, method="POST", max_form=MAX_FORM, has_token=False),
    Page("/logout", "log_out", log_out, scope=None, method="POST", max_form=MAX_FORM),
    Page("/language/<slug:language>", "choose_language", choose_language, scope=None),
)
