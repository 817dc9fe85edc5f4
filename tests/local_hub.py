"""A small WebSub hub on loopback, honest or not, and the web server that it calls back."""

import hashlib
import hmac
import http.client
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.serving import make_server


@dataclass(frozen=True)
class PlainResponse:
    """A response of ours."""

    status: int
    body: str
    headers: dict[str, str]


@dataclass
class Behaviour:
    """How the hub treats a request: it answers `status` after `delay` seconds, having verified before it
    answers (`verifies`) with these parameters over its own."""

    status: int = 202
    words: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    verifies: bool = True
    parameters: dict[str, str] = field(default_factory=dict)


class Hub:
    """A hub; `requests` are the forms posted to it, by path,
    `verified` our responses to its verifications."""

    def __init__(self) -> None:
        self.behaviours: dict[str, Behaviour] = {"/": Behaviour()}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.verified: list[PlainResponse] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                form = dict(parse_qsl(body.decode("ascii"), strict_parsing=True))
                assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
                hub.requests.append((self.path, form))
                behaviour = hub.behaviours[self.path]
                time.sleep(behaviour.delay)
                if behaviour.verifies and behaviour.status == 202:
                    hub.verified.append(hub.verify(form, **behaviour.parameters))
                self.send_response(behaviour.status)
                for name, value in behaviour.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(behaviour.words)))
                self.end_headers()
                self.wfile.write(behaviour.words.encode())

            def log_message(self, *arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def form(self) -> dict[str, str]:
        """The request that came last."""
        return self.requests[-1][1]

    def verify(self, form: dict[str, str], **parameters: str) -> PlainResponse:
        """Asks whether the sender of a form meant it."""
        query = {
            "hub.mode": form["hub.mode"],
            "hub.topic": form["hub.topic"],
            "hub.challenge": "challenge-1",
            "hub.lease_seconds": form["hub.lease_seconds"],
        } | {f"hub.{name}": value for name, value in parameters.items()}
        return ask("GET", f"{form['hub.callback']}?{urlencode(query)}")

    def push(
        self,
        body: str | bytes,
        *,
        method: str = "sha256",
        secret: str | None = None,
        form: dict | None = None,
    ) -> PlainResponse:
        """Pushes a document to the last subscriber, signed with its secret or another."""
        form = form or self.form
        content = body.encode() if isinstance(body, str) else body
        key = (form["hub.secret"] if secret is None else secret).encode()
        signature = hmac.new(key, content, getattr(hashlib, method)).hexdigest()
        headers = {
            "Content-Type": "application/rss+xml",
            "Link": f'<{self.url}>; rel="hub", <{form["hub.topic"]}>; rel="self"',
            "X-Hub-Signature": f"{method}={signature}",
        }
        return ask("POST", form["hub.callback"], content, headers)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class AppServer:
    """A web server for the application under test; its address is known before there is anything to serve."""

    def __init__(self) -> None:
        self.app = None

        def serve(environ, start):
            return self.app(environ, start)

        self._server = make_server("127.0.0.1", 0, serve, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def ask(method: str, url: str, body: bytes | None = None, headers: dict | None = None) -> PlainResponse:
    """One request, as plain as can be."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request(
            method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {}
        )
        answer = connection.getresponse()
        return PlainResponse(
            answer.status, answer.read().decode(), {n.lower(): v for n, v in answer.getheaders()}
        )
    finally:
        connection.close()
