"""Endpoints that are asked whether they want what they are sent, before they are sent it."""

import orjson
import pytest
from local_site import Page, Site
from sqlalchemy import text

from dyadwatch.model.steps import Step


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def asked_first(api, product, site):
    """Subscribes /hook of the site with a handshake; gives what it is after the endpoint was asked."""

    def asked_first(handshake, page, **body):
        site.pages["/hook"] = page
        body = {"url": f"{site.url}/hook", "handshake": handshake, **body}
        created = api.post("/v1/subscriptions", body)
        assert (created.status_code, created.get_json()["state"]) == (201, "unconfirmed")
        product.pipeline.run(Step.DELIVER, 5)
        return api.get(created.headers["Location"]).get_json()

    return asked_first


def allowing(origin, rate=None):
    headers = {"WebHook-Allowed-Origin": origin} | ({"WebHook-Allowed-Rate": rate} if rate else {})
    return Page(status=200, headers=headers)


@pytest.mark.parametrize(
    ("page", "state", "rate"),
    [
        (allowing("*"), "active", None),
        (allowing("Dyadwatch", "120"), "active", 2.0),
        (allowing("*", "*"), "active", None),
        (allowing("elsewhere.test"), "unconfirmed", None),
        (Page(status=200), "unconfirmed", None),
        (Page(status=405, headers={"WebHook-Allowed-Origin": "*"}), "unconfirmed", None),
    ],
)
def test_an_endpoint_is_sent_nothing_until_it_allows_it_by_options(asked_first, site, page, state, rate):
    shown = asked_first("options", page)
    assert (shown["state"], shown["max_per_second"]) == (state, rate)
    ((method, origin),) = [(each.method, each.headers["webhook-request-origin"]) for each in site.requests]
    assert (method, origin) == ("OPTIONS", "dyadwatch")


def test_a_ping_that_is_not_answered_leaves_a_subscription_unconfirmed_and_another_may_confirm_it(
    api, product, asked_first, site
):
    shown = asked_first("ping", Page(status=404), max_per_second=50)
    path = f"/v1/subscriptions/{shown['id']}"
    assert (shown["state"], shown["endpoint"]["failures"]) == ("unconfirmed", 1)
    assert api("PATCH", path, {"state": "active"}).get_json()["code"] == "subscription_unconfirmed"
    site.pages["/hook"] = Page(status=204)
    with product.store.begin() as db:
        db.execute(text("UPDATE subscriptions SET blocked_until = NULL"))
    assert api.post(f"{path}/confirmation").status_code == 200
    product.pipeline.run(Step.DELIVER, 5)
    shown = api.get(path).get_json()
    assert (shown["state"], shown["max_per_second"]) == ("active", 50)
    assert {orjson.loads(each.body)["type"] for each in site.requests} == {"subscription.test"}
    assert api("PATCH", path, {"url": f"{site.url}/other"}).get_json()["state"] == "unconfirmed"


def test_mail_needs_no_handshake(api):
    refused = api.post("/v1/subscriptions", {"url": "mailto:a@b.test", "handshake": "ping"})
    assert refused.status_code == 422
