"""Subscriptions and deliveries over REST: the secret once, a test send, resends."""

from base64 import b64decode

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dyadwatch.pipeline import notify
from dyadwatch.senders import signatures

HOOK = {"url": "https://receiver.test/hook"}


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
        ({"filter": {"watch": ["assad-khamenei", "nobody"]}}, "/filter/watch/1"),
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


def test_after_two_rotations_a_receiver_may_know_any_of_the_secrets(api, receiver):
    """The own secret that it began with, the two that were made, and none that ended."""
    url, requests = receiver
    own = signatures.new_secret()
    path = api.post("/v1/subscriptions", {"url": url, "secret": own}).headers["Location"]
    made = [api.post(f"{path}/secrets", {}).get_json()["secret"] for _ in range(2)]
    api.post(f"{path}/test")
    for secret in (own, *made):
        Webhook(secret).verify(requests[-1][1], requests[-1][0])
    answer = api.post(f"{path}/secrets", {"signature": "v1a", "grace_seconds": 0})
    document = answer.get_json()
    assert (answer.status_code, document["kind"]) == (201, "v1a")
    assert document["secret"] == document["public_key"]
    listed = api.get(f"{path}/secrets").get_json()["data"]
    assert [(each["id"], each["public_key"]) for each in listed] == [(document["id"], document["secret"])]
    api.post(f"{path}/test")
    headers, body = requests[-1]
    with pytest.raises(WebhookVerificationError):
        Webhook(made[-1]).verify(body, headers)
    public = Ed25519PublicKey.from_public_bytes(b64decode(document["secret"].removeprefix("whpk_")))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    public.verify(b64decode(headers["webhook-signature"].removeprefix("v1a,")), signed)
    assert (
        api.post(f"{path}/secrets", {}).get_json()["kind"] == "v1a"
    )  # as before, where nothing else is said


def test_a_rotation_says_everything_where_nothing_is_sent(api):
    path = api.post("/v1/subscriptions", HOOK).headers["Location"]
    answer = api.post(f"{path}/secrets")
    assert (answer.status_code, answer.get_json()["kind"]) == (201, "v1")
    keyed = {"Idempotency-Key": "once"}
    first, again = (api.post(f"{path}/secrets", headers=keyed).get_json() for _ in range(2))
    assert first == again
    assert api.post("/v1/subscriptions").get_json()["code"] == "media_type_unsupported"


@pytest.mark.parametrize(("signature", "other"), [("v1", "v1a"), ("v1a", "v1")])
def test_a_secret_that_signs_otherwise_than_stated_is_refused(api, signature, other):
    own = signatures.new_secret(other)
    path = api.post("/v1/subscriptions", {**HOOK, "signature": other, "secret": own}).headers["Location"]
    for to in ("/v1/subscriptions", f"{path}/secrets"):
        fields = HOOK if to == "/v1/subscriptions" else {}
        problem = api.post(to, {**fields, "signature": signature, "secret": own}).get_json()
        assert (problem["status"], problem["code"]) == (422, "invalid_input")
        (error,) = problem["errors"]
        assert (error["pointer"], error["code"]) == ("/secret", "contradictory")
        assert f"signs as {other}, and the signature is to be {signature}" in error["detail"]
        assert own not in str(problem)
        assert api.post(to, {**fields, "secret": own}).status_code == 201
    assert api.post(f"{path}/secrets", {"signature": None, "secret": own}).status_code == 201


def test_a_rotation_is_not_repeated_and_its_secret_is_stored_once(api, product):
    path = api.post("/v1/subscriptions", HOOK).headers["Location"]
    first, again = (
        api.post(f"{path}/secrets", {}, headers={"Idempotency-Key": "one"}).get_json() for _ in range(2)
    )
    assert first == again
    with product.store.begin() as db:
        (body,) = db.execute(text("SELECT body FROM idempotent_answers")).scalars()
    assert first["secret"] not in body
    for wrong in ({"secret": "whsec_mine"}, {"grace_seconds": -1}, {"signature": "v2"}):
        assert api.post(f"{path}/secrets", wrong).status_code == 422
    assert api.post("/v1/subscriptions/999/secrets", {}).status_code == 404


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
    for name in ("retry", "resend"):
        answer = api.post(f"/v1/deliveries/{delivery}/{name}")
        assert (answer.status_code, answer.get_json()["state"]) == (202, "pending")
    payload = api.get(f"/v1/deliveries/{delivery}/payload").get_json()
    assert (payload["content_type"], payload["body"]) == ("application/json", "{}")
    rows.execute("UPDATE alert_events SET body = ''")
    assert api.get(f"/v1/deliveries/{delivery}/payload").get_json()["code"] == "event_expired"
    rows.execute("UPDATE subscriptions SET state = 'disabled', disabled_reason = 'gone'")
    refused = api.post(f"/v1/deliveries/{delivery}/resend")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "subscription_disabled")


def test_a_subscription_is_paused_resumed_and_its_failures_sent_again(api, rows, receiver):
    url, _ = receiver
    path = api.post("/v1/subscriptions", {"url": url}).headers["Location"]
    rows.delivery(int(path.rpartition("/")[2]), state="exhausted")
    assert api.post(f"{path}/pause").get_json()["state"] == "paused"
    since = {"since": "2020-01-01"}
    assert api.post(f"{path}/recover", since | {"dry_run": True}).get_json()["count"] == 1
    refused = api.post(f"{path}/recover", since)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "subscription_paused")
    assert api.post(f"{path}/resume").get_json()["state"] == "active"
    answer = api.post(f"{path}/recover", since).get_json()
    assert answer == {"count": 1, "more": False, "dry_run": False}
    health = api.get(f"{path}/health").get_json()
    assert (health["pending"], health["attempts"], health["success_share"]) == (1, 0, None)


def test_a_subscription_whose_filter_fits_nothing_any_more_says_so(api, product):
    """It may be told itself, since its endpoint answers; and once, until it is heard again."""
    source, other = (
        api.post("/v1/sources", {"name": name, "feeds": [], "side": name}).headers["Location"]
        for name in ("east", "west")
    )
    filters = {"source": [int(each.rpartition("/")[2]) for each in (source, other)]}
    told = {"events": ["alert.created", "subscription.silent"], "filter": filters}
    path = api.post("/v1/subscriptions", HOOK | told).headers["Location"]
    api.post("/v1/subscriptions", HOOK | {"filter": {"side": "west", "watch": "assad-khamenei"}})

    def events():
        notify.find_silent(product.pipeline.context)
        notify.find_silent(product.pipeline.context)
        return [orjson.loads(event.body)["data"] for event in _events(product)]

    def health(at):
        shown = api.get(f"{at}/health").get_json()
        return shown["silent"], [(each["pointer"], each["code"]) for each in shown["filter_problems"]]

    assert (events(), health(path)) == ([], (False, []))
    api("DELETE", other)
    assert health(path) == (False, [("/filter/source/1", "unknown_source")])
    assert health("/v1/subscriptions/2") == (True, [("/filter/side", "unknown_side")])
    assert [event["subscription"] for event in events()] == [2]
    api("DELETE", source)
    assert [event["subscription"] for event in events()] == [2, 1]
    assert [each["code"] for each in events()[-1]["problems"]] == ["unknown_source"] * 2
    api("PATCH", path, {"filter": {"watch": "assad-khamenei"}})
    assert (len(events()), health(path)) == (2, (False, []))
    api("PATCH", "/v1/watches/assad-khamenei", {"enabled": False})
    assert (len(events()), health(path)) == (3, (True, [("/filter/watch", "watch_off")]))


def _events(product):
    with product.store.begin() as db:
        return db.execute(text("SELECT body FROM alert_events ORDER BY id")).all()
