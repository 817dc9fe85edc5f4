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
    assert "From" in words(soup(subscriber.get(new)).find(class_="notice"))
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


# All that a form of a subscription can say.
WHOLE = {
    "url": "https://a.test/hook",
    "description": "Ours",
    "events": ["alert.created", "alert.withdrawn"],
    "filter": {"watch": ["assad-khamenei"], "story": [1, 2], "min_score": 0.5},
    "template": {"body": "\n<b>{{ type }}</b>\n", "content_type": "text/plain"},
    "timing": {
        "quiet_hours": {"start": "22:00", "end": "06:30", "time_zone": "Asia/Tehran"},
        "digest": {"every": "day", "at": "07:15", "time_zone": "Europe/Berlin"},
    },
    "headers": {"x-token": "secret-of-theirs"},
    "max_per_second": 2.5,
}


@pytest.fixture
def whole(api, signed_in, rows):
    """A subscription that has all of it, seen by a browser of an administrator."""
    assert [rows.story(), rows.story()] == WHOLE["filter"]["story"]
    made = api.post("/v1/subscriptions", json=WHOLE)
    assert made.status_code == 201, made.text
    return signed_in("admin"), f"/subscriptions/{made.get_json()['id']}"


def filled(browser, path):
    """What the form of a page would send, as it stands."""
    form = soup(browser.get(path)).select_one("main form.wide-form")
    fields = {}
    for tag in form.select("input[name], textarea[name], select[name]"):
        if tag.name == "select":
            values = [option["value"] for option in tag.select("option[selected]")] or [""]
        elif tag.get("type") == "checkbox":
            values = [tag["value"]] * tag.has_attr("checked")
        else:  # HTML leaves out the first line end of a textarea
            values = [tag.text.removeprefix("\n") if tag.name == "textarea" else tag["value"]]
        fields.setdefault(tag["name"], []).extend(values)
    del fields["form_token"]
    return fields


def test_a_form_that_is_saved_as_it_stands_changes_nothing_and_shows_no_secret(whole, send, api):
    browser, path = whole
    before = api.get(f"/v1{path}").get_json()
    fields = filled(browser, f"{path}/edit")
    assert "secret-of-theirs" not in browser.get(f"{path}/edit").text
    assert "x-token" in words(soup(browser.get(f"{path}/edit")).find(id="own_headers-help"))
    assert send(browser, f"{path}/edit", **fields).headers["Location"] == path
    assert api.get(f"/v1{path}").get_json() == before
    shown = words(soup(browser.get(path)).select_one("dl.facts"))
    assert "every day at 07:15 (Europe/Berlin); nothing from 22:00 to 06:30 (Asia/Tehran)" in shown


def test_each_field_is_changed_by_itself(whole, send, api):
    browser, path = whole
    changes = {
        "description": ("Theirs", "description", "Theirs"),
        "events": (["watch.burst"], "events", ["watch.burst"]),
        "story": ("", "filter", {"watch": ["assad-khamenei"], "min_score": 0.5}),
        "template": ("slack", "template", {"preset": "slack", "body": None, "content_type": None}),
        "max_per_second": ("", "max_per_second", None),
        "own_headers": ("X-One: a: b\r\n\r\nX-Two: c", "header_names", ["x-one", "x-two"]),
        "no_headers": ("on", "header_names", []),
    }
    for name, (value, field, after) in changes.items():
        before = api.get(f"/v1{path}").get_json()
        assert (
            send(browser, f"{path}/edit", **filled(browser, f"{path}/edit") | {name: value}).status_code
            == 303
        )
        now = api.get(f"/v1{path}").get_json()
        assert now[field] == after
        assert {one for one in now if now[one] != before[one]} == {field, "updated_at"}
    quiet = filled(browser, f"{path}/edit") | {
        "every": "",
        "quiet_start": "",
        "quiet_end": "",
        "debounce": "90",
    }
    assert send(browser, f"{path}/edit", **quiet).status_code == 303
    assert api.get(f"/v1{path}").get_json()["timing"] == {
        "debounce_seconds": 90,
        "quiet_hours": None,
        "digest": None,
    }


def test_two_people_do_not_overwrite_each_other(whole, send, rows, api):
    browser, path = whole
    mine, theirs = (filled(browser, f"{path}/edit") | {"description": text} for text in ("Mine", "Theirs"))
    rows.execute("UPDATE subscriptions SET failures = 1, failing_since = now()")  # no change of anybody's
    assert send(browser, f"{path}/edit", **theirs).status_code == 303
    late = send(browser, f"{path}/edit", **mine)
    assert late.status_code == 412
    assert "Somebody has changed this subscription" in words(soup(late).find(role="alert"))
    assert api.get(f"/v1{path}").get_json()["description"] == "Theirs"
    assert soup(late).find(id="description")["value"] == "Mine"
    again = mine | {"seen": soup(late).find("input", {"name": "seen"})["value"]}
    assert send(browser, f"{path}/edit", **again).status_code == 303
    assert api.get(f"/v1{path}").get_json()["description"] == "Mine"


# What is wrong in a form of a change, and the field that its message leads to.
WRONG = [
    ({"template": "own", "template_body": "{{ nothing.at.all }}"}, "#template"),
    ({"quiet_start": "22:00", "quiet_end": ""}, "#quiet_end"),
    ({"quiet_start": "22:00", "quiet_end": "22:00"}, "#quiet_start"),
    ({"debounce": "90"}, "#every"),
    ({"debounce": "soon", "every": ""}, "#debounce"),
    ({"own_headers": "X-One"}, "#own_headers"),
    ({"own_headers": "Host: b.test"}, "#own_headers"),
    ({"max_per_second": "many"}, "#max_per_second"),
]


def test_what_is_wrong_with_a_change_is_said_beside_its_field(whole, send, api):
    browser, path = whole
    before = api.get(f"/v1{path}").get_json()
    kept = filled(browser, f"{path}/edit") | {"description": "Kept"}
    for fields, place in WRONG:
        answer = send(browser, f"{path}/edit", **kept | fields)
        alert = soup(answer).find(role="alert")
        named = [tag["href"] for tag in alert.find_all("a")]
        assert (answer.status_code, named) == (422, [place]), words(alert)
        assert soup(answer).find(id="description")["value"] == "Kept"
    assert api.get(f"/v1{path}").get_json() == before


def test_a_filter_that_fits_nothing_any_more_is_named(signed_in, api):
    hook = {"url": "https://receiver.test/hook", "filter": {"watch": ["assad-khamenei"]}}
    path = api.post("/v1/subscriptions", hook).headers["Location"].removeprefix("/v1")
    admin = signed_in("admin")
    assert not soup(admin.get(path)).select(".notice")
    api("PATCH", "/v1/watches/assad-khamenei", {"enabled": False})
    for page in (path, "/subscriptions"):
        assert "Watch assad-khamenei (disabled)" in words(soup(admin.get(page)).select_one(".notice.bad"))
