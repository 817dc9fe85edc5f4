"""Where the reader of an address says that mails are wanted: by the link of the mail that asks.

The link shows a page, since programs follow links that nobody has clicked; its button confirms.
"""

import hmac
import re
from datetime import UTC, datetime

from flask import Blueprint, Response, g

from dyadwatch.bootstrap import Product
from dyadwatch.errors import NotFound
from dyadwatch.store import Connection, confirmations, subscription_secrets, subscriptions
from dyadwatch.subscriptions.confirmations import confirmation_token
from service.ui.rendering import page

PREFIX = "/confirm/"
LOGGED_PATH = "/confirm/…"  # whoever knows the whole path could confirm for the reader
MAX_FORM = 4 * 2**10  # bytes
_TOKEN = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LAST = 253_402_300_799  # second that a datetime can tell


def blueprint(product: Product) -> Blueprint:
    """The question (GET), and the confirmation (POST)."""
    pages = Blueprint("confirm", __name__, url_prefix=PREFIX.rstrip("/"))

    @pages.get("/<row:subscription>/<row:until>/<token>")
    def ask(subscription: int, until: int, token: str) -> Response:
        with product.store.begin() as db:
            state = _check(product, db, subscription, until, token)
        return _answer(state, until)

    @pages.post("/<row:subscription>/<row:until>/<token>")
    def confirm(subscription: int, until: int, token: str) -> Response:
        with product.store.begin() as db:
            state = _check(product, db, subscription, until, token)
            if state == "unconfirmed" and not _is_over(until):
                subscriptions.lock(db, [subscription], to_change=True)
                confirmations.confirm(db, subscription)
                state = "active"
        return _answer(state, until)

    return pages


def _check(product: Product, db: Connection, subscription: int, until: int, token: str) -> str:
    """The state of the subscription. Raises NotFound where the URL is from no mail that asked for it as it
    is now."""
    g.logged_path = LOGGED_PATH
    secrets = subscription_secrets.signing(db, subscription) if _TOKEN.fullmatch(token) else ()
    if secrets and until <= _LAST:
        view = subscriptions.get(db, subscription)
        ends_at = datetime.fromtimestamp(until, UTC)
        expected = (
            confirmation_token(product.store.sealing.open(secret), subscription, view.url, ends_at)
            for secret in secrets
        )
        if any(hmac.compare_digest(token, each) for each in expected):
            return view.state
    raise NotFound("There is no such subscription.")


def _is_over(until: int) -> bool:
    return datetime.now(UTC).timestamp() >= until


def _answer(state: str, until: int) -> Response:
    expired = state == "unconfirmed" and _is_over(until)
    return page("confirm.html", 410 if expired else 200, state=state, expired=expired)
