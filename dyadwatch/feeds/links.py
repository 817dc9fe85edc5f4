"""Links to other documents, as headers (RFC 8288) and HTML pages state them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from dyadwatch import urls
from dyadwatch.feeds.charset import decode
from dyadwatch.feeds.entries import plain, without_feed_scheme

# A page names its feeds in its head; what stands beyond this is not looked at.
MAX_CHARS = 1_000_000
MAX_LINKS = 200
_MAX_HEADER = 8_192
_VALUE = re.compile(r"<([^<>]*)>((?:[^,<\"]|\"(?:[^\"\\]|\\.)*\")*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]+))")
_FEED_LIKE = re.compile(r"feed|rss|atom|\.rdf\b|\.xml\b|syndicat", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One link: `relations` and `type` are lower-case, `url` is absolute, `tag` is its element ("" for a
    header)."""

    url: str
    relations: frozenset[str]
    type: str = ""
    title: str = ""
    tag: str = ""


def of_header(value: str | None, base: str) -> tuple[Link, ...]:
    """The links of a Link header, repeated ones joined by ", "; `base` is the URL of the answer."""
    links: list[Link] = []
    for target, rest in _VALUE.findall((value or "")[:_MAX_HEADER])[:MAX_LINKS]:
        attributes = {
            name.lower(): quoted or bare for name, quoted, bare in reversed(_PARAMETER.findall(rest))
        }
        if url := urls.absolute(target, base):
            links.append(_link(url, attributes))
    return tuple(links)


def of_page(body: bytes, base: str, content_type: str | None = None) -> tuple[Link, ...]:
    """The link and a elements of an HTML page that have a target, in document order, at most 200 of each."""
    text = decode(body[: 4 * MAX_CHARS], content_type)[:MAX_CHARS].replace("\x00", "")
    # A page that is nested too deep for libxml2 gives what comes before that point.
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return ()
    if root is None:
        return ()
    return tuple(_of_elements(root.iter("base", "link", "a"), base))


def _of_elements(elements: Iterable[etree._Element], base: str) -> Iterator[Link]:
    counts = {"link": 0, "a": 0}
    based = False
    for element in elements:
        name, href = str(element.tag), element.get("href")
        if name == "base" and href and not based:
            base, based = urls.absolute(href, base) or base, True
        if name not in counts or not href or counts[name] >= MAX_LINKS:
            continue
        # Most anchors of a page lead to articles: only what may be a feed is worth the cost of normalising.
        if name == "a" and not _FEED_LIKE.search(href):
            continue
        if url := urls.absolute(without_feed_scheme(href, urlsplit(base).scheme), base):
            counts[name] += 1
            yield _link(url, _attributes(element, name), name)


def _attributes(element: etree._Element, name: str) -> dict[str, str]:
    """The attributes of a link; the text of an anchor stands for a title that it lacks."""
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    if name == "a":
        attributes.setdefault("title", " ".join(map(str, element.itertext()))[:500])
    return attributes


def _link(url: str, attributes: dict[str, str], tag: str = "") -> Link:
    return Link(
        url,
        frozenset(attributes.get("rel", "").lower().split()),
        attributes.get("type", "").partition(";")[0].strip().lower(),
        plain(attributes.get("title"), 300),
        tag,
    )
