"""Sitemaps, read for what was published in a span of time."""

import gzip
from datetime import UTC, datetime

import pytest

from dyadwatch.errors import FeedError
from dyadwatch.feeds import read_past_sitemap
from dyadwatch.model.past_pages import SitemapPages, Span

SPAN = Span(datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(body, *, with_undated=False, url="https://www.paper.example/sitemap.xml"):
    body = body if isinstance(body, bytes) else body.encode()
    return read_past_sitemap(body, url=url, content_type=None, span=SPAN, with_undated=with_undated)


def urlset(*pages):
    return f'<urlset xmlns:news="{NEWS}">{"".join(f"<url>{page}</url>" for page in pages)}</urlset>'


PAGES = urlset(
    "<loc>https://paper.example/january</loc><lastmod>2024-01-31</lastmod>",
    "<loc>https://paper.example/first</loc><lastmod>2024-02-01</lastmod>",
    "<loc>https://paper.example/edited</loc><lastmod>2025-06-01</lastmod>"
    "<news:news><news:publication_date>2024-02-29T23:00:00Z</news:publication_date></news:news>",
    "<loc>/relative</loc><lastmod>2024-02-02T10:00:00+01:00</lastmod>",
    "<loc>https://paper.example/first</loc><lastmod>2024-02-03</lastmod>",
    "<loc>https://paper.example/march</loc><lastmod>2024-03-01</lastmod>",
    "<loc>https://paper.example/undated</loc>",
    "<loc>https://other.example/foreign</loc><lastmod>2024-02-02</lastmod>",
    "<loc>javascript:alert(1)</loc><lastmod>2024-02-02</lastmod>",
)


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_the_pages_of_a_span_are_those_published_or_else_changed_in_it(pack):
    found = read(pack(PAGES))
    assert found.pages == (
        "https://paper.example/first",
        "https://paper.example/edited",
        "https://www.paper.example/relative",
    )
    assert found.undated == 1
    assert "https://paper.example/undated" in read(PAGES, with_undated=True).pages


def test_of_an_index_those_count_that_may_list_such_pages():
    index = (
        "<sitemapindex>"
        "<sitemap><loc>/2024-01.xml</loc><lastmod>2024-01-31T12:00:00Z</lastmod></sitemap>"
        "<sitemap><loc>/2024-02.xml.gz</loc><lastmod>2024-03-05</lastmod></sitemap>"
        "<sitemap><loc>/pages.xml</loc></sitemap>"
        "</sitemapindex>"
    )
    addresses = ("https://www.paper.example/2024-02.xml.gz", "https://www.paper.example/pages.xml")
    assert read(index) == SitemapPages(children=addresses)


@pytest.mark.no_cover
def test_a_whole_sitemap_is_read_however_many_pages_it_lists():
    many = urlset(*(f"<loc>/{number}</loc><lastmod>2024-02-02</lastmod>" for number in range(50_000)))
    assert len(read(many).pages) == 50_000


@pytest.mark.parametrize(
    ("body", "code"),
    [("<rss><channel/></rss>", "feed_not_a_feed"), ("<html>", "feed_not_a_feed"), ("", "feed_malformed")],
)
def test_what_is_no_sitemap_is_refused(body, code):
    with pytest.raises(FeedError) as refusal:
        read(body)
    assert refusal.value.code == code
