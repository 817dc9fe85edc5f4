"""The connections of a running server: how many, how slow, how large."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import orjson
import pytest
import urllib3
import uvloop
from waiting import eventually

from dyadwatch.local import process_commands
from dyadwatch.settings import Settings
from service.connections import ConnectionLimits, Connections
from service.rest.problems import MEDIA_TYPE

# A server with these limits, whose WSGI application answers with as many bytes as the query says, and with a
# header that it was sent.
_SERVER = """
import sys, uvicorn
from service.connections import ConnectionLimits, Connections
from service.gateway import Gateway, GatewayLimits, Route

def app(environ, start_response):
    headers = [("Content-Length", environ["QUERY_STRING"]), ("seen", environ.get("HTTP_SEEN", ""))]
    start_response("200 OK", headers)
    return [b"a" * int(environ["QUERY_STRING"])]

gateway = Gateway(app, lambda method, path: Route("only", 100, path), GatewayLimits({"only": 4}, body_seconds=0.2))
limits = ConnectionLimits(total=6, per_address=4, header_seconds=0.2, write_seconds=0.2)
uvicorn.run(gateway, port=int(sys.argv[1]), host="0.0.0.0", http=Connections(limits).protocol, loop="uvloop",
            lifespan="off", log_level="critical", timeout_graceful_shutdown=1)
"""


_PORTS = 5  # tried, since somebody may take a free one before the server does


@contextmanager
def _running(command, environ=None):
    """The address of a server that `command` starts on a port."""
    for _ in range(_PORTS):
        address = ("127.0.0.1", _free_port())
        with subprocess.Popen(command(address[1]), env={**os.environ, **(environ or {})}) as server:
            try:
                if eventually(lambda: _outcome(server, address)) == "answers":  # noqa: B023  (called at once)
                    yield address
                    return
            finally:
                server.terminate()
    pytest.fail(f"no server on any of {_PORTS} ports")


def _outcome(server, address):
    """Whether a server answers or has ended; None where neither."""
    if _exchange(address, b"GET /healthz?2 HTTP/1.0\r\n\r\n").startswith(b"HTTP"):
        return "answers"
    return "ended" if server.poll() is not None else None


@pytest.fixture(scope="module")
def address():
    with _running(lambda port: [sys.executable, "-c", _SERVER, str(port)]) as address:
        yield address


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _connect(address, source="127.0.0.1"):
    return socket.create_connection(address, timeout=20, source_address=(source, 0))


def _exchange(address, request, source="127.0.0.1"):
    """Everything that the server sends until it closes the connection; nothing where there is no server."""
    try:
        with _connect(address, source) as connection:
            connection.sendall(request)
            return _rest(connection)
    except OSError:
        return b""


def _rest(connection):
    with connection.makefile("rb") as file:
        return file.read()


def _problem(response):
    """(status, code) of a problem document."""
    head, _, body = response.partition(b"\r\n\r\n")
    assert f"content-type: {MEDIA_TYPE}".encode() in head
    assert b"connection: close" in head
    document = orjson.loads(body)
    assert int(head.split()[1]) == document["status"]
    return document["status"], document["code"]


MALFORMED = {
    "that is no HTTP": (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, "request_malformed"),
    "with a header without end": (b"GET / HTTP/1.1\r\na: " + b"a" * 70_000, 431, "headers_too_large"),
    "with headers that are too long": (
        b"GET / HTTP/1.1\r\n" + b"a: " + b"a" * 70_000 + b"\r\n\r\n",
        431,
        "headers_too_large",
    ),
    "with too many headers": (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 101 + b"\r\n", 431, "headers_too_large"),
    "with a path that is too long": (
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        431,
        "headers_too_large",
    ),
    "without a host": (b"GET / HTTP/1.1\r\n\r\n", 400, "request_malformed"),
    "with two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "request_malformed"),
    "with a body of another coding": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        501,
        "transfer_coding_unsupported",
    ),
    "with trailers without end": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 12_000,
        431,
        "headers_too_large",
    ),
    "with a trailer without end": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na: " + b"a" * 70_000,
        431,
        "headers_too_large",
    ),
    "whose headers never end": (b"GET / HTTP/1.1\r\nHost: a\r\n", 408, "headers_timeout"),
    "whose body never ends": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na",
        408,
        "body_timeout",
    ),
    "whose body is too long": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n" + b"a" * 5_000_000,
        413,
        "body_too_large",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_client_reads_why_its_request_is_refused(address, name):
    request, status, code = MALFORMED[name]
    assert _problem(_exchange(address, request)) == (status, code)


def test_trailers_change_no_header(address):
    headers = b"POST /?5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nSeen: header\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = _exchange(address, headers + b"1\r\na\r\n0\r\nSeen: trailer\r\n\r\n")
    assert b"\r\nseen: header\r\n" in response


def test_a_connection_that_says_nothing_is_closed(address):
    assert _exchange(address, b"") == b""
    request = b"GET /?5 HTTP/1.1\r\nHost: a\r\n\r\n"
    assert _exchange(address, request + request).count(b"HTTP/1.1 200") == 2


def test_a_client_that_does_not_read_its_response_is_cut_off(address):
    size = 50_000_000  # more than sockets hold
    with _connect(address) as connection:
        connection.sendall(f"GET /?{size} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        eventually(lambda: _is_reset(connection))


class Unread:
    """What is sent over a connection whose client does not read."""

    is_aborted = False

    def __init__(self, connection):
        self._socket = connection

    def get_write_buffer_size(self):
        return 0 if self.is_aborted else 1

    def get_extra_info(self, name):
        return getattr(self, f"_{name}")

    def abort(self):
        self.is_aborted = True


def test_each_client_that_does_not_read_is_cut_off_whatever_the_clock_rounds():
    """uvloop counts milliseconds: a third of its timers of 0.2 s come a rounding error before their time."""

    async def wait(connection):
        unread = [Unread(connection) for _ in range(100)]
        for transport in unread:
            Connections(ConnectionLimits(write_seconds=0.2)).wait_for_reader(transport)
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.3)
        return [transport.is_aborted for transport in unread]

    with socket.socket() as connection:
        assert all(uvloop.run(wait(connection)))


class SetClock(asyncio.SelectorEventLoop):
    """Its time is what it is set to."""

    now = 0.0

    def time(self):
        return self.now


def test_a_stream_that_is_read_in_time_has_time_again_for_its_next_part():
    async def wait(connection):
        loop, connections = asyncio.get_running_loop(), Connections(ConnectionLimits(write_seconds=10))
        steady, stuck = Unread(connection), Unread(connection)
        for transport in (steady, stuck):
            connections.wait_for_reader(transport)
        loop.now = 9
        connections.forget_reader(steady)
        connections.wait_for_reader(steady)
        aborted = []
        for loop.now in (11, 20):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            aborted.append((steady.is_aborted, stuck.is_aborted))
        return aborted

    with socket.socket() as connection, asyncio.Runner(loop_factory=SetClock) as runner:
        assert runner.run(wait(connection)) == [(False, True), (True, True)]


def _is_reset(connection):
    """Whether the server has dropped the connection, without reading what it sent."""
    return (
        connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0 or _state(connection) != _ESTABLISHED
    )


_ESTABLISHED = 1


def _state(connection):
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def test_an_address_may_have_so_many_connections_and_another_still_gets_one(address):
    request = b"GET /?2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    partial = b"GET / HTTP/1.1\r\n"
    with ExitStack() as held:
        for _ in range(4):
            held.enter_context(_connect(address)).sendall(partial)
        assert _problem(_exchange(address, request)) == (429, "too_many_connections")
        assert _exchange(address, request, "127.0.0.2").startswith(b"HTTP/1.1 200")
    eventually(lambda: _exchange(address, request).startswith(b"HTTP/1.1 200"))


def test_all_together_may_have_so_many_connections(address):
    with ExitStack() as held:
        for number in range(6):
            held.enter_context(_connect(address, f"127.0.0.{3 + number}"))
        response = _exchange(address, b"GET /?2 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert _problem(response) == (503, "overloaded")
        assert b"retry-after: 5" in response


IDLE = (
    b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nkey=a",
    b"POST /v1/tag HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{",
    b"POST /websub/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n",
)


def test_two_hundred_idle_connections_leave_the_real_server_answering(database_url, with_scope, redis_url):
    token = with_scope("read").token
    environ = {"DYADWATCH_DATABASE_URL": database_url, "DYADWATCH_REDIS_URL": redis_url}
    http = urllib3.PoolManager(retries=False, timeout=20)

    def status(path):
        headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        return http.request("GET", f"http://127.0.0.1:{address[1]}{path}", headers=headers).status

    def command(port):
        return process_commands.web(Settings(bind=f"127.0.0.1:{port}"))

    with _running(command, environ) as address, ExitStack() as connections:
        for number in range(200):
            connections.enter_context(_connect(address)).sendall(IDLE[number % len(IDLE)])
        answers = [status(path) for _ in range(20) for path in ("/healthz", "/v1/alerts")]
        assert answers == [200] * 40
