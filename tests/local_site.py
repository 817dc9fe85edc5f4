"""A small web on loopback that a test scripts."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What the site answers under a path."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    release: threading.Event | None = None  # which the answer waits for


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes
    method: str = "GET"


class Site:
    """A web server whose pages a test sets; `requests` are those that it got."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[Received] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.requests.append(Received(self.path, headers, body, self.command))
                page = site.pages.get(self.path, Page("not here", status=404))
                data = page.body.encode() if isinstance(page.body, str) else page.body
                if page.release:
                    page.release.wait()
                etag = page.headers.get("ETag")
                status = 304 if etag and headers.get("if-none-match") == etag else page.status
                self.send_response(status)
                self.send_header("Content-Type", page.kind)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0" if status == 304 else str(len(data)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(data)

            def do_POST(self) -> None:
                self.do_GET()

            def do_OPTIONS(self) -> None:
                self.do_GET()

            def log_message(self, *arguments: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def request_count(self, path: str) -> int:
        """How often a path was requested."""
        return sum(request.path == path for request in self.requests)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def article(title: str, *paragraphs: str, date: str = "2019-02-25T10:00:00+00:00", extra: str = "") -> Page:
    """A news page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Page(
        f"""<!doctype html><html lang="en"><head><title>{title}</title>
        <meta property="og:title" content="{title}"><meta property="article:published_time" content="{date}">{extra}
        </head><body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>{body}</article></body></html>"""
    )


def feed(
    site: Site, *items: tuple[str, str], date: str = "Mon, 25 Feb 2019 10:00:00 GMT", summary: str = ""
) -> Page:
    """An RSS feed of (path, title), each with the same summary."""
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url}{path}</link><guid>{site.url}{path}</guid>"
        f"<pubDate>{date}</pubDate><description>{summary}</description></item>"
        for path, title in items
    )
    return Page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{entries}</channel></rss>',
        kind="application/rss+xml",
    )


VISIT = (
    "Syrian President Bashar al-Assad met Iranian Supreme Leader Ali Khamenei in Tehran on Monday, his first visit to the country since the war began, the presidency said.",
    "The two men discussed the reconstruction of ports and roads, and the talks lasted for most of the afternoon, according to officials who briefed reporters after the meeting in the capital.",
    "A delegation of ministers stayed behind to sign three agreements on electricity, railways and wheat imports, which both governments had prepared over the winter.",
)
WEATHER = (
    "Heavy rain is expected along the coast from Tuesday, with winds strong enough to close the smaller harbours.",
    "Farmers in the hills were told to bring in their animals before nightfall, and schools will open an hour later.",
    "The weather service said that the front will move east by the weekend and that sunshine returns on Saturday.",
)
