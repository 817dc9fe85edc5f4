"""RSS, RDF and Atom read straight from the tree, for documents in which nothing would surprise.

feedparser, the parser of record, takes 15 to 30 ms for a feed; this takes a tenth and gives what it would
give, or refuses (`read` answers None) where an element could mean something else there: markup within texts,
base addresses, repeated fields, encoded bodies, unusual dates. Tests hold both against each other.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from lxml import etree

from dyadwatch.feeds import dates
from dyadwatch.feeds.elements import role
from dyadwatch.feeds.entries import RawEntry
from dyadwatch.feeds.markup import MAX_BODY, MAX_ENTRIES, MAX_NAME_TEXT, MAX_RUN, MAX_SMALL_TEXT, Markup

_MAX_TAGS = 50_000
_PLAIN_TYPES = frozenset({"", "text", "html", "plain", "text/plain", "text/html"})
_HTML_TYPES = frozenset({"text/html", "html", "xhtml", "application/xhtml+xml"})
# Within these parts of an image or a search box, feedparser does not take a title for the feed's.
_IMAGE_PARTS = frozenset({"title", "link", "description", "url", "width", "height", "name"})
_IMAGE_SIZES = frozenset({"url", "width", "height"})
_C1 = re.compile("[\x80-\x9f]")
_ODD_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:///|.*[\[\]]")
# What a picture shows: never what an article says, where that has a text of its own.
CAPTIONS = ("{http://search.yahoo.com/mrss/}description", "{http://search.yahoo.com/mrss}description")
_LONG_RUN = re.compile(rf"\S{{{MAX_RUN + 1}}}")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
# Of Microsoft's Channel Definition Format: on an entry they give it a link and a date.
_CDF_ATTRIBUTES = frozenset({"href", "lastmod"})
# A base address anywhere: feedparser also applies it to elements that follow.
_BASES = etree.XPath("boolean(//@xml:base | //@base)")
_LANGUAGES = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")


class _Unusual(Exception):  # noqa: N818 - no error: the other parser takes over
    """Raised within this module where only feedparser can tell what is meant."""


@dataclass(slots=True)
class FeedContent:
    """What was read: title and language of the feed, as written, and its entries."""

    title: str
    language: str | None
    entries: list[RawEntry]


@dataclass(slots=True)
class _Fields:
    """Of one entry, while its elements are read."""

    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    nested: bool | None = None  # whether the authors so far have their names in elements of their own
    link: str | None = None
    addressed: bool = False  # some link element has an address, whether it counts or not
    source_url: str | None = None


def read(markup: Markup) -> FeedContent | None:
    """What feedparser would read from the document, None where only feedparser can tell."""
    if markup.repaired or markup.tags > _MAX_TAGS:
        return None
    try:
        return _read(markup.root)
    except _Unusual:
        return None


def _read(root: etree._Element) -> FeedContent:
    name = str(root.tag).rpartition("}")[2].lower()
    if name not in ("rss", "feed", "rdf") or _BASES(root):
        raise _Unusual
    heads = [root] if name == "feed" else [node for node in root if role(node) == "channel"]
    if len(heads) != 1 or (root.tag != "{http://www.w3.org/2005/Atom}feed" and name == "feed"):
        raise _Unusual
    entries = [node for node in heads[0] if role(node) == "entry"]
    if heads[0] is not root:
        for node in root:
            meant = role(node)
            if meant == "entry":
                entries.append(node)
            elif meant not in ("channel", "image") and (meant != "neutral" or _hides(node)):
                raise _Unusual
    everywhere = sum(1 for _ in root.iter("{*}item", "{*}entry"))
    if everywhere != len(entries) or len(entries) > MAX_ENTRIES:
        raise _Unusual
    title, language = _head(heads[0])
    if language is None and name != "rdf":
        language = next((value.replace("_", "-") for key in _LANGUAGES if (value := root.get(key))), None)
    return FeedContent(title, language, [_entry(node) for node in entries])


def _head(channel: etree._Element) -> tuple[str, str | None]:
    """Title and language of the feed; other elements must not be able to write to them."""
    titles, language = [], None
    for node in channel:
        meant = role(node)
        if meant == "title":
            titles.append(_content(node))
        elif meant == "language":
            language = _text(node, MAX_SMALL_TEXT)
        elif meant == "image":
            if any(
                len(part) or str(part.tag).rpartition("}")[2].lower() not in _IMAGE_PARTS for part in node
            ):
                raise _Unusual
        elif meant in ("other title", "source", "content", "unusual") or (
            len(node) and meant not in ("entry", "author") and _hides(node)
        ):
            raise _Unusual
    if len(titles) > 1:
        raise _Unusual
    return titles[0] if titles else "", language


def _entry(node: etree._Element) -> RawEntry:
    if any(str(name).lower() in _CDF_ATTRIBUTES for name in node.attrib):
        raise _Unusual
    fields = _Fields()
    about = node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    for child in node:
        meant = role(child)
        if (reader := _READERS.get(meant)) is not None:
            reader(fields, child)
        elif meant not in ("neutral", "language", "caption") or (len(child) and _hides(child, fields)):
            raise _Unusual
    texts = fields.texts
    if not fields.link and (fields.addressed or "second link" in texts):
        raise _Unusual
    content = texts.get("content")
    if not (texts.get("summary") or content) and next(node.iter(*CAPTIONS), None) is not None:
        raise _Unusual
    published, updated = _moment(texts.get("published")), _moment(texts.get("updated"))
    created = _moment(texts.get("created"))
    return RawEntry(
        guid=texts.get("id", about) or None,
        link=fields.link or None,
        title=texts.get("title") or None,
        summary=texts.get("summary", content) or None,
        content=content or None,
        authors=tuple(fields.authors),
        dates=(published, updated, created),
        updated=updated,
        source_name=texts.get("source") or None,
        source_url=fields.source_url,
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    found = dates.usual(text)
    if found is None:
        raise _Unusual
    return found


def _read_once(fields: _Fields, node: etree._Element, name: str) -> None:
    """A field of which feedparser would take the last, or mix several."""
    if name in fields.texts:
        raise _Unusual
    fields.texts[name] = _text(node, MAX_SMALL_TEXT)


def _read_content(fields: _Fields, node: etree._Element, name: str, most: int = MAX_BODY) -> None:
    if name in fields.texts:
        raise _Unusual
    fields.texts[name] = _content(node, most)


def _read_other_title(fields: _Fields, _: etree._Element) -> None:
    """A title of another vocabulary: it gives way to the entry's own where that came before."""
    if not fields.texts.get("title") or fields.texts.keys() & {"source", "image"}:
        raise _Unusual


def _read_id(fields: _Fields, node: etree._Element) -> None:
    _read_once(fields, node, "id")
    value = fields.texts["id"]
    permanent = next((value for name, value in node.items() if str(name).lower() == "ispermalink"), "true")
    if permanent == "true":
        if _ODD_ADDRESS.match(value):
            raise _Unusual
        if fields.link is None:
            fields.link = value


def _read_link(fields: _Fields, node: etree._Element) -> None:
    """The last one with an address or a text counts, whatever came before."""
    if len(node):
        raise _Unusual
    named = {str(name).lower(): str(value) for name, value in node.items()}
    if named.keys() & {"href", "url", "uri"}:
        address = named.get("url", named.get("uri", named.get("href"))) or ""
        if not address or len(address) > MAX_SMALL_TEXT or _ODD_ADDRESS.match(address):
            raise _Unusual
        fields.addressed = True
        kind = named.get("type", "text/html").lower()
        if named.get("rel", "alternate").lower() == "alternate" and kind in _HTML_TYPES:
            fields.link = address
        return
    value = _text(node, MAX_SMALL_TEXT)
    if _ODD_ADDRESS.match(value):
        raise _Unusual
    fields.addressed = fields.addressed or bool(value)
    fields.link = _REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))


def _read_author(fields: _Fields, node: etree._Element) -> None:
    if fields.nested not in (None, bool(len(node))):
        raise _Unusual
    fields.nested = bool(len(node))
    if not len(node):
        name = _text(node, MAX_NAME_TEXT)
    else:
        names = [part for part in node if str(part.tag).rpartition("}")[2].lower() == "name"]
        if len(names) > 1 or _hides(node) or (node.text or "").strip():
            raise _Unusual
        if names and not (names[0].text or "").strip():
            raise _Unusual
        name = _raw_text(names[0], MAX_NAME_TEXT) if names else ""  # the one that feedparser does not mend
    if _LONG_RUN.search(name) or "mailto:" in name:
        raise _Unusual
    if name:
        fields.authors.append(name)


def _read_image(fields: _Fields, node: etree._Element) -> None:
    """A picture with its measures; a title in it could become the entry's."""
    if any(len(part) or str(part.tag).rpartition("}")[2].lower() not in _IMAGE_SIZES for part in node):
        raise _Unusual
    fields.texts["image"] = ""


def _read_source(fields: _Fields, node: etree._Element) -> None:
    _read_once(fields, node, "source")
    fields.source_url = node.get("url")


_READERS: dict[str, Callable[[_Fields, etree._Element], None]] = {
    "title": partial(_read_content, name="title", most=MAX_SMALL_TEXT),
    "summary": partial(_read_content, name="summary"),
    "content": partial(_read_content, name="content"),
    "other title": _read_other_title,
    "id": _read_id,
    "link": _read_link,
    "second link": partial(_read_once, name="second link"),
    "author": _read_author,
    "published": partial(_read_once, name="published"),
    "updated": partial(_read_once, name="updated"),
    "created": partial(_read_once, name="created"),
    "source": _read_source,
    "image": _read_image,
}


def _content(node: etree._Element, most: int = MAX_SMALL_TEXT) -> str:
    """The text of an element that may say how it is encoded."""
    for name, value in node.items():
        if name in ("mode", "src") or (name == "type" and value.lower() not in _PLAIN_TYPES):
            raise _Unusual
    return _text(node, most)


def _text(node: etree._Element, most: int) -> str:
    text = _raw_text(node, most)
    return text if text.isascii() else _mended(text)


def _raw_text(node: etree._Element, most: int) -> str:
    if len(node):
        raise _Unusual
    text = (node.text or "").strip()
    if len(text) > most:
        raise _Unusual
    return text


def _mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and encoded again, and
    Windows' characters in the place of C1 controls."""
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda found: found[0].encode("latin-1").decode("cp1252", "ignore") or found[0], text)


def _hides(node: etree._Element, fields: _Fields | None = None) -> bool:
    """True where something within an element that means nothing here would be read by feedparser. The title
    of a picture is not, where the entry has one already."""
    titled = fields is not None and bool(fields.texts.get("title"))
    for part in node.iterdescendants():
        meant = role(part)
        if (
            meant != "neutral"
            and not (meant == "caption" and fields)
            and not (meant == "other title" and titled)
        ):
            return True
    return False
