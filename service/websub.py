"""The door for WebSub hubs: the callback URLs under /websub, one per subscription, which nobody else can guess.

A hub has no API key. What it pushes is believed because it is signed with the subscription's secret, and kept here
without being looked into; the poll step reads it.
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
from dyadwatch.model.hubs import Callback
from dyadwatch.store import hubs, pushes
from service.rest.problems import RefusedError

MAX_PUSH = 10 * 2**20  # bytes, as much as of a feed that is polled
_BUSY = 60  # seconds that a hub is asked to wait while too much of it is unread
_MOST_CHALLENGE = 2_048  # characters
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_log = structlog.get_logger("service")


def blueprint(product: Product) -> Blueprint:
    """Verification of what we asked a hub for (GET), and what it pushes (POST)."""
    callbacks = Blueprint("websub", __name__, url_prefix="/websub")

    @callbacks.get("/<token>")
    def verify(token: str) -> Response:
        return _verify(product, token)

    @callbacks.post("/<token>")
    def receive(token: str) -> Response:
        return _receive(product, token)

    return callbacks


def _verify(product: Product, token: str) -> Response:
    """Echoes the challenge of a request that we made; 404, as WebSub asks, where we do not agree."""
    callback = _callback(product, token)
    asked = request.args
    if callback is None or not websub.same_topic(callback.topic, asked.get("hub.topic", "")):
        raise NotFound("There is no such subscription.")
    mode, now = asked.get("hub.mode"), datetime.now(UTC)
    if mode == "denied":
        _deny(product, callback, asked.get("hub.reason", ""), now)
        return Response(status=204)
    challenge = asked.get("hub.challenge", "")
    if mode != "subscribe" or not callback.wanted:
        raise NotFound("This was not asked for.")
    if not 0 < len(challenge) <= _MOST_CHALLENGE:
        raise RefusedError(
            400, "challenge_invalid", f"hub.challenge must have 1 to {_MOST_CHALLENGE} characters."
        )
    lease = websub.lease(asked.get("hub.lease_seconds"))
    with product.store.begin() as db:
        agreed = hubs.verify(db, token, lease=lease, renewal=websub.renewal(lease, random), now=now)
    if not agreed:
        raise NotFound("This was not asked for.")
    _log.info("hub verified", feed=callback.feed, lease=lease)
    return Response(
        challenge, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _deny(product: Product, callback: Callback, reason: str, now: datetime) -> None:
    said = websub.plain(reason)
    detail = f"The hub denied the subscription: {said}" if said else "The hub denied the subscription"
    with product.store.begin() as db:
        hubs.deny(
            db,
            callback.feed,
            failure=Failure("hub_denied", detail, now),
            ask_at=now + timedelta(seconds=backoff.jittered(websub.DAY, 0.1, random)),
            poll_min=product.settings.poll_min,
        )
    _log.info("hub denied", feed=callback.feed, reason=said)


def _receive(product: Product, token: str) -> Response:
    """Keeps a push, and answers before anybody reads it. One that is not signed with our secret is answered alike,
    as WebSub asks, and dropped; 410 ends a subscription that is no more."""
    callback = _callback(product, token)
    if callback is None or not callback.wanted:
        if callback is not None:
            with product.store.begin() as db:
                hubs.lapse(db, callback.feed, now=datetime.now(UTC))
        raise RefusedError(410, "subscription_gone", "There is no such subscription any more.")
    body = _body()
    if not websub.signed(request.headers.get("X-Hub-Signature"), body, callback.secret):
        with product.store.begin() as db:
            hubs.count_forged(db, callback.feed, now=datetime.now(UTC))
        g.code = "signature_invalid"
        return Response(status=202)
    with product.store.begin() as db:
        kept = pushes.receive(db, callback.feed, content_type=request.content_type, body=body)
    if not kept:
        wait = {"Retry-After": str(_BUSY)}
        raise RefusedError(
            503, "pushes_unread", "Too many pushes are unread: push again later.", headers=wait
        )
    return Response(status=202)


def _body() -> bytes:
    """The raw body, bounded whether its length was announced or not."""
    request.max_content_length = MAX_PUSH + 1  # what comes in chunks is cut there without a word
    body = request.get_data(cache=False)
    if len(body) > MAX_PUSH:
        raise RefusedError(413, "body_too_large", f"A push may have {MAX_PUSH} bytes.")
    return body


def _callback(product: Product, token: str) -> Callback | None:
    """What a token stands for, None where it stands for nothing any more. Raises NotFound for one that never was ours
    by its form."""
    g.shown_path = "/websub/…"  # who knows the whole path may speak as the hub
    if not _TOKEN.fullmatch(token):
        raise NotFound("There is no such subscription.")
    with product.store.begin() as db:
        return hubs.at(db, token)
