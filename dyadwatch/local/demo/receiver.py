"""The demo's subscriber: receives webhooks, verifies their signatures and prints the alerts."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from rich.text import Text

from dyadwatch.errors import InvalidInput
from dyadwatch.local.phrases import HEADLINES
from dyadwatch.local.terminal import clean
from dyadwatch.senders import signatures

_MAX_BODY = 2_000_000  # bytes
_MAX_NAME = 100  # characters of the type of an event that is shown
_YOURS = "/yours"  # for subscriptions of which only the person who made them has the secret


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver and its address."""

    url: str
    server: ThreadingHTTPServer
    thread: threading.Thread

    @property
    def yours(self) -> str:
        """The address for subscriptions of one's own."""
        return self.url.rstrip("/") + _YOURS

    def close(self) -> None:
        """Stops listening and frees the port."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def serve(host: str, port: int, secret: str, show: Callable[[Text], None]) -> Receiver:
    """Listens in a thread of its own until closed; port 0 takes
    a free one. `show` gets each line to print."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        server_version = "demo-receiver"
        sys_version = ""

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MAX_BODY))
            known = None if self.path == _YOURS else secret
            status, line = handle(known, dict(self.headers.items()), body, now=datetime.now(UTC))
            with lock:
                show(line)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
            """Prints nothing: the terminal is for the webhooks."""

    server = ThreadingHTTPServer((host, port), Handler)
    thread = threading.Thread(target=server.serve_forever, name="demo-receiver", daemon=True)
    thread.start()
    return Receiver(f"http://{host}:{server.server_address[1]}/", server, thread)


def handle(secret: str | None, headers: Mapping[str, str], body: bytes, *, now: datetime) -> tuple[int, Text]:
    """The status to respond with, and the line to print. Without a secret nothing is verified, and nothing
    shown but the type of the event."""
    if secret is None:
        return _handle_unverified(body)
    try:
        signatures.verify(secret, headers, body, now=now)
    except InvalidInput as error:
        hint = f"; this address is for the demo's own subscription, {_YOURS} for yours"
        return 400, Text(f"refused a webhook: {error.detail} ({error.code}){hint}", style="bold red")
    event = orjson.loads(body)
    return 204, _summary(event["type"], event["data"])


def _handle_unverified(body: bytes) -> tuple[int, Text]:
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        event = None
    name = event.get("type") if isinstance(event, dict) else None
    shown = clean(name[:_MAX_NAME]) if isinstance(name, str) else "something that is no event"
    return 204, Text.assemble((f"● {shown}", "bold green"), "  for a subscription of yours, not verified")


def _summary(event_type: str, alert: Mapping[str, Any]) -> Text:
    """One line: what happened, the article that says so, and that the webhook is ours."""
    first = (alert.get("articles") or [{}])[0]
    return Text.assemble(
        ("● " + HEADLINES.get(event_type, event_type), "bold green"),
        f"  {alert['score']:.2f}" if "score" in alert else "",
        (clean(f"  {first['title']}") if first.get("title") else "", "bold"),
        (clean(f"  ({first.get('source') or 'unknown'})") if first else "", "dim"),
        ("  signature verified", "green"),
    )
