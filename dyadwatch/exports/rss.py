"""RSS 2.0 (Board specification 2.0.11), with Atom's links to itself and to the next page, and Dublin
Core's language of an item."""

from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from dyadwatch.exports import page
from dyadwatch.exports.page import Document, Page

MEDIA_TYPE = "application/rss+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


def write(shown: Page) -> bytes:
    """The feed."""
    rss = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM, "dc": _DUBLIN_CORE})
    channel = etree.SubElement(rss, "channel")
    _add(channel, "title", page.feed_title(shown))
    _add(channel, "link", page.home(shown))
    _add(channel, "description", "What the press says about pairs of actors, with the evidence.")
    if shown.alerts:
        _add(channel, "lastBuildDate", _date(max(alert["updated_at"] for alert in shown.alerts)))
    _add_link(channel, "self", shown.url)
    if shown.hub is not None:
        etree.SubElement(channel, f"{{{_ATOM}}}link", {"href": shown.hub, "rel": "hub"})
    if shown.following is not None:
        _add_link(channel, "next", shown.base + shown.following)
    for alert in shown.alerts:
        _add_item(channel, alert, shown.base)
    return etree.tostring(rss, xml_declaration=True, encoding="utf-8")


def _add_item(channel: etree._Element, alert: Document, base: str) -> None:
    item = etree.SubElement(channel, "item")
    _add(item, "title", page.title(alert))
    _add(item, "link", page.link(alert, base))
    if markup := page.markup(alert):
        _add(item, "description", markup)
    for term in (alert["watch"], *alert["event_types"]):
        _add(item, "category", term)
    _add(item, "guid", page.own_url(alert, base)).set("isPermaLink", "false")
    _add(item, "pubDate", _date(alert["created_at"]))
    if language := alert.get("language"):
        _add(item, f"{{{_DUBLIN_CORE}}}language", language)


def _add(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = page.plain(text)
    return element


def _add_link(channel: etree._Element, rel: str, href: str) -> None:
    attributes = {"href": page.plain(href), "rel": rel, "type": MEDIA_TYPE}
    etree.SubElement(channel, f"{{{_ATOM}}}link", attributes)


def _date(moment: str) -> str:
    """A time of an alert as RFC 5322 writes it, which RSS asks for."""
    return format_datetime(datetime.fromisoformat(moment))
