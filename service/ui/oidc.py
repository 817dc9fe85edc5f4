"""Signing in at an OpenID provider: there, and back."""

import base64
import binascii
import hmac
from http import HTTPStatus

import orjson
from flask import Response, g, make_response, redirect, request

from dyadwatch.bootstrap import Product
from dyadwatch.errors import NotFound, SignInFailed
from dyadwatch.model.oidc import CALLBACK, SignIn
from dyadwatch.oidc import Provider
from dyadwatch.store import oidc, sessions
from service.ui import cookies, sign_in
from service.ui.frame import Page
from service.ui.languages import gettext as _

START = "/login/oidc"
_COOKIE = "dyadwatch_oidc"
_SECONDS = 600  # that somebody may take at the provider
_MAX_PARAMETER = 4_000  # characters


def begin(product: Product) -> Response:
    """Leads to the provider. What ties the way back to this browser waits in a cookie of it."""
    provider = _provider(product)
    if wait := sign_in.wait(product):
        return sign_in.too_many(wait)
    one, address = provider.begin()
    response: Response = make_response(redirect(address, HTTPStatus.SEE_OTHER))
    following = cookies.local_path(request.args.get("next", "/"))
    kept = orjson.dumps([one.state, one.nonce, one.verifier, following])
    response.set_cookie(
        _COOKIE,
        base64.urlsafe_b64encode(kept).decode(),
        max_age=_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=cookies.is_secure(product),
    )
    return response


def finish(product: Product) -> Response:
    """Opens a session for whom the provider has signed in. Raises SignInFailed, WebError."""
    provider = _provider(product)
    if wait := sign_in.wait(product):
        return sign_in.too_many(wait)
    try:
        one, following = _kept()
        identity = provider.finish(one, _code(one))
        with product.store.begin() as db:
            key = oidc.admit(db, identity, hours=product.settings.oidc_hours)
            token = sessions.create(db, key)
            sessions.delete(db, request.cookies.get(cookies.SESSION, ""))
    except SignInFailed:
        sign_in.count_failure(product)
        raise
    g.key = key
    response: Response = make_response(redirect(following, HTTPStatus.SEE_OTHER))
    cookies.set_session(product, response, token)
    response.delete_cookie(_COOKIE, httponly=True, samesite="Lax", secure=cookies.is_secure(product))
    return response


def _provider(product: Product) -> Provider:
    if product.oidc is None:
        raise NotFound(_("Nobody signs in here at an OpenID provider."))
    return product.oidc


def _kept() -> tuple[SignIn, str]:
    """The sign-in that this browser began, and where it leads."""
    try:
        state, nonce, verifier, following = orjson.loads(
            base64.urlsafe_b64decode(request.cookies.get(_COOKIE, ""))
        )
        return SignIn(str(state), str(nonce), str(verifier)), cookies.local_path(str(following))
    except (binascii.Error, ValueError, TypeError) as error:
        detail = _("This browser began no sign-in in the last ten minutes: begin again.")
        raise SignInFailed(detail, code="oidc_state") from error


def _code(one: SignIn) -> str:
    """The code that the provider sent the person back with."""
    state = request.args.get("state", "")
    if not hmac.compare_digest(state.encode(), one.state.encode()):
        raise SignInFailed(_("This answer belongs to another sign-in: begin again."), code="oidc_state")
    code = request.args.get("code", "")
    if not code or len(code) > _MAX_PARAMETER:
        reason = request.args.get("error", "no code")[:100]
        raise SignInFailed(_("The provider refused: %s.") % reason, code="oidc_refused")
    return code


PAGES = (
    Page(START, "oidc_begin", begin, scope=None, lane="network"),
    Page(CALLBACK, "oidc_finish", finish, scope=None, lane="network"),
)
