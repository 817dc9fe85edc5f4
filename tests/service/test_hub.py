"""Our WebSub hub: readers of feeds subscribe, are asked whether they meant it, and are pushed what is new."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import feedparser
import orjson
import pytest
from flask import Flask
from flask_websub.subscriber import Subscriber, discover
from local_hub import AppServer
from pydantic import SecretStr
from shared_app import serving
from sqlalchemy import text

from dyadwatch import bootstrap
from dyadwatch.feeds import websub
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from dyadwatch.store import alert_events, hub_subscriptions, sources, subscriptions, watches
from dyadwatch.store.queries import run
from dyadwatch.subscriptions import envelope
from dyadwatch.subscriptions.templates import sample_alert

SECRET = "s" * 40
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def app_server():
    server = AppServer()
    yield server
    server.close()


@pytest.fixture
def product(database_url, redis_url, compiled_once, without_certificates, app_server, _shipped):
    settings = Settings(
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        allow_private_networks="127.0.0.0/8",
        public_url=app_server.url + "/",
        hub=True,
    )
    product = bootstrap.build(settings)
    with product.store.begin() as db:
        watches.ensure(db, _shipped)
    app_server.app = serving(product)
    yield product
    product.close()


@pytest.fixture
def app(product, app_server):
    return app_server.app


class Reader:
    """A callback: `questions` are the verifications, which it echoes unless it `denies`; `pushes` are
    (headers, body)."""

    def __init__(self):
        self.questions, self.pushes = [], []
        self.denies, self.status = False, 204
        reader = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                reader.questions.append(query)
                self.answer(404 if reader.denies else 200, query["hub.challenge"].encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reader.pushes.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.answer(reader.status, b"")

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Nothing on stderr."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/cb?x=1"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def reader():
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def topic(with_scope):
    """The signed link of a feed in a format, with a key of its own; without alerts of a score below 0.5."""

    def topic(name="atom", filters="min_score=0.5"):
        to = quote(f"/v1/alerts?{filters}&format={name}")
        return with_scope("read").get(f"/v1/links?to={to}").get_json()["url"]

    return topic


@pytest.fixture
def ask(product, with_scope):
    """Asks the hub, and lets it ask the callback; gives its response."""

    def ask(callback, topic, mode="subscribe", **fields):
        form = {"hub.mode": mode, "hub.callback": callback, "hub.topic": topic}
        form |= {f"hub.{name}": str(value) for name, value in fields.items()}
        response = with_scope(None).client.post("/hub", data=urlencode(form), content_type=FORM)
        product.pipeline.run(Step.DELIVER, 5)
        return response

    return ask


@pytest.fixture
def happen(product, rows):
    """Something about an alert, to whoever is to be told; gives the alert's number."""

    def happen(title="Talks in Tehran", event_type="alert.created"):
        alert = rows.alert()
        article = {"id": 1, "url": "https://a.test/1", "title": title, "source": "SANA"}
        data = {**sample_alert(), "id": alert, "articles": [article]}
        body = envelope(event_type, datetime.now(UTC), data).decode()
        with product.store.begin() as db:
            to = [each.id for each in run(db, subscriptions.recipients_query()) if event_type in each.events]
            alert_events.add(db, AlertEvent(alert, event_type, f"msg_{alert}_{event_type}", body), to)
        product.pipeline.run(Step.DELIVER, 5)
        return alert

    return happen


def change(product, statement):
    with product.store.begin() as db:
        db.execute(text(statement))
    product.pipeline.run(Step.DELIVER, 5)


@pytest.mark.parametrize("name", ["atom", "rss", "json_feed"])
def test_a_signed_feed_names_the_hub_and_what_is_new_is_pushed_in_its_form(
    api, app_server, reader, topic, ask, happen, name
):
    link = topic(name)
    path = link.removeprefix(app_server.url)
    feed = api.client.get(path)
    hub = f"{app_server.url}/hub"
    linked = websub.discover({"link": feed.headers["Link"]}, None, "https://a.test/")
    assert linked == (hub, link)
    assert hub.encode() in feed.data
    assert "hub" not in api.get(f"/v1/alerts?format={name}").headers.get("Link", "")
    assert ask(reader.url, link, secret=SECRET, lease_seconds=3600).status_code == 202
    (question,) = reader.questions
    assert question.pop("hub.challenge")
    assert question == {"x": "1", "hub.mode": "subscribe", "hub.topic": link, "hub.lease_seconds": "3600"}
    alert = happen()
    happen(event_type="alert.withdrawn")
    ((headers, body),) = reader.pushes
    assert (
        headers["x-hub-signature"] == f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"
    )
    assert websub.is_signed(headers["x-hub-signature"], body, SECRET)
    assert websub.discover({"link": headers["link"]}, None, "https://a.test/") == (hub, link)
    assert headers["content-type"] == feed.content_type.partition(";")[0]
    if name == "json_feed":
        pushed = orjson.loads(body)
        assert pushed["hubs"] == [{"type": "WebSub", "url": hub}]
        assert [item["title"] for item in pushed["items"]] == ["Talks in Tehran"]
    else:
        pushed = feedparser.parse(body)
        assert not pushed.bozo
        assert {link["rel"]: link["href"] for link in pushed.feed.links}["hub"] == hub
        assert [entry.title for entry in pushed.entries] == ["Talks in Tehran"]
    shown = api.get("/v1/subscriptions").get_json()["data"][0]
    assert (shown["topic"], shown["filter"], shown["state"]) == (link, {"min_score": 0.5}, "active")
    delivery = next(each for each in api.get("/v1/deliveries").get_json()["data"] if each["alert"] == alert)
    assert api.get(f"/v1/deliveries/{delivery['id']}/payload").get_json()["body"].encode() == body


def test_our_own_subscriber_reads_what_our_hub_pushes(product, topic, happen, rows):
    """It discovers the hub in the feed, asks, is asked, and gets the push: all by one product."""
    rows.alert()
    with product.store.begin() as db:
        sources.create(db, NewSource(name="Alerts", feeds=(NewFeed(topic()),)))
    product.pipeline.run(Step.POLL, 5)
    product.pipeline.run(Step.PUSH, 5)
    product.pipeline.run(Step.DELIVER, 5)
    with product.store.begin() as db:
        assert hub_subscriptions.of_feeds(db, [1])[1].state == "active"
    happen("A story that was pushed")
    product.pipeline.run(Step.PUSH, 5)
    with product.store.begin() as db:
        titles = db.execute(text("SELECT title FROM entries ORDER BY id")).scalars().all()
    assert titles[-1] == "A story that was pushed"


def test_a_subscriber_that_is_not_ours_subscribes_and_unsubscribes(product, topic, happen, rows):
    """Flask-WebSub's, behind a server of its own."""
    rows.alert(score=0.9)
    subscriber, pushed, said = Subscriber({}, {}), [], []
    subscriber.add_listener(lambda _topic, _callback, body: pushed.append(feedparser.parse(body)))
    subscriber.add_success_handler(lambda _topic, _callback, mode: said.append(mode))
    server, own = AppServer(), Flask("reader")
    own.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    server.app = own
    try:
        with own.test_request_context(base_url=server.url):
            callback = subscriber.subscribe(**discover(topic("rss")))
        product.pipeline.run(Step.DELIVER, 5)
        happen()
        with own.test_request_context(base_url=server.url):
            subscriber.unsubscribe(callback)
        product.pipeline.run(Step.DELIVER, 5)
        happen()
    finally:
        server.close()
    assert said == ["subscribe", "unsubscribe"]
    assert [[entry.title for entry in feed.entries] for feed in pushed] == [["Talks in Tehran"]]


def test_a_callback_that_does_not_echo_gets_nothing_and_does_not_harm_who_did(
    api, product, reader, topic, ask, happen
):
    reader.denies, link = True, topic()
    assert ask(reader.url, link).status_code == 202
    shown = api.get("/v1/subscriptions").get_json()["data"][0]
    assert (shown["state"], shown["endpoint"]["failures"]) == ("unconfirmed", 0)
    happen()
    assert api("PATCH", f"/v1/subscriptions/{shown['id']}", {"state": "active"}).status_code == 409
    assert api.post(f"/v1/subscriptions/{shown['id']}/test").status_code == 409
    assert reader.pushes == []
    reader.denies = False
    assert ask(reader.url, link, secret=SECRET).status_code == 202
    reader.denies = True  # somebody else asks for the same callback
    for mode in ("subscribe", "unsubscribe"):
        assert ask(reader.url, link, mode, secret="of somebody else").status_code == 202
    happen()
    ((headers, body),) = reader.pushes
    assert websub.is_signed(headers["x-hub-signature"], body, SECRET)
    assert len(api.get("/v1/subscriptions").get_json()["data"]) == 1


def test_a_lease_is_renewed_and_ends_and_so_does_what_is_unsubscribed(
    api, product, reader, topic, ask, happen
):
    link = topic()
    ask(reader.url, link, lease_seconds=5)
    assert reader.questions[-1]["hub.lease_seconds"] == "300"
    first = api.get("/v1/subscriptions").get_json()["data"][0]
    ask(reader.url, link, lease_seconds="9" * 12)
    assert reader.questions[-1]["hub.lease_seconds"] == "2592000"
    (renewed,) = api.get("/v1/subscriptions").get_json()["data"]
    assert renewed["id"] == first["id"]
    assert renewed["lease_until"] > first["lease_until"]
    happen()
    assert "x-hub-signature" not in reader.pushes[0][0]
    refused = api("PATCH", f"/v1/subscriptions/{first['id']}", {"url": "https://b.test/"})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/url")
    change(product, "UPDATE subscriptions SET lease_until = now()")
    assert api.get("/v1/subscriptions").get_json()["data"] == []
    assert ask(reader.url, link, "unsubscribe").status_code == 404
    ask(reader.url, link)
    assert ask(reader.url, link, "unsubscribe").status_code == 202
    assert "hub.lease_seconds" not in reader.questions[-1]
    product.pipeline.run(Step.DELIVER, 5)
    assert api.get("/v1/subscriptions").get_json()["data"] == []
    happen()
    assert len(reader.pushes) == 1


def test_what_is_pushed_ends_with_its_key_also_what_was_to_be_tried_again(
    api, product, reader, topic, ask, happen
):
    reader.status = 503
    ask(reader.url, topic())
    happen()
    (shown,) = api.get("/v1/subscriptions").get_json()["data"]
    assert len(reader.pushes) == 1
    assert api("DELETE", f"/v1/keys/{shown['key']}").status_code == 200
    change(product, "UPDATE deliveries SET due_at = now()")
    happen()
    assert (len(reader.pushes), api.get("/v1/subscriptions").get_json()["data"]) == (1, [])


def test_a_lease_ends_with_the_key_of_its_link(api, product, reader, topic, ask):
    link = topic()
    change(product, "UPDATE api_keys SET expires_at = now() + interval '1 hour' WHERE 'admin' <> ALL(scopes)")
    ask(reader.url, link, lease_seconds=86_400)
    (shown,) = api.get("/v1/subscriptions").get_json()["data"]
    lease = int(reader.questions[-1]["hub.lease_seconds"])
    ends = datetime.fromisoformat(shown["lease_until"])
    assert 3_500 < lease <= 3_600
    assert ends - datetime.now(UTC) <= timedelta(hours=1)


def test_what_is_pushed_ends_with_410(api, reader, topic, ask, happen):
    ask(reader.url, topic())
    reader.status = 410
    happen()
    (shown,) = api.get("/v1/subscriptions").get_json()["data"]
    assert shown["state"] == "disabled"


def test_what_is_pushed_ends_with_the_link_when_its_key_is_rotated(api, product, reader, topic, ask, happen):
    ask(reader.url, topic())
    (shown,) = api.get("/v1/subscriptions").get_json()["data"]
    assert api.post(f"/v1/keys/{shown['key']}/rotate", {}).status_code == 200
    happen()
    assert (reader.pushes, api.get("/v1/subscriptions").get_json()["data"]) == ([], [])


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"mode": "publish"}, (422, "hub_request_invalid")),
        ({"callback": ""}, (422, "hub_request_invalid")),
        ({"callback": "http://10.0.0.1/"}, (422, "blocked_address")),
        ({"callback": "ftp://a.test/"}, (422, "url_invalid")),
        ({"callback": "http://a.test/\0"}, (422, "hub_request_invalid")),
        ({"secret": "é" * 100}, (422, "hub_request_invalid")),
        ({"lease_seconds": "-1"}, (422, "hub_request_invalid")),
        ({"topic": "https://elsewhere.test/v1/alerts?a=1"}, (422, "topic_invalid")),
        ({"topic": "{link}&x=1"}, (422, "topic_invalid")),
        ({"topic": "{link}&language=fr"}, (403, "topic_forbidden")),
        ({"topic": "{base}/v1/alerts?format=atom"}, (403, "topic_forbidden")),
        ({"topic": "{json}"}, (422, "topic_invalid")),
        ({"topic": "{words}"}, (422, "topic_invalid")),
    ],
)
def test_what_the_hub_cannot_do_is_refused(api, app_server, reader, topic, ask, fields, refusal):
    plain = api.get(f"/v1/links?to={quote('/v1/alerts?min_score=0.5')}").get_json()["url"]
    names = {"link": topic(), "base": app_server.url, "json": plain, "words": topic("rss", "q=visit")}
    form = {"mode": "subscribe", "callback": reader.url, "topic": topic(), **fields}
    form["topic"] = form["topic"].format(**names)
    response = ask(form.pop("callback"), form.pop("topic"), form.pop("mode"), **form)
    assert (response.status_code, response.get_json()["code"]) == refusal
    assert (reader.questions, api.get("/v1/subscriptions").get_json()["data"]) == ([], [])


def test_a_hub_answers_forms_alone_and_where_it_is_on(with_scope, product, topic, app_server):
    anybody = with_scope(None).client
    assert anybody.post("/hub", data=b"{}", content_type="application/json").status_code == 415
    assert anybody.post("/hub", data="hub.mode=a&hub.mode=b", content_type=FORM).status_code == 422
    assert anybody.get("/hub").status_code == 405
    path = topic().removeprefix(app_server.url)
    object.__setattr__(product, "settings", product.settings.model_copy(update={"hub": False}))
    assert anybody.post("/hub", data="hub.mode=subscribe", content_type=FORM).status_code == 404
    assert b"hub" not in anybody.get(path).data
