"""Streams of events: nothing is lost, nobody who waits has a thread, and each ends when it must."""

import asyncio
import re
import shutil
import socket
import threading
import uuid
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import sync_playwright
from pydantic import SecretStr
from waiting import eventually

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.store import alert_events
from service import server
from service.connections import ConnectionLimits
from service.rest.operations import EVENT_STREAM
from service.streams import StreamLimits, Streams
from service.wsgi_bridge import HttpResponse

ROOT = Path(__file__).parents[2]
_SCOPE = {"path": "/v1/stream", "query_string": b"", "headers": [(b"authorization", b"Bearer a")]}
LIMITS = StreamLimits(total=3, heartbeat=0.2, fresh=0.05, look=0.1, apart=0.01)


@pytest.fixture
def serve(product, without_certificates, monkeypatch):
    """Runs the web server of the product in a thread; gives its address."""
    monkeypatch.setattr(server, "Streams", partial(Streams, limits=LIMITS))

    @contextmanager
    def serve(**changed):
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = free.getsockname()
        running = server.create(product.settings.model_copy(update=changed), *address)
        thread = threading.Thread(target=running.run, daemon=True)
        thread.start()
        eventually(lambda: running.started)
        try:
            yield address
        finally:
            running.should_exit = True
            thread.join(server._STOP_SECONDS + 1)
            assert not thread.is_alive()

    return serve


@pytest.fixture
def announce(product, rows):
    """Stores an event of an alert, and tells those who wait."""

    def announce(event_type="alert.created", **values):
        alert = rows.alert(**values)
        body = orjson.dumps(
            {
                "type": event_type,
                "timestamp": "2026-01-01T00:00:00Z",
                "data": {"id": alert, "articles": [{"title": "Talks"}]},
            }
        )
        with product.store.begin() as db:
            alert_events.add(db, AlertEvent(alert, event_type, uuid.uuid4().hex, body.decode()), [])
        product.wakeups.send()
        return alert

    return announce


class Listener:
    """A client of a stream; `head` is the response without its body."""

    def __init__(self, address, token, query="", last_event_id=None, buffer=None):
        self._socket = socket.socket()
        self._socket.settimeout(20)
        if buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._socket.connect(address)
        more = "" if last_event_id is None else f"Last-Event-ID: {last_event_id}\r\n"
        request = (
            f"GET /v1/stream{query} HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer {token}\r\n{more}\r\n"
        )
        self._socket.sendall(request.encode())
        self.received = b""
        self.until(b"\r\n\r\n")
        self.head, _, self.received = self.received.partition(b"\r\n\r\n")

    def until(self, part):
        """Reads on until it was sent something; returns all of it."""
        while part not in self.received:
            chunk = self._socket.recv(65_536)
            assert chunk, self.received
            self.received += chunk
        return self.received

    @property
    def is_begun(self):
        return b" 200 " in self.head.splitlines()[0]

    @property
    def alerts(self):
        return [int(number) for number in re.findall(rb'"data":\{"id":(\d+),', self.received)]

    @property
    def last_id(self):
        return re.findall(rb"^id: (\d+)", self.received, re.MULTILINE)[-1].decode()


def test_events_are_sent_as_they_happen_and_read_on_from_without_loss(serve, api, announce):
    with serve() as address:
        before = announce()
        everything, new = Listener(address, api.token, "?after=0"), Listener(address, api.token)
        filtered = Listener(address, api.token, "?min_score=0.5")
        assert b"200 OK" in everything.head
        assert b"text/event-stream" in everything.head
        event = everything.until(b"\n\n").decode()
        assert "event: alert.created\ndata: {" in event
        new.until(b": still here")
        low, high = announce(score=0.2), announce(score=0.8)
        for listener, alerts in ((everything, [before, low, high]), (new, [low, high]), (filtered, [high])):
            eventually(lambda listener=listener: listener.until(b'{"id":%d,' % high))
            assert listener.alerts == alerts
        last = new.until(b"\n\n") and new.last_id
    missed = announce()  # while nobody serves
    with serve() as address:
        again = Listener(address, api.token, last_event_id=last)
        again.until(b'{"id":%d,' % missed)
        seen = again.alerts
        assert seen[-1] == missed
        assert set(seen) <= {high, missed}


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")
def test_a_browser_listens_to_a_link_as_the_documentation_shows(serve, api, announce):
    (example,) = re.findall(r"```js\n(const events.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL)
    link = api.get("/v1/links?to=/v1/stream?after=0").get_json()["url"].partition("localhost")[2]
    with serve() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{address[1]}/docs")
        with page.expect_console_message(lambda message: message.text == "Talks"):
            page.evaluate(f"(link) => {{ {example} }}", link)
            announce()
        browser.close()


def test_a_withdrawal_is_sent_whatever_the_alert_has_lost(serve, api, announce):
    with serve() as address:
        listener = Listener(address, api.token, "?min_score=0.5&watch=assad-khamenei&after=0")
        gone = announce("alert.withdrawn", score=0.1)
        listener.until(b'{"id":%d,' % gone)


def test_without_a_broker_rows_are_looked_at(serve, api, announce):
    with serve(redis_url=SecretStr("redis://127.0.0.1:1/0")) as address:
        listener = Listener(address, api.token)
        alert = announce()
        listener.until(b'{"id":%d,' % alert)


def test_there_are_so_many_streams_and_no_more(serve, api):
    with serve() as address:
        connection = HTTPConnection(*address, timeout=10)
        for _ in range(LIMITS.total + 1):  # by one connection, which each answer leaves free
            connection.request("HEAD", "/v1/stream", headers={"Authorization": f"Bearer {api.token}"})
            answer = connection.getresponse()
            assert (answer.status, answer.read(), answer.headers["Content-Length"]) == (200, b"", None)
        connection.close()
        streams = [Listener(address, api.token) for _ in range(LIMITS.total)]
        refused = Listener(address, api.token)
        assert b" 503 " in refused.head.splitlines()[0]
        assert b'"overloaded"' in refused.until(b"}")
        streams.pop()._socket.close()
        eventually(lambda: b" 200 " in Listener(address, api.token).head.splitlines()[0])


def test_a_stream_that_is_not_read_is_cut_off_and_one_that_is_gets_everything(
    serve, api, announce, monkeypatch, rows
):
    monkeypatch.setattr(server, "ConnectionLimits", partial(ConnectionLimits, write_seconds=0.3))
    first = announce()
    long = orjson.dumps(
        {"type": "alert.created", "timestamp": "2026-01-01T00:00:00Z", "data": {"id": 7, "a": "a" * 20_000}}
    )
    rows.execute(
        "INSERT INTO alert_events (alert_id, type, webhook_id, body)"
        " SELECT :alert, 'alert.created', 'm' || g, :body FROM generate_series(1, 300) g",
        alert=first,
        body=long.decode(),
    )
    last = announce()
    with serve() as address:
        unread = [Listener(address, api.token, "?after=0", buffer=4_096) for _ in range(LIMITS.total)]
        reader = eventually(lambda: (new := Listener(address, api.token, "?after=0")).is_begun and new)
        reader.until(b'{"id":%d,' % last)
        assert len(re.findall(rb"^id: \d+\nevent", reader.received, re.MULTILINE)) == 302
        assert len(unread) == LIMITS.total


def test_a_stream_that_is_refused_for_now_goes_on():
    """What came meanwhile is not left until there is more."""

    async def sent():
        answers = [_response(2), HttpResponse(503, [], b""), HttpResponse(429, [], b"")]
        bodies = asyncio.Queue()

        async def respond(_scope):
            return answers.pop() if answers else _response(2)

        async def send(message):
            await bodies.put(message.get("body"))

        streams = Streams(lambda _seconds: False, lambda: 1, StreamLimits(pause=0.001, heartbeat=60))
        never = asyncio.Event().wait
        going = asyncio.create_task(streams.go_on({**_SCOPE}, never, send, _response(1), respond))
        received = [await bodies.get() for _ in range(3)]
        going.cancel()
        return received

    assert asyncio.run(sent()) == [None, b"id: 1\n\n", b"id: 2\n\n"]


def test_a_key_that_is_not_in_use_any_more_ends_its_streams_though_nothing_happens(
    serve, api, with_scope, rows
):
    expiring, revoked = with_scope("read"), with_scope("read")
    second, first = [key["id"] for key in api.get("/v1/keys").get_json()["data"] if key["scopes"] == ["read"]]
    with serve() as address:
        listeners = [Listener(address, reader.token) for reader in (expiring, revoked)]
        rows.execute("UPDATE api_keys SET expires_at = now() WHERE id = :id", id=first)
        assert api("DELETE", f"/v1/keys/{second}").status_code == 200
        for listener in listeners:
            listener.until(b"\r\n0\r\n\r\n")  # the end of the response


@pytest.mark.parametrize(
    ("query", "last_event_id"),
    [("?watch=nope", None), ("?after=-1", None), ("?q=%28", None), ("?q=-talks", None), ("", "zz")],
)
def test_what_cannot_be_listened_to_is_refused_at_once(api, query, last_event_id):
    headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    assert api.get(f"/v1/stream{query}", headers=headers).status_code in {400, 422}
    assert api.get("/v1/stream", headers={"Last-Event-ID": ""}).content_type == EVENT_STREAM


def test_streams_that_are_answered_alike_are_answered_once():
    """However many wait, the application is asked as often."""
    assert asyncio.run(_asked(1)) == asyncio.run(_asked(40))


def test_heartbeats_of_streams_that_are_answered_alike_ask_once():
    async def asked():
        """How often, while each of ten streams beats twice."""
        beats, requests = asyncio.Semaphore(0), []
        limits = StreamLimits(heartbeat=0.01, fresh=60)
        streams = Streams(lambda _seconds: False, lambda: 1, limits)

        async def respond(scope):
            requests.append(scope)
            return _response(1)

        async def send(message):
            if message.get("body") == b": still here\n\n":
                beats.release()

        going = [
            asyncio.create_task(streams.go_on(_SCOPE, asyncio.Event().wait, send, _response(1), respond))
            for _ in range(10)
        ]
        for _ in range(20):
            await beats.acquire()
        for stream in going:
            stream.cancel()
        return len(requests)

    assert asyncio.run(asked()) <= 2  # where the watch has looked meanwhile


async def _asked(clients):
    newest, asked, told = 1, [], asyncio.Queue()
    streams = Streams(lambda _seconds: True, lambda: newest, StreamLimits(apart=0.001))

    async def respond(scope):
        asked.append(dict(scope["headers"])[b"last-event-id"])
        return _response(newest)

    async def send(message):
        await told.put(message.get("body"))

    waiting = [
        asyncio.create_task(streams.go_on(_SCOPE, asyncio.Event().wait, send, _response(1), respond))
        for _ in range(clients)
    ]
    for newest in (1, 2):  # which `newest` and `respond` see
        bodies = []
        while bodies.count(b"id: %d\n\n" % newest) < clients:
            bodies.append(await told.get())
    for task in waiting:
        task.cancel()
    return {after: asked.count(after) <= 3 for after in asked}


def _response(position):
    return HttpResponse(200, [(b"content-type", b"text/event-stream")], b"id: %d\n\n" % position)
