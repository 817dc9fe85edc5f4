"""Streams of events: nothing is lost, nobody who waits has a thread, and each ends when it must."""

import asyncio
import re
import socket
import threading
import uuid
from contextlib import contextmanager
from functools import partial

import orjson
import pytest
from pydantic import SecretStr
from waiting import eventually

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.store import alert_events
from service import server
from service.rest.operations import EVENT_STREAM
from service.streams import StreamLimits, Streams
from service.wsgi_bridge import HttpResponse

LIMITS = StreamLimits(total=3, heartbeat=0.2, look=0.1, apart=0.01)


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
            thread.join(5)
            assert not thread.is_alive()

    return serve


@pytest.fixture
def announce(product, rows):
    """Stores an event of an alert, and tells those who wait."""

    def announce(event_type="alert.created", **values):
        alert = rows.alert(**values)
        body = orjson.dumps({"type": event_type, "timestamp": "2026-01-01T00:00:00Z", "data": {"id": alert}})
        with product.store.begin() as db:
            alert_events.add(db, AlertEvent(alert, event_type, uuid.uuid4().hex, body.decode()), [])
        product.wakes.send()
        return alert

    return announce


class Listener:
    """A client of a stream; `head` is the response without its body."""

    def __init__(self, address, token, query="", last_event_id=None):
        self._socket = socket.create_connection(address, timeout=20)
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
    def alerts(self):
        return [int(number) for number in re.findall(rb'"data":\{"id":(\d+)\}', self.received)]

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
            eventually(lambda listener=listener: listener.until(b'{"id":%d}' % high))
            assert listener.alerts == alerts
        last = new.until(b"\n\n") and new.last_id
    missed = announce()  # while nobody serves
    with serve() as address:
        again = Listener(address, api.token, last_event_id=last)
        again.until(b'{"id":%d}' % missed)
        seen = again.alerts
        assert seen[-1] == missed
        assert set(seen) <= {high, missed}


def test_a_withdrawal_is_sent_whatever_the_alert_has_lost(serve, api, announce):
    with serve() as address:
        listener = Listener(address, api.token, "?min_score=0.5&watch=assad-khamenei&after=0")
        gone = announce("alert.withdrawn", score=0.1)
        listener.until(b'{"id":%d}' % gone)


def test_without_a_broker_rows_are_looked_at(serve, api, announce):
    with serve(redis_url=SecretStr("redis://127.0.0.1:1/0")) as address:
        listener = Listener(address, api.token)
        alert = announce()
        listener.until(b'{"id":%d}' % alert)


def test_there_are_so_many_streams_and_no_more(serve, api):
    with serve() as address:
        streams = [Listener(address, api.token) for _ in range(LIMITS.total)]
        refused = Listener(address, api.token)
        assert b" 503 " in refused.head.splitlines()[0]
        assert b'"overloaded"' in refused.until(b"}")
        streams.pop()._socket.close()
        eventually(lambda: b" 200 " in Listener(address, api.token).head.splitlines()[0])


def test_a_revoked_key_ends_its_streams(serve, api, with_scope, announce):
    reader = with_scope("read")
    own = next(key for key in api.get("/v1/keys").get_json()["data"] if key["scopes"] == ["read"])
    with serve() as address:
        listener = Listener(address, reader.token)
        assert api("DELETE", f"/v1/keys/{own['id']}").status_code == 200
        announce()
        listener.until(b"\r\n0\r\n\r\n")  # the end of the response


@pytest.mark.parametrize(("query", "last_event_id"), [("?watch=nope", None), ("?after=-1", None), ("", "zz")])
def test_what_cannot_be_listened_to_is_refused_at_once(api, query, last_event_id):
    headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    assert api.get(f"/v1/stream{query}", headers=headers).status_code in {400, 422}
    assert api.get("/v1/stream").content_type == EVENT_STREAM


def test_streams_that_are_answered_alike_are_answered_once():
    """However many wait, the application is asked as often."""
    assert asyncio.run(_asked(1)) == asyncio.run(_asked(40))


async def _asked(clients):
    newest, asked, told = 1, [], asyncio.Queue()
    streams = Streams(lambda _seconds: True, lambda: newest, StreamLimits(apart=0.001))

    async def respond(scope):
        asked.append(dict(scope["headers"])[b"last-event-id"])
        return _response(newest)

    async def send(message):
        await told.put(message.get("body"))

    scope = {"path": "/v1/stream", "query_string": b"", "headers": [(b"authorization", b"Bearer a")]}
    waiting = [
        asyncio.create_task(streams.go_on(scope, asyncio.Event().wait, send, _response(1), respond))
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
