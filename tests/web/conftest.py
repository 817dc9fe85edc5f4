"""Little servers on loopback that say exactly what a test wants,
names that resolve as it wants, and a record of dials."""

import errno
import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_network

import brotli
import pytest
import trustme
from backports import zstd

from dyadwatch.web import Client
from dyadwatch.web.sockets import TotalTimeoutSocket

Handler = Callable[[socket.socket, bytes], None]
LOOPBACK = (ip_network("127.0.0.0/8"),)
PUBLIC = "93.184.215.14"


class Server:
    """Runs `handler(connection, request head and body so far)`
    for each request; keeps the requests it saw."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.requests: list[bytes] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        if self.tls is not None:
            try:
                connection = self.tls.wrap_socket(connection, server_side=True)
            except OSError:
                return
        with suppress(OSError), connection:
            while head := _head(connection):
                self.requests.append(head)
                self.handler(connection, head)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _head(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        request += chunk
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            missing = int(line.split(b":")[1]) - len(body)
            while missing > 0:
                chunk = connection.recv(65536)
                request += chunk
                missing -= len(chunk)
    return request


def _reply(body: bytes = b"", status: int = 200, **headers: str) -> Handler:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    answer = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n{lines}\r\n".encode() + body

    def handle(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer)

    return handle


@pytest.fixture
def reply() -> Callable[..., Handler]:
    """reply(body, status, name=value...): a handler that answers so every time; header names with _ for -."""
    return _reply


def _endlessly(start: bytes, piece: bytes, pause: float = 0) -> Handler:
    def handle(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return handle


def _once(answer: bytes) -> Handler:
    def handle(connection: socket.socket, head: bytes) -> None:
        connection.sendall(answer)
        time.sleep(30)

    return handle


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + bytes(65536) + b"\r\n"


def _encoded(coding: str, body: bytes) -> Handler:
    return _reply(body, content_encoding=coding)


def _bombs() -> dict[str, Callable[[], Handler]]:
    zeros = bytes(32 * 1024 * 1024)
    return {
        "gzip bomb": lambda: _encoded("gzip", gzip.compress(zeros, 9)),
        "gzip bomb in gzip": lambda: _encoded("gzip, gzip", gzip.compress(gzip.compress(zeros, 9), 9)),
        "deflate bomb": lambda: _encoded("deflate", zlib.compress(zeros, 9)),
        "brotli bomb": lambda: _encoded("br", brotli.compress(zeros, quality=5)),
        "zstd bomb": lambda: _encoded(
            "zstd", zstd.compress(zeros, options={zstd.CompressionParameter.window_log: 27})
        ),
    }


_ATTACKS: dict[str, Callable[[], Handler]] = {
    "endless body": lambda: _endlessly(CHUNKED, CHUNK),
    "endless body without length": lambda: _endlessly(OK + b"\r\n", bytes(65536)),
    "endless body in a chunk of size -1": lambda: _endlessly(CHUNKED + b"-1\r\n", bytes(65536)),
    "endless chunk size": lambda: _endlessly(CHUNKED, b"0" * 65536),
    "endless trailers": lambda: _endlessly(CHUNKED + b"0\r\n", b"x: y\r\n" * 8192),
    "endless empty gzip members": lambda: _endlessly(
        OK + b"content-encoding: gzip\r\n\r\n", gzip.compress(b"") * 3000
    ),
    "endless 100 Continue": lambda: _endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "slow 100 Continue": lambda: _endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.1),
    "endless headers": lambda: _endlessly(OK, b"x-more: and more\r\n" * 100),
    "slow headers": lambda: _endlessly(OK, b"x-more: y\r\n", 0.1),
    "endless header line": lambda: _endlessly(OK + b"x: ", b"y" * 65536),
    "endless status line": lambda: _endlessly(b"HTTP/1.1 200 ", b"y" * 65536),
    "a byte at a time": lambda: _endlessly(OK + b"content-length: 100000\r\n\r\n", b"x", 0.1),
    "a chunk at a time": lambda: _endlessly(CHUNKED, b"1\r\nx\r\n", 0.1),
    "silence": lambda: _once(b""),
    "half a status line": lambda: _once(b"HTTP/1.1 20"),
    "less than its content-length, then silence": lambda: _once(OK + b"content-length: 100000\r\n\r\nx"),
    **_bombs(),
}
ATTACKS = tuple(_ATTACKS)


def pytest_generate_tests(metafunc):
    """A test that asks for `attack` runs once for each, by name; `handler` is what such a server does."""
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", ATTACKS)


@pytest.fixture
def hostile() -> Callable[[str], Handler]:
    """Name of an attack -> the handler that makes it."""
    return lambda name: _ATTACKS[name]()


@pytest.fixture
def serve() -> Iterator[Callable[[Handler], Server]]:
    servers: list[Server] = []

    def start(handler: Handler) -> Server:
        servers.append(Server(handler))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def client(without_certificates) -> Iterator[Client]:
    """A client that may reach loopback."""
    instance = Client(allow_private=LOOPBACK, user_agent="dyadwatch-test")
    yield instance
    instance.close()


@pytest.fixture
def guarded() -> Iterator[Client]:
    """A client as shipped: nothing private may be reached."""
    instance = Client(user_agent="dyadwatch-test")
    yield instance
    instance.close()


@pytest.fixture
def names(monkeypatch) -> dict[str, list[list[str]]]:
    """Name -> its answers, one per look-up, the last repeated. Other names do not exist."""
    script: dict[str, list[list[str]]] = {}

    def getaddrinfo(host, port, *args, **kwargs):
        answers = script.get(host.removesuffix("."))
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0))
            for a in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return script


@pytest.fixture
def dials(monkeypatch) -> Callable[..., list[str]]:
    """Leads every dial to a server on loopback, but for a family of addresses that is `unroutable`, and
    records where it was meant to go."""

    def lead_to(server: Server, unroutable: socket.AddressFamily | None = None) -> list[str]:
        dialled: list[str] = []

        def connect(self, address):
            dialled.append(address[0])
            if self.family == unroutable:
                raise OSError(errno.ENETUNREACH, "no route")
            there = ("127.0.0.1" if self.family == socket.AF_INET else "::ffff:127.0.0.1", server.port)
            socket.socket.connect(self, there)

        monkeypatch.setattr(TotalTimeoutSocket, "connect", connect, raising=False)
        return dialled

    return lead_to


@dataclass(frozen=True)
class Certificates:
    """An authority of the test's own (path of its PEM) and a certificate of it for secure.test."""

    authority: str
    server: trustme.LeafCert


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Certificates:
    """Made anew for every run, so that no key lies in the repository."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return Certificates(str(path), authority.issue_cert("secure.test"))
