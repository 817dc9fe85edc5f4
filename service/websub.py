"""The callbacks of WebSub hubs: a URL under /websub for each
subscription to a hub, which nobody else can guess.

A hub has no API key. A push is trusted because it is signed with the
subscription's secret; it is stored here unread, and the push step reads it.
"""

import re
from datetime import UTC, datetime, timedelta
from random import random

import structlog
from flask import Blueprint, Response, g, request

from dyadwatch import backoff
from dyadwatch.bootstrap import Product
from dyadwatch.errors import NotFound
from dyadwatch.feeds import websub
from dyadwatch.model.failures import Failure
from dyadwatch.model.hub_subscriptions import Callback
from dyadwatch.store import hub_subscriptions, pushes
from service.rest.problems import ProblemError

LOGGED_PATH = "/websub/…"  # whoever knows the whole path could pose as the hub
MAX_PUSH = 10 * 2**20  # bytes, as much as of a feed that is polled
_RETRY_AFTER = 60  # seconds that a hub is asked to wait while too many of its pushes are unread
_MAX_CHALLENGE = 2_048  # characters
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_log = structlog.get_logger("service")


def blueprint(product: Product) -> Blueprint:
    """Verification of our subscriptions by the hub (GET), and its pushes (POST)."""
    callbacks = Blueprint("websub", __name__, url_prefix="/websub")

    @callbacks.get("/<token>")
    def verify(token: str) -> Response:
        return _verify(product, token)

    @callbacks.post("/<token>")
    def receive(token: str) -> Response:
        return _receive(product, token)

    return callbacks


def _verify(product: Product, token: str) -> Response:
    """Echoes the challenge where the hub confirms a request of
    ours; 404, as WebSub asks, where it does not."""
    callback = _callback(product, token)
    params = request.args
    if callback is None or not websub.same_topic(callback.topic, params.get("hub.topic", "")):
        raise NotFound("There is no such subscription.")
    mode, now = params.get("hub.mode"), datetime.now(UTC)
    if mode == "denied":
        _deny(product, callback, params.get("hub.reason", ""), now)
        return Response(status=204)
    challenge = params.get("hub.challenge", "")
    if mode != "subscribe" or not callback.feed_active:
        raise NotFound("This subscription was not requested.")
    if not 0 < len(challenge) <= _MAX_CHALLENGE:
        raise ProblemError(
            400, "challenge_invalid", f"hub.challenge must have 1 to {_MAX_CHALLENGE} characters."
        )
    lease = websub.lease(params.get("hub.lease_seconds"))
    with product.store.begin() as db:
        confirmed = hub_subscriptions.verify(
            db, token, lease=lease, renewal=websub.renewal(lease, random), now=now
        )
    if not confirmed:
        raise NotFound("This subscription was not requested.")
    _log.info("hub verified", feed=callback.feed, lease=lease)
    return Response(
        challenge, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _deny(product: Product, callback: Callback, reason: str, now: datetime) -> None:
    text = websub.plain(reason)
    detail = f"The hub denied the subscription: {text}" if text else "The hub denied the subscription"
    with product.store.begin() as db:
        hub_subscriptions.deny(
            db,
            callback.feed,
            failure=Failure("hub_denied", detail, now),
            retry_at=now + timedelta(seconds=backoff.add_jitter(websub.DAY, 0.1, random)),
            poll_min=product.settings.poll_min,
        )
    _log.info("hub denied", feed=callback.feed, reason=text)


def _receive(product: Product, token: str) -> Response:
    """Stores a push, to be read later. One that is not signed with our secret is dropped with the same
    response, as WebSub asks; 410 tells the hub that a subscription has ended."""
    callback = _callback(product, token)
    if callback is None or not callback.feed_active:
        if callback is not None:
            with product.store.begin() as db:
                hub_subscriptions.lapse(db, callback.feed, now=datetime.now(UTC))
        raise ProblemError(410, "subscription_gone", "There is no such subscription any more.")
    body = _body()
    secret = product.store.sealing.open(callback.secret)
    if not websub.is_signed(request.headers.get("X-Hub-Signature"), body, secret):
        with product.store.begin() as db:
            hub_subscriptions.count_forged(db, callback.feed, now=datetime.now(UTC))
        g.code = "signature_invalid"
        return Response(status=202)
    with product.store.begin() as db:
        stored = pushes.receive(db, callback.feed, content_type=request.content_type, body=body)
    if not stored:
        headers = {"Retry-After": str(_RETRY_AFTER)}
        raise ProblemError(
            503, "pushes_unread", "Too many pushes are unread: push again later.", headers=headers
        )
    return Response(status=202)


def _body() -> bytes:
    """The raw body, bounded whether its length was announced or not."""
    request.max_content_length = MAX_PUSH + 1  # a chunked body is silently cut there
    body = request.get_data(cache=False)
    if len(body) > MAX_PUSH:
        raise ProblemError(413, "body_too_large", f"A push may have {MAX_PUSH} bytes.")
    return body


def _callback(product: Product, token: str) -> Callback | None:
    """The subscription of a token, None where it has ended.
    Raises NotFound for what cannot be a token of ours."""
    g.logged_path = LOGGED_PATH
    if not _TOKEN.fullmatch(token):
        raise NotFound("There is no such subscription.")
    with product.store.begin() as db:
        return hub_subscriptions.find(db, token)
