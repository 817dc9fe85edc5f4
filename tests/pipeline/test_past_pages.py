"""What a source published before it was watched is fetched from its sitemaps, and announced to nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.past_pages import PastPagesRequest, Span
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alerts, articles, subscriptions
from dyadwatch.subscriptions import AlertFilter

SPAN = Span(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC))


@pytest.fixture
def archive(product, site, subscribe):
    """A site with an empty feed, two sitemaps, one that is missing, and an endpoint; and its source."""
    site.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    site.pages["/rss"] = feed(site)
    site.pages["/robots.txt"] = Page(
        "User-agent: *\nDisallow: /private\nSitemap: /index.xml\n", kind="text/plain"
    )
    site.pages["/index.xml"] = sitemap("sitemap", ("/2024.xml", "2025-01-01"), ("/gone.xml", "2025-01-01"))
    site.pages["/2024.xml"] = sitemap(
        "url", ("/visit", "2024-05-01"), ("/weather", "2024-05-02"), ("/private/x", "2024-05-03")
    )
    site.pages["/visit"] = article("Assad meets Khamenei in Tehran", *VISIT)
    site.pages["/weather"] = article("Rain expected along the coast", *WEATHER)
    return subscribe("/rss").id


def sitemap(item, *listed):
    root = "urlset" if item == "url" else "sitemapindex"
    rows = "".join(f"<{item}><loc>{path}</loc><lastmod>{date}</lastmod></{item}>" for path, date in listed)
    return Page(f"<{root}>{rows}</{root}>", kind="application/xml")


def add(product, source, **options):
    return [*product.pipeline.add_past_pages(PastPagesRequest(source, SPAN, **options))]


def past_due(product):
    """Lets the time pass until the pages are due."""
    with product.store.begin() as db:
        statement = text("UPDATE pages SET due_at = now() WHERE due_at IS NOT NULL RETURNING url")
        return len(db.execute(statement).all())


def test_pages_of_the_past_become_alerts_and_no_webhook(product, site, archive):
    read = add(product, archive)
    assert [(each.url.removeprefix(site.url), each.error and each.error.code) for each in read] == [
        ("/index.xml", None),
        ("/2024.xml", None),
        ("/gone.xml", "http_404"),
    ]
    progress = read[-1].progress
    assert (progress.sitemaps, progress.unread, progress.waiting) == (2, 1, 0)
    assert (progress.listed, progress.added) == (3, 3)
    assert past_due(product) == 3
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        (alert,) = alerts.page(db, AlertFilter(), limit=9, cursor=None).data
        read = {each.url for each in articles.page(db, limit=9, cursor=None).data}
        assert read == {site.url + "/visit", site.url + "/weather"}
        assert db.execute(text("SELECT count(*) FROM rechecks")).scalar_one() == 0
    assert alert.parse()["articles"][0]["url"] == site.url + "/visit"
    paths = [request.path for request in site.requests]
    assert "/hook" not in paths
    assert "/private/x" not in paths


def test_pages_are_due_one_after_the_other_and_known_ones_are_left_out(product, archive):
    before = datetime.now(UTC)
    (*_, first) = add(product, archive, seconds=60.0, limit=2)
    assert first.progress.added == 2
    assert timedelta(seconds=59) < first.progress.last_due_at - before < timedelta(seconds=90)
    (*_, preview) = add(product, archive, preview=True)
    assert (preview.progress.added, preview.progress.last_due_at) == (1, None)
    (*_, second) = add(product, archive)
    assert (second.progress.listed, second.progress.added) == (3, 1)
    (*_, third) = add(product, archive)
    assert third.progress.added == 0


def test_news_of_a_page_of_the_past_is_news(product, site, archive):
    add(product, archive)
    past_due(product)
    product.pipeline.run_until_idle()
    site.pages["/visit"] = article(
        "Assad meets Khamenei in Damascus",
        "President Bashar al-Assad thanked Ayatollah Ali Khamenei in Tehran on Sunday.",
        *VISIT,
    )
    site.pages["/rss"] = feed(site, ("/visit", "Assad meets Khamenei in Damascus"))
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
        db.execute(text("UPDATE pages SET due_at = now() WHERE url LIKE '%/visit'"))
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        db.execute(text("UPDATE announcements SET due_at = now()"))
    product.pipeline.run_until_idle()
    assert "/hook" in [request.path for request in site.requests]


def test_without_a_line_in_robots_the_usual_place_is_tried(product, site, archive):
    site.pages["/robots.txt"] = Page("", status=404)
    (only,) = add(product, archive)
    assert (only.url, only.error.code) == (site.url + "/sitemap.xml", "http_404")
    site.pages["/sitemap.xml"] = site.pages["/2024.xml"]
    assert add(product, archive)[-1].progress.added == 3


def test_a_source_that_is_not_there_has_no_past(product):
    with pytest.raises(NotFound):
        add(product, 99)


def test_sitemaps_that_list_each_other_end(product, site, archive):
    site.pages["/a.xml"] = sitemap("sitemap", ("/b.xml", "2025-01-01"))
    site.pages["/b.xml"] = sitemap("sitemap", ("/a.xml", "2025-01-01"))
    assert len(add(product, archive, start=(site.url + "/a.xml",))) == 2
