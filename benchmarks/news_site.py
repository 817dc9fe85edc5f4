"""A synthetic news site on loopback: feeds of articles of about six kilobytes, some of them about the
watch."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

_SUBJECTS = [
    "The ministry",
    "The council",
    "A spokesman",
    "The port authority",
    "The union",
    "Officials",
    "Local farmers",
    "The central bank",
    "The court",
    "Engineers",
    "A delegation",
    "The governor",
]
_VERBS = [
    "announced",
    "postponed",
    "reviewed",
    "criticised",
    "approved",
    "prepared",
    "described",
    "delayed",
    "welcomed",
    "discussed",
    "published",
    "questioned",
]
_OBJECTS = [
    "a plan for the northern railway",
    "the budget for next year",
    "new tariffs on wheat",
    "the repair of two bridges",
    "the results of an inquiry",
    "a list of candidates",
    "the opening of a hospital",
    "the terms of a loan",
    "a survey of the harbour",
    "the schedule of the talks",
    "a report on water",
    "the price of fuel",
]
_TAILS = [
    "on Monday",
    "after a long debate",
    "despite protests",
    "according to a statement",
    "for the second time this year",
    "before the holiday",
    "in the capital",
    "without giving details",
    "as expected",
    "under a new law",
    "with immediate effect",
    "until further notice",
]
_TIES = (
    "Syrian President Bashar al-Assad met Iranian Supreme Leader Ali Khamenei in Tehran on Monday.",
    "Khamenei praised Bashar al-Assad for his country's resistance, state television said.",
    "Assad thanked Ayatollah Ali Khamenei for Iran's support in a letter read out on Tuesday.",
)


def article(number: int, *, about_watch: bool) -> str:
    """The page of article `number`: the same on every run."""
    random = Random(number)
    sentences = [
        f"{random.choice(_SUBJECTS)} {random.choice(_VERBS)} {random.choice(_OBJECTS)} {random.choice(_TAILS)}, item {random.randrange(10**6)}."
        for _ in range(60)
    ]
    if about_watch:
        sentences.insert(1, random.choice(_TIES))
    paragraphs = "".join(f"<p>{' '.join(sentences[at : at + 4])}</p>" for at in range(0, len(sentences), 4))
    title = f"{random.choice(_SUBJECTS)} {random.choice(_VERBS)} {random.choice(_OBJECTS)} number {number}"
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2019-02-25T10:00:00Z",
    }
    links = "".join(f'<li><a href="/section/{at}">Section {at}</a></li>' for at in range(30))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:title" content="{title}">'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body><nav><ul>{links}</ul></nav>'
        f'<main><article><h1>{title}</h1><p class="byline">By Sam Writer</p>{paragraphs}</article></main>'
        f"<footer><p>All rights reserved.</p><ul>{links}</ul></footer></body></html>"
    )


class NewsSite:
    """Serves `feeds` feeds of `articles` articles each, every `every`-th about the watch; receives webhooks
    at /hook."""

    def __init__(self, *, feeds: int, articles: int, every: int = 5) -> None:
        self.received: list[tuple[str, bytes]] = []
        self.fetched: Counter[str] = Counter()
        self.about_watch = {number for number in range(feeds * articles) if number % every == 0}
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path == "/robots.txt":
                    self._respond("", "text/plain", 404)
                    return
                site.fetched[self.path] += 1
                _, kind, number = self.path.split("/")
                if kind == "feed":
                    self._respond(site.feed(int(number), articles), "application/rss+xml")
                else:
                    self._respond(
                        article(int(number), about_watch=int(number) in site.about_watch),
                        "text/html; charset=utf-8",
                    )

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                site.received.append((self.headers["webhook-id"], body))
                self._respond("", "text/plain")

            def _respond(self, text: str, kind: str, status: int = 200) -> None:
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: object) -> None: ...

        # Several addresses: the limits per host are those of many publishers.
        self.servers = [ThreadingHTTPServer((f"127.0.1.{at + 1}", 0), Handler) for at in range(16)]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.feeds = [f"{self.host(at)}/feed/{at}" for at in range(feeds)]
        self.hook = f"{self.host(0)}/hook/0"

    def host(self, at: int) -> str:
        address, port = self.servers[at % len(self.servers)].server_address[:2]
        return f"http://{address}:{port}"

    def feed(self, number: int, articles: int) -> str:
        items = "".join(
            f"<item><title>Item {at}</title><link>{self.host(at)}/article/{at}</link><guid>{at}</guid></item>"
            for at in range(number * articles, (number + 1) * articles)
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()
