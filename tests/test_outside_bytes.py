"""Every place where bytes from outside are parsed, and the proof that each is bounded.

The places are found in the code: a new one fails until it is listed here, with what bounds it.
"""

import ast
import functools
import gzip
import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from growth import assert_linear
from local_site import Page, Site
from urllib3.response import GzipDecoder
from waiting import GENEROUS

from dyadwatch import articles, feeds
from dyadwatch.errors import DyadwatchError, FieldError, InvalidInput, WebError
from dyadwatch.model.entries import EntryContent
from dyadwatch.model.extraction_rules import ExtractionRules
from dyadwatch.model.feeds import ListRule
from dyadwatch.model.past_pages import Span
from dyadwatch.model.web import RobotsTxt
from dyadwatch.politeness import robots
from dyadwatch.sandbox import Sandbox, sandbox
from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.watches import watch_texts
from dyadwatch.text import bounds
from dyadwatch.web import Client
from dyadwatch.web.bodies import CHUNK
from service.rest import requests
from service.rest.problems import ProblemError

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://news.example/a"

# Modules that parse, and what of them does not.
PARSERS = (
    *(
        "json",
        "orjson",
        "yaml",
        "pickle",
        "marshal",
        "csv",
        "tomllib",
        "plistlib",
        "xml",
        "html.parser",
        "email",
    ),
    *("gzip", "zlib", "bz2", "lzma", "brotli", "zstandard", "zipfile", "tarfile"),
    *("feedparser", "bs4", "soupsieve", "lxml", "trafilatura", "protego"),
)
WRITERS = {
    *(
        "dump",
        "dumps",
        "Fragment",
        "compress",
        "compressobj",
        "crc32",
        "tostring",
        "Element",
        "SubElement",
        "format_datetime",
        "iterwalk",
        "EmailMessage",
    ),
    *("HTMLParser", "XMLParser", "register_namespace"),
}
METHODS = {"model_validate_json", "validate_json", "response.stream"}

# In the sandbox, called from the functions in SANDBOXED alone.
IN_SANDBOX = {
    *(f"dyadwatch.articles.{place}" for place in (
        "bodies:_by_trafilatura", "entry_content:fragment_text", "extraction_rules:apply",
        "html_parsing:_header", "html_parsing:_unpack", "html_parsing:decode", "html_parsing:parse", "mending:prune",
        "hidden_parts:settle", "html_parsing:_tree", "html_parsing:module", "jsonld:_values",
        "script_values:_decode",
    )),
    *(f"dyadwatch.feeds.{place}" for place in (
        "jsonfeed:_load", "jsonfeed:_whole_part", "links:of_page", "list_pages:read", "markup:_repair", "packed_files:unpack",
        "markup:_strict", "markup:bound", "syndication:_by_feedparser",
    )),
    "dyadwatch.tagging.watches.watch_texts:expand", "dyadwatch.subscriptions.templates:render",
}  # fmt: skip
# Linear in an input that is bounded, with the bound.
LINEAR = {
    "dyadwatch.oidc.provider:_object": "512 kB of a response",
    "service.ui.oidc:_kept": "64 kB of a request's head",
    "dyadwatch.rerankers.endpoint:_answer": "64 kB of a response",
    "dyadwatch.rerankers.question:Question": "64 kB of a response",
    "dyadwatch.css_selectors:compile_selector": "500 characters of a selector",
    "dyadwatch.cli.documents:read_file": "articles.MAX_BYTES, unpacked",
    "dyadwatch.pipeline.watch_documents:read": "watch_texts.MAX_BYTES",
    "dyadwatch.http_headers:parse_date": "a header, 64 kB",
    "dyadwatch.politeness.robots:rules": "robots.LIMIT, of which the group for us",
    "dyadwatch.store.pagination:decode": "300 characters of a cursor",
    "dyadwatch.web.bodies:read_beginning": "the limit of each request, unpacked",
    "dyadwatch.web.bodies:read_body": "the limit of each request, unpacked",
    "service.rest.requests:body": "MAX_BODY of the service, MAX_VALUES, MAX_DEPTH",
    "service.ui.watch_form:_add_suggestion": "watch_editor.MAX_FORM",
    "service.ui.watch_form:unpack": "watch_texts.MAX_BYTES, unpacked",
    "service.rest.requests:document": "MAX_BODY of the service, MAX_VALUES, MAX_DEPTH",
    "service.rest.requests:_repeated": "what document has read, and counted",
}
# What the product or its operator wrote: data of the package, files and standard input of a command. So are
# rows, and with them all that `store` reads but for its cursors.
OWN = {
    "dyadwatch.articles.weighing:read_weights",
    "dyadwatch.articles.paths:path",
    "dyadwatch.cli.jsonl:_parse",
    "dyadwatch.cli.subscription_options:_parse_object",
    "dyadwatch.exports.polecat:write",
    "dyadwatch.exports.event_table:write",
    "dyadwatch.exports.table:write",
    "dyadwatch.feeds.starter:_read",
    "dyadwatch.local.console:_parse_record",
    "dyadwatch.local.data_dir:read_environ",
    "dyadwatch.local.demo.newsroom:_is_unchanged",
    "dyadwatch.local.demo.publishers:_load",
    "dyadwatch.local.demo.receiver:_handle_unverified",
    "dyadwatch.local.demo.receiver:handle",
    "dyadwatch.local.seeding:main",
    "dyadwatch.local.up:_seed",
    "dyadwatch.pipeline.expunge:_redact",
    "dyadwatch.pipeline.payloads:feed",
    "dyadwatch.pipeline.tag:_extract",
    "dyadwatch.publishers.registry:all_publishers",
    "dyadwatch.senders.mail:Mail",
    "dyadwatch.senders.mail:module",
    "dyadwatch.senders.websub:WebSub",
    "dyadwatch.sandbox.child_process:_BoundedCalls",
    "dyadwatch.sandbox.child_process:_portable",
    "dyadwatch.sandbox.sandbox:Sandbox",
    "dyadwatch.stories.joining:_weights",
    "dyadwatch.tagging.events.english_cues:english_cues",
    "dyadwatch.tagging.events.ranker:shipped_weights",
    "dyadwatch.tagging.events.weighing:read_weights",
    "dyadwatch.tagging.events.wordings:shipped_wordings",
    "dyadwatch.articles.notices:_patterns",
    "dyadwatch.tagging.quality:shipped_quality",
    "dyadwatch.tagging.relations.rerankers:_entailment_index",
    "dyadwatch.tagging.watches.watch_schema:_read_documents",
    "dyadwatch.tagging.watches.watch_texts:as_yaml",
    "dyadwatch.subscriptions.digests:digest_document",
    "dyadwatch.subscriptions.mails:compose",
    "dyadwatch.subscriptions.templates:_read",
    "dyadwatch.subscriptions.templates:sample_alert",
    "dyadwatch.text.package_yaml:read_strings",
    "service.mcp.api:Api",
    "service.mcp.api:problem",
    "service.rest.operations:Call",
    "service.ui.subscription_forms:_changes",
    "service.ui.watch_checks:_row",
    "service.ui.watch_editor:_sample",
}

SANDBOXED = {
    "dyadwatch.articles.extract",
    "dyadwatch.articles.from_entry",
    "dyadwatch.feeds.parse",
    "dyadwatch.feeds.read_past_sitemap",
    "dyadwatch.feeds.discover",
    "dyadwatch.feeds.opml.read",
    "dyadwatch.tagging.watches.watch_texts.expand",
    "dyadwatch.subscriptions.templates.render",
}


def imported(tree: ast.Module) -> dict[str, str]:
    """Local names and what they stand for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr) -> str:
    """What stands before the parentheses of a call."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ast.unparse(node)


@functools.cache
def calls() -> frozenset[tuple[str, str, str]]:
    """Every call: (the module, the function or class around it, the name of what is called in full)."""
    every = set()
    for package in ("dyadwatch", "service", "workers"):
        for file in (ROOT / package).rglob("*.py"):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            tree = ast.parse(file.read_text(encoding="utf-8"))
            names = imported(tree)
            for top in tree.body:
                for node in ast.walk(top):
                    if isinstance(node, ast.Call) and "(" not in (call := dotted(node.func)):
                        first, dot, rest = call.partition(".")
                        every.add(
                            (module, getattr(top, "name", "module"), names.get(first, first) + dot + rest)
                        )
    return frozenset(every)


def parses(name: str) -> bool:
    last = name.rpartition(".")[2]
    if name in METHODS or last in METHODS:
        return True
    return last not in WRITERS and any(f"{name}.".startswith(f"{module}.") for module in PARSERS)


def test_every_place_that_parses_is_listed():
    """By module and function; one that is gone is taken off the list."""
    places = {f"{name}:{around}" for name, around, call in calls() if parses(call)}
    others = {place for place in places if place.startswith("dyadwatch.store.")} - set(LINEAR)
    assert places - others == IN_SANDBOX | set(LINEAR) | OWN


def test_what_the_sandbox_is_for_is_never_called_outside_it():
    """Steps and entry points hand these functions to the sandbox and never call them."""
    direct = {
        f"{name}: {call}"
        for name, _, call in calls()
        if not name.startswith(("dyadwatch.articles", "dyadwatch.feeds")) and call in SANDBOXED
    }
    assert direct == set()


def attributes(count: int) -> str:
    return f"<p {' '.join(f'a{number:x}=1' for number in range(count))}>x</p>"


# Each with the size that is read; where no sandbox bounds it, an eighth of it must cost in proportion.
GROWING = {
    "attributes": (attributes, 30_000),
    "attributes behind a quoted bracket": (lambda n: attributes(n).replace("<p ", '<p q=">" '), 30_000),
    "depth": (lambda n: "<div>" * n, 60_000),
    "depth of JSON": (lambda n: '{"a":' * n, 60_000),
    "depth of lists": (lambda n: "[" * n, 60_000),
    "groups times rules": (
        lambda n: "".join(f"User-agent: {i:x}\n" for i in range(n)) + "".join(f"Disallow: /{i:x}\n" for i in range(n)),
        20_000,
    ),
    "a long line": (lambda n: "a" * n, 2_000_000),
    "a long line of blanks": (lambda n: f"x{' ' * n}x", 2_000_000),
    "selectors without end": (lambda n: "<b><i>" * n + "</i></b>" * n, 10_000),
    "aliases of aliases": (
        lambda n: "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, n)),
        12,
    ),
    "mentions without end": (lambda n: "Assad met Khamenei. " * n, 60_000),
}  # fmt: skip
BOMBS = {name: make(size) for name, (make, size) in GROWING.items()}


def html(bomb: str) -> bytes:
    return f"<html><body><article><h1>A title</h1>{bomb}</article></body></html>".encode()


def rss(bomb: str) -> bytes:
    item = f"<title>{bomb[:5_000]}</title><description><![CDATA[{bomb}]]></description>{bomb}"
    return f'<rss version="2.0"><channel><item>{item}</item></channel></rss>'.encode()


def json_feed(bomb: str) -> bytes:
    items = [{"id": bomb[:5_000], "content_html": bomb}]
    return json.dumps({"version": "https://jsonfeed.org/version/1", "title": "x", "items": items}).encode()


RULES = ExtractionRules(
    title=("h1",), body=("* * * * * b",), author=(":not(:not(:has(b)))",), date=("i",), drop=()
)
LIST = ListRule(entry="* * * * * i", link=":has(b) a")


def parse(body: bytes, **options: object) -> tuple[object, ...]:
    return feeds.parse, body, {"url": URL, "content_type": None, "now": NOW, **options}


READERS = {
    "page": lambda bomb: (articles.extract, html(bomb), {"url": URL}),
    "page by rules": lambda bomb: (articles.extract, html(bomb), {"url": URL, "rules": RULES}),
    "entry": lambda bomb: (articles.from_entry, EntryContent("x", bomb, ()), {}),
    "feed": lambda bomb: parse(rss(bomb)),
    "broken feed": lambda bomb: parse(b"<rss>" + bomb.encode()),
    "JSON feed": lambda bomb: parse(json_feed(bomb)),
    "broken JSON feed": lambda bomb: parse(b"{" + bomb.encode()),
    "sitemap": lambda bomb: parse(f"<urlset><url><loc>{bomb}</loc></url></urlset>".encode()),
    "sitemap index": lambda bomb: parse(f"<sitemapindex><sitemap><loc>{bomb}</loc></sitemap></sitemapindex>".encode()),
    "past sitemap": lambda bomb: (feeds.read_past_sitemap, f"<urlset><url><loc>{bomb}</loc></url></urlset>".encode(),
                                  {"url": URL, "content_type": None, "span": Span(NOW, NOW), "with_undated": True}),
    "list page": lambda bomb: parse(html(bomb), list_rule=LIST),
    "home page": lambda bomb: (feeds.discover, html(bomb), {"url": URL, "link_header": bomb}),
    "OPML": lambda bomb: (feeds.opml.read, f"<opml><body><outline text='x'>{bomb}</outline></body></opml>".encode(), {}),
    "watch file": lambda bomb: (watch_texts.expand, bomb, {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def bounded() -> Iterator[Sandbox]:
    """With little time, so that what takes long ends soon."""
    instance = Sandbox(cpu_seconds=0.3)
    yield instance
    instance.close()


@pytest.mark.parametrize("reader", READERS)
def test_a_bomb_ends_in_a_result_or_an_error_of_ours(bounded, reader):
    """Whatever the document, the caller goes on, and gets no more than it can hold."""
    for name, bomb in BOMBS.items():
        function, document, options = READERS[reader](bomb)
        try:
            size = len(pickle.dumps(bounded.call(function, document, **options)))
        except (DyadwatchError, ValueError) as error:
            size = len(str(error))
        assert size < sandbox.RESULT, name


def test_a_result_beyond_its_bound_is_refused(bounded):
    """A parser that makes much of little fills no caller."""
    with pytest.raises(DyadwatchError, match="gave more than"):
        bounded.call(bytes, sandbox.RESULT + 1)
    assert bounded.call(int, "1") == 1


@pytest.mark.parametrize(("make", "size"), GROWING.values(), ids=GROWING)
def test_a_robots_txt_is_read_in_one_pass(make, size):
    """Its text is bounded, and what is kept of it is no longer than that."""

    def read(bomb: str) -> RobotsTxt:
        record = robots.record(200, b"User-agent: *\nDisallow: /a\n" + bomb.encode(), None, None, NOW)
        assert not robots.rules(record).allows(URL)
        return record

    assert len(assert_linear(read, make, size).body) <= robots.LIMIT


GROWING_BODIES = {
    **{
        name: (lambda n, make=make: json.dumps({"a": make(n)[: 2**20]}).encode(), size)
        for name, (make, size) in GROWING.items()
    },
    "deep": (lambda n: b'{"a":' + b"[" * n + b"]" * n + b"}", 900),
    "deeper": (lambda n: b'{"a":' * n, 800_000),
    "NULs": (lambda n: b'{"a":[' + b'"\\u0000",' * n + b"1]}", 200_000),
    "keys without end": (lambda n: json.dumps(dict.fromkeys(map(str, range(n)), 1)).encode(), 150_000),
    "lists without end": (lambda n: b'{"a":[' + b"[]," * n + b"[]]}", 600_000),
    "as many lists as are read": (lambda n: b'{"a":[' + b"[]," * n + b"[]]}", 49_000),
    "as many NULs as are read": (lambda n: b'{"a":[' + b'"\\u0000",' * n + b"1]}", 49_000),
    "a long number": (lambda n: b'{"a":' + b"1" * n + b"}", 1_000_000),
}


@pytest.mark.parametrize(("make", "size"), GROWING_BODIES.values(), ids=GROWING_BODIES)
def test_a_json_body_is_read_or_refused_with_few_words(make, size):
    """Depth, number and U+0000 are refused, and no more errors are named than anyone reads."""

    def read(body: bytes) -> list[FieldError]:
        try:
            requests.document(body)
        except (InvalidInput, ProblemError) as error:
            return list(error.errors)
        return []

    assert len(assert_linear(read, make, size)) <= 100


def test_a_watch_of_wrong_values_names_the_first():
    """A hundred thousand languages that are none."""
    document = dict(shipped_watches()[0])
    document["cues"] = {f"l{number}": {"x": ["y"]} for number in range(30_000)}
    with pytest.raises(InvalidInput) as refused:
        parse_watch(document)
    assert 0 < len(refused.value.errors) <= 100


def test_a_gigabyte_in_a_megabyte_is_unpacked_no_further_than_its_limit(monkeypatch):
    """Of a body as of a robots.txt, which is cut there."""
    site = Site()
    limit = 5 * 2**20
    unpacked: list[int] = []
    decompress = GzipDecoder.decompress

    def count(self: GzipDecoder, *arguments: Any, **options: Any) -> bytes:
        data = decompress(self, *arguments, **options)
        unpacked.append(len(data))
        return data

    monkeypatch.setattr(GzipDecoder, "decompress", count)
    try:
        packed = gzip.compress(bytes(2**20)) * 1024
        site.pages["/"] = Page(packed, headers={"Content-Encoding": "gzip"})
        client = Client(allow_private=[ip_network("127.0.0.0/8")], user_agent="test")
        with pytest.raises(WebError) as refused:
            client.get(f"{site.url}/", limit=limit, deadline=GENEROUS)
        assert refused.value.code == "body_too_large"
        assert sum(unpacked) <= limit + CHUNK
        unpacked.clear()
        assert len(client.get(f"{site.url}/", limit=limit, cut=True, deadline=GENEROUS).body) == limit
        assert sum(unpacked) <= limit + CHUNK
        client.close()
    finally:
        site.close()


def test_a_text_of_mentions_without_end_costs_no_more_than_its_length():
    """Up to the length that is tagged."""
    tagger = Tagger([parse_watch(document) for document in shipped_watches()])
    make, _ = GROWING["mentions without end"]
    tagged = assert_linear(tagger.tag, make, bounds.MAX_LENGTH // len(make(1)))
    assert len(pickle.dumps(tagged.watches["assad-khamenei"])) < 2**20
