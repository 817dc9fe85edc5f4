"""Pages made to hurt: each ends soon, in an article or in NotArticle, and nothing else comes out."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyadwatch import articles
from dyadwatch.errors import NotArticle

URL = "https://news.example/2023/council-meets-on-ferries.html"
SENTENCE = "The council has met for the third time this week and could not agree on the new timetable of the ferries. "
BODY = f"<p>{SENTENCE}</p>" * 10
# Seconds of CPU that one page may take: ten times what the slowest takes on an idle machine, for a loaded one
# counts more.
BOUND = 15.0


def head(content):
    return f"<html><head>{content}</head><body>{BODY}</body></html>"


def jsonld(content):
    return head(f'<script type="application/ld+json">{content}</script>')


HOSTILE = {
    **{f"nested {tag}": f"<html><body>{f'<{tag}>' * 8_000}{BODY}" for tag in ("div", "b", "table><tr><td", "ul><li", "blockquote", "font", "form", "select><option")},
    "a hundred thousand containers": f"<html><body>{'<div>' * 100_000}{BODY}",
    "a name of megabytes": f'<html><body><div class="{"a " * 1_500_000}">{BODY}',
    "a name of megabytes with brackets": f'<html><body><div class="{"> " * 500_000}">{BODY}',
    "attributes without end": f"<html><body><div {' '.join(f'a{n}=1' for n in range(200_000))}>{BODY}",
    "one word": f"<html><body><article><p>{'a' * 1_000_000}</p>",
    "blanks": f"<html><body><article><p>{' ' * 1_000_000}{SENTENCE}</p>",
    "one title": head(f"<title>{'a | ' * 300_000}</title>"),
    "one author": head(f'<meta name="author" content="{"Ann Bell, " * 100_000}">'),
    "many authors": head('<meta name="author" content="Ann Bell, Carl Dee">' * 5_000),
    "deep statements": jsonld("[" * 500_000),
    "many statements": jsonld(json.dumps([{"@type": "NewsArticle", "author": "A B"}] * 20_000)),
    "blank statements": jsonld(" " * 500_000 + "x"),
    "commas": jsonld("[1" + ", " * 300_000 + "x"),
    "references": f"<html><body><p>{'&amp;' * 200_000}</p>{BODY}",
    "open comments": f"<html><body>{'<!--' * 20_000}{BODY}",
    "NULs": f"<html><body>{chr(0) * 500_000}{BODY}",
    "half a UTF-16 character": f"<html><body>{BODY}".encode("utf-16")[:-1],
    "no charset at all": b"<html><body><p>" + bytes(range(256)) * 2_000,
    "brackets": f"<html><body><p>{'[' * 300_000}</p>{BODY}",
    "walls": "<html><body>" + "<p>to continue reading, subscribe to this article is for to keep </p>" * 3_000,
    "dates": "<html><body>" + "<p>12/12/2012 20120112 2012-01-</p>" * 3_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_hurt_ends_soon(name):
    """Size, depth, repetition and broken encodings neither crash the process nor hold it."""
    started = time.process_time()
    try:
        code = articles.extract(HOSTILE[name], url=URL).text.encode() and None
    except NotArticle as refusal:
        code = refusal.code
    assert code in {None, b"", "page_error", "page_no_text", "page_not_html"}
    assert time.process_time() - started < BOUND


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
