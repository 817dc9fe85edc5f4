"""The whole life of one datum, inline, on real servers."""

from datetime import UTC, datetime

import orjson
import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text
from standardwebhooks import Webhook

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alerts, archive_runs, articles, deliveries, feeds, subscriptions, watches
from dyadwatch.subscriptions import AlertFilter

PAGES = (("/visit", "Assad meets Khamenei in Tehran"), ("/weather", "Rain expected along the coast"))


@pytest.fixture
def endpoint(product, site):
    """A subscription whose endpoint is on the site: (id, secret)."""
    site.pages["/hook"] = Page("", status=204)
    secret = new_secret()
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        return subscriptions.create(db, new, secret).id, secret


@pytest.fixture
def newsroom(site, subscribe):
    """A site with a feed of two articles, one of them about the relationship."""
    site.pages["/rss"] = feed(site, *PAGES)
    site.pages["/visit"] = article(PAGES[0][1], *VISIT)
    site.pages["/weather"] = article(PAGES[1][1], *WEATHER)
    subscribe("/rss")
    return site


def stored_alerts(product):
    with product.store.begin() as db:
        return tuple(alert.parse() for alert in alerts.page(db, AlertFilter(), limit=50, cursor=None).data)


def hooks(site):
    return [request for request in site.requests if request.path == "/hook"]


def again(product, table):
    """Makes every row of a table due at once, as time would."""
    with product.store.begin() as db:
        db.execute(text(f"UPDATE {table} SET due_at = now()"))


def test_an_article_about_the_relationship_becomes_an_alert_and_a_signed_webhook(product, newsroom, endpoint):
    worked = product.pipeline.run_until_idle()
    assert worked == {
        Step.POLL: 1,
        Step.PUSH: 0,
        Step.FETCH: 2,
        Step.RECHECK: 0,
        Step.TAG: 2,
        Step.BACKFILL: 0,
        Step.NOTIFY: 0,
        Step.DELIVER: 1,
        Step.RETAIN: 0,
    }

    (alert,) = stored_alerts(product)
    assert alert["watch"] == "assad-khamenei"
    assert alert["state"] == "active"
    assert alert["copies"] == 1
    assert alert["origins"] == ["The Site"]
    assert "CONSULT" in alert["event_types"]
    assert [item["url"] for item in alert["articles"]] == [newsroom.url + "/visit"]
    assert alert["evidence"]

    with product.store.begin() as db:
        full = articles.get(db, alert["articles"][0]["id"])
    for mention in alert["evidence"]:
        evidence = mention["evidence"]
        assert full.text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert full.published_at == datetime(2019, 2, 25, 10, tzinfo=UTC)

    (hook,) = hooks(newsroom)
    payload = Webhook(endpoint[1]).verify(hook.body, hook.headers)
    assert payload["type"] == "alert.created"
    assert payload["data"]["id"] == alert["id"]
    assert payload["data"]["evidence"] == alert["evidence"]


def test_a_second_run_finds_nothing_to_do_and_asks_conditionally(product, newsroom, endpoint):
    newsroom.pages["/rss"].headers["ETag"] = '"one"'
    product.pipeline.run_until_idle()
    again(product, "feeds")
    worked = product.pipeline.run_until_idle()
    assert worked == {
        Step.POLL: 1,
        Step.PUSH: 0,
        Step.FETCH: 0,
        Step.RECHECK: 0,
        Step.TAG: 0,
        Step.BACKFILL: 0,
        Step.NOTIFY: 0,
        Step.DELIVER: 0,
        Step.RETAIN: 0,
    }
    polls = [request for request in newsroom.requests if request.path == "/rss"]
    assert [poll.headers.get("if-none-match") for poll in polls] == [None, '"one"']
    assert len(stored_alerts(product)) == 1
    with product.store.begin() as db:
        (state,) = feeds.page(db, limit=10, cursor=None).data
    assert (state.last_status, state.error_count, state.last_error) == (304, 0, None)


def test_a_syndicated_copy_counts_in_the_alert_without_being_another_origin(
    product, newsroom, endpoint, subscribe
):
    product.pipeline.run_until_idle()
    newsroom.pages["/other/rss"] = feed(newsroom, ("/other/visit", PAGES[0][1]))
    newsroom.pages["/other/visit"] = article(PAGES[0][1], *VISIT)
    subscribe("/other/rss", name="Another Site")
    product.pipeline.run_until_idle()
    (alert,) = stored_alerts(product)
    assert alert["copies"] == 2
    assert (alert["origins"], alert["origin_count"]) == (["The Site"], 1)
    assert [hook_type(hook) for hook in hooks(newsroom)] == ["alert.created"]


def test_evidence_that_is_edited_away_withdraws_the_alert_until_it_returns(product, newsroom, endpoint):
    product.pipeline.run_until_idle()
    for text_, title in ((WEATHER, "A correction"), (VISIT, PAGES[0][1])):
        newsroom.pages["/visit"] = article(title, *text_)
        newsroom.pages["/rss"] = feed(newsroom, ("/visit", title))
        again(product, "feeds")
        product.pipeline.run_until_idle()
    events = [hook_type(hook) for hook in hooks(newsroom)]
    assert events == ["alert.created", "alert.withdrawn", "alert.updated"]
    (alert,) = stored_alerts(product)
    assert (alert["state"], alert["version"]) == ("active", 3)


def test_tagging_again_repeats_no_event(product, newsroom, endpoint):
    product.pipeline.run_until_idle()
    (before,) = stored_alerts(product)
    assert product.pipeline.retag_pages().value == 2
    assert product.pipeline.run_until_idle()[Step.TAG] == 2
    assert stored_alerts(product) == (before,)
    assert len(hooks(newsroom)) == 1
    with product.store.begin() as db:
        run = archive_runs.start(db, watch=None, dry_run=True, notify=False).id
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        counts = archive_runs.get(db, run).counts
    assert (counts.read, counts.changed) == (2, 0)


def test_pages_tagged_again_notify_nobody(product, newsroom, endpoint):
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        document = watches.get(db, "assad-khamenei").document
        watches.replace(db, "assad-khamenei", "Changed", {**document, "threshold": 1.0})
        db.execute(text("DELETE FROM archive_runs WHERE kind = 'backfill'"))
    product.tagger()  # else what is still compiled of the old one may tag
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    assert stored_alerts(product)[0]["state"] == "withdrawn"
    assert [hook_type(hook) for hook in hooks(newsroom)] == ["alert.created"]


def test_one_bad_feed_page_or_endpoint_stops_no_other_and_says_what_happened(
    product, newsroom, endpoint, subscribe
):
    newsroom.pages["/html"] = Page("<!doctype html><html><body><p>Not a feed</p></body></html>")
    newsroom.pages["/empty"] = Page("", kind="application/rss+xml")
    newsroom.pages["/rss"] = feed(newsroom, ("/gone", "Gone"), ("/broken", "Broken"), ("/nul", "Nul"), *PAGES)
    newsroom.pages["/broken"] = Page("down", status=503, headers={"Retry-After": "7200"})
    newsroom.pages["/nul"] = Page(b"\x00\x01\x02" * 100)
    newsroom.pages["/refused"] = Page("", status=500)
    subscribe("/html", "/empty", "/missing", name="Bad feeds")
    with product.store.begin() as db:
        new = NewSubscription(url=newsroom.url + "/refused", events=ALERT_EVENT_TYPES, filter={})
        refused = subscriptions.create(db, new, new_secret())
    product.pipeline.run_until_idle()

    assert len(stored_alerts(product)) == 1
    assert len(hooks(newsroom)) == 1
    with product.store.begin() as db:
        states = {
            row.url.rsplit("/", 1)[1]: row.last_error for row in feeds.page(db, limit=10, cursor=None).data
        }
        pages = dict(db.execute(text("SELECT url, last_error ->> 'code' FROM pages")).all())
        waits = db.execute(
            text("SELECT due_at - now() > interval '1 hour' FROM pages WHERE url LIKE '%/broken'")
        ).scalar()
        (owed,) = deliveries.page(db, subscription=refused.id, limit=10, cursor=None).data
        owed = deliveries.get(db, owed.id)
    assert {name: error.code if error else None for name, error in states.items()} == {
        "rss": None,
        "html": "feed_html",
        "empty": "feed_empty",
        "missing": "http_404",
    }
    assert pages[newsroom.url + "/gone"] == "http_404"
    assert pages[newsroom.url + "/broken"] == "http_503"
    assert waits
    assert owed.state == "pending"
    assert [(attempt.number, attempt.status) for attempt in owed.attempts] == [(1, 500)]
    assert owed.next_attempt_at is not None


def test_a_retry_carries_the_same_id_and_body_and_a_valid_signature(product, newsroom, endpoint):
    newsroom.pages["/hook"] = Page("", status=503)
    product.pipeline.run_until_idle()
    newsroom.pages["/hook"] = Page("", status=200)
    again(product, "deliveries")
    product.pipeline.run_until_idle()
    first, second = hooks(newsroom)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    Webhook(endpoint[1]).verify(second.body, second.headers)
    with product.store.begin() as db:
        (delivery,) = deliveries.page(db, limit=10, cursor=None).data
        delivery = deliveries.get(db, delivery.id)
    assert delivery.state == "delivered"
    assert [attempt.status for attempt in delivery.attempts] == [503, 200]


def test_an_endpoint_that_is_gone_is_not_asked_again(product, newsroom, endpoint):
    newsroom.pages["/hook"] = Page("", status=410)
    product.pipeline.run_until_idle()
    again(product, "deliveries")
    product.pipeline.run_until_idle()
    assert len(hooks(newsroom)) == 1
    with product.store.begin() as db:
        assert subscriptions.get(db, endpoint[0]).state == "disabled"


def test_a_test_event_is_sent_once_and_returns_what_the_receiver_said(product, newsroom, endpoint):
    newsroom.pages["/hook"] = Page("no such hook", status=404)
    delivery = product.send_test(endpoint[0])
    assert (delivery.event_type, delivery.state) == ("subscription.test", "exhausted")
    assert [(attempt.status, attempt.response) for attempt in delivery.attempts] == [(404, "no such hook")]
    newsroom.pages["/hook"] = Page("", status=204)
    assert product.send_test(endpoint[0]).state == "delivered"
    assert (
        Webhook(endpoint[1]).verify(hooks(newsroom)[-1].body, hooks(newsroom)[-1].headers)["type"]
        == "subscription.test"
    )


def test_a_test_event_reaches_a_paused_subscription_too(product, newsroom, endpoint):
    newsroom.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        subscriptions.update(db, endpoint[0], {"state": "paused"})
    assert product.send_test(endpoint[0]).state == "delivered"
    assert len(hooks(newsroom)) == 1


def hook_type(hook):
    return orjson.loads(hook.body)["type"]


def test_characters_that_no_row_can_hold_lose_no_article(product, newsroom, endpoint):
    paragraphs = tuple(paragraph.replace("Tehran", "Teh&#0;r&#xD800;an\x00") for paragraph in VISIT)
    newsroom.pages["/visit"] = article("Assad meets &#0;Khamenei\x00 in &#xDFFF;Tehran", *paragraphs)
    newsroom.pages["/rss"] = feed(
        newsroom, ("/visit", "Assad meets &#38;#0; Khamenei &amp;#xD800; in Tehran")
    )
    product.pipeline.run_until_idle()
    (alert,) = stored_alerts(product)
    (payload,) = (orjson.loads(hook.body) for hook in hooks(newsroom))
    assert payload["data"]["id"] == alert["id"]
    with product.store.begin() as db:
        full = articles.get(db, alert["articles"][0]["id"])
    for mention in alert["evidence"]:
        evidence = mention["evidence"]
        assert full.text[evidence["start"] : evidence["end"]] == evidence["quote"]


@pytest.mark.parametrize(
    "href",
    [
        "https://user@site.example/visit",
        "http://[::1/visit",
        "https://site.example:22/visit",
        "javascript:void(0)",
    ],
)
def test_an_article_keeps_its_pages_address_where_the_canonical_one_is_refused(
    product, newsroom, endpoint, href
):
    """A canonical URL that may not be requested is none; it never costs the article."""
    newsroom.pages["/visit"] = article(PAGES[0][1], *VISIT, extra=f'<link rel="canonical" href="{href}">')
    product.pipeline.run_until_idle()
    (alert,) = stored_alerts(product)
    assert alert["articles"][0]["url"] == newsroom.url + "/visit"


def test_a_paused_subscription_is_owed_what_happens_and_told_when_it_is_resumed(product, newsroom, endpoint):
    with product.store.begin() as db:
        subscriptions.update(db, endpoint[0], {"state": "paused"})
    product.pipeline.run_until_idle()
    assert len(stored_alerts(product)) == 1
    assert hooks(newsroom) == []
    with product.store.begin() as db:
        subscriptions.update(db, endpoint[0], {"state": "active"})
    product.pipeline.run_until_idle()
    assert [hook_type(hook) for hook in hooks(newsroom)] == ["alert.created"]


def test_a_subscription_paused_between_the_event_and_its_delivery_keeps_it(product, newsroom, endpoint):
    for step in (Step.POLL, Step.FETCH, Step.TAG):
        product.pipeline.run(step, 10)
    with product.store.begin() as db:
        subscriptions.update(db, endpoint[0], {"state": "paused"})
        db.execute(text("UPDATE deliveries SET due_at = now()"))
    product.pipeline.run_until_idle()
    assert hooks(newsroom) == []
    with product.store.begin() as db:
        subscriptions.update(db, endpoint[0], {"state": "active"})
    product.pipeline.run_until_idle()
    assert len(hooks(newsroom)) == 1


def test_a_snapshot_that_ends_its_worker_is_given_up_in_the_end(product, newsroom, endpoint):
    for step in (Step.POLL, Step.FETCH):
        product.pipeline.run(step, 10)
    with product.store.begin() as db:
        db.execute(text("UPDATE snapshots SET attempt_count = 3 WHERE url LIKE '%/visit'"))
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        codes = db.execute(text("SELECT last_error ->> 'code' FROM snapshots ORDER BY url")).scalars().all()
    assert codes == ["tag_crashed", None]
    assert product.pipeline.retag_pages().value == 2
    product.pipeline.run_until_idle()
    assert len(stored_alerts(product)) == 1
