"""Atom 1.0 (RFC 4287), with the next page as RFC 5005 has it."""

from lxml import etree

from dyadwatch.exports import page
from dyadwatch.exports.page import Document, Page

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = "2026-01-01T00:00:00+00:00"  # an empty feed was never updated; readers take 1970 for a mistake


def write(shown: Page) -> bytes:
    """The feed. Its id stays the same from page to page."""
    feed = etree.Element("feed", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]  # None: the default one
    _add(feed, "id", page.feed_id(shown))
    _add(feed, "title", page.feed_title(shown))
    _add(feed, "updated", max((alert["updated_at"] for alert in shown.alerts), default=_NEVER))
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=shown.url)
    _add(feed, "link", rel="alternate", type="text/html", href=page.home(shown))
    if shown.hub is not None:
        _add(feed, "link", rel="hub", href=shown.hub)
    if shown.following is not None:
        _add(feed, "link", rel="next", type=MEDIA_TYPE, href=shown.base + shown.following)
    _add(_add(feed, "author"), "name", "dyadwatch")
    for alert in shown.alerts:
        _add_entry(feed, alert, shown.base)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


def _add_entry(feed: etree._Element, alert: Document, base: str) -> None:
    entry = _add(feed, "entry")
    if language := alert.get("language"):
        entry.set(_LANGUAGE, language)
    _add(entry, "id", page.own_url(alert, base))
    _add(entry, "title", page.title(alert))
    _add(entry, "updated", alert["updated_at"])
    _add(entry, "published", alert["created_at"])
    _add(entry, "link", rel="alternate", type="text/html", href=page.link(alert, base))
    for url, name in page.articles(alert):
        _add(entry, "link", rel="related", href=url, title=name)
    for term in (alert["watch"], *alert["event_types"]):
        _add(entry, "category", term=term)
    if markup := page.markup(alert):
        _add(entry, "content", markup, type="html")


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, name, {key: page.plain(value) for key, value in attributes.items()})
    element.text = None if text is None else page.plain(text)
    return element
