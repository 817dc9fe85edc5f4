"""Sitemaps (sitemaps.org, with Google's sitemap-news 0.9), and the indexes that list them: what a publisher
without a feed often has."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from dyadwatch import dates, urls
from dyadwatch.errors import FeedError
from dyadwatch.feeds.charset import decode
from dyadwatch.feeds.entries import RawEntry, finish
from dyadwatch.feeds.markup import MAX_CHARS, MAX_ENTRIES, load
from dyadwatch.feeds.packed_files import GZIP, unpack
from dyadwatch.model.feeds import ParsedFeed
from dyadwatch.model.past_pages import SitemapPages, Span

MAX_CHILDREN = 50
MAX_PAGES = 200  # of a sitemap without news, which may list all that a site ever had
_END = 5_000
_MAX_BYTES = MAX_CHARS  # of a sitemap once unpacked
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read(text: str, *, url: str, now: datetime) -> ParsedFeed:
    """The news in a sitemap, or where it marks none the pages that were changed last, or the sitemaps that an
    index lists.

    Raises FeedError feed_not_a_feed where it does not say which pages are new, feed_malformed and
    feed_too_complex.
    """
    root = load(text).root
    if str(root.tag).rpartition("}")[2].lower() == "sitemapindex":
        return _index(root, url=url)
    news = root.findall("{*}url/{*}news")
    raws = _newest(news) if news else _changed_last(root)
    if not raws and len(root):
        raise FeedError("the sitemap lists neither news nor when pages changed", code="feed_not_a_feed")
    language = _text(news[0], "{*}publication/{*}language") if news else None
    title = _text(news[0], "{*}publication/{*}name") if news else None
    return ParsedFeed(
        kind="sitemap",
        title=title or "",
        entries=finish(raws, url=url, now=now, language=language),
        language=language,
    )


def _index(root: etree._Element, *, url: str) -> ParsedFeed:
    """A sitemap index: no entries, but the sitemaps that it lists as `children`, those changed last first,
    those of news before others of the same time; at most 50."""
    sitemaps = []
    for item in root.iterfind("{*}sitemap"):
        child = urls.absolute(_text(item, "{*}loc"), url)
        if child is not None and child != url:
            sitemaps.append(
                (
                    _moment(_text(item, "{*}lastmod")),
                    "news" in urlsplit(child).path.lower(),
                    child,
                )
            )
    sitemaps.sort(key=lambda child: child[:2], reverse=True)
    children = tuple(dict.fromkeys(child for _, _, child in sitemaps))[:MAX_CHILDREN]
    return ParsedFeed(kind="sitemap", title="", entries=(), children=children)


def read_past(
    body: bytes, *, url: str, content_type: str | None, span: Span, with_undated: bool
) -> SitemapPages:
    """What a sitemap lists of a span of time: the pages that were published in it, by sitemap-news, or else
    changed last in it; and the sitemaps of an index that may list such. A file that is compressed by itself
    is unpacked. Only pages of the same registered domain count.

    Raises FeedError feed_not_a_feed, feed_malformed, feed_too_complex.
    """
    text = unpack(body, _MAX_BYTES)[0] if body.startswith(GZIP) else body
    root = load(decode(text, content_type)).root
    kind = str(root.tag).rpartition("}")[2].lower()
    if kind == "sitemapindex":
        return SitemapPages(children=_children(root, url, span))
    if kind != "urlset":
        raise FeedError("the answer is no sitemap", code="feed_not_a_feed")
    dated = list(_dated_pages(root, url))
    pages = [page for page, at in dated if at in span or (with_undated and at == _LONG_AGO)]
    return SitemapPages(tuple(dict.fromkeys(pages)), undated=sum(at == _LONG_AGO for _, at in dated))


def _dated_pages(root: etree._Element, url: str) -> Iterator[tuple[str, datetime]]:
    """The pages of the sitemap's own site, with when they were published or else changed."""
    for item in root.iterfind("{*}url"):
        page = urls.absolute(_text(item, "{*}loc"), url)
        if page is not None and _site(page) == _site(url):
            yield page, _moment(_text(item, "{*}news/{*}publication_date") or _text(item, "{*}lastmod"))


def _site(url: str) -> str:
    host = urls.host(url)
    return urls.registrable_domain(host) or host


def _children(root: etree._Element, url: str, span: Span) -> tuple[str, ...]:
    children = [
        urls.absolute(_text(item, "{*}loc"), url)
        for item in root.iterfind("{*}sitemap")
        if (changed := _moment(_text(item, "{*}lastmod"))) == _LONG_AGO or changed >= span.since
    ]
    return tuple(dict.fromkeys(filter(None, children)))


def _newest(news: list[etree._Element]) -> list[RawEntry]:
    """As many as a document may have; a sitemap need not begin with the latest. Of one that is far too long,
    both ends are looked at."""
    if len(news) > 2 * _END:
        news = news[:_END] + news[-_END:]
    raws = list(map(_raw, news))
    if len(raws) > MAX_ENTRIES:
        raws.sort(key=lambda raw: max(map(_moment, raw.dates)), reverse=True)
    return raws[:MAX_ENTRIES]


def _changed_last(root: etree._Element) -> list[RawEntry]:
    """The pages that say when they were changed, but for the site's front page. That is no date of their
    publication."""
    pages = [
        RawEntry(link=_text(page, "{*}loc"), updated=changed)
        for page in root.iterfind("{*}url")
        if (changed := _text(page, "{*}lastmod")) and _moment(changed) != _LONG_AGO
    ]
    pages = [page for page in pages if urlsplit(page.link or "").path.strip("/")]
    pages.sort(key=lambda page: _moment(page.updated), reverse=True)
    return pages[:MAX_PAGES]


def _raw(news: etree._Element) -> RawEntry:
    page = news.getparent()
    modified = _text(page, "{*}lastmod") if page is not None else None
    return RawEntry(
        link=_text(page, "{*}loc") if page is not None else None,
        title=_text(news, "{*}title"),
        dates=(_text(news, "{*}publication_date"), modified),
        updated=modified,
    )


def _moment(text: str | None) -> datetime:
    stated = dates.parse(text)
    return stated.moment if stated is not None else _LONG_AGO


def _text(element: etree._Element, path: str) -> str | None:
    text = element.findtext(path)
    return text.strip() or None if text else None
