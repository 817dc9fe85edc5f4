"""News sitemaps (Google's sitemap-news 0.9): what a publisher without a feed often has."""

from datetime import datetime

from lxml import etree

from dyadwatch.errors import FeedError
from dyadwatch.feeds.entries import RawEntry, finish, moment
from dyadwatch.model.feeds import ParsedFeed


def read(root: etree._Element, *, url: str, now: datetime) -> ParsedFeed:
    """The news in a sitemap. Raises FeedError feed_not_a_feed for one without news: it lists a whole site."""
    news = root.findall("{*}url/{*}news")
    if not news and len(root):
        raise FeedError("the sitemap lists no news", code="feed_not_a_feed")
    language = _text(news[0], "{*}publication/{*}language") if news else None
    title = _text(news[0], "{*}publication/{*}name") if news else None
    return ParsedFeed(
        kind="sitemap",
        title=title or "",
        entries=finish((_raw(item) for item in news), url=url, now=now),
        language=language,
    )


def _raw(news: etree._Element) -> RawEntry:
    page = news.getparent()
    modified = moment(_text(page, "{*}lastmod")) if page is not None else None
    return RawEntry(
        link=_text(page, "{*}loc") if page is not None else None,
        title=_text(news, "{*}title"),
        dates=(moment(_text(news, "{*}publication_date")), modified),
        updated=modified,
    )


def _text(element: etree._Element, path: str) -> str | None:
    found = element.findtext(path)
    return found.strip() or None if found else None
