"""A subscription, and what was sent to it, is there for the key that it belongs to and for admin keys."""

import re

import pytest
from sqlalchemy import text

from service.app import OPERATIONS

HOOK = {"url": "https://receiver.test/hook?token=hush"}


@pytest.fixture
def owner(with_scope):
    return with_scope("write")


@pytest.fixture
def subscription(owner) -> int:
    return owner.post("/v1/subscriptions", HOOK).get_json()["id"]


@pytest.fixture
def delivery(rows, subscription) -> int:
    """One that its receiver answered."""
    delivery = rows.delivery(subscription, state="exhausted")
    attempt = {"delivery_id": delivery, "number": 1, "at": "2026-01-01", "seconds": 0.1, "status": 500}
    rows.insert("attempts", attempt | {"response": "hush"})
    return delivery


OF_ONE = [
    ("GET", "/v1/subscriptions/SUBSCRIPTION", 200),
    ("PATCH", "/v1/subscriptions/SUBSCRIPTION", 200),
    ("DELETE", "/v1/subscriptions/SUBSCRIPTION", 204),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/test", 200),
    ("GET", "/v1/subscriptions/SUBSCRIPTION/secrets", 200),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/secrets", 201),
    ("GET", "/v1/deliveries/DELIVERY", 200),
    ("POST", "/v1/deliveries/DELIVERY/resend", 202),
    ("POST", "/v1/deliveries/DELIVERY/retry", 202),
    ("GET", "/v1/deliveries/DELIVERY/payload", 200),
    ("GET", "/v1/subscriptions/SUBSCRIPTION/health", 200),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/pause", 200),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/resume", 200),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/confirmation", 409),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/recover", 200),
    ("POST", "/v1/subscriptions/SUBSCRIPTION/preview", 200),
]


def test_every_operation_on_one_subscription_or_delivery_is_among_those_tried_by_others():
    paths = {
        (method, path.replace("SUBSCRIPTION", "{id}").replace("DELIVERY", "{id}"))
        for method, path, _ in OF_ONE
    }
    owned = re.compile(r"/v1/(subscriptions|deliveries)/\{id\}")
    assert {(each.method, each.path) for each in OPERATIONS if owned.match(each.path)} == paths


@pytest.mark.parametrize(("method", "path", "status"), OF_ONE)
def test_one_subscription_is_there_for_its_key_and_admins_alone(
    owner, api, with_scope, delivery, method, path, status
):
    subscription = api.get("/v1/subscriptions").get_json()["data"][0]["id"]
    path = path.replace("SUBSCRIPTION", str(subscription)).replace("DELIVERY", str(delivery))
    bodies = {"PATCH": {"state": "active"}, "secrets": {}, "recover": {"since": "2020-01-01"}}
    body = bodies.get(path.rpartition("/")[2] if method == "POST" else method)
    for scope in ("subscribe", "write"):
        answer = with_scope(scope)(method, path, body)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    for entitled in (api, owner) if method != "DELETE" else (owner,):
        assert entitled(method, path, body).status_code == status


def test_lists_show_a_key_what_is_its_own_and_admins_everything(owner, api, with_scope, subscription, rows):
    other = api.post("/v1/subscriptions", HOOK).get_json()["id"]
    numbers = [rows.delivery(each, state="delivered") for each in (subscription, other, subscription)]

    def listed(client, path):
        return [item["id"] for item in client.get(path).get_json()["data"]]

    for path in ("/v1/subscriptions", "/v1/deliveries", f"/v1/deliveries?subscription={subscription}"):
        for stranger in (with_scope("read"), with_scope("write")):
            assert "hush" not in stranger.get(path).text
            assert listed(stranger, path) == []
    assert listed(api, "/v1/subscriptions") == [other, subscription]
    assert listed(owner, "/v1/subscriptions") == [subscription]
    assert listed(api, "/v1/deliveries") == numbers[::-1]
    mine = [numbers[2], numbers[0]]
    for query in ("", f"?subscription={subscription}", "?state=delivered"):
        assert listed(owner, f"/v1/deliveries{query}") == mine
    for query in (f"?subscription={other}", "?state=pending"):
        assert listed(owner, f"/v1/deliveries{query}") == []
    first = owner.get("/v1/deliveries?limit=1").get_json()
    assert [first["data"][0]["id"], *listed(owner, first["next"])] == mine
    assert owner.get(first["next"]).get_json()["next"] is None


def test_a_cursor_of_an_admin_shows_others_nothing_more(api, with_scope, subscription, rows):
    for _ in range(2):
        rows.delivery(subscription)
    following = api.get("/v1/deliveries?limit=1").get_json()["next"]
    assert with_scope("write").get(following).get_json()["data"] == []


def test_a_key_may_make_so_many(owner, with_scope, subscription, monkeypatch):
    monkeypatch.setattr("dyadwatch.store.subscriptions.MAX_OF_KEY", 2)
    assert owner.post("/v1/subscriptions", HOOK).status_code == 201
    refused = owner.post("/v1/subscriptions", HOOK)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "too_many_subscriptions")
    assert with_scope("write").post("/v1/subscriptions", HOOK).status_code == 201
    assert owner("DELETE", f"/v1/subscriptions/{subscription}").status_code == 204
    assert owner.post("/v1/subscriptions", HOOK).status_code == 201


def test_what_a_receiver_answered_is_in_a_delivery_by_id_and_never_stored_again(owner, product, delivery):
    assert owner.get(f"/v1/deliveries/{delivery}").get_json()["attempts"][0]["response"] == "hush"
    sent = owner.post(f"/v1/deliveries/{delivery}/resend", headers={"Idempotency-Key": "one"})
    assert sent.get_json()["attempts"][0]["response"] is None
    with product.store.begin() as db:
        (body,) = db.execute(text("SELECT body FROM idempotent_answers")).scalars()
    assert "hush" not in body


def test_what_belongs_to_no_key_is_the_admins(api, owner, rows, subscription):
    rows.execute("UPDATE subscriptions SET key_id = NULL")
    assert owner.get("/v1/subscriptions").get_json()["data"] == []
    assert api.get(f"/v1/subscriptions/{subscription}").get_json()["key"] is None


def test_an_admin_gives_a_subscription_to_another_key(api, owner, with_scope, subscription):
    path = f"/v1/subscriptions/{subscription}"
    heir = with_scope("write")
    key = heir.post("/v1/subscriptions", HOOK).get_json()["key"]
    refused = owner("PATCH", path, {"key": key})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "scope_missing")
    assert api("PATCH", path, {"key": key}).get_json()["key"] == key
    assert owner.get(path).status_code == 404
    assert heir.get(path).get_json()["url"] == HOOK["url"]
    for nobody in (999, None):
        assert api("PATCH", path, {"key": nobody}).status_code == 422
    assert api("DELETE", f"/v1/keys/{key}").status_code == 200
    assert api("PATCH", path, {"key": key}).get_json()["errors"][0]["code"] == "unknown_key"


def test_a_repeat_shows_no_secret_of_a_subscription_that_is_another_keys_by_now(api, owner, with_scope):
    made, rotated = ({"headers": {"Idempotency-Key": name}} for name in ("made", "rotated"))
    path = owner.post("/v1/subscriptions", HOOK, **made).headers["Location"]
    assert owner.post(f"{path}/secrets", {}, **rotated).status_code == 201
    key = with_scope("write").post("/v1/subscriptions", HOOK).get_json()["key"]
    assert api("PATCH", path, {"key": key}).status_code == 200
    repeats = owner.post("/v1/subscriptions", HOOK, **made), owner.post(f"{path}/secrets", {}, **rotated)
    assert [each.get_json()["code"] for each in repeats] == ["subscription_removed", "secret_ended"]
    assert [each.status_code for each in repeats] == [409, 409]
