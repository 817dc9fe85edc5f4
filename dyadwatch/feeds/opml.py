"""Lists of sources as OPML (opml.org, versions 1 and 2): what other readers export, and import."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from dyadwatch import urls
from dyadwatch.errors import FeedError, InvalidInput, WebError
from dyadwatch.feeds import markup
from dyadwatch.feeds.charset import decode
from dyadwatch.feeds.entries import plain
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource, SourceView

MAX_FEEDS = 10_000
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class FeedList:
    """The sources that an OPML document lists, and the addresses of feeds that are `refused`: they could
    never be requested."""

    sources: tuple[NewSource, ...]
    refused: tuple[str, ...] = ()

    def checked(self, check: Callable[[str], None]) -> "FeedList":
        """Without the feeds for which `check` raises WebError, and without sources that have no other."""
        sources: list[NewSource] = []
        refused = list(self.refused)
        for source in self.sources:
            usable = []
            for feed in source.feeds:
                try:
                    check(feed.url)
                except WebError:
                    refused.append(feed.url)
                else:
                    usable.append(feed)
            if usable:
                sources.append(replace(source, feeds=tuple(usable)))
        return FeedList(tuple(sources), tuple(refused))


def read(body: bytes) -> FeedList:
    """The sources in an OPML document, in its order: outlines of the same name and homepage are one source
    with several feeds, a feed that repeats is read once, groups and categories are dropped.

    Raises InvalidInput opml_malformed, opml_empty (no outline names a feed) or opml_too_complex.
    """
    sources: dict[tuple[str, str | None], NewSource] = {}
    refused: list[str] = []
    seen: set[str] = set()
    for name, homepage, language, reference in _outlines(_root(body)):
        url = urls.absolute(reference, "")
        if (url or reference) in seen:
            continue
        seen.add(url or reference)
        if len(seen) > MAX_FEEDS:
            raise InvalidInput(f"the OPML lists more than {MAX_FEEDS} feeds", code="opml_too_complex")
        if url is None:
            refused.append(reference[: urls.MAX_LENGTH])
            continue
        source = sources.get((name or url, homepage)) or NewSource(name or url, (), homepage=homepage)
        sources[source.name, homepage] = replace(
            source, feeds=(*source.feeds, NewFeed(url)), language=source.language or language
        )
    if not sources:
        raise InvalidInput("the OPML names no feed: no outline has an http(s) xmlUrl", code="opml_empty")
    return FeedList(tuple(sources.values()), tuple(refused))


def write(sources: Sequence[SourceView]) -> bytes:
    """`sources` as an OPML 2.0 document in UTF-8: one outline per feed that is not gone and that other
    readers can read (an HTML page with a list rule is none)."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "dyadwatch sources"
    body = etree.SubElement(root, "body")
    for source in sources:
        name = plain(source.name, _MAX_NAME)
        for feed in source.feeds:
            if feed.state == "gone" or feed.kind == "html":
                continue
            outline = etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
            if source.homepage:
                outline.set("htmlUrl", source.homepage)
            if source.language:
                outline.set("language", source.language)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _root(body: bytes) -> etree._Element:
    try:
        root = markup.load(decode(body, None).strip()).root
    except FeedError as error:
        code = "opml_too_complex" if error.code == "feed_too_complex" else "opml_malformed"
        raise InvalidInput(f"the OPML cannot be read: {error.detail}", code=code) from error
    if str(root.tag).lower() != "opml":
        raise InvalidInput("the document is no OPML", code="opml_malformed")
    return root


def _outlines(root: etree._Element) -> Iterator[tuple[str, str | None, str | None, str]]:
    """Name, homepage, language and address, as it is written, of each outline that names a feed."""
    for outline in root.iter("outline", "Outline", "OUTLINE"):
        attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        reference = attributes.get("xmlurl", "").strip()
        if not reference:
            continue
        homepage = urls.absolute(attributes.get("htmlurl"), "")
        name = plain(attributes.get("title"), _MAX_NAME) or plain(attributes.get("text"), _MAX_NAME)
        yield name, homepage, plain(attributes.get("language"), 35) or None, reference
