"""The formats of feeds: one table from which parsing, discovery and the Accept header follow.

A new format is a module with `read`, a row in FORMATS, and its kind in model.feeds.FeedKind.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from dyadwatch import walls
from dyadwatch.errors import FeedError
from dyadwatch.feeds import jsonfeed, list_pages, sitemap, syndication
from dyadwatch.feeds.charset import decode
from dyadwatch.feeds.packed_files import GZIP, unpack
from dyadwatch.model.feeds import FeedKind, ListRule, ParsedFeed


class _Reader(Protocol):
    """Reads the decoded text of a document that was fetched from `url`; `now` is aware. Raises FeedError."""

    def __call__(self, text: str, *, url: str, now: datetime) -> ParsedFeed: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format of feeds. `roots` are the local names of its XML root, lower-case, or "{" for JSON;
    `media_types` those by which pages name it, the registered one first."""

    kind: FeedKind
    read: _Reader
    roots: frozenset[str]
    media_types: tuple[str, ...] = ()


# In order of preference, where a publisher offers the same feed in several.
FORMATS = (
    Format("atom", syndication.read, frozenset({"feed"}), ("application/atom+xml", "application/atom")),
    Format(
        "rss",
        syndication.read,
        frozenset({"rss", "channel"}),
        ("application/rss+xml", "application/x-rss+xml", "text/rss+xml", "application/rss"),
    ),
    Format("rdf", syndication.read, frozenset({"rdf"}), ("application/rdf+xml",)),
    Format("json", jsonfeed.read, frozenset({"{"}), ("application/feed+json",)),
    Format("sitemap", sitemap.read, frozenset({"urlset", "sitemapindex"})),
)
# Types that say nothing of the kind: other documents (oEmbed, interfaces of the site's software) bear them as
# well.
GENERIC_MEDIA_TYPES = ("application/xml", "text/xml", "application/json")
KIND_OF_MEDIA_TYPE: dict[str, FeedKind] = {
    **{media_type: item.kind for item in FORMATS for media_type in item.media_types},
    **dict.fromkeys(GENERIC_MEDIA_TYPES, "unknown"),
}
ACCEPT = ", ".join(
    [
        *(item.media_types[0] for item in FORMATS if item.media_types),
        *(f"{media_type};q=0.8" for media_type in GENERIC_MEDIA_TYPES),
        "*/*;q=0.1",
    ]
)

_FORMAT_OF_ROOT = {root: item for item in FORMATS for root in item.roots}
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
_JUNK_BEFORE = re.compile(r"<(?:\?xml\s|(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)[\s>])", re.IGNORECASE)
_MAX_JUNK = 8_192
_MAX_UNPACKED = 10 * 2**20  # bytes
_WALLS: dict[walls.Wall, str] = {
    "login": "the answer is a page to sign in at, not the feed",
    "consent": "the answer is a page that asks for consent, not the feed",
    "challenge": "the answer is a page that lets browsers in and no programs, not the feed",
}


def preference(kind: FeedKind) -> int:
    """The rank of a kind among feeds of the same content, 0 for the best; a kind without a row comes last."""
    kinds = [item.kind for item in FORMATS]
    return kinds.index(kind) if kind in kinds else len(kinds)


def parse(
    body: bytes, *, url: str, content_type: str | None, now: datetime, list_rule: ListRule | None = None
) -> ParsedFeed:
    """The feed in `body`, which was fetched (decompressed) from `url` with that Content-Type; `now` is aware.
    A file that is compressed by itself, as sitemaps often are, is unpacked.

    Any of FORMATS; with `list_rule` an HTML page that lists articles. Raises FeedError feed_empty, feed_html,
    feed_login, feed_consent, feed_challenge (an HTML page that stands before the feed),
    feed_not_a_feed, feed_malformed, feed_too_complex, and for a list page bad_selector or list_empty; a
    broken entry never loses the others.
    """
    body, whole = (unpack(body, _MAX_UNPACKED)) if body.startswith(GZIP) else (body, True)
    text = decode(body, content_type).strip(_SPACE)
    if not text:
        raise FeedError("the feed is empty", code="feed_empty")
    root, text = ("{", text) if text.startswith("{") else _root(text)
    if (item := _FORMAT_OF_ROOT.get(root)) is not None:
        parsed = item.read(text, url=url, now=now)
        return parsed if whole else replace(parsed, complete=False)
    if list_rule is not None:
        return list_pages.read(text, rule=list_rule, url=url, now=now)
    if root in _HTML_TAGS:
        if (wall := walls.of_page(text, url)) is not None:
            raise FeedError(_WALLS[wall], code=f"feed_{wall}")
        raise FeedError("the answer is an HTML page, not a feed", code="feed_html")
    raise FeedError("the answer is neither XML nor JSON of a feed", code="feed_not_a_feed")


def _root(text: str) -> tuple[str, str]:
    """The local name of the first element, lower-case, and the document without what stands before it."""
    if _HTML.match(text):
        return "html", text
    name = _first_name(text)
    if name not in _FORMAT_OF_ROOT and (start := _JUNK_BEFORE.search(text, 0, _MAX_JUNK)):
        # A warning of the publisher's software, printed before the feed.
        text = text[start.start() :]
        name = _first_name(text)
    return name, text[max(0, text.find("<")) :]


def _first_name(text: str) -> str:
    match = _FIRST_TAG.search(_without_prolog(text), 0, _MAX_JUNK)
    return match.group(1).lower() if match else ""


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
