"""JSON Feed 1.1. Each item has the whole alert as its extension."""

from typing import Any

import orjson

from dyadwatch.exports import page
from dyadwatch.exports.page import Document, Page

MEDIA_TYPE = "application/feed+json"


def write(shown: Page) -> bytes:
    """The feed."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.feed_title(shown),
        "home_page_url": page.home(shown),
        "feed_url": shown.url,
        "items": [_item(alert, shown.base) for alert in shown.alerts],
    }
    if shown.hub is not None:
        feed["hubs"] = [{"type": "WebSub", "url": shown.hub}]
    if shown.following is not None:
        feed["next_url"] = shown.base + shown.following
    return orjson.dumps(feed)


def _item(alert: Document, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": page.own_url(alert, base),
        "url": page.link(alert, base),
        "title": page.title(alert),
        "content_text": page.summary(alert),
        "date_published": alert["created_at"],
        "date_modified": alert["updated_at"],
        "tags": [alert["watch"], *alert["event_types"]],
        "_alert": alert,
    }
    if articles := page.articles(alert):
        item["external_url"] = articles[0][0]
    if language := alert.get("language"):
        item["language"] = language
    return item
