"""Renders the demo newsroom's pages and feeds, each with its content type and the time of its last change."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from string import Template
from xml.etree import ElementTree as ET

from dyadwatch.local.demo.publishers import Article, Publisher

FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_RIGHT_TO_LEFT = frozenset({"ar", "fa"})


@dataclass(frozen=True, slots=True)
class Document:
    """The content at a path."""

    body: bytes
    content_type: str
    changed_at: datetime


def render_site(publishers: tuple[Publisher, ...], base: str) -> dict[str, Document]:
    """Every document of the newsroom by path; `base` is scheme, host and port."""
    documents = {"/": _listing(publishers, base), "/robots.txt": _robots(publishers)}
    for publisher in publishers:
        documents[publisher.feed_path] = render_feed(publisher, base)
        documents[f"/{publisher.slug}/"] = _listing((publisher,), base)
        documents |= {article.path: render_page(publisher, article, base) for article in publisher.articles}
    return documents


def render_page(publisher: Publisher, article: Article, base: str) -> Document:
    """An article's page, within the publisher's template."""
    credit = f'<p class="credit"><em>{escape(article.credit)}</em></p>' if article.credit else ""
    paragraphs = "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in article.body)
    links = "\n".join(
        f'<li><a href="{other.path}">{escape(other.title)}</a></li>'
        for other in publisher.articles
        if other != article
    )
    texts = {
        "language": article.language,
        "direction": "rtl" if article.language in _RIGHT_TO_LEFT else "ltr",
        "site": publisher.name,
        "title": article.title,
        "dek": article.dek,
        "author": article.author,
        "section": article.section,
        "published": article.published.isoformat(),
        "day": f"{article.published:%d.%m.%Y}",
        "url": base + article.path,
        "home": f"/{publisher.slug}/",
        "feed_url": publisher.feed_path,
        "feed_type": FEED_TYPES[publisher.feed_kind],
        "notice": publisher.notice,
    }
    html = {"body": paragraphs + credit, "related": links, "jsonld": _jsonld(publisher, article, base)}
    html_page = Template(publisher.template).substitute(
        {name: escape(text) for name, text in texts.items()} | html
    )
    return Document(html_page.encode(), "text/html; charset=utf-8", article.published)


def render_feed(publisher: Publisher, base: str) -> Document:
    """The publisher's feed, newest entry first."""
    render = {"rss": _rss, "atom": _atom, "json": _json}[publisher.feed_kind]
    content_type = f"{FEED_TYPES[publisher.feed_kind]}; charset=utf-8"
    return Document(render(publisher, base), content_type, publisher.articles[0].published)


def _jsonld(publisher: Publisher, article: Article, base: str) -> str:
    statement = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + article.path,
        "headline": article.title,
        "description": article.dek,
        "articleSection": article.section,
        "inLanguage": article.language,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": article.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": publisher.name},
    }
    return json.dumps(statement, ensure_ascii=False).replace("<", "\\u003c")


def _rss(publisher: Publisher, base: str) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", publisher.name)
    _add(channel, "link", f"{base}/{publisher.slug}/")
    _add(channel, "description", publisher.notice)
    _add(channel, "language", publisher.fields["language"])
    for article in publisher.articles:
        item = ET.SubElement(channel, "item")
        _add(item, "title", article.title)
        _add(item, "link", base + article.path)
        _add(item, "guid", base + article.path)
        _add(item, "description", article.dek)
        _add(item, f"{{{_DUBLIN_CORE}}}creator", article.author)
        _add(item, "pubDate", format_datetime(article.published))
    return _xml(root)


def _atom(publisher: Publisher, base: str) -> bytes:
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": publisher.fields["language"]})
    _add(root, f"{{{_ATOM}}}id", base + publisher.feed_path)
    _add(root, f"{{{_ATOM}}}title", publisher.name)
    _add(root, f"{{{_ATOM}}}updated", publisher.articles[0].published.isoformat())
    ET.SubElement(root, f"{{{_ATOM}}}link", rel="self", href=base + publisher.feed_path)
    for article in publisher.articles:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry", {"xml:lang": article.language})
        _add(entry, f"{{{_ATOM}}}id", base + article.path)
        _add(entry, f"{{{_ATOM}}}title", article.title)
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=base + article.path)
        _add(entry, f"{{{_ATOM}}}published", article.published.isoformat())
        _add(entry, f"{{{_ATOM}}}updated", article.published.isoformat())
        _add(ET.SubElement(entry, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name", article.author)
        _add(entry, f"{{{_ATOM}}}summary", article.dek)
    return _xml(root)


def _json(publisher: Publisher, base: str) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.name,
        "home_page_url": f"{base}/{publisher.slug}/",
        "feed_url": base + publisher.feed_path,
        "language": publisher.fields["language"],
        "items": [
            {
                "id": base + article.path,
                "url": base + article.path,
                "title": article.title,
                "summary": article.dek,
                "date_published": article.published.isoformat(),
                "authors": [{"name": article.author}],
                "language": article.language,
            }
            for article in publisher.articles
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
    articles = [article for publisher in publishers for article in publisher.articles]
    rows = "".join(
        f'<li><a href="{base}{article.path}">{escape(article.title)}</a></li>' for article in articles
    )
    names = escape(" · ".join(publisher.name for publisher in publishers))
    notices = "".join(f"<p>{escape(publisher.notice)}</p>" for publisher in publishers)
    feeds = "".join(
        f'<link rel="alternate" type="{FEED_TYPES[publisher.feed_kind]}" href="{publisher.feed_path}"'
        f' title="{escape(publisher.name)}">'
        for publisher in publishers
    )
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{names}</title>{feeds}</head>'
        f"<body><h1>{names}</h1><ul>{rows}</ul><footer>{notices}</footer></body></html>"
    )
    return Document(html.encode(), "text/html; charset=utf-8", max(article.published for article in articles))


def _robots(publishers: tuple[Publisher, ...]) -> Document:
    changed_at = min(article.published for publisher in publishers for article in publisher.articles)
    return Document(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", changed_at)
