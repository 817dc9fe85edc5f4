"""The callbacks of WebSub hubs: what a hub may verify and push without a key, and what it may not."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import feeds, hub_subscriptions, pushes, sources
from service import websub

TOPIC = "https://news.example/feed?a=1&b=%7Ec"
BODY = b"<rss/>"


class Subscribed:
    """A feed whose hub has been asked, and the requests that a hub may make."""

    def __init__(self, app, store) -> None:
        self.client, self._store = app.test_client(), store
        with store.begin() as db:
            new = NewSource(name="News", feeds=(NewFeed("https://news.example/rss"),))
            self.feed = sources.create(db, new).feeds[0].id
            hub_subscriptions.ensure(db, {self.feed: ("https://hub.example/", TOPIC)})
            (claimed,) = hub_subscriptions.claim(db, limit=1)
        self.token, self.secret = claimed.token, claimed.secret

    def verify(self, **parameters):
        parameters = {
            "mode": "subscribe",
            "topic": TOPIC,
            "challenge": "abc<b>",
            "lease_seconds": "3600",
        } | parameters
        query = {f"hub.{name}": value for name, value in parameters.items() if value is not None}
        return self.client.get(f"/websub/{self.token}", query_string=query)

    def push(self, body: bytes = BODY, *, token: str | None = None, signature: str | None = "sha256"):
        """A push, signed with the secret by one of the methods, or with any other `signature`."""
        if signature in ("sha1", "sha256"):
            digest = hmac.new(self.secret.encode(), body, getattr(hashlib, signature)).hexdigest()
            signature = f"{signature}={digest}"
        headers = {"Content-Type": "application/rss+xml"}
        headers |= {} if signature is None else {"X-Hub-Signature": signature}
        return self.client.post(f"/websub/{token or self.token}", data=body, headers=headers)

    def view(self):
        with self._store.begin() as db:
            return hub_subscriptions.of_feeds(db, [self.feed])[self.feed]

    def stored_bodies(self) -> list[bytes]:
        with self._store.begin() as db:
            return list(db.execute(text("SELECT body FROM pushes ORDER BY id")).scalars())

    def change(self, state) -> None:
        with self._store.begin() as db:
            feeds.update(db, self.feed, state=state)


@pytest.fixture
def subscribed(app, product) -> Subscribed:
    return Subscribed(app, product.store)


def test_a_verification_of_our_request_echoes_the_challenge(subscribed):
    answer = subscribed.verify()
    assert (answer.status_code, answer.text) == (200, "abc<b>")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    view = subscribed.view()
    assert view.state == "active"
    assert abs(view.lease_until - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_topic_whose_escapes_the_hub_has_decoded_is_still_ours(subscribed):
    assert subscribed.verify(topic=TOPIC.replace("%7E", "~")).status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"topic": "https://news.example/other"},
        {"topic": None},
        {"mode": "unsubscribe"},
        {"mode": None},
        {"mode": "publish"},
    ],
)  # fmt: skip
def test_what_we_did_not_ask_for_is_not_found(subscribed, parameters):
    answer = subscribed.verify(**parameters)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert subscribed.view().state == "pending"


@pytest.mark.parametrize("challenge", [None, "", "x" * 2_049])
def test_an_empty_or_huge_challenge_is_refused(subscribed, challenge):
    answer = subscribed.verify(challenge=challenge)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "challenge_invalid")
    assert subscribed.view().state == "pending"


def test_a_verification_without_a_request_of_ours_is_not_found(subscribed, product):
    with product.store.begin() as db:
        db.execute(text("UPDATE hub_subscriptions SET attempt_count = 0"))
    assert subscribed.verify().status_code == 404
    assert subscribed.view().state == "pending"


def test_a_hub_may_verify_again_and_again(subscribed):
    assert subscribed.verify().status_code == 200
    until = subscribed.view().lease_until
    assert subscribed.verify(lease_seconds="999999").status_code == 200
    assert subscribed.view().lease_until == until


def test_a_denial_is_recorded_with_its_reason(subscribed):
    subscribed.verify()
    answer = subscribed.verify(mode="denied", challenge=None, reason="no <i>such</i>\r\ntopic")
    assert (answer.status_code, answer.text) == (204, "")
    view = subscribed.view()
    assert (view.state, view.last_error.code) == ("denied", "hub_denied")
    assert view.last_error.detail == "The hub denied the subscription: no <i>such</i> topic"
    assert subscribed.verify(mode="denied", topic="https://news.example/other").status_code == 404


def test_a_denial_without_a_reason_is_one(subscribed):
    assert subscribed.verify(mode="denied").status_code == 204
    assert subscribed.view().last_error.detail == "The hub denied the subscription"


def test_a_push_is_accepted_and_kept_as_it_is(subscribed):
    body = b"\x00\xff<rss>\r\n" * 10
    answer = subscribed.push(body)
    assert (answer.status_code, answer.data) == (202, b"")
    assert subscribed.stored_bodies() == [body]
    assert subscribed.view().last_pushed_at is not None
    assert subscribed.push(body).status_code == 202
    assert subscribed.stored_bodies() == [body]


@pytest.mark.parametrize(
    "signature", [None, "", "sha256=" + "0" * 64, "sha1=0", "md5=" + "0" * 32, "sha384", "\xe9=\xe9"]
)
def test_a_push_that_is_not_signed_by_the_hub_is_answered_alike_and_dropped(subscribed, signature):
    answer = subscribed.push(signature=signature)
    assert (answer.status_code, answer.data) == (202, b"")
    assert subscribed.stored_bodies() == []
    view = subscribed.view()
    assert (view.last_error.code, view.last_pushed_at) == ("signature_invalid", None)


def test_an_older_hub_may_sign_with_sha1(subscribed):
    assert subscribed.push(signature="sha1").status_code == 202
    assert subscribed.stored_bodies() == [BODY]


def test_a_body_that_is_too_large_is_refused(subscribed):
    assert subscribed.push(b"x" * websub.MAX_PUSH).status_code == 202
    answer = subscribed.push(b"x" * (websub.MAX_PUSH + 1))
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert [len(body) for body in subscribed.stored_bodies()] == [websub.MAX_PUSH]


@pytest.mark.parametrize("beyond", [1, 2, 100_000])
def test_a_body_of_unknown_length_is_bounded_alike(subscribed, beyond):
    request = {
        "input_stream": BytesIO(b"x" * (websub.MAX_PUSH + beyond)),
        "headers": {"X-Hub-Signature": "sha1=0"},
    }
    chunked = {"wsgi.input_terminated": True}
    answer = subscribed.client.post(f"/websub/{subscribed.token}", **request, environ_overrides=chunked)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")
    assert subscribed.view().last_error is None


def test_other_paths_keep_their_own_limit(subscribed):
    own = {"Sec-Fetch-Site": "same-origin"}
    assert subscribed.client.post("/login", data=b"x" * (3 * 2**20), headers=own).status_code == 413


@pytest.mark.parametrize("token", ["x", "x" * 44, "ü" * 43, "%00" * 43, "." * 43])
def test_what_never_was_a_callback_is_not_found(subscribed, token):
    assert subscribed.push(token=token).status_code == 404
    assert subscribed.client.get(f"/websub/{token}?hub.mode=subscribe").status_code == 404


def test_the_callback_of_an_ended_subscription_is_410_for_pushes(subscribed, product):
    with product.store.begin() as db:
        hub_subscriptions.ensure(db, {subscribed.feed: None})
    answer = subscribed.push()
    assert (answer.status_code, answer.get_json()["code"]) == (410, "subscription_gone")
    assert subscribed.verify().status_code == 404


def test_a_paused_feed_refuses_pushes_and_subscribes_again_when_active(subscribed, product):
    subscribed.verify()
    subscribed.change("paused")
    assert subscribed.verify().status_code == 404
    assert subscribed.push().status_code == 410
    assert subscribed.stored_bodies() == []
    assert subscribed.view().state == "pending"
    subscribed.change("active")
    with product.store.begin() as db:
        assert [claimed.token for claimed in hub_subscriptions.claim(db, limit=1)] == [subscribed.token]


def test_a_hub_that_floods_us_is_asked_to_wait(subscribed):
    for number in range(pushes.MAX_UNREAD):
        assert subscribed.push(b"%d" % number).status_code == 202
    answer = subscribed.push(b"more")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "pushes_unread")
    assert answer.headers["Retry-After"] == "60"


def test_the_log_never_contains_the_callback_url(subscribed):
    with capture_logs() as lines:
        subscribed.verify()
        subscribed.push()
        subscribed.push(signature=None)
        subscribed.push(token="x" * 43)
    assert [(line["path"], line["status"]) for line in lines if line["event"] == "request"] == [
        ("/websub/…", 200),
        ("/websub/…", 202),
        ("/websub/…", 202),
        ("/websub/…", 410),
    ]
    assert subscribed.token not in str(lines)
    assert subscribed.secret not in str(lines)


def test_hubs_are_no_part_of_the_api(subscribed):
    assert not any("websub" in path for path in subscribed.client.get("/openapi.json").get_json()["paths"])
    assert subscribed.client.put(f"/websub/{subscribed.token}").status_code == 405
