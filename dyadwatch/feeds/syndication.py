"""RSS, RDF and Atom, by the fast path or else by feedparser, the parser of record, which only this module
imports.

feedparser gets bytes from `markup` that are well-formed, UTF-8 and bounded, as a stream: given a string it
would try to open a URL or a file of that name. Cleaning the HTML of entries is left to the extractor.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import feedparser
from lxml import etree

from dyadwatch.errors import FeedError
from dyadwatch.feeds import channel, fast_parser
from dyadwatch.feeds.elements import role
from dyadwatch.feeds.entries import RawEntry, finish, plain
from dyadwatch.feeds.fast_parser import FeedContent
from dyadwatch.feeds.markup import Markup, load
from dyadwatch.model.feeds import FeedKind, ParsedFeed

_HTML = ("text/html", "application/xhtml+xml")


def read(text: str, *, url: str, now: datetime) -> ParsedFeed:
    """The feed in `text`, fetched from `url`. Raises FeedError feed_malformed where nothing can be read,
    feed_too_complex where it would cost too much."""
    markup = load(text)
    hints = channel.read(markup.root, url)
    if _kind(markup) == "atom":
        _drop_other_versions(markup.root)
    content = fast_parser.read(markup) or _by_feedparser(markup)
    if markup.repaired and not content.entries:
        raise FeedError("the feed is not well-formed XML, and no entry could be read")
    language = plain(content.language, 35) or None
    raws = map(_with_link, content.entries) if _kind(markup) == "rss" else content.entries
    entries = finish(list(raws), url=url, now=now, language=language)
    return ParsedFeed(
        kind=_kind(markup),
        title=plain(content.title),
        entries=entries,
        language=language,
        ttl=hints.ttl(entries),
        complete=markup.complete,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        hubs=hints.hubs,
        topic=hints.topic,
    )


def _with_link(raw: RawEntry) -> RawEntry:
    """An entry whose link is empty with its guid for one, where that is an address: it may lead to the page,
    though it need not."""
    is_address = not raw.link and (raw.guid or "").startswith(("https://", "http://"))
    return replace(raw, link=raw.guid) if is_address else raw


def _by_feedparser(markup: Markup) -> FeedContent:
    _drop_captions(markup.root)
    # Without the document's own URL: feedparser would make a guid like "7" an address that changes with it.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed = feedparser.parse(
            io.BytesIO(markup.body()),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:  # as of an empty <height> in an <image>
        raise FeedError(f"the feed defeats its parser: {error}") from error
    title, language = _text(parsed.feed, "title"), _text(parsed.feed, "language")
    return FeedContent(title or "", language, list(map(_raw, parsed.entries)))


def _drop_other_versions(root: etree._Element) -> None:
    """Removes from Atom entries the links to versions in other languages, which follow that of the article:
    feedparser would take the last."""
    for entry in root.iter("{*}entry"):
        pages = [
            link
            for link in entry.findall("{*}link")
            if link.get("href")
            and link.get("rel", "alternate").lower() == "alternate"
            and link.get("type", _HTML[0]) in _HTML
        ]
        for link in pages[1:]:
            entry.remove(link)


def _drop_captions(root: etree._Element) -> None:
    """Removes the descriptions of pictures from entries with a text of their own: feedparser would return
    them as the entry's content."""
    has_text: dict[etree._Element, bool] = {}
    for caption in list(root.iter(*fast_parser.CAPTIONS)):
        entry = next((node for node in caption.iterancestors() if role(node) == "entry"), None)
        if entry is None:
            continue
        if entry not in has_text:
            has_text[entry] = any(
                role(node) in ("summary", "content") and (node.text or "").strip() for node in entry
            )
        parent = caption.getparent()
        if has_text[entry] and parent is not None:
            parent.remove(caption)


def _kind(markup: Markup) -> FeedKind:
    name = str(markup.root.tag).rpartition("}")[2].lower()
    return "atom" if name == "feed" else "rdf" if name == "rdf" else "rss"


def _raw(entry: Mapping[str, Any]) -> RawEntry:
    guid, link, source = _text(entry, "id"), _link(entry), _mapping(entry, "source")
    fields = dict(entry)  # `entry.get` answers "updated" with "published"
    updated = _text(fields, "updated")
    return RawEntry(
        guid=guid,
        link=link,
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=_content(entry),
        authors=tuple(_authors(entry)),
        # RDF has dc:date only, which feedparser files under "updated".
        dates=(_text(fields, "published"), updated, _text(fields, "created")),
        updated=updated,
        source_name=_text(source, "title"),
        source_url=_text(source, "href") or _text(source, "link"),
        link_is_guid=bool(entry.get("guidislink")) and link == guid,
    )


def _link(entry: Mapping[str, Any]) -> str | None:
    link = _text(entry, "link")
    # An entry without an HTML page gets its id for a link, though it may have one of another type or of none.
    if link and not (entry.get("guidislink") and link == _text(entry, "id")):
        return link
    links = [item for item in _items(entry, "links") if item.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda item: item.get("type") not in _HTML)
    return next(
        (href for item in links if (href := _text(item, "href"))),
        _text(entry, "feedburner_origlink") or link,
    )


def _content(entry: Mapping[str, Any]) -> str | None:
    values = [
        (item.get("type") in _HTML, value)
        for item in _items(entry, "content")
        if (value := _text(item, "value"))
    ]
    return max(values, key=lambda pair: (pair[0], len(pair[1])))[1] if values else None


def _authors(entry: Mapping[str, Any]) -> Iterator[str]:
    for item in _items(entry, "authors"):
        if name := _text(item, "name"):
            yield name


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None


def _items(fields: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = fields.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _mapping(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}
