"""CSV (RFC 4180): a line for each alert, with its first article and its most confident evidence."""

import csv
import io
from typing import Any

from dyadwatch.exports.page import Document, Page

MEDIA_TYPE = "text/csv"
_OF_ALERT = (
    "id", "watch", "story", "state", "version", "score", "level", "event_types", "language", "created_at",
    "updated_at", "copies", "origin_count", "verdict",
)  # fmt: skip
_OF_ARTICLE = ("title", "url", "source", "published_at")
_OF_MENTION = ("event_type", "direction", "modality", "confidence")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one


def write(shown: Page) -> bytes:
    """The table, with a line of names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow((*_OF_ALERT, *_OF_ARTICLE, *_OF_MENTION, "quote"))
    writer.writerows(_row(alert) for alert in shown.alerts)
    return text.getvalue().encode()


def _row(alert: Document) -> list[Any]:
    article: Document = next(iter(alert["articles"]), {})
    mention: Document = next(iter(alert["evidence"]), {})
    cells = [alert.get(name) for name in _OF_ALERT]
    cells += [article.get(name) for name in _OF_ARTICLE]
    cells += [mention.get(name) for name in _OF_MENTION]
    return [cell(value) for value in (*cells, mention.get("evidence", {}).get("quote"))]


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: no formula."""
    text = " ".join(value) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
