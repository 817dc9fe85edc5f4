"""What subscriptions are sent by templates and with headers of their own, and previews of it."""

from typing import get_args

import orjson
import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from dyadwatch.errors import TooCostly
from dyadwatch.model.subscriptions import PresetName
from dyadwatch.store import sealing

HOOK = {"url": "https://receiver.test/hook"}
NOTE = {"body": "{{ type }}: {{ alerts[0].articles[0].title }}", "content_type": "text/plain"}


def event(rows, alert, document, *, event_type="alert.created", age="1 hour"):
    body = {"type": event_type, "timestamp": "2026-01-01T00:00:00Z", "data": document}
    number = rows.insert(
        "alert_events",
        {
            "type": event_type,
            "alert_id": alert,
            "webhook_id": f"msg_{alert}_{event_type}",
            "body": orjson.dumps(body).decode(),
        },
    )
    rows.execute(
        "UPDATE alert_events SET created_at = now() - CAST(:age AS interval) WHERE id = :id",
        age=age,
        id=number,
    )


def test_a_receiver_gets_what_the_template_makes_with_its_own_headers_signed(api, receiver, product):
    url, requests = receiver
    answer = api.post(
        "/v1/subscriptions",
        {"url": url, "template": {"preset": "slack"}, "headers": {"Authorization": "Bearer hush"}},
        headers={"Idempotency-Key": "one"},
    )
    subscription, path = answer.get_json(), answer.headers["Location"]
    assert subscription["template"] == {"preset": "slack", "body": None, "content_type": None}
    assert subscription["header_names"] == ["authorization"]
    delivery = api.post(f"{path}/test").get_json()
    headers, body = requests[0]
    assert (headers["authorization"], headers["content-type"]) == ("Bearer hush", "application/json")
    assert "North &amp; South" in Webhook(subscription["secret"]).verify(body, headers)["text"]
    payload = api.get(f"/v1/deliveries/{delivery['id']}/payload").get_json()
    assert (payload["content_type"], payload["body"].encode()) == ("application/json", body)
    shown = [answer.text, api.get(path).text, api.get("/v1/subscriptions").text]
    with product.store.begin() as db:
        shown += db.execute(text("SELECT body FROM idempotent_answers")).scalars()
    assert "hush" not in "".join(shown)


@pytest.mark.parametrize(
    ("name", "path", "fields"),
    [
        (
            "telegram",
            "/bot123:AA-b_c/sendMessage?chat_id=-1001",
            {"text", "parse_mode", "link_preview_options"},
        ),
        ("matrix", "/webhook/6f1a", {"username", "text", "html"}),
    ],
)
def test_chats_are_posted_what_they_take_at_the_address_that_they_have(api, receiver, name, path, fields):
    url, requests = receiver
    made = api.post("/v1/subscriptions", {"url": url.replace("/hook", path), "template": {"preset": name}})
    assert api.post(f"{made.headers['Location']}/test").get_json()["state"] == "delivered"
    ((headers, body),) = requests
    assert (headers[":path"], orjson.loads(body).keys()) == (path, fields)


def test_headers_are_replaced_whole_and_never_follow_to_another_server(api, receiver):
    url, requests = receiver
    path = api.post("/v1/subscriptions", {"url": url, "headers": {"x-key": "a"}}).headers["Location"]
    for change, names in (
        ({"description": "kept"}, ["x-key"]),
        ({"url": url + "/elsewhere"}, ["x-key"]),
        ({"headers": {"X-Other": "b"}}, ["x-other"]),
        ({"url": url.replace("http:", "https:")}, []),
        ({"url": url, "headers": {"x-new": "c"}}, ["x-new"]),
    ):
        assert api("PATCH", path, change).get_json()["header_names"] == names
    api.post(f"{path}/test")
    sent = {name.lower() for name in requests[0][0]}
    assert "x-new" in sent
    assert not sent & {"x-key", "x-other"}
    assert api("PATCH", path, {"headers": {}}).get_json()["header_names"] == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"template": {"body": "{{ data.nothing }}"}}, "/template", "template_invalid"),
        ({"template": {"body": "no JSON"}}, "/template", "template_invalid"),
        ({"template": {"body": "{{ data.score }}"}, "events": ["endpoint.failing"]}, "/template", "template_invalid"),
        ({"template": {"preset": "carrier-pigeon"}}, "/template/preset", "not_allowed"),
        ({"template": {}}, "/template", "contradictory"),
        ({"template": {"preset": "slack", "body": "1"}}, "/template", "contradictory"),
        ({"template": {"preset": "slack", "content_type": "text/plain"}}, "/template", "contradictory"),
        ({"template": {"body": "x" * 16_001}}, "/template/body", "too_long"),
        ({"headers": {"Host": "a.test"}}, "/headers/Host", "not_allowed"),
        ({"headers": {"x-key": "a\r\nb: c"}}, "/headers/x-key", "malformed"),
        ({"headers": {"x-key": 1}}, "/headers/x-key", "wrong_type"),
        ({"headers": {}, "max_per_second": 0}, "/max_per_second", "out_of_range"),
    ],
)  # fmt: skip
def test_what_could_never_be_sent_is_refused(api, change, pointer, code):
    path = api.post("/v1/subscriptions", HOOK).headers["Location"]
    answers = [api.post("/v1/subscriptions", HOOK | change), api("PATCH", path, change)]
    if "headers" not in change:
        answers.append(api.post("/v1/subscriptions/preview", change))
    for answer in answers:
        assert answer.status_code == 422
        assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [
            (pointer, code)
        ]
    assert len(api.get("/v1/subscriptions").get_json()["data"]) == 1


def test_a_template_must_fit_the_events_that_a_change_adds(api):
    path = api.post("/v1/subscriptions", HOOK | {"template": NOTE}).headers["Location"]
    answer = api("PATCH", path, {"events": ["endpoint.failing"]})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "template_invalid")
    assert "endpoint.failing" in answer.get_json()["detail"]
    changed = api("PATCH", path, {"events": ["endpoint.failing"], "template": None}).get_json()
    assert (changed["events"], changed["template"]) == (["endpoint.failing"], None)


def test_a_template_that_takes_too_much_is_an_error_of_its_delivery(api, receiver, product, monkeypatch):
    url, requests = receiver
    path = api.post("/v1/subscriptions", {"url": url, "template": NOTE}).headers["Location"]

    def refuse(*_args):
        raise TooCostly("a loop")

    monkeypatch.setattr(product.pipeline.context.template_sandbox, "call_until", refuse)
    delivery = api.post(f"{path}/test").get_json()
    attempt = delivery["attempts"][0]
    assert (delivery["state"], attempt["reason"], attempt["error"]) == (
        "exhausted",
        "not-sent",
        "template_too_costly",
    )
    answer = api.get(f"/v1/deliveries/{delivery['id']}/payload")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "template_too_costly")
    assert requests == []


def test_a_preview_says_what_would_have_been_sent(api, rows):
    article = {"id": 1, "url": "https://a.test/1", "title": "Talks", "source": None, "published_at": None}
    document = rows.document(articles=[article])
    matching, other = rows.alert(languages=["ar"]), rows.alert(languages=["en"])
    event(rows, matching, document)
    event(rows, matching, document, event_type="alert.updated", age="30 minutes")
    event(rows, matching, document, event_type="alert.withdrawn", age="20 minutes")
    event(rows, other, document)
    event(rows, rows.alert(languages=["ar"]), document, age="31 days")
    wanted = {"filter": {"language": "ar", "min_score": 0.95}, "template": NOTE}
    preview = api.post("/v1/subscriptions/preview", wanted).get_json()
    assert (preview["events"], preview["alerts"], preview["complete"]) == (1, 1, True)
    wanted["filter"]["min_score"] = 0.5
    preview = api.post("/v1/subscriptions/preview", wanted).get_json()
    assert [example["body"] for example in preview["examples"]] == [
        "alert.withdrawn: Talks",
        "alert.updated: Talks",
        "alert.created: Talks",
    ]
    path = api.post("/v1/subscriptions", HOOK | wanted).headers["Location"]
    again = api.post(f"{path}/preview").get_json()
    assert (again["events"], again["examples"]) == (3, preview["examples"])
    raw = api.post("/v1/subscriptions/preview", {"events": ["alert.created"]}).get_json()
    assert (raw["events"], orjson.loads(raw["examples"][0]["body"])["type"]) == (2, "alert.created")


def test_a_preview_of_nothing_has_a_made_up_example(api):
    preview = api.post("/v1/subscriptions/preview", {"template": NOTE}).get_json()
    assert (preview["events"], preview["alerts"]) == (0, 0)
    assert [(each["alert"], each["body"]) for each in preview["examples"]] == [
        (None, 'alert.created: North & South "meet" at last')
    ]
    assert api.post("/v1/subscriptions/preview", {"filter": {"watch": "nobody"}}).status_code == 422


def test_presets_are_listed(api):
    listed = {each["name"]: each for each in api.get("/v1/payload-presets").get_json()["data"]}
    assert listed.keys() == set(get_args(PresetName))
    path = api.post("/v1/subscriptions", HOOK | {"template": {"body": listed["teams"]["body"]}}).headers[
        "Location"
    ]
    assert api.get(path).get_json()["template"]["preset"] is None


def test_headers_are_stored_sealed(api, product, rows, monkeypatch):
    monkeypatch.setattr(product.store.sealing, "_keys", sealing.Sealing([sealing.new_key()])._keys)
    api.post("/v1/subscriptions", HOOK | {"headers": {"x-key": "hush"}})
    with product.store.begin() as db:
        (stored,) = db.execute(text("SELECT sealed_headers FROM subscriptions")).scalars()
    assert stored.startswith("sealed:")
