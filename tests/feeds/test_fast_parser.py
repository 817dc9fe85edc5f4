"""The fast path against feedparser, and documents of every kind against what they say."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
import yaml
from feedparser.mixin import _FeedParserMixin
from generated_feeds import generated_feed

from dyadwatch import feeds
from dyadwatch.errors import FeedError
from dyadwatch.feeds import charset, elements, fast_parser, formats, markup, syndication
from dyadwatch.feeds.entries import finish, plain

pytestmark = pytest.mark.no_cover

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/world.xml"
CASES = {
    case["name"]: case
    for case in yaml.load((Path(__file__).parent / "documents.yaml").read_text("utf-8"), yaml.CSafeLoader)
}
SHARED = os.environ.get("DYADWATCH_SHARED")


def load(body, content_type=None):
    """The document as both readers get it, None where it is no RSS, RDF or Atom."""
    text = charset.decode(body, content_type).strip(formats._SPACE)
    name, text = formats._root(text)
    item = formats._FORMAT_OF_ROOT.get(name)
    return markup.load(text) if item and item.read is syndication.read else None


def understood(document):
    entries = finish(document.entries, url=URL, now=NOW)
    return plain(document.title), plain(document.language, 35), entries


def moment(date):
    return date.isoformat() if date else None


def summary_of(feed):
    """A ParsedFeed in the words of documents.yaml."""
    first = feed.entries[0] if feed.entries else None
    summary = {"n": len(feed.entries), "feed": feed.title}
    summary |= {name: getattr(feed, name) for name in ("language", "ttl", "topic")}
    summary |= {name: list(getattr(feed, name)) for name in ("skip_hours", "skip_days", "hubs")}
    if first:
        summary |= {name: getattr(first, name) for name in ("title", "url", "key", "summary", "content")}
        summary |= {"published": moment(first.published_at), "updated": moment(first.updated_at)}
        summary |= {"authors": list(first.authors), "source": [first.source_name, first.source_url]}
    return summary


@pytest.mark.parametrize("name", CASES)
def test_documents_are_read_for_what_they_say(name):
    """Every field that the case names; none may ever be lost."""
    case = CASES[name]
    feed = feeds.parse(case["body"].encode(), url=URL, content_type=case.get("content_type"), now=NOW)
    summary = summary_of(feed)
    assert {field: summary[field] for field in case["expect"]} == case["expect"]


@pytest.mark.parametrize("name", [name for name in CASES if load(CASES[name]["body"].encode())])
def test_fast_path_agrees_with_feedparser_or_refuses(name):
    """The same entries, field by field; what feedparser alone can tell is left to it."""
    document = load(CASES[name]["body"].encode())
    fast = fast_parser.read(document)
    assert (fast is not None) == CASES[name].get("fast", True)
    if fast is not None:
        assert understood(fast) == understood(syndication._by_feedparser(document))


ITEM = "<title>x</title><link>https://n.example/1</link>"


@pytest.mark.parametrize(
    "inside",
    [
        "<title>y</title>",
        "<title mode='base64'>eA==</title>",
        "<title type='application/xhtml+xml'>y</title>",
        "<guid>a</guid><guid>b</guid>",
        "<guid>https:///a</guid>",
        "<guid xml:base='https://b.example/'>a</guid>",
        "<link href=''/>",
        "<link href='https:///two'/>",
        "<link>https://[bad</link>",
        "<link><b/></link>",
        "<pubDate>Fri, 14 Jun 2024 10:00:00 GMT</pubDate><published>2024-06-14T10:00:00Z</published>",
        f"<author>{'a' * 33}</author>",
        f"<author>{'a ' * 200}</author>",
        "<author>mailto:a@b.example (A B)</author>",
        "<author>A<name>B</name></author>",
        "<source>a</source><source>b</source>",
        "<body>y</body>",
        "<image><title>y</title></image>",
        "<item><title>y</title></item>",
        "<a:title xmlns:a='http://purl.org/dc/elements/1.1/'>y</a:title><source>a</source><a:title xmlns:a='http://purl.org/dc/elements/1.1/'>z</a:title>",
        "<title xmlns='urn:unknown'>y</title>",
        "<dc:thing xmlns:dc='urn:unknown'>y</dc:thing>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        f"<description>{'y' * 300_000}</description>",
    ],
)
def test_what_may_mean_something_else_is_refused(inside):
    """Repeated, encoded, nested, borrowed or outsized fields are feedparser's."""
    body = f"<rss version='2.0'><channel><title>T</title><item>{ITEM}{inside}</item></channel></rss>"
    assert fast_parser.read(markup.load(body)) is None


@pytest.mark.parametrize(
    "head",
    [
        "<title>T</title><title>U</title>",
        "<source>x</source>",
        "<image><title>x</title><copyright>y</copyright><title>z</title></image>",
        "<own:x xmlns:own='urn:own'><title>y</title></own:x>",
    ],
)
def test_heads_that_may_mean_something_else_are_refused(head):
    """What could write to the feed's title."""
    body = f"<rss version='2.0'><channel>{head}<item>{ITEM}</item></channel></rss>"
    assert fast_parser.read(markup.load(body)) is None


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'/>",
        "<rss version='2.0'><channel/><channel/></rss>",
        "<rss version='2.0'><channel/><title>x</title></rss>",
        "<feed><entry/></feed>",
        "<rss version='2.0'><channel>" + "<item/>" * 2_001 + "</channel></rss>",
    ],
)
def test_structures_that_are_unusual_are_refused(body):
    """No channel or several, Atom without its namespace, more entries than are kept."""
    assert fast_parser.read(markup.load(body)) is None


def test_fast_path_agrees_with_feedparser_whatever_the_document():
    """Any dialect, elements and attributes in any order, number and depth: equal by both, or left to
    feedparser."""
    fast_count = 0
    for seed in range(3_000):
        body = generated_feed(Random(seed))
        document = markup.load(body)
        fast = fast_parser.read(document)
        if fast is not None:
            with suppress(FeedError):  # the fast path reads what feedparser stumbles over
                assert understood(fast) == understood(syndication._by_feedparser(document)), body
                fast_count += 1
    assert fast_count > 500


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        (
            "<content xml:base='https://b.example/'>x</content><link href='rel'/>",
            "https://news.example/feeds/rel",
        ),
        ("<link xml:base='https://b.example/' href='rel'/>", "https://b.example/rel"),
        ("<link xml:base='https://b.example/' href='https://n.example/1'/>", "https://n.example/1"),
    ],
)
def test_a_base_address_holds_for_its_own_element(inside, url):
    """That of a text leaves the links that follow alone, whoever reads the document."""
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title>{inside}</entry></feed>"
    document = markup.load(body)
    assert [entry.url for entry in syndication.read(body, url=URL, now=NOW).entries] == [url]
    assert [entry.url for entry in understood(syndication._by_feedparser(document))[2]] == [url]


def test_a_feed_that_feedparser_stumbles_over_is_malformed():
    """An exception of the parser is the feed's fault and says so."""
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:dc='http://purl.org/dc/elements/1.1/'><entry>"
        "<description><width>1</width><dc:image/></description><height>2</height></entry></feed>"
    )
    with pytest.raises(FeedError) as raised:
        syndication.read(body, url=URL, now=NOW)
    assert raised.value.code == "feed_malformed"


def test_every_element_that_feedparser_reads_is_known():
    """A version of feedparser that reads more elements must not go unnoticed."""
    handled = {name.removeprefix("_start_") for name in dir(_FeedParserMixin) if name.startswith("_start_")}
    prefixes = {prefix.lower() for prefix in _FeedParserMixin.namespaces.values() if prefix}
    own = {name.lower() for name in handled if name.lower().partition("_")[0] not in prefixes}
    assert own <= {*elements._ROLES, *elements._NEUTRAL, *elements._READ}
    others = {name.lower().replace("_", ":", 1) for name in handled} - own
    meaning = {name for name in others if name in elements._ROLES or name in elements._NEUTRAL}
    assert others - meaning == UNUSUAL


# Left to feedparser, as any element of a namespace that it knows and the tables do not name.
UNUSUAL = {
    "dc:description", "dcterms:valid", "feedburner:browserfriendly", "georss:line", "georss:polygon", "georss:where",
    "gml:exterior", "gml:linearring", "gml:linestring", "gml:point", "gml:polygon", "gml:pos", "gml:poslist",
    "itunes:link", "psc:chapter", "psc:chapters", "xhtml:body",
}  # fmt: skip


@pytest.mark.skipif(not SHARED, reason="DYADWATCH_SHARED is not set")
def test_fast_path_agrees_with_feedparser_on_real_feeds():
    """On every document of the corpus that it takes, but one: an RDF whose image has a name, where it is
    right."""
    root = Path(SHARED) / "feeds"
    listed = json.loads((root / "expected.json").read_text("utf-8"))["files"]
    fast_count, differing = 0, []
    for name, item in listed.items():
        try:
            document = load((root / name).read_bytes(), item.get("content_type"))
        except FeedError:
            continue
        fast = fast_parser.read(document) if document else None
        if fast is not None:
            fast_count += 1
            if understood(fast) != understood(syndication._by_feedparser(document)):
                differing.append(name)
    assert fast_count > 650
    assert len(differing) <= 1
