"""Pages made to hurt: each ends soon, in an article or in NotArticle, and nothing else comes out."""

import gzip
import json

import pytest
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch import articles
from dyadwatch.errors import NotArticle

URL = "https://news.example/2023/council-meets-on-ferries.html"
SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries. "
BODY = f"<p>{SENTENCE}</p>" * 10


def head(content):
    return f"<html><head>{content}</head><body>{BODY}</body></html>"


def jsonld(content):
    return head(f'<script type="application/ld+json">{content}</script>')


# Each with the size at which it is read; an eighth of it must cost in proportion.
HOSTILE = {
    **{f"nested {tag}": (lambda n, tag=tag: f"<html><body>{f'<{tag}>' * n}{BODY}", 8_000) for tag in ("div", "b", "table><tr><td", "ul><li", "blockquote", "font", "form", "select><option")},
    "nested bodies": (lambda n: f"<html><body>{'<div itemprop=articleBody>' * n}{BODY}", 8_000),
    "nested articles": (lambda n: f"<html><body>{'<article><h2>A headline of its own</h2>' * n}{BODY}", 8_000),
    "headings that are links": (lambda n: "<html><body><div>" + f"<h3><a href=/x>A story about ferries</a></h3>{SENTENCE}" * n, 5_000),
    "a hundred thousand containers": (lambda n: f"<html><body>{'<div>' * n}{BODY}", 100_000),
    "a name of megabytes": (lambda n: f'<html><body><div class="{"a " * n}">{BODY}', 1_500_000),
    "a name of megabytes with brackets": (lambda n: f'<html><body><div class="{"> " * n}">{BODY}', 500_000),
    "attributes without end": (lambda n: f"<html><body><div {' '.join(f'a{i}=1' for i in range(n))}>{BODY}", 200_000),
    "one word": (lambda n: f"<html><body><article><p>{'a' * n}</p>", 1_000_000),
    "blanks": (lambda n: f"<html><body><article><p>{' ' * n}{SENTENCE}</p>", 1_000_000),
    "one title": (lambda n: head(f"<title>{'a | ' * n}</title>"), 300_000),
    "one author": (lambda n: head(f'<meta name="author" content="{"Ann Bell, " * n}">'), 100_000),
    "many authors": (lambda n: head('<meta name="author" content="Ann Bell, Carl Dee">' * n), 5_000),
    "deep statements": (lambda n: jsonld("[" * n), 500_000),
    "many statements": (lambda n: jsonld(json.dumps([{"@type": "NewsArticle", "author": "A B"}] * n)), 20_000),
    "blank statements": (lambda n: jsonld(" " * n + "x"), 500_000),
    "commas": (lambda n: jsonld("[1" + ", " * n + "x"), 300_000),
    "quotes": (lambda n: jsonld('{"a": "' + '" \\\\"' * n), 100_000),
    "comments in statements": (lambda n: jsonld("{" + "/*" * n), 200_000),
    "statements in a row": (lambda n: jsonld("[] " * n), 100_000),
    "references": (lambda n: f"<html><body><p>{'&amp;' * n}</p>{BODY}", 200_000),
    "open comments": (lambda n: f"<html><body>{'<!--' * n}{BODY}", 20_000),
    "NULs": (lambda n: f"<html><body>{chr(0) * n}{BODY}", 500_000),
    "half a UTF-16 character": (lambda n: f"<html><body>{BODY * n}".encode("utf-16")[:-1], 80),
    "no charset at all": (lambda n: b"<html><body><p>" + bytes(range(256)) * n, 2_000),
    "a packed page": (lambda n: gzip.compress(f"<html><body>{' ' * n}{BODY}".encode()), 4_000_000),
    "brackets": (lambda n: f"<html><body><p>{'[' * n}</p>{BODY}", 300_000),
    "walls": (lambda n: "<html><body>" + "<p>to continue reading, subscribe to this article is for to keep </p>" * n, 3_000),
    "dates": (lambda n: "<html><body>" + "<p>12/12/2012 20120112 2012-01-</p>" * n, 3_000),
}  # fmt: skip


def read(html):
    try:
        articles.extract(html, url=URL).text.encode()
    except NotArticle as refusal:
        assert refusal.code in {"page_error", "page_no_text", "page_not_html"}  # noqa: PT017


@pytest.mark.parametrize(("make", "size"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.no_cover
def test_what_is_made_to_hurt_costs_no_more_than_its_length(make, size):
    """Size, depth, repetition and broken encodings neither crash the process nor hold it."""
    assert_linear(read, make, size)


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "article",
        "h1",
        "table",
        "td",
        "li",
        "ul",
        "b",
        "a",
        "time",
        "meta",
        "script",
        "title",
        "figure",
        "figcaption",
        "br",
        "video",
        "span",
    ]
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    [SENTENCE, "By Ann Bell", "2022-05-30", "Read more: x", "© 2022", "\x00", "﷽", "&zwnj;", "]]>", "<!--"]
)
NAMES = st.sampled_from(
    ["class", "itemprop", "rel", "datetime", "content", "property", "name", "href", "type", "style"]
)
VALUES = WORDS | st.sampled_from(["author", "headline", "datePublished", "article:published_time", "application/ld+json", "display:none", "/author/x", "http://[", "og:type"])  # fmt: skip


@st.composite
def soups(draw):
    """Anything that looks like HTML: open and closed elements, attributes, text, in any order."""
    parts = []
    for _ in range(draw(st.integers(1, 25))):
        tag = draw(TAGS)
        attributes = "".join(
            f' {name}="{value}"' for name, value in draw(st.dictionaries(NAMES, VALUES, max_size=3)).items()
        )
        parts.append(f"<{tag}{attributes}>{draw(WORDS)}{f'</{tag}>' if draw(st.booleans()) else ''}")
    return "<html>" + "".join(parts)


@settings(max_examples=30)
@given(soups())
def test_any_soup_gives_an_article_or_not_article(html):
    """Nothing else leaves the extractor, every string can be encoded, and the same page gives the same
    article."""
    try:
        article = articles.extract(html, url=URL)
    except NotArticle:
        return
    for text in (
        article.title,
        article.text,
        article.section,
        article.dek,
        article.image_caption,
        *article.authors,
    ):
        assert "\x00" not in (text or "\x01")
        assert (text or "").encode() is not None
    assert articles.extract(html, url=URL) == article


def test_a_packed_page_is_read_though_nothing_says_that_it_is_packed():
    """As far as it goes where it is cut off; one that is damaged, or too large once unpacked, is refused."""
    page = f"<html><body><h1>Council meets on ferries</h1>{BODY}</body></html>".encode()
    packed = gzip.compress(page)
    for content_type in (None, "application/octet-stream", "application/gzip"):
        assert articles.extract(packed, url=URL, content_type=content_type) == articles.extract(page, url=URL)
    assert articles.extract(packed[:-20], url=URL).title == "Council meets on ferries"
    refused = {b"\x1f\x8b damaged": "page_not_html", gzip.compress(page + b" " * 6_000_000): "page_error"}
    for body, code in refused.items():
        with pytest.raises(NotArticle) as caught:
            articles.extract(body, url=URL)
        assert caught.value.code == code
