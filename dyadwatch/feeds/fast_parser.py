"""RSS, RDF and Atom read straight from the tree, for documents without anything unusual.

feedparser, the parser of record, takes 15 to 30 ms per feed. This takes a tenth and returns what feedparser
would, or None where an element could mean something else to it: markup within texts, relative addresses with
a base, repeated fields, encoded bodies. Tests compare both on generated documents of every
dialect.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from dyadwatch.feeds.elements import role
from dyadwatch.feeds.entries import RawEntry
from dyadwatch.feeds.markup import MAX_BODY, MAX_ENTRIES, MAX_NAME_TEXT, MAX_RUN, MAX_SMALL_TEXT, Markup

_MAX_TAGS = 200_000
_PLAIN_TYPES = frozenset({"", "text", "html", "plain", "text/plain", "text/html"})
_HTML_TYPES = frozenset({"text/html", "html", "xhtml", "application/xhtml+xml"})
# Within these parts of an image or a search box, feedparser does not take a title for the feed's.
_IMAGE_PARTS = frozenset({"title", "link", "description", "url", "width", "height", "name"})
_IMAGE_SIZES = frozenset({"url", "width", "height"})
_AUTHOR_PARTS = frozenset({"name", "email", "uri", "url"})
_C1 = re.compile("[\x80-\x9f]")
_ODD_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:///|.*[\[\]]")
# Descriptions of pictures: not the text of an article that has one of its own.
CAPTIONS = ("{http://search.yahoo.com/mrss/}description", "{http://search.yahoo.com/mrss}description")
_LONG_RUN = re.compile(rf"\S{{{MAX_RUN + 1}}}")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
# Of Microsoft's Channel Definition Format: on an entry they give it a link and a date.
_CDF_ATTRIBUTES = frozenset({"href", "lastmod"})
# Addresses that no base changes. feedparser applies a base to all that follows its element.
_ABSOLUTE = re.compile(r"https?://[^/]|(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LANGUAGES = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")


class _Unusual(Exception):  # noqa: N818 - no error: feedparser takes over
    """Raised within this module for what only feedparser can interpret."""


@dataclass(slots=True)
class FeedContent:
    """A feed's title and language as in the document, and its entries."""

    title: str
    language: str | None
    entries: list[RawEntry]


@dataclass(slots=True)
class _Fields:
    """The fields of one entry while its elements are read."""

    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    nested: bool | None = None  # whether the authors so far have their names in elements of their own
    link: str | None = None
    guid_is_link: bool = False
    addressed: bool = False  # some link element has an address, whether it counts or not
    source_url: str | None = None


def read(markup: Markup) -> FeedContent | None:
    """What feedparser would read from the document, None where only feedparser can interpret it."""
    if markup.repaired or markup.tags > _MAX_TAGS:
        return None
    try:
        content = _read(markup.root)
    except _Unusual:
        return None
    return None if markup.has_base and _has_relative_address(content) else content


def _has_relative_address(content: FeedContent) -> bool:
    return any(
        address and not _ABSOLUTE.match(address)
        for entry in content.entries
        for address in (entry.guid, entry.link, entry.source_url)
    )


def _read(root: etree._Element) -> FeedContent:
    name = _local_name(root)
    channel = _channel(root, name)
    entries = _entries(root, channel)
    title, language = _head(channel)
    if language is None and name != "rdf":
        language = next((value.replace("_", "-") for key in _LANGUAGES if (value := root.get(key))), None)
    return FeedContent(title, language, [_entry(node) for node in entries])


def _channel(root: etree._Element, name: str) -> etree._Element:
    """The element that has the fields of the feed: the root of Atom, the one channel of RSS and RDF."""
    if root.tag == "{http://www.w3.org/2005/Atom}feed":
        return root
    channels = [node for node in root if role(node) == "channel"]
    if name not in ("rss", "rdf") or len(channels) != 1:
        raise _Unusual
    return channels[0]


def _entries(root: etree._Element, channel: etree._Element) -> list[etree._Element]:
    entries = [node for node in channel if role(node) == "entry"]
    if channel is not root:
        entries += _entries_beside_channel(root)
    everywhere = sum(1 for _ in root.iter("{*}item", "{*}entry"))
    if everywhere != len(entries) or len(entries) > MAX_ENTRIES:
        raise _Unusual
    return entries


def _entries_beside_channel(root: etree._Element) -> Iterator[etree._Element]:
    """As in RDF; refuses other elements there that feedparser would read."""
    for node in root:
        kind = role(node)
        if kind == "entry":
            yield node
        elif kind not in ("channel", "image") and (kind != "neutral" or _has_hidden_field(node)):
            raise _Unusual


def _head(channel: etree._Element) -> tuple[str, str | None]:
    """Title and language of the feed; refuses elements that feedparser would mix into them."""
    titles, language = [], None
    for node in channel:
        kind = role(node)
        if kind == "title":
            titles.append(_content(node))
        elif kind == "language":
            language = _text(node, MAX_SMALL_TEXT)
        elif kind == "image":
            _check_parts(node, _IMAGE_PARTS)
        else:
            _check_head_element(node, kind)
    if len(titles) > 1:
        raise _Unusual
    return titles[0] if titles else "", language


def _check_head_element(node: etree._Element, kind: str) -> None:
    if kind in ("other title", "source", "content", "unusual"):
        raise _Unusual
    if len(node) and kind not in ("entry", "author") and _has_hidden_field(node):
        raise _Unusual


def _check_parts(node: etree._Element, names: Collection[str]) -> None:
    """Refuses parts with other names, or with parts of their own."""
    if any(len(part) or _local_name(part) not in names for part in node):
        raise _Unusual


def _entry(node: etree._Element) -> RawEntry:
    about = node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
    fields = _read_fields(node)
    texts = fields.texts
    content = texts.get("content")
    published, updated, created = texts.get("published"), texts.get("updated"), texts.get("created")
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
        link_is_guid=fields.guid_is_link and fields.link == texts["id"],
    )


def _read_fields(node: etree._Element) -> _Fields:
    if any(str(name).lower() in _CDF_ATTRIBUTES for name in node.attrib):
        raise _Unusual
    fields = _Fields()
    for child in node:
        kind = role(child)
        if (reader := _READERS.get(kind)) is not None:
            reader(fields, child)
        elif kind not in ("neutral", "language", "caption") or (
            len(child) and _has_hidden_field(child, fields)
        ):
            raise _Unusual
    _check_whole(node, fields)
    return fields


def _check_whole(node: etree._Element, fields: _Fields) -> None:
    """Refuses an entry for which feedparser would look elsewhere for its link or its summary."""
    texts = fields.texts
    has_page = fields.link and not (fields.guid_is_link and fields.link == texts["id"])
    if not has_page and (fields.addressed or (not fields.link and "second link" in texts)):
        raise _Unusual
    if not (texts.get("summary") or texts.get("content")) and next(node.iter(*CAPTIONS), None) is not None:
        raise _Unusual


def _read_once(fields: _Fields, node: etree._Element, name: str) -> None:
    """A field that feedparser would overwrite or combine where it repeats."""
    if name in fields.texts:
        raise _Unusual
    fields.texts[name] = _text(node, MAX_SMALL_TEXT)


def _read_content(fields: _Fields, node: etree._Element, name: str, max_length: int = MAX_BODY) -> None:
    if name in fields.texts:
        raise _Unusual
    fields.texts[name] = _content(node, max_length)


def _check_other_title(fields: _Fields, _: etree._Element) -> None:
    """A title of another vocabulary: ignored where the entry's own came before."""
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
            fields.link, fields.guid_is_link = value, True


def _read_link(fields: _Fields, node: etree._Element) -> None:
    """The last link with an address or a text counts."""
    if len(node):
        raise _Unusual
    attributes = {str(name).lower(): str(value) for name, value in node.items()}
    if attributes.keys() & {"href", "url", "uri"}:
        address = attributes.get("url", attributes.get("uri", attributes.get("href"))) or ""
        if not address or len(address) > MAX_SMALL_TEXT or _ODD_ADDRESS.match(address):
            raise _Unusual
        fields.addressed = True
        kind = attributes.get("type", "text/html").lower()
        if attributes.get("rel", "alternate").lower() == "alternate" and kind in _HTML_TYPES:
            fields.link = address
        return
    value = _text(node, MAX_SMALL_TEXT)
    if _ODD_ADDRESS.match(value):
        raise _Unusual
    fields.addressed = fields.addressed or bool(value)
    fields.link = _REFERENCE.sub(r"&\1", value.replace("&amp;", "&"))


def _read_author(fields: _Fields, node: etree._Element) -> None:
    nested = bool(len(node))
    if fields.nested not in (None, nested):
        raise _Unusual
    fields.nested = nested
    name = _nested_name(node) if nested else _text(node, MAX_NAME_TEXT)
    if _LONG_RUN.search(name) or "mailto:" in name:
        raise _Unusual
    if name:
        fields.authors.append(name)


def _nested_name(node: etree._Element) -> str:
    """The name of an author whose name has an element of its own; empty where there is none."""
    names = [part for part in node if _local_name(part) == "name"]
    leaks = any(map(_leaks_text, node.iterdescendants()))
    if len(names) > 1 or leaks or _has_hidden_field(node) or (node.text or "").strip():
        raise _Unusual
    if not names:
        return ""
    if not (names[0].text or "").strip():
        raise _Unusual
    return _raw_text(names[0], MAX_NAME_TEXT)  # feedparser repairs no mojibake in it


def _leaks_text(part: etree._Element) -> bool:
    """Whether feedparser takes the text of an author's part for the author's own: it does where an unknown
    element has attributes."""
    return bool(part.attrib) and _local_name(part) not in _AUTHOR_PARTS and bool((part.text or "").strip())


def _read_image(fields: _Fields, node: etree._Element) -> None:
    """A picture with its size; a title in it could become the entry's."""
    _check_parts(node, _IMAGE_SIZES)
    fields.texts["image"] = ""


def _read_source(fields: _Fields, node: etree._Element) -> None:
    _read_once(fields, node, "source")
    fields.source_url = node.get("url")


_READERS: dict[str, Callable[[_Fields, etree._Element], None]] = {
    "title": partial(_read_content, name="title", max_length=MAX_SMALL_TEXT),
    "summary": partial(_read_content, name="summary"),
    "content": partial(_read_content, name="content"),
    "other title": _check_other_title,
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


def _local_name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _content(node: etree._Element, max_length: int = MAX_SMALL_TEXT) -> str:
    """The text of an element that may say how it is encoded."""
    for name, value in node.items():
        if name in ("mode", "src") or (name == "type" and value.lower() not in _PLAIN_TYPES):
            raise _Unusual
    return _text(node, max_length)


def _text(node: etree._Element, max_length: int) -> str:
    text = _raw_text(node, max_length)
    return text if text.isascii() else _repair_mojibake(text)


def _raw_text(node: etree._Element, max_length: int) -> str:
    if len(node):
        raise _Unusual
    text = (node.text or "").strip()
    if len(text) > max_length:
        raise _Unusual
    return text


def _repair_mojibake(text: str) -> str:
    """Undoes UTF-8 decoded as Latin-1 and encoded again, and turns C1 controls into Windows-1252
    characters."""
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return _C1.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "ignore") or match[0], text)


def _has_hidden_field(node: etree._Element, fields: _Fields | None = None) -> bool:
    """Whether feedparser would read a field from within an element that is neutral by itself. A picture's
    title does not count where the entry has a title already."""
    titled = fields is not None and bool(fields.texts.get("title"))
    for part in node.iterdescendants():
        kind = role(part)
        if (
            kind != "neutral"
            and not (kind == "caption" and fields)
            and not (kind == "other title" and titled)
        ):
            return True
    return False
