"""Lists of sources as OPML (opml.org, versions 1 and 2): what other readers export, and import."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from dyadwatch import urls
from dyadwatch.errors import FeedError, InvalidInput, WebError
from dyadwatch.feeds import markup
from dyadwatch.feeds.charset import decode
from dyadwatch.feeds.entries import plain, without_feed_scheme
from dyadwatch.feeds.markup import Markup
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource, SourceView
from dyadwatch.validation import CONTROLS

MAX_FEEDS = 10_000
_MAX_NAME = 200
_ENTITY = re.compile(r"<!ENTITY\s", re.IGNORECASE)  # XML 1.0 4.2; well-formed text has none elsewhere
_LEADING = frozenset({"type", "url", "htmlurl"})  # attributes of outlines that are no mere groups or notes


@dataclass(frozen=True, slots=True)
class OmittedFeed:
    """An outline that was not taken: its name and address as they are written, and why, with the code."""

    name: str
    url: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """The sources that an OPML document lists, and the outlines that are none."""

    sources: tuple[NewSource, ...]
    left_out: tuple[OmittedFeed, ...] = ()

    @property
    def urls(self) -> list[str]:
        """Of all feeds."""
        return [feed.url for source in self.sources for feed in source.feeds]

    def checked(self, check: Callable[[str], None]) -> "FeedList":
        """Without the feeds for which `check` raises WebError, and without sources that have no other."""
        sources: list[NewSource] = []
        left_out = list(self.left_out)
        for source in self.sources:
            usable = []
            for feed in source.feeds:
                try:
                    check(feed.url)
                except WebError as error:
                    left_out.append(OmittedFeed(source.name, feed.url, error.code, error.detail))
                else:
                    usable.append(feed)
            if usable:
                sources.append(replace(source, feeds=tuple(usable)))
        return FeedList(tuple(sources), tuple(left_out))

    def not_added(self, existing: Container[str]) -> tuple[OmittedFeed, ...]:
        """What was left out once the feeds at the `existing` URLs are those of the installation: a source of
        a name that is taken keeps the feeds that it has."""
        detail = "a source of this name has other feeds: add this one to it, or give its outline another name"
        return self.left_out + tuple(
            OmittedFeed(source.name, feed.url, "name_taken", detail)
            for source in self.sources
            for feed in source.feeds
            if feed.url not in existing
        )


def read(body: bytes) -> FeedList:
    """The sources in an OPML document, in its order: outlines of the same name and homepage are one source
    with several feeds, a feed that repeats is read once, groups and categories are dropped.

    Raises InvalidInput opml_malformed, opml_empty (no outline names a feed), opml_entities or
    opml_too_complex.
    """
    sources: dict[tuple[str, str | None], NewSource] = {}
    left_out: list[OmittedFeed] = []
    seen: set[str] = set()
    document = _load(body)
    for outline in _outlines(document.root):
        url = urls.absolute(outline.reference, "")
        if (url or outline.reference) in seen:
            continue
        if outline.reference:
            seen.add(url or outline.reference)
        if max(len(seen), len(left_out)) > MAX_FEEDS:
            raise InvalidInput(f"the OPML lists more than {MAX_FEEDS} feeds", code="opml_too_complex")
        if url is None:
            left_out.append(_left_out(outline))
            continue
        key = (outline.name or url, outline.homepage)
        source = sources.get(key) or NewSource(key[0], (), homepage=outline.homepage)
        sources[key] = replace(
            source, feeds=(*source.feeds, NewFeed(url)), language=source.language or outline.language
        )
    if not sources:
        raise _without_feeds(document)
    return FeedList(tuple(sources.values()), tuple(left_out))


def _without_feeds(document: Markup) -> InvalidInput:
    if document.repaired or not document.complete:
        return InvalidInput("the OPML is not well-formed and names no feed", code="opml_malformed")
    return InvalidInput("the OPML names no feed: no outline has an http(s) xmlUrl", code="opml_empty")


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


def _load(body: bytes) -> Markup:
    try:
        text = decode(body, None).strip()
        document = markup.load(text)
    except FeedError as error:
        code = "opml_too_complex" if error.code == "feed_too_complex" else "opml_malformed"
        raise InvalidInput(f"the OPML cannot be read: {error.detail}", code=code) from error
    if str(document.root.tag).lower() != "opml":
        raise InvalidInput("the document is no OPML", code="opml_malformed")
    if _ENTITY.search(text):
        detail = "the OPML declares entities, which are not expanded: write what they stand for"
        raise InvalidInput(detail, code="opml_entities")
    return document


@dataclass(frozen=True, slots=True)
class _Outline:
    """An outline that names a feed at `reference`, as it is written, or claims to lead somewhere else."""

    name: str
    homepage: str | None
    language: str | None
    reference: str


def _outlines(root: etree._Element) -> Iterator[_Outline]:
    for node in root.iter("outline", "Outline", "OUTLINE"):
        attributes = {str(name).lower(): str(value) for name, value in node.attrib.items()}
        reference = attributes.get("xmlurl", "").strip()
        if reference or (not len(node) and attributes.keys() & _LEADING):
            yield _Outline(
                _name(attributes.get("title")) or _name(attributes.get("text")),
                urls.absolute(attributes.get("htmlurl"), ""),
                plain(attributes.get("language"), 35) or None,
                without_feed_scheme(reference) if reference.lower().startswith("feed:http") else reference,
            )


def _name(text: str | None) -> str:
    return CONTROLS.sub("", plain(text, _MAX_NAME)).strip()


def _left_out(outline: _Outline) -> OmittedFeed:
    address = outline.reference[: urls.MAX_LENGTH]
    if not address:
        return OmittedFeed(outline.name, "", "no_feed", "the outline has no xmlUrl: it names no feed")
    if address.lower().startswith("feed:"):
        detail = "feed: says neither http nor https: write the one that is meant"
    else:
        detail = "the xmlUrl is not an absolute address of http or https that could be requested"
    return OmittedFeed(outline.name, address, "url_invalid", detail)
