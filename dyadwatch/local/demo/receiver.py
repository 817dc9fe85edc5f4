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
from dyadwatch.local.terminal import clean
from dyadwatch.senders import signatures

_MAX_BODY = 2_000_000  # bytes
_HEADLINES = {
    "alert.created": "new alert",
    "alert.updated": "alert updated",
    "alert.withdrawn": "alert withdrawn",
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver and its address."""

    url: str
    server: ThreadingHTTPServer
    thread: threading.Thread

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
            status, lines = handle(secret, dict(self.headers.items()), body, now=datetime.now(UTC))
            with lock:
                for line in lines:
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


def handle(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> tuple[int, list[Text]]:
    """The status to respond with, and the lines to print."""
    try:
        signatures.verify(secret, headers, body, now=now)
    except InvalidInput as error:
        return 400, [Text(f"refused a webhook: {error.detail} ({error.code})", style="bold red")]
    event = orjson.loads(body)
    return 204, _summary(event["type"], event["data"])


def _summary(event_type: str, alert: Mapping[str, Any]) -> list[Text]:
    articles, evidence = alert.get("articles") or [{}], alert.get("evidence") or [{}]
    first = articles[0]
    headline = Text.assemble(
        ("● " + _HEADLINES.get(event_type, event_type), "bold green"),
        ("  signature verified", "green"),
        f"  score {alert['score']:.2f}" if "score" in alert else "",
        (f"  {alert['watch']}" if "watch" in alert else "", "dim"),
    )
    quote = (evidence[0].get("evidence") or {}).get("quote")
    lines = [headline]
    if first.get("title"):
        lines.append(
            Text.assemble(
                "  ",
                (clean(first["title"]), "bold"),
                (clean(f"  ({first.get('source') or 'unknown'})"), "dim"),
            )
        )
    if quote:
        lines.append(Text.assemble("  ", (f"“{clean(quote)}”", "italic")))
    return lines
