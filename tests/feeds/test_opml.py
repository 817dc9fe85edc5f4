"""Lists of sources in and out."""

from contextlib import suppress
from dataclasses import fields

import pytest
from growth import assert_linear
from lxml import etree

from dyadwatch.errors import InvalidInput
from dyadwatch.feeds import opml
from dyadwatch.model.feeds import FeedView, NewFeed
from dyadwatch.model.sources import NewSource, SourceView


def document(outlines, version="2.0"):
    return f'<?xml version="1.0"?><opml version="{version}"><head><title>t</title></head><body>{outlines}</body></opml>'.encode()


def test_outlines_become_sources():
    """Nested groups are dropped, titles win over texts, repeated feeds are read once, feeds of one publisher
    joined."""
    listed = opml.read(
        document(
            '<outline text="World"><outline text="deeper">'
            '<outline text="x" title="Paper &amp; Co" type="rss" xmlUrl="https://paper.example/a?utm_source=o"'
            ' htmlUrl="https://paper.example" language="ar"/></outline></outline>'
            '<outline text="Paper &amp; Co" xmlUrl="https://paper.example/b" htmlUrl="https://paper.example/"/>'
            '<outline title="Again" xmlUrl="https://paper.example/b"/>'
            '<outline title="&#x202e;" text="Wi&#x202e;re" XMLURL="http://wire.example/feed"/>'
            '<outline text="no feed" htmlUrl="https://x.example/"/><outline text="bad" xmlUrl="file:///etc/passwd"/>'
        )
    )
    assert listed.sources == (
        NewSource(
            "Paper & Co",
            (NewFeed("https://paper.example/a?utm_source=o"), NewFeed("https://paper.example/b")),
            homepage="https://paper.example/",
            language="ar",
        ),
        NewSource("Wire", (NewFeed("http://wire.example/feed"),)),
    )
    assert [(item.name, item.url, item.code) for item in listed.left_out] == [
        ("no feed", "", "no_feed"),
        ("bad", "file:///etc/passwd", "url_invalid"),
    ]


def test_what_is_left_out_is_listed_with_the_reason():
    """No group or note is; feed: says nothing about how to ask."""
    listed = opml.read(
        document(
            '<outline text="Group" type="folder"><outline text="Relative" type="rss" xmlUrl="/rss"/></outline>'
            '<outline text="A note"/><outline text="Reader" xmlUrl="feed://a.example/rss"/>'
            '<outline text="Meant" xmlUrl="feed:https://b.example/rss"/><outline text="More" type="include" url="x"/>'
        )
    )
    assert [feed.url for source in listed.sources for feed in source.feeds] == ["https://b.example/rss"]
    assert [(item.name, item.url, item.code) for item in listed.left_out] == [
        ("Relative", "/rss", "url_invalid"),
        ("Reader", "feed://a.example/rss", "url_invalid"),
        ("More", "", "no_feed"),
    ]
    assert all(item.detail for item in listed.left_out)
    assert "http" in listed.left_out[1].detail


def test_a_name_that_is_taken_keeps_its_feeds():
    """The new one is not lost without a word."""
    listed = opml.read(document('<outline text="A" xmlUrl="https://a.example/1"/>'))
    assert listed.not_added({"https://a.example/1"}) == ()
    assert [item.code for item in listed.not_added(())] == ["name_taken"]


def test_versions_and_charsets_do_not_matter():
    """OPML 1 in another charset, with a bare ampersand."""
    body = document('<outline text="Caf\u00e9 & Co" xmlUrl="https://c.example/f"/>', "1.0").decode()
    listed = opml.read(body.replace("?>", ' encoding="iso-8859-1"?>').encode("latin-1"))
    assert listed.sources[0].name == "Café & Co"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "opml_malformed"),
        (b"plain words", "opml_malformed"),
        (b'<rss version="2.0"><channel/></rss>', "opml_malformed"),
        (b"<opml><body><outline", "opml_malformed"),
        (b"<opml><body><outline></body></opml>", "opml_malformed"),
        (document(""), "opml_empty"),
        (document('<outline text="x" xmlUrl="not a url"/>'), "opml_empty"),
        (b"<opml>" + b"<outline>" * 60_000, "opml_too_complex"),
        (
            b'<!DOCTYPE opml [<!ENTITY x "y">]>'
            + document('<outline text="&x;" xmlUrl="http://h.example/"/>'),
            "opml_entities",
        ),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><opml/>', "opml_too_complex"),
        (
            document("".join(f'<outline xmlUrl="http://h.example/{n}"/>' for n in range(10_001))),
            "opml_too_complex",
        ),
    ],
)
def test_bad_lists_are_refused_by_code(body, code):
    """With a sentence."""
    with pytest.raises(InvalidInput) as refused:
        opml.read(body)
    assert refused.value.code == code
    assert refused.value.detail


@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda n: b"<opml>" + b"<outline>" * n, 60_000),
        (lambda n: document("".join(f'<outline xmlUrl="http://h.example/{i}"/>' for i in range(n))), 10_001),
    ],
)
@pytest.mark.no_cover
def test_a_long_list_costs_no_more_than_its_length(make, size):
    """Also where it is refused."""

    def read(body):
        with suppress(InvalidInput):
            opml.read(body)

    assert_linear(read, make, size)


def source(name, *listed, **overrides):
    nothing = {field.name: None for field in fields(FeedView)}
    views = tuple(
        FeedView(**nothing | {"url": url, "kind": kind, "state": state}) for url, kind, state in listed
    )
    nothing = {field.name: None for field in fields(SourceView)}
    return SourceView(**nothing | {"name": name, "feeds": views, "feed_count": len(views)} | overrides)


def test_what_is_written_is_read_again():
    """Escaped, in OPML 2.0; what is gone or no feed for others is left out."""
    sources = [
        source(
            'A "quoted" 5 < 6 & more',
            ("https://a.example/1", "rss", "active"),
            ("https://a.example/2?a=1&b=2", "atom", "paused"),
            ("https://a.example/gone", "rss", "gone"),
            ("https://a.example/list", "html", "active"),
            homepage="https://a.example/",
            language="fa",
        ),
        source("خبر", ("https://b.example/f", "unknown", "active")),
    ]
    document = opml.write(sources)
    root = etree.fromstring(document)
    assert (root.tag, root.get("version"), root.findtext("head/title") is not None) == ("opml", "2.0", True)
    assert {outline.get("type") for outline in root.iter("outline")} == {"rss"}
    first, second = opml.read(document).sources
    assert (first.name, first.homepage, first.language) == (
        'A "quoted" 5 < 6 & more',
        "https://a.example/",
        "fa",
    )
    assert [feed.url for feed in first.feeds] == ["https://a.example/1", "https://a.example/2?a=1&b=2"]
    assert second.name == "خبر"
    assert opml.write([]).startswith(b"<?xml")
