"""From the bytes of a response to a parsed tree: whether it is HTML, in which charset, within which
bounds."""

import re
import zlib
from contextlib import suppress
from email.message import Message

from lxml.etree import ElementDefaultClassLookup, LxmlError, strip_elements
from lxml.html import HtmlElement, HTMLParser, fromstring
from trafilatura.utils import detect_encoding, is_dubious_html, repair_faulty_html

from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import hide_joiners, shorten_tags
from dyadwatch.errors import NotArticle
from dyadwatch.text import encodings

MAX_BYTES = 5_000_000
# The largest of 487 real news pages has 7,100 tags; beyond this bound extraction takes longer than two
# seconds.
MAX_TAGS = 25_000

_HTML_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", ""}
)
_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
)
_GZIP = b"\x1f\x8b"
_GZIP_TYPES = frozenset({"application/gzip", "application/octet-stream", "application/x-gzip"})
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(?:!doctype|[a-z][a-z0-9]*)[\s>/]", re.IGNORECASE)
_FEED_ROOT = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.DOTALL
)
_MAX_NAMES = 1_000  # characters of class, id and style that searches look through
_ENDLESS_NAMES = path(
    " | ".join(f"//@{name}[string-length() > {_MAX_NAMES}]" for name in ("class", "id", "style"))
)
# What the parser takes amiss at the beginning of a page: a doctype with a slash, a root closed at once.
_FAULTY = re.compile(r"^< ?! ?doctype[^>]*/|<html.*/>$", re.IGNORECASE | re.MULTILINE)
_BEGINNING = 4096  # characters
_CONTROLS = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_PARSER = HTMLParser(  # type: ignore[call-arg]  # the stubs do not know default_doctype
    collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
)
# Without it lxml.html asks a function in Python for the class of each element, so that those of forms have
# methods of their own: a tenth of all the time that extraction takes.
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))


def read(html: bytes | str, *, content_type: str | None = None) -> str:
    """The characters of a page. `content_type` is the HTTP header's value, None where unknown.

    Raises NotArticle: page_empty, page_not_html (by type, magic number or lack of any tag), page_error
    (beyond MAX_BYTES or MAX_TAGS). A gzip file is unpacked.
    """
    size = len(html)
    if size > MAX_BYTES:
        raise NotArticle(f"the page has {size} bytes; at most {MAX_BYTES} are read", code="page_error")
    if not html.strip():
        raise NotArticle("the page is empty", code="page_empty")
    header = _header(content_type)
    is_packed = isinstance(html, bytes) and is_gzip_file(html, header.get_content_type())
    if header.get_content_type() not in _HTML_TYPES and content_type and not is_packed:
        raise NotArticle(f"the page is {header.get_content_type()}, not HTML", code="page_not_html")
    if isinstance(html, str):
        text = _replace_surrogates(html)
    else:
        text = decode(_unpack(html), charset=header.get_content_charset())
    if not _ANY_TAG.search(text) or _FEED_ROOT.match(text[:4096]):
        raise NotArticle("the page holds no HTML", code="page_not_html")
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise NotArticle(f"the page has {tags} tags; at most {MAX_TAGS} are read", code="page_error")
    return text


def is_gzip_file(body: bytes, kind: str) -> bool:
    """Whether a body of a media type (lower case, without parameters) is a gzip file, which may hold
    a page."""
    return kind in _GZIP_TYPES and body.startswith(_GZIP)


def parse(text: str) -> HtmlElement:
    """The tree of a page's characters, without drawings and styles. Raises NotArticle (page_not_html) where
    none can be made."""
    tree = _tree(hide_joiners(shorten_tags(text)))
    if tree is None:
        raise NotArticle("the page cannot be parsed as HTML", code="page_not_html")
    strip_elements(tree, "style", "svg", with_tail=False)
    for value in _ENDLESS_NAMES(tree):
        value.getparent().set(value.attrname, value[:_MAX_NAMES])
    return tree


def _tree(text: str) -> HtmlElement | None:
    """As trafilatura's `load_html`, which has no parser to choose and looks for faults in all of a page."""
    beginning = text[:50].lower()
    if _FAULTY.search(text[:_BEGINNING]):
        text = repair_faulty_html(text, beginning)
    tree: HtmlElement | None = None
    with suppress(LxmlError, ValueError):
        source = text.encode("utf-8", "surrogatepass").translate(None, _CONTROLS)
        tree = fromstring(source, parser=_PARSER)
    return None if tree is not None and is_dubious_html(beginning) and len(tree) < 2 else tree


def _unpack(body: bytes) -> bytes:
    """What a page holds that is a gzip file though HTTP does not say so; of one that is cut off what comes
    before. Raises NotArticle: page_not_html where nothing can be read, page_error for more than MAX_BYTES."""
    if not body.startswith(_GZIP):
        return body
    file = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = file.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise NotArticle("the page is a gzip file that is damaged", code="page_not_html") from error
    if len(unpacked) > MAX_BYTES:
        raise NotArticle(f"the page has more than {MAX_BYTES} bytes once unpacked", code="page_error")
    return unpacked


def decode(body: bytes, *, charset: str | None = None) -> str:
    """Text of a page: byte order mark, valid UTF-8, the HTTP header's `charset`, the page's own declaration,
    then detection. UTF-8 goes before declarations because other text is hardly ever valid UTF-8 by accident.
    Undecodable bytes become U+FFFD. Feeds have rules of their own, see `feeds.charset`. Raises NotArticle
    (page_not_html) for a known binary format."""
    if body.startswith(_BINARY_STARTS):
        raise NotArticle("the page is a binary file", code="page_not_html")
    marked = encodings.decode_by_mark(body)
    if marked is not None:
        return marked
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = [charset, *_declared_labels(body)]
    for label in declared:
        text = _decode_as(body, label)
        if text is not None:
            return text
    if any(label and label.lower() in {"utf-8", "utf8"} for label in declared):
        return body.decode("utf-8", "replace")
    for label in detect_encoding(body):
        text = _decode_as(body, label)
        if text is not None:
            return text
    return body.decode("utf-8", "replace")


def _replace_surrogates(text: str) -> str:
    """Replaces lone surrogates, which no encoder takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _header(content_type: str | None) -> Message:
    message = Message()
    message["content-type"] = content_type or "text/html"
    return message


def _declared_labels(body: bytes) -> list[str]:
    in_meta = _META_CHARSET.search(body[:8192])
    labels = (in_meta and in_meta.group(1).decode("ascii"), encodings.xml_declaration(body))
    return [label for label in labels if label]


def _decode_as(body: bytes, label: str | None) -> str | None:
    """`body` under a declared label, None where the label is unknown or does not fit (a few stray bytes are
    let pass)."""
    codec = encodings.codec_of(label) if label else None
    if codec is None:
        return None
    text = body.decode(codec, "replace")
    return text if text.count("�") <= len(body) // 1000 else None
