"""RSS, RDF and Atom. The one module that knows feedparser, the parser of record.

It gets bytes from `markup` that are well-formed, UTF-8 and bounded, as a stream: given a string it would try to
open a URL or a file of that name. Cleaning and resolving the HTML of entries is the extractor's business.
"""

import io
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from dyadwatch.errors import FeedError
from dyadwatch.feeds.entries import RawEntry, finish, plain
from dyadwatch.feeds.markup import Markup
from dyadwatch.model.feeds import FeedKind, ParsedFeed

_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DEFAULT_PERIOD = "daily"  # RSS 1.0 syndication module
_HTML = ("text/html", "application/xhtml+xml")


def read(markup: Markup, *, url: str, now: datetime) -> ParsedFeed:
    """The feed in `markup`, fetched from `url`. Raises FeedError feed_malformed where nothing can be read."""
    # Without the document's own URL: feedparser would make a guid like "7" an address that changes with it.
    headers = {"content-type": "application/xml; charset=utf-8"}
    found = feedparser.parse(
        io.BytesIO(markup.body()), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    if markup.repaired and not found.entries:
        raise FeedError("the feed is not well-formed XML, and no entry could be read")
    feed = found.feed
    return ParsedFeed(
        kind=_kind(found.version, markup),
        title=plain(_text(feed, "title")),
        entries=finish(map(_raw, found.entries), url=url, now=now),
        language=plain(_text(feed, "language"), 35) or None,
        ttl=_ttl(feed),
        complete=markup.complete,
    )


def _kind(version: str, markup: Markup) -> FeedKind:
    if version.startswith("atom"):
        return "atom"
    return "rdf" if str(markup.root.tag).lower().endswith("rdf") else "rss"


def _raw(entry: Mapping[str, Any]) -> RawEntry:
    source = _mapping(entry, "source")
    updated = _moment(entry, "updated_parsed")
    return RawEntry(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=_content(entry),
        authors=tuple(_authors(entry)),
        # RDF has dc:date only, which feedparser files under "updated".
        dates=(_moment(entry, "published_parsed"), updated, _moment(entry, "created_parsed")),
        updated=updated,
        source_name=_text(source, "title"),
        source_url=_text(source, "href") or _text(source, "link"),
    )


def _link(entry: Mapping[str, Any]) -> str | None:
    if link := _text(entry, "link"):
        return link
    links = [item for item in _items(entry, "links") if item.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda item: item.get("type") not in _HTML)
    return next(
        (href for item in links if (href := _text(item, "href"))), _text(entry, "feedburner_origlink")
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


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    """A struct_time of feedparser (UTC) as a moment. Not by `entry.get`, which answers "updated" with "published"."""
    value = dict(entry).get(name)
    if value is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _ttl(feed: Mapping[str, Any]) -> float | None:
    """Seconds between updates as the publisher says: RSS ttl (minutes), else sy:updatePeriod / sy:updateFrequency."""
    minutes = _number(_text(feed, "ttl"))
    if minutes is not None:
        return minutes * 60
    if "sy_updateperiod" not in feed and "sy_updatefrequency" not in feed:
        return None
    period = _PERIODS.get((_text(feed, "sy_updateperiod") or _DEFAULT_PERIOD).strip().lower())
    frequency = _number(_text(feed, "sy_updatefrequency") or "1")
    return None if period is None or frequency is None else period / max(1, frequency)


def _number(text: str | None) -> float | None:
    digits = (text or "").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not int(digits):
        return None
    return float(digits)


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _items(found: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = found.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _mapping(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    return value if isinstance(value, Mapping) else {}
