"""Signing in and out: a browser sends an API key once and then keeps a session, never the key."""

from urllib.parse import urlsplit

from flask import Response, g, make_response, redirect, request, url_for

from dyadwatch.bootstrap import Product
from dyadwatch.broker import Quota
from dyadwatch.store import keys, sessions
from service.addresses import network
from service.ui.rendering import page

COOKIE = "dyadwatch_session"
MAX_FORM = 4 * 2**10  # bytes
# Wrong keys per minute: of one address, and of all together.
_WRONG_PER_ADDRESS = Quota(10)
_WRONG = Quota(300)


def log_in(product: Product) -> Response:
    """Opens a new session for the key in the form, and ends the one that the browser had."""
    if not _is_own(product):
        return _foreign()
    quotas = {f"login:{network(request.remote_addr)}": _WRONG_PER_ADDRESS, "login": _WRONG}
    wait = max(product.throttle.look(name, quota).retry_after for name, quota in quotas.items())
    if wait:
        return _too_many(wait)
    token = request.form.get("key", "").strip()
    with product.store.begin() as db:
        key = keys.authenticate(db, token)
        session = sessions.create(db, key.id) if key else None
        if key:
            sessions.delete(db, request.cookies.get(COOKIE, ""))
    if key is None or session is None:
        for name, quota in quotas.items():
            product.throttle.spend(name, quota)
        g.code = "key_invalid"
        return page("login.html", 403, is_rejected=True)
    g.key = key.id
    response = make_response(redirect(url_for("page.show"), 303))
    response.set_cookie(
        COOKIE,
        session,
        max_age=sessions.DAYS * 86_400,
        httponly=True,
        samesite="Strict",
        secure=_is_secure(product),
    )
    return response


def log_out(product: Product) -> Response:
    """Ends the session itself, not only the cookie."""
    if not _is_own(product):
        return _foreign()
    with product.store.begin() as db:
        sessions.delete(db, request.cookies.get(COOKIE, ""))
    response = make_response(redirect(url_for("page.show"), 303))
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=_is_secure(product))
    return response


def _is_own(product: Product) -> bool:
    """Whether the browser says that a page of ours sent this form. What says nothing is no browser."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "none", "same-origin"}:
        return False
    # A proxy that ends TLS may leave us with http, so the scheme of our own host is not compared.
    own = {f"http://{request.host}", f"https://{request.host}", _origin(product.settings.public_url)}
    return origin in own if origin is not None else site is not None


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def _is_secure(product: Product) -> bool:
    return request.is_secure or (product.settings.public_url or "").startswith("https://")


def _foreign() -> Response:
    g.code = "cross_site"
    return page("error.html", 403, title="Refused", text="This form was sent from another site.")


def _too_many(wait: int) -> Response:
    g.code = "rate_limited"
    text = f"Too many wrong keys were tried. Try again in {wait} s."
    response = page("error.html", 429, title="Too many attempts", text=text)
    response.headers["Retry-After"] = str(wait)
    return response
