"""The demo newsroom: made-up publishers on loopback, so that the demo needs no internet.

Texts, templates and the publishers' facts are data in `pages/`;
everything there is fiction and says so in its footer.
"""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from dyadwatch.local.demo.publishers import Publisher, load, load_unwatched
from dyadwatch.local.demo.rendering import Document, render_site
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A running newsroom: its address, its feeds, and each publisher as a source to be added; `unwatched` is
    the home page of one that is among neither."""

    url: str
    unwatched: str
    feeds: tuple[str, ...]
    sources: tuple[NewSource, ...]
    server: ThreadingHTTPServer
    thread: threading.Thread

    def close(self) -> None:
        """Stops serving and frees the port."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def serve(host: str = "127.0.0.1", port: int = 0) -> Newsroom:
    """Starts a newsroom, which serves in a thread of its own until closed;
    port 0 takes a free one. Raises OSError where the address is in use."""
    server = ThreadingHTTPServer((host, port), _Handler, bind_and_activate=True)
    url = f"http://{host}:{server.server_address[1]}"
    publishers = load()
    unwatched = load_unwatched()
    documents = render_site((unwatched,), url) | render_site(publishers, url)
    server.documents = documents  # type: ignore[attr-defined]  # for the handler
    thread = threading.Thread(target=server.serve_forever, name="demo-newsroom", daemon=True)
    thread.start()
    feeds = tuple(url + publisher.feed_path for publisher in publishers)
    home = f"{url}/{unwatched.slug}/"
    sources = tuple(_source(publisher, url) for publisher in publishers)
    return Newsroom(url, home, feeds, sources, server, thread)


def _source(publisher: Publisher, base: str) -> NewSource:
    return NewSource(
        feeds=(NewFeed(base + publisher.feed_path),), homepage=f"{base}/{publisher.slug}/", **publisher.fields
    )


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the documents of its server,
    conditionally, and gzipped where the client accepts it."""

    server_version = "demo-newsroom"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
        """Prints nothing: the terminal is for what the demo shows."""

    def _respond(self, *, with_body: bool) -> None:
        documents: Mapping[str, Document] = self.server.documents  # type: ignore[attr-defined]  # set by serve
        document = documents.get(urlsplit(self.path).path)
        if document is None:
            self._send(
                404, b"<!DOCTYPE html><title>Not found</title><p>No such page.</p>", {}, with_body=with_body
            )
            return
        headers = {
            "Content-Type": document.content_type,
            "ETag": f'W/"{sha256(document.body).hexdigest()[:24]}"',
            "Last-Modified": format_datetime(document.changed_at.astimezone(UTC), usegmt=True),
            "Cache-Control": "max-age=0",
            "Vary": "Accept-Encoding",
        }
        if _is_unchanged(self.headers, headers["ETag"], document.changed_at):
            self._send(304, b"", headers, with_body=False)
            return
        body = document.body
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        self._send(200, body, headers, with_body=with_body)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str], *, with_body: bool) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html; charset=utf-8"} | dict(headers)).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _is_unchanged(request_headers: Message, etag: str, changed_at: datetime) -> bool:
    """Whether the client has this version; an entity tag counts before a date (RFC 9110, 13.2.2)."""
    if "If-None-Match" in request_headers:
        return request_headers["If-None-Match"] == "*" or etag in [
            tag.strip() for tag in request_headers["If-None-Match"].split(",")
        ]
    try:
        since = parsedate_to_datetime(request_headers["If-Modified-Since"])
    except (KeyError, TypeError, ValueError):
        return False
    return changed_at.replace(microsecond=0) <= since.replace(tzinfo=since.tzinfo or UTC)
