"""What a document is, and who reads it."""

import re
from datetime import datetime

from dyadwatch.errors import FeedError
from dyadwatch.feeds import jsonfeed, list_pages, markup, sitemap, syndication
from dyadwatch.feeds.charset import decode
from dyadwatch.model.feeds import ListRule, ParsedFeed

_SPACE = " \t\r\n\x00\ufeff"
_FIRST_TAG = re.compile(r"<\s*(?![?!])/?(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})")
_HTML = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<!DOCTYPE\s+html\b", re.IGNORECASE | re.DOTALL)
_HTML_TAGS = frozenset(
    [
        "html",
        "head",
        "body",
        "title",
        "meta",
        "link",
        "script",
        "style",
        "div",
        "p",
        "br",
        "center",
        "h1",
        "b",
        "a",
    ]
)
_SYNDICATION = frozenset(["rss", "feed", "rdf", "channel"])
_JUNK_BEFORE = re.compile(r"<(?:\?xml\s|(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s>])", re.IGNORECASE)
_MOST_JUNK = 8_192


def parse(
    body: bytes, *, url: str, content_type: str | None, now: datetime, list_rule: ListRule | None = None
) -> ParsedFeed:
    """The feed in `body`, which was fetched (decompressed) from `url` with that Content-Type; `now` is aware.

    RSS 0.9x to 2.0, RDF and Atom, JSON Feed 1.x, news sitemaps and indexes of sitemaps; with `list_rule` an HTML page
    that lists articles. Raises FeedError feed_empty, feed_html, feed_not_a_feed, feed_malformed, feed_too_complex,
    and for a list page bad_selector or list_empty; a broken entry never loses the others.
    """
    text = decode(body, content_type).strip(_SPACE)
    if not text:
        raise FeedError("the feed is empty", code="feed_empty")
    if text.startswith("{"):
        return jsonfeed.read(text, url=url, now=now)
    name, text = _root(text)
    if name in _SYNDICATION:
        return syndication.read(markup.load(text), url=url, now=now)
    if name == "urlset":
        return sitemap.read(markup.load(text).root, url=url, now=now)
    if name == "sitemapindex":
        return sitemap.read_index(markup.load(text).root, url=url)
    if list_rule is not None:
        return list_pages.read(text, rule=list_rule, url=url, now=now)
    if name in _HTML_TAGS:
        raise FeedError("the answer is an HTML page, not a feed", code="feed_html")
    raise FeedError("the answer is neither XML nor JSON of a feed", code="feed_not_a_feed")


def _root(text: str) -> tuple[str, str]:
    """The local name of the first element, lower-case, and the document without what stands before it."""
    if _HTML.match(text):
        return "html", text
    name = _first_name(text)
    if name not in _SYNDICATION and (found := _JUNK_BEFORE.search(text, 0, _MOST_JUNK)):
        # A warning of the publisher's software, printed before the feed.
        text = text[found.start() :]
        name = _first_name(text)
    return name, text


def _first_name(text: str) -> str:
    found = _FIRST_TAG.search(_without_prolog(text), 0, _MOST_JUNK)
    return found.group(1).lower() if found else ""


def _without_prolog(text: str) -> str:
    """`text` from behind its leading comments and document type, in which other elements may be named."""
    at = 0
    while True:
        start = text.find("<", at)
        for opening, closing in (("<!--", "-->"), ("<?", ">"), ("<!", "]>")):
            if start < 0 or not text.startswith(opening, start):
                continue
            plain_end = text.find(">", start)
            subset = text.find("[", start, plain_end) if opening == "<!" else -1
            end = plain_end if opening == "<!" and subset < 0 else text.find(closing, start)
            if end < 0:
                return ""
            at = end + len(closing if opening != "<!" or subset >= 0 else ">")
            break
        else:
            return text[at:]
