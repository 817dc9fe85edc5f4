"""Which feeds an HTML page links to, which of them is the main one, and where to look where it links to
none."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from dyadwatch import urls
from dyadwatch.errors import WebError
from dyadwatch.feeds import links
from dyadwatch.feeds.formats import GENERIC_MEDIA_TYPES, KIND_OF_MEDIA_TYPE, preference
from dyadwatch.feeds.links import Link
from dyadwatch.model.feeds import DiscoveredFeed

MAX_FEEDS = 50  # of one page
_FEED_PATH = re.compile(r"(?:^|[/._=-])(?:feeds?|rss2?|atom|rdf)(?:[/._&-]|$)", re.IGNORECASE)
_COMMENTS = re.compile(
    r"comments?\b|commentaires?|kommentar|comentarios|coment[áa]rios|commenti\b|reacties|komentarz|yorum"
    r"|коммента|комментар|коментар|"
    r"تعليقات|التعليقات|دیدگاه|نظرات|תגובות|تبصر",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"\b(?:rss|atom|json|rdf|xml|feed|2\.0|1\.0|0\.9\d?|0\.3|1\.1)\b|\.9\d\b|[()\[\]|:»›–-]", re.IGNORECASE
)
# Paths of the common publishing systems, the most common first.
_USUAL_PATHS = (
    *("feed", "rss.xml", "feed.xml", "atom.xml", "rss", "index.xml", "feed.json"),
    "feeds/posts/default",
)
_MAX_SEGMENTS = 3  # of a page's path under which feeds are guessed


def discover(
    body: bytes, *, url: str, content_type: str | None = None, link_header: str | None = None
) -> tuple[DiscoveredFeed, ...]:
    """The feeds that the page in `body`, fetched from `url`, names: by rel=alternate in its Link header and
    its head, or where there is none, by anchors that look like feeds. Those of the page's own host come
    first, feeds of comments last, else in document order; at most 50. Never fails: a page that cannot be read
    names none."""
    page = links.of_page(body, url, content_type)
    candidates = [feed for item in (*links.of_header(link_header, url), *page) if (feed := _from_link(item))]
    if not candidates:
        candidates = [feed for item in page if (feed := _from_anchor(item, url))]
    unique: dict[str, DiscoveredFeed] = {}
    for feed in candidates:
        if feed.url != url:
            unique.setdefault(feed.url, feed)
    own = _site(url)
    ordered = sorted(unique.values(), key=lambda feed: (_of_comments(feed), _site(feed.url) != own))
    return tuple(ordered[:MAX_FEEDS])


def choose(discovered: Sequence[DiscoveredFeed]) -> str | None:
    """The URL of the one feed that is clearly meant: the only one beside feeds of comments, or one feed in
    several formats, of which Atom and RSS are preferred. None where there is none, or a person must
    choose."""
    main = [feed for feed in discovered if not _of_comments(feed)]
    if not main:
        return None
    if len(main) > 1 and len({_subject(feed) for feed in main}) > 1:
        return None
    return min(main, key=lambda feed: preference(feed.kind)).url


def guesses(url: str) -> tuple[str, ...]:
    """Where a page at `url` that names no feed may have one, on its own host: below its path first, then
    where common publishing systems put theirs; at most 12. Raises WebError (url_invalid)."""
    parts = urlsplit(urls.strict(url))
    root = f"{parts.scheme}://{parts.netloc}/"
    segments = [segment for segment in parts.path.split("/") if segment]
    if segments and "." in segments[-1]:
        segments.pop()
    below = "/".join(segments) + "/" if 0 < len(segments) <= _MAX_SEGMENTS else ""
    near = (f"{root}{below}{name}" for name in ("feed", "rss.xml", "rss") if below)
    return tuple(dict.fromkeys([*near, *(root + name for name in _USUAL_PATHS)]))


def _from_link(item: Link) -> DiscoveredFeed | None:
    """A link of relation alternate (or the older feed) that leads to a feed."""
    if item.tag == "a" or not item.relations & {"alternate", "feed"} or "stylesheet" in item.relations:
        return None
    kind = KIND_OF_MEDIA_TYPE.get(item.type)
    if kind is None and not (item.type == "" and "feed" in item.relations):
        return None
    if item.type in GENERIC_MEDIA_TYPES and not _FEED_PATH.search(_beyond_host(item.url)):
        return None
    return DiscoveredFeed(item.url, item.title, kind or "unknown")


def _from_anchor(item: Link, page: str) -> DiscoveredFeed | None:
    """An anchor to what looks like a feed, on a host of the page's own domain: feeds often live on feeds. or
    rss."""
    if item.tag != "a" or _domain(item.url) != _domain(page):
        return None
    kind = KIND_OF_MEDIA_TYPE.get(item.type)
    if kind is None and not _FEED_PATH.search(_beyond_host(item.url)):
        return None
    return DiscoveredFeed(item.url, item.title, kind or "unknown")


def _subject(feed: DiscoveredFeed) -> tuple[str, str]:
    """What a feed is about, whatever its format: its site and its title without the words for formats, else
    its path without them."""
    return _site(feed.url), _bare(feed.title) or _bare(_beyond_host(feed.url).replace("/", " "))


def _bare(words: str) -> str:
    return " ".join(_FORMAT.sub(" ", words).casefold().split())


def _of_comments(feed: DiscoveredFeed) -> bool:
    return _COMMENTS.search(f"{feed.title} {_beyond_host(feed.url)}") is not None


def _beyond_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _domain(url: str) -> str:
    site = _site(url)
    return urls.registrable_domain(site) or site


def _site(url: str) -> str:
    try:
        return urls.host(url).removeprefix("www.")
    except WebError:
        return ""
