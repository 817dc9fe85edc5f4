"""A webhook is one signed POST, and its outcome says what the receiver answered."""

import math
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from local_site import Page, Site
from standardwebhooks.webhooks import Webhook as Verifier

from dyadwatch.errors import WebError
from dyadwatch.senders import Message, Transports
from dyadwatch.senders.signatures import new_secret
from dyadwatch.senders.webhook import RESPONSE_LIMIT, Webhook
from dyadwatch.web import Client

SECRET = new_secret()
BODY = b'{"type": "alert.created"}'


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def webhook(without_certificates):
    client = Client(allow_private=[ip_network("127.0.0.0/8")], user_agent="test")
    yield Webhook(Transports(client))
    client.close()


def _message(url):
    return Message(
        id="msg_1", url=url, secrets=[SECRET], body=BODY, attempted_at=datetime.now(UTC), until=math.inf
    )


def test_a_receiver_can_verify_what_it_gets(webhook, site):
    site.pages["/hook"] = Page("thanks")
    outcome = webhook.send(_message(site.url + "/hook"))
    assert (outcome.delivered, outcome.status, outcome.response) == (True, 200, "thanks")
    (request,) = site.requests
    assert (request.body, request.headers["webhook-id"]) == (BODY, "msg_1")
    assert Verifier(SECRET).verify(request.body, request.headers) == {"type": "alert.created"}


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_2xx_delivers(webhook, site, status):
    site.pages["/hook"] = Page(status=status)
    assert webhook.send(_message(site.url + "/hook")).delivered


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
def test_anything_else_fails_and_a_redirect_is_not_followed(webhook, site, status):
    site.pages["/hook"] = Page(status=status, headers={"Location": "/other"})
    outcome = webhook.send(_message(site.url + "/hook"))
    assert (outcome.delivered, outcome.status) == (False, status)
    assert not outcome.permanent
    assert outcome.gone is None
    assert site.request_count("/other") == 0


def test_410_says_that_the_receiver_is_gone(webhook, site):
    site.pages["/hook"] = Page(status=410)
    assert "410" in webhook.send(_message(site.url + "/hook")).gone


def test_retry_after_is_passed_on_as_received(webhook, site):
    site.pages["/hook"] = Page(status=429, headers={"Retry-After": "60"})
    assert webhook.send(_message(site.url + "/hook")).retry_after == "60"


def test_the_response_is_cut_and_storable(webhook, site):
    site.pages["/hook"] = Page(b"\0\xff" + b"x" * RESPONSE_LIMIT)
    response = webhook.send(_message(site.url + "/hook")).response
    assert len(response) <= RESPONSE_LIMIT
    assert "\0" not in response


@pytest.mark.parametrize(
    ("url", "error", "permanent"),
    [
        ("http://10.0.0.1/hook", "blocked_address", True),
        ("http://user@a.test/hook", "url_invalid", True),
        ("http://127.0.0.1:1/hook", "url_invalid", True),
        ("http://127.0.0.1:65535/hook", "connect_failed", False),
    ],
)
def test_a_request_that_failed_has_a_code(webhook, url, error, permanent):
    outcome = webhook.send(_message(url))
    assert (outcome.delivered, outcome.error, outcome.permanent) == (False, error, permanent)
    assert outcome.detail


def test_a_private_address_is_refused_before_anything_is_sent(webhook):
    with pytest.raises(WebError) as raised:
        webhook.check("http://10.0.0.1/hook")
    assert raised.value.code == "blocked_address"
