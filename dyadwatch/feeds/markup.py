"""Untrusted XML made harmless: bounded, without a DTD, well-formed.

libxml2 parses first, in C and with its own limits (depth 256, no entities, no network); feedparser, whose
Python handlers cost microseconds per element and much more per level of nesting, sees only what passed.
"""

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from html.entities import html5

from lxml import etree

from dyadwatch import dates
from dyadwatch.errors import FeedError
from dyadwatch.feeds import unescaped_texts

MAX_CHARS = 10 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_ELEMENTS = 25_000
_MANY_ENTRIES = 200  # of which some may be beyond a bound
MAX_DEPTH = 64
MAX_TAGS = 500_000
MAX_ATTRIBUTES = 24
MAX_DOCTYPES = 4  # XML allows one
# Longest text of an element that holds no article text; names, dates and links are far shorter, and some of
# feedparser's patterns take quadratic time on them.
MAX_SMALL_TEXT = 2_048
MAX_NAME_TEXT = 256
MAX_RUN = 32
# Longest text of one description or content, and of all together.
MAX_BODY = 256 * 1024
MAX_BODIES = 4 * 1024 * 1024

_HEAD_ELEMENTS = 1_000  # elements left for the feed itself
_BODIES = frozenset(
    {"description", "summary", "content", "encoded", "body", "fullbody", "fulltext", "tagline"}
)
_NAMES = frozenset(
    {"author", "creator", "name", "managingEditor", "webMaster", "owner", "publisher", "contributor"}
)
_RUN = re.compile(rf"(\S{{{MAX_RUN}}})\S+")
_ENTRY_TAGS = frozenset({"item", "entry", "url"})
_DATES = frozenset({"pubDate", "published", "date", "updated", "issued", "modified"})
_ADDRESSES = frozenset({"link", "loc", "guid", "id"})
_LINK_ATTRIBUTES = frozenset({"href", "hreflang", "rel", "title", "type"})
_IANA = "http://www.iana.org/assignments/"
_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
# Possessive throughout: a prolog of many comments is read once, not over and over.
_DOCTYPE = re.compile(r"\s*+(?:(?><!--.*?-->|<\?.*?\?>)\s*+)*+<!DOCTYPE\b", re.IGNORECASE | re.DOTALL)
_DOCTYPE_TURN = re.compile(r"[\[>]")
_SUBSET_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"<!ENTITY\s", re.IGNORECASE)
_HARMLESS_ENTITIES = 500
# A CDATA section as a whole, else an ampersand that begins no numeric reference, with the name after it.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:([A-Za-z][A-Za-z0-9]{1,31});)?(?!#[0-9xX])", re.DOTALL
)
_OWN_OF_XML = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_PREFIX = re.compile(
    r"<(?:/?)([A-Za-z_][\w.-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,30}):[\w.-]{1,60}\s{0,4}="
)
_BASE = re.compile(r"base\s*=")
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_TEXTS = frozenset({"content", "description", "encoded", "rights", "subtitle", "summary", "title"})
_FIRST_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xlink": "http://www.w3.org/1999/xlink",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}


@dataclass(frozen=True, slots=True)
class Markup:
    """A bounded document as libxml2 understood it: without comments, processing instructions and DTD.

    `complete` is False where it was cut off at its end, `repaired` True where it was not well-formed; `tags`
    is about how many there are; `has_base` is True where an element other than a text has a base address.
    """

    root: etree._Element
    complete: bool
    repaired: bool
    tags: int
    has_base: bool

    def body(self) -> bytes:
        """The document as well-formed UTF-8, cut to what feedparser can handle. Raises FeedError
        feed_too_complex."""
        bound(self.root)
        return etree.tostring(self.root, encoding="utf-8")


def load(text: str) -> Markup:
    """The document in `text` as libxml2 reads it, repaired where it is not well-formed.

    Raises FeedError feed_too_complex for what would cost too much, feed_malformed where no element is found.
    """
    if len(text) > MAX_CHARS:
        raise FeedError(f"the feed has more than {MAX_CHARS} characters", code="feed_too_complex")
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise FeedError(f"the feed has more than {MAX_TAGS} tags", code="feed_too_complex")
    declaration = _DECLARATION.match(text)
    text = _without_doctype(text[declaration.end() :] if declaration else text)
    root, complete = _strict(text), True
    if root is None and (allowed := _without_forbidden(text)) != text:
        text = allowed
        root = _strict(text)
    repaired = root is None
    if root is None:
        root, complete = _repair(text)
    if not complete:
        _drop_unfinished_entry(root, text)
    if ":href" in text or _IANA in text:
        _simplify_links(root)
    has_base = _BASE.search(text) is not None and _drop_bases_of_texts(root)
    return Markup(root, complete, repaired, tags, has_base)


def _without_forbidden(text: str) -> str:
    """`text` without the characters that XML forbids, and without references to them. Two references to the
    halves of a pair of UTF-16 become their character."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1], 16) if match[1] else int(match[2])
        forbidden = number > sys.maxunicode or _NOT_XML.match(chr(number))
        return match[0] if not forbidden else chr(number) if 0xD800 <= number < 0xE000 else ""

    text = _NUMBER.sub(character, text) if "&#" in text else text
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _NOT_XML.sub("", text)


def _simplify_links(root: etree._Element) -> None:
    """Links with the attributes that RFC 4287 has: some writers qualify their names, and give a relation as
    the IRI that IANA registers."""
    for node in root.iter("{*}link"):
        for name, value in node.attrib.items():
            local = str(name).rpartition("}")[2].lower()
            if local in _LINK_ATTRIBUTES and local not in node.attrib:
                node.set(local, value)
        if node.get("rel", "").startswith(_IANA):
            node.set("rel", re.split("[/#]", node.get("rel", ""))[-1])


def _drop_unfinished_entry(root: etree._Element, text: str) -> None:
    """Removes the last entry of a document that was cut off within it, unless only its own end is missing: a
    half address leads nowhere, and the next document has the entry whole."""
    entries = _entries(root)
    parent = entries[-1].getparent() if entries else None
    if parent is not None and not _is_whole(entries[-1], text):
        parent.remove(entries[-1])


def _is_whole(entry: etree._Element, text: str) -> bool:
    """Whether the last entry in `text` has its end, or else what would come before that: an address, and the
    end of its last element."""
    name = re.escape(_name_in_text(entry))
    start = max((match.start() for match in re.finditer(rf"<{name}(?:[\s/>]|\Z)", text)), default=0)
    if re.search(rf"</{name}\s*>", text[start:]):
        return True
    ends = (f"</{_name_in_text(entry[-1])}>", "/>") if len(entry) else ()
    return text.rstrip().endswith(ends) and any(_local(node) in _ADDRESSES for node in entry)


def _name_in_text(node: etree._Element) -> str:
    return f"{node.prefix}:{_local(node)}" if node.prefix else _local(node)


def _drop_bases_of_texts(root: etree._Element) -> bool:
    """Removes the base addresses of texts, which feedparser would apply to all that follows; whether others
    are left."""
    others_left = False
    for node in root.iter():
        for name in (_XML_BASE, "base"):
            if name in node.attrib:
                if _local(node) in _TEXTS:
                    del node.attrib[name]
                else:
                    others_left = True
    return others_left


def _without_doctype(text: str) -> str:
    """`text` without the document type declarations before its first element; entities that would grow are
    refused."""
    at = count = 0
    while match := _DOCTYPE.match(text, at):
        if (count := count + 1) > MAX_DOCTYPES:
            raise FeedError("the feed has many document type declarations", code="feed_too_complex")
        turn = _DOCTYPE_TURN.search(text, match.end())
        end = _SUBSET_END.search(text, turn.end()) if turn and turn.group() == "[" else turn
        if turn is None or end is None:
            raise FeedError("the document type declaration does not end")
        _refuse_entities(text[turn.end() : end.start()])
        at = end.end()
    return text[at:]


def _refuse_entities(subset: str) -> None:
    declared = _ENTITY.split(subset)[1:]
    if len(declared) > _HARMLESS_ENTITIES or any("&" in part and "&#" not in part for part in declared):
        raise FeedError("the feed declares entities made of entities", code="feed_too_complex")
    if any(len(part) > MAX_SMALL_TEXT for part in declared):
        raise FeedError("the feed declares an entity that is too long", code="feed_too_complex")


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _strict(text: str) -> etree._Element | None:
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), _parser(recover=False))
    except etree.XMLSyntaxError as error:
        _refuse_excess(str(error))
        return None


def _refuse_excess(message: str) -> None:
    if "xcessive depth" in message or "AttValue length too long" in message or "amplification" in message:
        raise FeedError(f"the feed is too complex: {message}", code="feed_too_complex")


def _repair(text: str) -> tuple[etree._Element, bool]:
    """The tree that libxml2 makes of a document with faults, and whether that has its end."""
    if text.count("&") > MAX_TAGS:
        raise FeedError(
            f"the feed is not well-formed and has more than {MAX_TAGS} ampersands", code="feed_too_complex"
        )
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(_declare(_name_characters(unescaped_texts.escape(text))).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(f"the feed is not XML: {error}") from error
    if root is None:
        raise FeedError("the feed holds no XML element")
    for fault in parser.error_log:
        _refuse_excess(fault.message)
    return root, f"</{_name_in_text(root)}" in text


def _name_characters(text: str) -> str:
    """Named characters as themselves or their numbers, bare ampersands as theirs: after its first fault,
    libxml2 drops every reference but numeric ones."""

    def character(match: re.Match[str]) -> str:
        if match[0][0] == "<":
            return match[0]
        name = match[1]
        return _OWN_OF_XML.get(name) or html5.get(f"{name};", "&#38;" + match[0][1:])

    return _AMPERSAND.sub(character, text)


def _declare(text: str) -> str:
    """Declares the prefixes that the document uses without saying what they mean."""
    first = _FIRST_ELEMENT.search(text)
    if first is None:
        return text
    used = {one or other for one, other in _PREFIX.findall(text)} - {"xml", "xmlns"}
    missing = [prefix for prefix in sorted(used)[:50] if f"xmlns:{prefix}" not in text]
    declared = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in missing
    )
    return text[: first.end()] + declared + text[first.end() :]


def bound(root: etree._Element) -> None:
    """Cuts `root` to what is worth reading: its newest 2,000 entries, less where they are very large, with
    bounded names and attributes. Raises FeedError feed_too_complex for what costs too much even so."""
    _drop_entries(root)
    if root.xpath("/*" * (MAX_DEPTH + 1)):
        raise FeedError(f"the feed is nested deeper than {MAX_DEPTH} levels", code="feed_too_complex")
    attributes, bodies = 0, MAX_BODIES
    for count, node in enumerate(root.iter(), 1):
        attributes += _bound_attributes(node)
        if max(count, attributes // 2) > MAX_ELEMENTS:
            raise FeedError(f"the feed has more than {MAX_ELEMENTS} elements", code="feed_too_complex")
        text = node.text or ""
        if len(text) > MAX_NAME_TEXT:
            name = _local(node)
            node.text = text[: min(MAX_BODY, bodies) if name in _BODIES else MAX_SMALL_TEXT]
            bodies -= len(node.text) if name in _BODIES else 0
        if len(text) > MAX_RUN and _local(node) in _NAMES:
            node.text = _RUN.sub(r"\1", text[:MAX_NAME_TEXT])
    etree.cleanup_namespaces(root)


def _bound_attributes(node: etree._Element) -> int:
    """Cuts the attributes of `node`, on which feedparser takes quadratic time; how many are left."""
    attributes = node.attrib
    if len(attributes) > 10 * MAX_ATTRIBUTES:
        raise FeedError(f"an element has more than {10 * MAX_ATTRIBUTES} attributes", code="feed_too_complex")
    if len(attributes) > MAX_ATTRIBUTES or any(len(value) > MAX_SMALL_TEXT for value in attributes.values()):
        short = [(name, value) for name, value in attributes.items() if len(value) <= MAX_SMALL_TEXT]
        attributes.clear()
        attributes.update(short[:MAX_ATTRIBUTES])
    return len(attributes)


def _drop_entries(root: etree._Element) -> None:
    """Removes the entries beyond the bound on their number, or on all their elements together: the oldest
    ones, at whichever end they are."""
    entries = _entries(root)
    if len(entries) > _MANY_ENTRIES and _moment(entries[0]) < _moment(entries[-1]):
        entries.reverse()
    elements = 0
    for number, node in enumerate(entries):
        elements += 0 if elements > MAX_ELEMENTS else sum(1 for _ in node.iter())
        parent = node.getparent()
        if parent is not None and (
            number >= MAX_ENTRIES or (number and elements > MAX_ELEMENTS - _HEAD_ELEMENTS)
        ):
            parent.remove(node)


def _moment(entry: etree._Element) -> datetime:
    """When an entry was published, as its first date says; long ago where none can be read."""
    texts = (str(node.text)[:MAX_NAME_TEXT] for node in entry if _local(node) in _DATES and node.text)
    stated = next(filter(None, map(dates.parse, texts)), None)
    return stated.utc if stated else datetime.min.replace(tzinfo=UTC)


def _entries(root: etree._Element) -> list[etree._Element]:
    return [node for node in root.iter() if _local(node) in _ENTRY_TAGS and _is_entry_place(node, root)]


def _is_entry_place(node: etree._Element, root: etree._Element) -> bool:
    parent = node.getparent()
    return parent is root or (parent is not None and parent.getparent() is root)


def _local(node: etree._Element) -> str:
    tag = node.tag
    return str(tag).rpartition("}")[2]
