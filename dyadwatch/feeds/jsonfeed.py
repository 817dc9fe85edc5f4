"""JSON Feed 1.0 and 1.1 (jsonfeed.org). Fields of a wrong type count as absent."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from html import escape
from typing import Any

from dyadwatch import urls
from dyadwatch.errors import FeedError
from dyadwatch.feeds.channel import MAX_HUBS
from dyadwatch.feeds.entries import RawEntry, finish, plain
from dyadwatch.feeds.markup import MAX_CHARS, MAX_ENTRIES
from dyadwatch.model.feeds import ParsedFeed

_VERSION = "jsonfeed.org/version/1"
_COMMA = re.compile(r"\s*,\s*")
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')


def read(text: str, *, url: str, now: datetime) -> ParsedFeed:
    """The feed in `text`, fetched from `url`. Raises FeedError feed_malformed, feed_not_a_feed,
    feed_too_complex."""
    if len(text) > MAX_CHARS:
        raise FeedError(f"the feed has more than {MAX_CHARS} characters", code="feed_too_complex")
    document, complete = _load(text)
    items = document.get("items")
    if not isinstance(items, list) or (
        _VERSION not in str(document.get("version", "")) and "title" not in document
    ):
        raise FeedError("the JSON is not a JSON Feed", code="feed_not_a_feed")
    raws = [_raw(item) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    language = plain(_text(document, "language"), 35) or None
    return ParsedFeed(
        kind="json",
        title=plain(_text(document, "title")),
        entries=finish(raws, url=url, now=now, language=language),
        language=language,
        complete=complete,
        hubs=tuple(_hubs(document, url))[:MAX_HUBS],
        topic=urls.absolute(_text(document, "feed_url"), url),
    )


def _load(text: str) -> tuple[dict[str, Any], bool]:
    """The document in `text`, and whether that is all of it."""
    try:
        return json.loads(text, strict=False), True
    except RecursionError as error:
        raise FeedError("the JSON is nested too deep", code="feed_too_complex") from error
    except ValueError as error:
        document = _whole_part(text)
        if document is None:
            raise FeedError(f"the feed is not JSON: {error}") from error
        return document, False


def _whole_part(text: str) -> dict[str, Any] | None:
    """The head and the first whole items of a document that is cut off or broken; None without any."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    decoder = json.JSONDecoder(strict=False)
    items: list[Any] = []
    at = start.end()
    with suppress(ValueError, RecursionError):
        while len(items) < MAX_ENTRIES:
            item, at = decoder.raw_decode(text, at)
            items.append(item)
            at = match.end() if (match := _COMMA.match(text, at)) else len(text)
    with suppress(ValueError):
        return {**json.loads(text[: start.end()] + "]}", strict=False), "items": items} if items else None
    return None


def _hubs(document: dict[str, Any], url: str) -> Iterator[str]:
    """Hubs of type WebSub, or of none: the specification leaves the type open."""
    items = document.get("hubs")
    for hub in items if isinstance(items, list) else ():
        if isinstance(hub, dict) and (_text(hub, "type") or "WebSub").lower() in ("websub", "pubsubhubbub"):
            address = urls.absolute(_text(hub, "url"), url)
            if address is not None:
                yield address


def _raw(item: dict[str, Any]) -> RawEntry:
    modified = _text(item, "date_modified")
    text = _text(item, "content_text")
    return RawEntry(
        guid=_text(item, "id"),
        # An external URL is the page that the item is about.
        link=_text(item, "url") or _address(_text(item, "id")) or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or (escape(text, quote=False) if text else None),
        authors=tuple(_authors(item)),
        dates=(_text(item, "date_published"), modified),
        updated=modified,
    )


def _address(identity: str | None) -> str | None:
    """An id that is the address of its item, as the specification recommends."""
    return identity if identity and identity.startswith(("https://", "http://")) else None


def _authors(item: dict[str, Any]) -> list[str]:
    items = item.get("authors")
    people = items if isinstance(items, list) else [item.get("author")]  # 1.1, else 1.0
    return [name for person in people if isinstance(person, dict) and (name := _text(person, "name"))]


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # ids are often numbers
    return value if isinstance(value, str) and value else None
