"""Pages and feeds of the demo newsroom as bytes, each with its content type and the time of its last change."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from string import Template
from xml.etree import ElementTree as ET

from dyadwatch.local.demo.publishers import Piece, Publisher

FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})


@dataclass(frozen=True, slots=True)
class Document:
    """What a path answers with."""

    body: bytes
    content_type: str
    changed_at: datetime


def site(publishers: tuple[Publisher, ...], base: str) -> dict[str, Document]:
    """Every document of the newsroom by path; `base` is scheme, host and port."""
    documents = {"/": _listing(publishers, base), "/robots.txt": _robots(publishers)}
    for publisher in publishers:
        documents[publisher.feed_path] = feed(publisher, base)
        documents[f"/{publisher.slug}/"] = _listing((publisher,), base)
        documents |= {piece.path: page(publisher, piece, base) for piece in publisher.pieces}
    return documents


def page(publisher: Publisher, piece: Piece, base: str) -> Document:
    """An article's page, with the publisher's chrome around it."""
    credit = f'<p class="credit"><em>{escape(piece.credit)}</em></p>' if piece.credit else ""
    paragraphs = "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in piece.body)
    links = "\n".join(
        f'<li><a href="{other.path}">{escape(other.title)}</a></li>'
        for other in publisher.pieces
        if other != piece
    )
    plain = {
        "language": piece.language,
        "direction": "rtl" if piece.language in _RIGHT_TO_LEFT else "ltr",
        "site": publisher.name,
        "title": piece.title,
        "dek": piece.dek,
        "author": piece.author,
        "section": piece.section,
        "published": piece.published.isoformat(),
        "day": f"{piece.published:%d.%m.%Y}",
        "url": base + piece.path,
        "home": f"/{publisher.slug}/",
        "feed_url": publisher.feed_path,
        "feed_type": FEED_TYPES[publisher.feed_kind],
        "notice": publisher.notice,
    }
    html = {"body": paragraphs + credit, "related": links, "jsonld": _jsonld(publisher, piece, base)}
    filled = Template(publisher.template).substitute(
        {name: escape(text) for name, text in plain.items()} | html
    )
    return Document(filled.encode(), "text/html; charset=utf-8", piece.published)


def feed(publisher: Publisher, base: str) -> Document:
    """The publisher's feed, newest entry first."""
    render = {"rss": _rss, "atom": _atom, "json": _json}[publisher.feed_kind]
    content_type = f"{FEED_TYPES[publisher.feed_kind]}; charset=utf-8"
    return Document(render(publisher, base), content_type, publisher.pieces[0].published)


def _jsonld(publisher: Publisher, piece: Piece, base: str) -> str:
    statement = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + piece.path,
        "headline": piece.title,
        "description": piece.dek,
        "articleSection": piece.section,
        "inLanguage": piece.language,
        "datePublished": piece.published.isoformat(),
        "author": [{"@type": "Person", "name": piece.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name},
    }
    return json.dumps(statement, ensure_ascii=False).replace("<", "\\u003c")


def _rss(publisher: Publisher, base: str) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", publisher.name)
    _add(channel, "link", f"{base}/{publisher.slug}/")
    _add(channel, "description", publisher.notice)
    _add(channel, "language", publisher.facts["language"])
    for piece in publisher.pieces:
        item = ET.SubElement(channel, "item")
        _add(item, "title", piece.title)
        _add(item, "link", base + piece.path)
        _add(item, "guid", base + piece.path)
        _add(item, "description", piece.dek)
        _add(item, f"{{{_DUBLIN_CORE}}}creator", piece.author)
        _add(item, "pubDate", format_datetime(piece.published))
    return _xml(root)


def _atom(publisher: Publisher, base: str) -> bytes:
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": publisher.facts["language"]})
    _add(root, f"{{{_ATOM}}}id", base + publisher.feed_path)
    _add(root, f"{{{_ATOM}}}title", publisher.name)
    _add(root, f"{{{_ATOM}}}updated", publisher.pieces[0].published.isoformat())
    ET.SubElement(root, f"{{{_ATOM}}}link", rel="self", href=base + publisher.feed_path)
    for piece in publisher.pieces:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry", {"xml:lang": piece.language})
        _add(entry, f"{{{_ATOM}}}id", base + piece.path)
        _add(entry, f"{{{_ATOM}}}title", piece.title)
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=base + piece.path)
        _add(entry, f"{{{_ATOM}}}published", piece.published.isoformat())
        _add(entry, f"{{{_ATOM}}}updated", piece.published.isoformat())
        _add(ET.SubElement(entry, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name", piece.author)
        _add(entry, f"{{{_ATOM}}}summary", piece.dek)
    return _xml(root)


def _json(publisher: Publisher, base: str) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.name,
        "home_page_url": f"{base}/{publisher.slug}/",
        "feed_url": base + publisher.feed_path,
        "language": publisher.facts["language"],
        "items": [
            {
                "id": base + piece.path,
                "url": base + piece.path,
                "title": piece.title,
                "summary": piece.dek,
                "date_published": piece.published.isoformat(),
                "authors": [{"name": piece.author}],
                "language": piece.language,
            }
            for piece in publisher.pieces
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _add(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _xml(root: ET.Element) -> bytes:
    ET.register_namespace("", _ATOM)
    ET.register_namespace("dc", _DUBLIN_CORE)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _listing(publishers: tuple[Publisher, ...], base: str) -> Document:
    pieces = [piece for publisher in publishers for piece in publisher.pieces]
    rows = "".join(f'<li><a href="{base}{piece.path}">{escape(piece.title)}</a></li>' for piece in pieces)
    names = escape(" · ".join(publisher.name for publisher in publishers))
    notices = "".join(f"<p>{escape(publisher.notice)}</p>" for publisher in publishers)
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{names}</title></head>'
        f"<body><h1>{names}</h1><ul>{rows}</ul><footer>{notices}</footer></body></html>"
    )
    return Document(html.encode(), "text/html; charset=utf-8", max(piece.published for piece in pieces))


def _robots(publishers: tuple[Publisher, ...]) -> Document:
    changed_at = min(piece.published for publisher in publishers for piece in publisher.pieces)
    return Document(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", changed_at)
