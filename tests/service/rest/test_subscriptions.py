"""Subscriptions and deliveries over REST: the secret once, a test send, resends."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks.webhooks import Webhook

HOOK = {"url": "https://receiver.test/hook"}


@pytest.fixture
def receiver():
    """An endpoint on loopback; yields its URL and what it got."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args):
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", requests
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_secret_is_shown_once(api):
    answer = api.post("/v1/subscriptions", HOOK)
    subscription = answer.get_json()
    assert answer.status_code == 201
    assert subscription.pop("secret").startswith("whsec_")
    assert subscription["events"] == ["alert.created", "alert.updated", "alert.withdrawn"]
    assert (subscription["state"], subscription["filter"]) == ("active", {})
    assert api.get(answer.headers["Location"]).get_json() == subscription
    assert api.get("/v1/subscriptions").get_json()["data"] == [subscription]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://169.254.169.254/"}, "/url"),
        ({"url": "https://user:password@a.test/"}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["alert.exploded"]}, "/events/0"),
        ({"filter": {"colour": "red"}}, "/filter/colour"),
        ({"filter": {"min_score": 7}}, "/filter/min_score"),
        ({"filter": {"watch": "nobody"}}, "/filter/watch"),
        ({"filter": {"watch": ["assad-khamenei", "nobody"]}}, "/filter/watch"),
        ({"filter": []}, "/filter"),
        ({"secret": "whsec_mine"}, "/secret"),
        ({"description": ""}, "/description"),
    ],
)
def test_a_subscription_that_could_never_be_served_is_refused(api, change, pointer):
    answer = api.post("/v1/subscriptions", HOOK | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert api.get("/v1/subscriptions").get_json()["data"] == []


def test_changes_and_removal(api, rows):
    path = api.post("/v1/subscriptions", HOOK | {"description": "mine"}).headers["Location"]
    changed = api(
        "PATCH",
        path,
        {
            "url": "https://other.test/",
            "events": ["alert.created", "alert.created"],
            "filter": {"watch": "assad-khamenei", "min_score": 0.5},
            "state": "paused",
        },
    ).get_json()
    assert (changed["url"], changed["events"]) == ("https://other.test/", ["alert.created"])
    assert (changed["filter"], changed["description"]) == (
        {"watch": "assad-khamenei", "min_score": 0.5},
        "mine",
    )
    assert changed["state"] == "paused"
    rows.execute("UPDATE subscriptions SET state = 'disabled', disabled_reason = 'gone'")
    again = api("PATCH", path, {"state": "active", "description": None}).get_json()
    assert (again["state"], again["disabled_reason"], again["description"]) == ("active", None, None)
    for wrong in (
        {"state": "disabled"},
        {"state": None},
        {"url": "http://10.0.0.1/"},
        {"filter": {"watch": "nobody"}},
    ):
        assert api("PATCH", path, wrong).status_code == 422
    assert api("DELETE", path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_test_send_is_signed_and_returns_the_response(api, receiver):
    url, requests = receiver
    subscription = api.post("/v1/subscriptions", {"url": url}).get_json()
    answer = api.post(f"/v1/subscriptions/{subscription['id']}/test")
    delivery = answer.get_json()
    assert answer.status_code == 200
    assert (delivery["state"], [attempt["status"] for attempt in delivery["attempts"]]) == (
        "delivered",
        [204],
    )
    headers, body = requests[0]
    assert Webhook(subscription["secret"]).verify(body, headers)["type"] == delivery["event_type"]
    assert api.get(f"/v1/deliveries/{delivery['id']}").get_json() == delivery


def test_a_test_send_that_reaches_nobody_returns_the_error(api, receiver):
    subscription = api.post("/v1/subscriptions", {"url": "http://127.0.0.1:9999/nobody"}).get_json()
    delivery = api.post(f"/v1/subscriptions/{subscription['id']}/test").get_json()
    assert delivery["attempts"][0]["error"] == "connect_failed"
    assert api.post("/v1/subscriptions/999/test").status_code == 404


def test_deliveries_are_listed_and_sent_again(api, rows):
    subscription = api.post("/v1/subscriptions", HOOK).get_json()["id"]
    delivery = rows.delivery(subscription, state="delivered")
    rows.delivery(subscription)

    def listed(query):
        return [delivery["id"] for delivery in api.get(f"/v1/deliveries?{query}").get_json()["data"]]

    assert listed(f"subscription={subscription}&state=delivered") == [delivery]
    assert listed("subscription=99") == []
    answer = api.post(f"/v1/deliveries/{delivery}/resend")
    assert (answer.status_code, answer.get_json()["state"]) == (202, "pending")
    rows.execute("UPDATE subscriptions SET state = 'disabled', disabled_reason = 'gone'")
    refused = api.post(f"/v1/deliveries/{delivery}/resend")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "subscription_disabled")
