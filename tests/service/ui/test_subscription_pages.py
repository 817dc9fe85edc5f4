"""A view of the alerts is subscribed to, tried, paused, sent again and ended where people read it."""

import re

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def subscriber(signed_in):
    return signed_in("subscribe")


def soup(answer):
    return BeautifulSoup(answer.data, "lxml")


def words(tag):
    return " ".join(tag.get_text(" ").split())


FORM = {"events": ["alert.created"], "watch": "assad-khamenei", "min_score": "0.5", "language": ""}


def test_a_view_becomes_a_subscription_whose_secret_is_shown_once(subscriber, send, receiver, product, api):
    url, received = receiver
    link = soup(subscriber.get("/alerts?watch=assad-khamenei&min_score=0.5&since=2024-01-01"))
    new = link.find("a", string="subscription")["href"]
    form = soup(subscriber.get(new)).find("form", {"action": "/subscriptions/create"})
    assert form.find("input", {"name": "min_score"})["value"] == "0.5"
    assert form.find("select", {"name": "watch"}).find("option", selected=True)["value"] == "assad-khamenei"
    assert "since" in words(soup(subscriber.get(new)).find(class_="notice"))
    once = form.find("input", {"name": "once"})["value"]
    made = [
        send(subscriber, "/subscriptions/create", **FORM, url=url, once=once, description="Ours")
        for _ in range(2)
    ]
    shown = {soup(answer).select_one("code.secret").text for answer in made}
    assert len(shown) == 1
    (subscription,) = api.get("/v1/subscriptions").get_json()["data"]
    assert subscription["filter"] == {"watch": ["assad-khamenei"], "min_score": 0.5}
    path = f"/subscriptions/{subscription['id']}"
    assert shown.pop() not in subscriber.get(path).text
    assert send(subscriber, f"{path}/test").headers["Location"] == path
    page = soup(subscriber.get(path))
    assert re.fullmatch(r"The test arrived in [\d.]+ s\.", words(page.find(role="status")))
    assert len(received) == 1
    assert words(page.select_one(".cards .meta")).startswith("delivered subscription.test")


def test_what_it_would_have_been_sent_is_shown_before(subscriber, send, rows, api):
    rows.alert()
    answer = send(subscriber, "/subscriptions/create", **FORM, url="", step="preview")
    assert answer.status_code == 200
    assert words(soup(answer).find(role="status")).startswith(
        "In the last 30 days it would have been sent 0 events"
    )
    assert soup(answer).find("input", {"name": "min_score"})["value"] == "0.5"
    assert api.get("/v1/subscriptions").get_json()["data"] == []


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"url": "ftp://a.test/"}, "#url"),
        ({"url": "https://a.test/", "every": "day", "at": "25:00"}, "#at"),
        ({"url": "https://a.test/", "every": "hour", "time_zone": "Mars"}, "#time_zone"),
        ({"url": "https://a.test/", "template": "pigeon"}, "#template"),
        ({"url": "https://a.test/", "events": []}, "/events"),
        ({"url": "https://a.test/", "min_score": "7"}, "/min_score"),
        ({"url": "https://a.test/", "watch": "nobody"}, "/filter/watch"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(subscriber, send, api, fields, pointer):
    answer = send(subscriber, "/subscriptions/create", **FORM | {"description": "Kept"} | fields)
    alert = soup(answer).find(role="alert")
    named = [tag["href"] for tag in alert.find_all("a")] + [tag.text for tag in alert.find_all("code")]
    assert (answer.status_code in {400, 422}, pointer in named) == (True, True), named
    assert soup(answer).find("input", {"id": "description"})["value"] == "Kept"
    assert api.get("/v1/subscriptions").get_json()["data"] == []


def test_a_subscription_is_paused_rotated_recovered_and_removed(subscriber, send, rows, api):
    send(subscriber, "/subscriptions/create", **FORM, url="https://a.test/hook")
    path = "/subscriptions/1"
    for step, state in (("pause", "paused"), ("resume", "active")):
        assert send(subscriber, f"{path}/state", step=step).status_code == 303
        assert api.get(f"/v1{path}").get_json()["state"] == state
    assert send(subscriber, f"{path}/state", step="burn").status_code == 422
    assert soup(send(subscriber, f"{path}/secret", grace="2")).select_one("code.secret").text[:6] == "whsec_"
    assert send(subscriber, f"{path}/secret", grace="x").status_code == 422
    assert len(api.get(f"/v1{path}/secrets").get_json()["data"]) == 2
    lost = rows.delivery(1, state="exhausted")
    rows.insert(
        "attempts",
        {"delivery_id": lost, "number": 1, "at": "2026-01-01", "seconds": 0.1, "error": "connect_failed"},
    )
    shown = soup(subscriber.get(path))
    assert words(shown.select_one(".cards li")).startswith("given up alert.created")
    assert send(subscriber, f"{path}/recover", since="yesterday").status_code == 422
    counted = soup(send(subscriber, f"{path}/recover", since="2020-01-01", step="count"))
    assert words(counted.select_one(".forms [role=status]")) == "1 delivery would be sent again."
    assert counted.find("input", {"id": "since"})["value"] == "2020-01-01"
    assert api.get(f"/v1/deliveries/{lost}").get_json()["state"] == "exhausted"
    assert send(subscriber, f"{path}/recover", since="2020-01-01", step="send").status_code == 303
    assert api.get(f"/v1/deliveries/{lost}").get_json()["state"] == "pending"
    assert send(subscriber, f"/deliveries/{lost}/retry").headers["Location"] == path
    assert send(subscriber, f"{path}/delete").headers["Location"] == "/subscriptions"
    assert subscriber.get(path).status_code == 404


def test_nobody_else_sees_or_changes_it(subscriber, send, signed_in, api):
    send(subscriber, "/subscriptions/create", **FORM, url="https://a.test/hook")
    reader, other = signed_in("read"), signed_in("write")
    assert "has the scope subscribe" in words(soup(reader.get("/subscriptions/new")))
    assert send(reader, "/subscriptions/create", **FORM, url="https://a.test/hook").status_code == 403
    for browser in (reader, other):
        assert browser.get("/subscriptions/1").status_code == 404
        assert "a.test" not in browser.get("/subscriptions").text
    for name in ("state", "test", "secret", "recover", "delete"):
        fields = {"step": "pause", "grace": "0", "since": "2020-01-01"}
        assert send(other, f"/subscriptions/1/{name}", **fields).status_code == 404, name
    assert api.get("/v1/subscriptions/1").get_json()["state"] == "active"
