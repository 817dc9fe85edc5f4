"""What reads bytes from outside, as targets of a fuzzer: each gets any bytes, and may only return or raise an
error of ours. `scripts/fuzz parsers` looks for bytes for which that is not so; a test tries the seeds.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from urllib.parse import parse_qsl

import orjson
import yaml
from werkzeug.datastructures import MultiDict

from dyadwatch import articles, dates, feeds, http_headers, stories, urls
from dyadwatch.dates import Hints
from dyadwatch.errors import DyadwatchError
from dyadwatch.feeds import caching, links, opml, websub
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.feeds import ListRule
from dyadwatch.model.web import Response
from dyadwatch.politeness import robots
from dyadwatch.rerankers import Endpoint, EndpointReranker
from dyadwatch.store import pagination
from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.relations.rerankers import Claim
from dyadwatch.tagging.watches import watch_texts
from dyadwatch.text import bounds
from service.app import OPERATIONS
from service.rest import requests
from service.rest.problems import ProblemError

EXPECTED = (DyadwatchError, ProblemError)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://news.example/a"
SEPARATOR = b"\xff\xfe"  # between the parts of an input
QUERIES = [operation.query for operation in OPERATIONS if operation.query]
BODIES = [operation.body for operation in OPERATIONS if hasattr(operation.body, "model_fields")]
RULES = ExtractionRules(title=("h1",), body=("article p",), author=(".by",), date=("time",), drop=("aside",))


@dataclass(frozen=True)
class Target:
    """`read` gets as many parts of an input as it has parameters."""

    read: Callable[..., object]
    seeds: tuple[bytes, ...]

    def __call__(self, data: bytes) -> None:
        count = self.read.__code__.co_argcount
        parts = data.split(SEPARATOR, count - 1)
        with suppress(*EXPECTED):
            self.read(*parts, *[b""] * (count - len(parts)))


def text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def header(data: bytes) -> str:
    return data.decode("latin-1")


def read_feed(body, content_type):
    feeds.parse(body, url=URL, content_type=header(content_type) or None, now=NOW)


def read_list_page(body, entry, link):
    rule = ListRule(entry=text(entry) or "article", link=text(link) or "a[href]")
    feeds.parse(body, url=URL, content_type=None, now=NOW, list_rule=rule)


def read_home_page(body, content_type, link):
    feeds.discover(body, url=URL, content_type=header(content_type), link_header=header(link))


def read_page(body, content_type):
    for rules in (None, RULES):
        article = articles.extract(body, url=URL, content_type=header(content_type) or None, rules=rules)
        article.text.encode()
        articles.publication(article, None)
        stories.signature(article.text)
        facts = stories.CopyFacts(URL, article.title, article.text, NOW)
        stories.find_copy(facts, [stories.CopyCandidate(1, 1, facts)])
        stories.shingle_keys(article.text)


def read_date(value):
    for among_words in (False, True):
        stated = dates.parse(text(value), Hints(latest=NOW), among_words=among_words)
        assert stated is None or stated.utc.isoformat()


def read_entry(title, html, author):
    parts = [part.decode("utf-8", "replace") for part in (title, html, author)]
    articles.from_entry(EntryContent(parts[0], parts[1], (parts[2],))).text.encode()


def read_selectors(title, drop):
    articles.check_rules(ExtractionRules(title=(text(title),), drop=(text(drop),)))
    feeds.check_list_rule(ListRule(entry=text(title), date=text(drop)))


def read_robots(body, path):
    rules = robots.rules(robots.record(200, body, None, None, NOW))
    rules.allows(urls.strict(f"https://a.test/{text(path)}"))
    assert 0 <= rules.delay <= robots.MAX_DELAY


def read_headers(first, second, third):
    values = (header(first), header(second), header(third))
    headers = dict(zip(("cache-control", "expires", "age"), values, strict=True))
    headers |= dict(zip(("link", "date", "retry-after"), values, strict=True))
    response = Response(URL, 200, headers, b"", NOW, 1.0)
    caching.retry_after(response)
    caching.fresh_for(response)
    websub.discover(headers, None, URL)
    websub.lease(values[0])
    websub.is_signed(values[0], second, "secret")
    links.of_header(values[1], URL)
    http_headers.retry_after(values[0], NOW, maximum=60)


def read_url(reference, base):
    url = urls.normalise(text(reference), text(base) or None)
    assert urls.normalise(url) == urls.strict(url) == url
    urls.registrable_domain(urls.host(url))


def read_watch_file(data):
    try:
        document = orjson.loads(watch_texts.expand(data.decode("utf-8", "replace")))
    except (yaml.YAMLError, ValueError, TypeError):
        return
    if isinstance(document, dict):
        parse_watch(document)


def read_watch(data):
    document = requests.document(data)
    for whole in (document, {**shipped_watches()[0], **document}):
        parse_watch(whole)


@cache
def tagger() -> Tagger:
    return Tagger([parse_watch(document) for document in shipped_watches()])


def read_text(data):
    whole = data.decode("utf-8", "replace")
    for tagged in tagger().tag(whole, max_length=bounds.MAX_LENGTH).watches.values():
        for mention in tagged.mentions:
            assert whole[mention.evidence.start : mention.evidence.end] == mention.evidence.quote


def read_model_answer(data):
    http = SimpleNamespace(post=lambda *_, **__: Response(URL, 200, {}, data, NOW, 1.0))
    nothing = SimpleNamespace(get=lambda _: None, put=lambda *_: None)
    ask = EndpointReranker(Endpoint(URL, "small", None, 5.0), http, nothing, lambda: True)
    (score,) = ask("Aldra thanked Qirra.", [Claim(("Aldra", 0, 5), ("Qirra", 14, 19), None)])
    assert score is None or 0 < score < 1


def read_query(data):
    """The first byte says of which list."""
    params = MultiDict(parse_qsl(text(data[1:]), keep_blank_values=True, errors="replace"))
    requests.query(QUERIES[data[0] % len(QUERIES) if data else 0], params)


def read_body(data):
    """The first byte says of which operation."""
    requests.body(BODIES[data[0] % len(BODIES) if data else 0], data[1:]).model_dump()


def read_cursor(data):
    for kind in ("alerts", "watches"):
        pagination.decode(kind, text(data))


TARGETS = {
    "body": Target(
        read_body,
        tuple(
            bytes([number]) + b'{"name": "A", "url": "https://a.test/", "text": "x", "scopes": ["read"]}'
            for number in range(len(BODIES))
        ),
    ),
    "cursor": Target(read_cursor, (b"WzE3NjQyNTQxMzEwMDAwMDAsMV0xMjM0", b"")),
    "date": Target(
        read_date,
        (
            b"Mon, 25 Feb 2019 10:00:00 GMT+3",
            "الاثنين ٢٥ شباط / فبراير ٢٠١٩ - ١٠:٠٥ م".encode(),
            "۷ مهر ۱۴۰۲، Updated: 25.2.2019 10h05 (CET)".encode(),
            b"20190225T100000Z",
        ),
    ),
    "entry": Target(read_entry, (b"Title\xff\xfe<p>Text <b>of</b> &amp; <br> more</p>\xff\xfeBy A",)),
    "feed": Target(
        read_feed,
        (
            (
                b'<rss version="2.0"><channel><title>A</title><item><title>B</title><link>https://a.test/1</link>'
                b"<pubDate>Mon, 25 Feb 2019 10:00:00 GMT</pubDate></item></channel></rss>\xff\xfetext/xml"
            ),
            (
                b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><updated>2019-02-25T10:00:00Z</updated>'
                b'<link href="/1"/><content type="html">&lt;p&gt;</content></entry></feed>'
            ),
            b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "url": "https://a.test/1"}]}',
            b"<urlset><url><loc>https://a.test/1</loc><lastmod>2019-02-25</lastmod></url></urlset>",
            b"<sitemapindex><sitemap><loc>https://a.test/1.xml</loc></sitemap></sitemapindex>",
        ),
    ),
    "headers": Target(
        read_headers,
        (
            b"max-age=60, no-cache\xff\xfeSun, 06 Nov 1994 08:49:37 GMT\xff\xfe120",
            b'<https://h.test>; rel="hub self"\xff\xfesha256=00\xff\xfe864000',
            b"1\xff\xfeSun, 06 Nov 9999 23:59:59 -2359\xff\xfe-1",
        ),
    ),
    "home_page": Target(
        read_home_page,
        (
            (
                b'<base href="/b/"><link rel="alternate" type="application/rss+xml" href="f"><a href="/rss">RSS</a>'
                b'\xff\xfetext/html\xff\xfe</f>; rel="alternate"; type="application/atom+xml"'
            ),
        ),
    ),
    "list_page": Target(
        read_list_page, (b"<article><a href=/1>A</a><time>May 30</time></article>\xff\xfearticle\xff\xfea",)
    ),
    "opml": Target(
        opml.read,
        (b'<opml version="2.0"><body><outline text="A" xmlUrl="https://a.test/f"/></body></opml>',),
    ),
    "model_answer": Target(
        read_model_answer,
        (
            (
                b'{"choices": [{"message": {"content": "{\\"probability\\": 0.8, '
                b'\\"quote\\": \\"Aldra thanked Qirra\\"}"}}]}'
            ),
        ),
    ),
    "page": Target(
        read_page,
        (
            (
                b"<html lang=en><head><title>A</title><script type=application/ld+json>"
                b'{"@type": "NewsArticle", "headline": "A", "datePublished": "2019-02-25"}</script></head><body>'
                b"<article><h1>A</h1><p class=by>By B</p><p>Text of it.</p></article></body></html>\xff\xfetext/html"
            ),
        ),
    ),
    "query": Target(
        read_query,
        tuple(
            bytes([number]) + b"limit=5&cursor=a&q=b&since=2026-01-01&min_score=0.5&source=1&state=active"
            for number in range(len(QUERIES))
        ),
    ),
    "robots": Target(
        read_robots, (b"User-agent: *\nDisallow: /a*\nAllow: /b$\nCrawl-delay: 1e400\n\xff\xfea/b",)
    ),
    "selectors": Target(
        read_selectors, (b"a > b:not(.c)\xff\xfe:has(+ p), x|y", b"[a*='b' i]\xff\xfep::before")
    ),
    "text": Target(read_text, (b'Assad met Khamenei in Tehran. He said "we will not" to the president.',)),
    "url": Target(
        read_url,
        (b"HTTP://A.test:80/../x?utm_source=1&b=%7e#f\xff\xfe", b"//b.test/\xff\xfehttps://a.test/x/"),
    ),
    "watch": Target(
        read_watch,
        (
            (
                b'{"id": "x", "title": "X", "actors": {"a": {"name": "A", "names": {"en": ["Al(i|y)"]}},'
                b' "b": {"name": "B", "names": {"und": ["Bob"]}}}, "cues": {"en": {"praise": ["sang"]}}}'
            ),
        ),
    ),
    "watch_file": Target(
        read_watch_file, (b"a: &a [1, *a]\n? [1]\n: !!set {b}\n", b"id: x\nd: 2026-01-01\n")
    ),
}
