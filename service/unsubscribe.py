"""Where whoever gets mails ends them: a URL for each subscription, which only its mails have.

A mail program that offers to unsubscribe posts here by itself (RFC 8058); a link shows a page that asks,
since programs also follow links that nobody has clicked.
"""

import hmac
import re
from datetime import UTC, datetime

from flask import Blueprint, Response, g

from dyadwatch.bootstrap import Product
from dyadwatch.errors import NotFound
from dyadwatch.senders import unsubscribe_token
from dyadwatch.store import Connection, subscription_secrets, subscriptions
from service.ui.rendering import page

PREFIX = "/unsubscribe/"
LOGGED_PATH = "/unsubscribe/…"  # whoever knows the whole path could end the subscription
MAX_FORM = 4 * 2**10  # bytes
_TOKEN = re.compile(r"[0-9a-f]{64}", re.ASCII)


def blueprint(product: Product) -> Blueprint:
    """The question (GET), and the end (POST)."""
    pages = Blueprint("unsubscribe", __name__, url_prefix=PREFIX.rstrip("/"))

    @pages.get("/<row:subscription>/<token>")
    def ask(subscription: int, token: str) -> Response:
        with product.store.begin() as db:
            _check(product, db, subscription, token)
        return page("unsubscribe.html", 200, is_done=False)

    @pages.post("/<row:subscription>/<token>")
    def end(subscription: int, token: str) -> Response:
        with product.store.begin() as db:
            _check(product, db, subscription, token)
            subscriptions.lock(db, [subscription], to_change=True)
            now = datetime.now(UTC)
            subscriptions.disable(db, subscription, f"the reader ended it on {now:%Y-%m-%d %H:%M} UTC")
        return page("unsubscribe.html", 200, is_done=True)

    return pages


def _check(product: Product, db: Connection, subscription: int, token: str) -> None:
    """Raises NotFound where the URL is from no mail of the subscription."""
    g.logged_path = LOGGED_PATH
    secrets = subscription_secrets.signing(db, subscription) if _TOKEN.fullmatch(token) else ()
    expected = (unsubscribe_token(product.store.sealing.open(secret), subscription) for secret in secrets)
    if not any(hmac.compare_digest(token, each) for each in expected):
        raise NotFound("There is no such subscription.")
