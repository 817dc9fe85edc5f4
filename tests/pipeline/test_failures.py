"""What goes wrong with one row is recorded in it, and the row is tried again where that may help."""

import itertools

import orjson
import pytest
from local_site import VISIT, Page, article, feed
from sqlalchemy import text

from dyadwatch.errors import WebError
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alerts, deliveries, feeds, subscriptions
from dyadwatch.subscriptions import AlertFilter


def row(product, statement):
    with product.store.begin() as db:
        return db.execute(text(statement)).mappings().one()


def due_again(product, table):
    with product.store.begin() as db:
        db.execute(text(f"UPDATE {table} SET due_at = now()"))


@pytest.fixture
def page(site, subscribe):
    """A site whose feed shows one page; gives the page."""
    site.pages["/rss"] = feed(site, ("/page", "Assad meets Khamenei in Tehran"))
    site.pages["/page"] = article("Assad meets Khamenei in Tehran", *VISIT)
    subscribe("/rss")
    return site.pages["/page"]


PAGE = "SELECT state, last_status, last_error ->> 'code' AS code, due_at IS NOT NULL AS again, attempt_count FROM pages"
SNAPSHOT = "SELECT last_error ->> 'code' AS code, due_at IS NOT NULL AS again, attempt_count FROM snapshots"


def test_a_page_that_is_no_html_is_not_kept_and_the_feed_speaks_in_its_place(product, page):
    page.kind, page.body = "application/pdf", "%PDF-1.7"
    product.pipeline.run_until_idle()
    stored = row(product, PAGE)
    assert (stored["state"], stored["code"], stored["again"]) == ("failed", "page_not_html", False)
    assert row(product, "SELECT string_agg(kind, ' ') AS kinds FROM snapshots")["kinds"] == "entry"


def test_a_page_without_an_article_keeps_its_bytes_and_says_so(product, page):
    page.body = "<html><head><title>Harbour</title></head><body><div id=root></div></body></html>"
    product.pipeline.run_until_idle()
    assert dict(row(product, SNAPSHOT)) == {"code": "page_error", "again": False, "attempt_count": 0}


def test_a_failing_page_is_tried_three_times_with_growing_delays(product, page):
    page.status = 503
    waits = []
    product.pipeline.run(Step.POLL, 10)
    for _ in range(3):
        due_again(product, "pages")
        product.pipeline.run(Step.FETCH, 10)
        waits.append(
            row(product, "SELECT CAST(extract(epoch FROM due_at - now()) AS float) AS s FROM pages")["s"]
        )
    assert waits[-1] is None
    assert all(later > 1.5 * earlier for earlier, later in itertools.pairwise(waits[:2]))
    assert dict(row(product, PAGE)) == {
        "state": "failed",
        "last_status": 503,
        "code": "http_503",
        "again": False,
        "attempt_count": 3,
    }


def test_a_page_that_was_read_before_is_asked_for_conditionally_and_stays_read(product, page, site):
    page.headers = {"ETag": '"1"', "Last-Modified": "Mon, 25 Feb 2019 10:00:00 GMT"}
    product.pipeline.run_until_idle()
    due_again(product, "pages")
    product.pipeline.run_until_idle()
    second = [request for request in site.requests if request.path == "/page"][1]
    assert second.headers["if-none-match"] == '"1"'
    assert second.headers["if-modified-since"] == "Mon, 25 Feb 2019 10:00:00 GMT"
    page.status, page.headers = 404, {}
    for again in (True, False):  # one more time, as a publisher's servers differ for some moments
        due_again(product, "pages")
        product.pipeline.run_until_idle()
        stored = row(product, PAGE)
        assert (stored["state"], stored["code"], stored["again"]) == ("fetched", "http_404", again)
    assert row(product, "SELECT count(*) AS n FROM articles")["n"] == 1


def test_a_refused_address_is_not_tried_again(product, site, subscribe):
    site.pages["/rss"] = Page(
        '<rss version="2.0"><channel><title>x</title><item><title>Metadata</title>'
        "<link>http://169.254.169.254/latest/</link></item></channel></rss>",
        kind="application/rss+xml",
    )
    subscribe("/rss")
    product.pipeline.run_until_idle()
    stored = row(product, PAGE)
    assert (stored["state"], stored["code"], stored["again"]) == ("failed", "blocked_address", False)


def test_a_feed_that_cannot_be_reached_is_tried_later(product, subscribe):
    subscribe("/rss")
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET url = 'http://127.0.0.1:4445/rss'"))
    product.pipeline.run(Step.POLL, 10)
    with product.store.begin() as db:
        (state,) = feeds.page(db, limit=1, cursor=None).data
    assert (state.last_error.code, state.error_count, state.state) == ("connect_failed", 1, "active")
    assert state.next_poll_at is not None


@pytest.mark.parametrize(
    ("step", "place", "statement"),
    [
        (
            Step.POLL,
            "dyadwatch.feeds.parse",
            "SELECT last_error ->> 'code' AS code, due_at > now() AS again FROM feeds",
        ),
        (Step.FETCH, "dyadwatch.web.Client.get", PAGE),
        (Step.TAG, "dyadwatch.articles.extract", SNAPSHOT),
    ],
)
def test_a_fault_of_ours_is_recorded_and_the_row_is_tried_again(
    product, page, monkeypatch, step, place, statement
):
    for before in Step:
        if before is step:
            break
        product.pipeline.run(before, 10)

    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(place, fail)
    assert product.pipeline.run(step, 10) == 1
    stored = row(product, statement)
    assert (stored["code"], stored["again"]) == ("internal_error", True)


def test_tagging_is_given_up_after_three_faults(product, page, monkeypatch):
    for step in (Step.POLL, Step.FETCH):
        product.pipeline.run(step, 10)

    def fail(*_arguments, **_options):
        raise WebError("odd", code="odd")

    monkeypatch.setattr("dyadwatch.stories.signature", fail)
    again = []
    for _ in range(3):
        due_again(product, "snapshots")
        product.pipeline.run(Step.TAG, 10)
        stored = row(product, SNAPSHOT)
        again.append(stored["again"])
        assert stored["code"] == "odd"
    assert again == [True, True, False]


def test_an_endpoint_that_cannot_be_reached_is_tried_again_and_the_reason_is_kept(
    product, page, site, monkeypatch
):
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())

    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr("dyadwatch.web.Client.post", fail)
    product.pipeline.run_until_idle()
    monkeypatch.undo()
    site.pages["/hook"] = Page("", status=200)
    with product.store.begin() as db:
        db.execute(text("UPDATE subscriptions SET url = :url"), {"url": "http://127.0.0.1:4445/hook"})
    due_again(product, "deliveries")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        db.execute(text("UPDATE subscriptions SET url = :url"), {"url": site.url + "/hook"})
    due_again(product, "deliveries")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        (listed,) = deliveries.page(db, limit=1, cursor=None).data
        attempts = deliveries.get(db, listed.id).attempts
    assert [attempt.error for attempt in attempts] == ["internal_error", "connect_failed", None]
    assert attempts[2].status == 200


def test_a_filter_keeps_what_is_not_wanted_from_a_subscriber(product, page, site):
    site.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        for filter_ in (
            {"min_score": 0.1},
            {"watch": "another"},
            {"language": "ar"},
            {"event_type": "ASSAULT"},
        ):
            new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter=filter_)
            subscriptions.create(db, new, new_secret())
        new = NewSubscription(url=site.url + "/hook", events=("alert.withdrawn",), filter={})
        subscriptions.create(db, new, new_secret())
    product.pipeline.run_until_idle()
    assert site.request_count("/hook") == 1
    (body,) = (orjson.loads(request.body) for request in site.requests if request.path == "/hook")
    with product.store.begin() as db:
        (alert,) = alerts.page(db, AlertFilter(), limit=2, cursor=None).data
    assert body["data"] == {**alert.parse(), "changes": []}


def test_a_page_whose_day_alone_is_known_takes_the_hour_from_its_feed(product, page, site):
    site.pages["/page"] = article("Assad meets Khamenei in Tehran", *VISIT, date="2019-02-25")
    product.pipeline.run_until_idle()
    stored = row(product, "SELECT published_at, published_source, published_precision FROM articles")
    assert stored["published_at"].isoformat() == "2019-02-25T10:00:00+00:00"
    assert (stored["published_source"], stored["published_precision"]) == ("feed", "instant")


def test_a_date_that_is_only_found_is_not_its_feeds(product, page, site):
    site.pages["/page"] = article("Assad meets Khamenei in Tehran", "14 May 2018", *VISIT, date="")
    product.pipeline.run_until_idle()
    stored = row(product, "SELECT published_at, published_source FROM articles")
    assert (stored["published_at"].year, stored["published_source"]) == (2019, "feed")
    with product.store.begin() as db:
        db.execute(text("UPDATE entries SET published_at = NULL"))
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    stored = row(product, "SELECT published_at, published_source, published_precision FROM articles")
    assert (stored["published_at"].year, *list(stored.values())[1:]) == (2018, "visible", "day")


def test_of_the_dates_of_several_entries_the_most_exact_counts(product, page, site):
    site.pages["/page"] = article("Assad meets Khamenei in Tehran", *VISIT, date="2019-02-25")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        db.execute(
            text("""INSERT INTO entries (feed_id, key, page_id, url, title, authors, published_at,
                                         published_precision, content_hash)
                    SELECT feed_id, 'sitemap', page_id, url, title, authors, '2019-02-25', 'day', content_hash
                    FROM entries""")
        )
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    stored = row(product, "SELECT published_at, published_precision FROM articles")
    assert (stored["published_at"].hour, stored["published_precision"]) == (10, "instant")


def test_running_stops_when_asked(product, page):
    product.pipeline.stop()
    assert product.pipeline.run_until_idle() == dict.fromkeys(Step, 0)
    assert [product.pipeline.run(step, 5) for step in Step] == [0] * len(Step)


def test_a_stored_watch_that_cannot_be_read_stops_no_other(product, page):
    with product.store.begin() as db:
        db.execute(text("INSERT INTO watches (id, title, version, document) VALUES ('old', 'Old', 1, '{}')"))
    assert [watch.id for watch in product.tagger().watches] == ["assad-khamenei"]
    product.pipeline.run_until_idle()
    assert row(product, "SELECT count(*) AS n FROM alerts")["n"] == 1
