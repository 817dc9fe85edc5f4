"""Small feeds, written for these tests."""

from datetime import UTC, datetime

import pytest

from dyadwatch import feeds

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/world.xml"


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def parse():
    """Parses a document as fetched from URL at NOW."""

    def parsed(body, content_type="application/rss+xml"):
        body = body.encode() if isinstance(body, str) else body
        return feeds.parse(body, url=URL, content_type=content_type, now=NOW)

    return parsed


@pytest.fixture
def rss():
    """An RSS 2.0 document around some items."""

    def document(items, head=""):
        return f'<rss version="2.0"><channel><title>World</title>{head}{items}</channel></rss>'

    return document
