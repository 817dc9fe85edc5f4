"""Articles are read again: what has become of them, and which of them are the same."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.articles import next_check
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, ARTICLE_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import articles, subscriptions

TITLE = "Assad meets Khamenei in Tehran"
SEEN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def newsroom(product, site, subscribe):
    """An article about the pair that has been read; one endpoint hears of all events, one of the default
    ones."""
    for path, events in (("/all", ALERT_EVENT_TYPES + ARTICLE_EVENT_TYPES), ("/hook", ALERT_EVENT_TYPES)):
        site.pages[path] = Page("", status=204)
        with product.store.begin() as db:
            new = NewSubscription(url=site.url + path, events=events, filter={})
            subscriptions.create(db, new, new_secret())
    site.pages["/visit"] = article(TITLE, *VISIT)
    site.pages["/rss"] = feed(site, ("/visit", TITLE))
    subscribe("/rss")
    product.pipeline.run_until_idle()
    return site


def later(product, hours=2):
    """Lets hours pass for the pages that are read again, and works what is due then."""
    with product.store.begin() as db:
        db.execute(
            text("""
            UPDATE rechecks SET due_at = now(), first_seen_at = first_seen_at - make_interval(hours => :hours),
                missing_since = missing_since - make_interval(hours => :hours)
            WHERE due_at IS NOT NULL
            """),
            {"hours": hours},
        )
    product.pipeline.run_until_idle()


def heard(site, path="/all"):
    return [orjson.loads(request.body) for request in site.requests if request.path == path][1:]


def row(product, statement):
    with product.store.begin() as db:
        return db.execute(text(statement)).one()


def the_article(product):
    return articles_of(product)[0]


def articles_of(product):
    with product.store.begin() as db:
        return articles.page(db, limit=10, cursor=None).data


def test_young_articles_are_read_again_often_and_old_ones_rarely_until_they_are_left_alone():
    ages, now = [], SEEN
    while at := next_check(SEEN, now, carries_alert=True):
        ages.append((at - SEEN) / timedelta(hours=1))
        now = at
    assert ages == [1, 3, 8, 24, 72, 192, 504, 1440]
    others, now = [], SEEN
    while at := next_check(SEEN, now, carries_alert=False):
        others.append((at - SEEN) / timedelta(hours=1))
        now = at
    assert others == ages[::2]


def test_an_article_is_asked_for_conditionally_and_an_edit_is_seen(product, newsroom):
    newsroom.pages["/visit"].headers["ETag"] = '"one"'
    later(product)
    later(product)
    asked = [request for request in newsroom.requests if request.path == "/visit"]
    assert [request.headers.get("if-none-match") for request in asked] == [None, None, '"one"']
    newsroom.pages["/visit"] = article(TITLE, VISIT[0].replace("on Monday", "on Tuesday"), *VISIT[1:])
    later(product)
    (event,) = heard(newsroom)
    assert "evidence.changed" in {change["kind"] for change in event["data"]["changes"]}
    assert the_article(product).version == 2


def test_a_page_that_is_not_yet_due_is_left_alone(product, newsroom):
    assert product.pipeline.run(Step.RECHECK, 5) == 0
    object.__setattr__(product.pipeline.context.limits, "recheck", False)
    later(product)
    assert newsroom.request_count("/visit") == 1


@pytest.mark.parametrize(
    ("page", "looks"),
    [
        (Page("gone", status=410), 1),
        (Page("not here", status=404), 2),
        (Page("", status=302, headers={"Location": "/"}), 2),
        (article("Page not found", "Sorry, what you look for is not here any more."), 2),
    ],
    ids=["410", "404", "its front page", "200"],
)
def test_a_page_that_is_gone_leaves_its_alert_and_says_so(product, newsroom, page, looks):
    newsroom.pages["/"] = article("The Site", *WEATHER)
    newsroom.pages["/visit"] = page
    for _ in range(looks):
        assert heard(newsroom) == []
        later(product)
    (event,) = heard(newsroom)
    found = the_article(product)
    assert event["type"] == "article.gone"
    assert event["data"]["state"] == "active"
    assert [one["status"] for one in event["data"]["articles"]] == ["gone"]
    assert event["data"]["changes"] == [
        {"kind": "article.gone", "old": None, "new": newsroom.url + "/visit", "article": found.id}
    ]
    assert heard(newsroom, "/hook") == []
    assert found.status == "gone"
    later(product)
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    assert the_article(product).status == "gone"  # its archive is read anew, not its page
    assert len(heard(newsroom)) == 1
    newsroom.pages["/visit"] = article(TITLE, *VISIT)
    later(product)
    assert the_article(product).status == "live"
    _, back = heard(newsroom)
    assert (back["type"], [one["status"] for one in back["data"]["articles"]]) == ("article.gone", ["live"])
    assert [change["kind"] for change in back["data"]["changes"]] == ["article.returned"]


def test_a_page_that_does_not_answer_is_not_gone(product, newsroom):
    newsroom.pages["/visit"] = Page("", status=503)
    for _ in range(3):
        later(product)
    assert heard(newsroom) == []
    assert the_article(product).status == "live"


def test_a_page_that_says_nothing_of_its_article_is_an_edit_at_the_second_look(product, newsroom):
    for pages in ((article("Rain", *WEATHER), article(TITLE, *VISIT)), (article("Rain", *WEATHER),)):
        for page in pages:
            newsroom.pages["/visit"] = page
            later(product)
        assert heard(newsroom) == []
        assert (the_article(product).version, the_article(product).status) == (1, "live")
    later(product)
    assert [event["type"] for event in heard(newsroom)] == ["alert.withdrawn"]
    assert the_article(product).version == 2


def test_a_text_written_anew_under_its_headline_is_an_edit_at_once(product, newsroom):
    newsroom.pages["/visit"] = article(TITLE, *WEATHER)
    later(product)
    assert the_article(product).version == 2


def test_a_notice_in_place_of_a_page_never_replaces_its_article(product, newsroom):
    """Neither when it is read again, nor when its feed names it anew with a summary."""
    summary = "The two presidents talked for three hours, and no statement was made after it."
    newsroom.pages["/visit"] = article("Service temporarily unavailable", "The Site is back in an hour.")
    later(product)
    later(product)
    newsroom.pages["/rss"] = feed(newsroom, ("/visit", TITLE), summary=summary)
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
        db.execute(text("UPDATE pages SET due_at = now()"))
    product.pipeline.run_until_idle()
    assert newsroom.request_count("/visit") == 4
    assert heard(newsroom) == []
    assert (the_article(product).version, the_article(product).status) == (1, "live")
    with product.store.begin() as db:
        db.execute(text("UPDATE articles SET dek = 'as an older release read it'"))
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    assert the_article(product).dek is None  # of two snapshots, the first holds the article


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        ("Correction: The name of an official was misspelled.", "corrected"),
        ("This article has been retracted because its source could not be confirmed.", "retracted"),
    ],
)
def test_a_notice_on_the_page_is_an_event_of_its_own(product, newsroom, notice, status):
    newsroom.pages["/visit"] = article(TITLE, *VISIT, notice)
    later(product)
    (event,) = heard(newsroom)
    assert event["type"] == "article.corrected"
    (change,) = (one for one in event["data"]["changes"] if one["kind"] == f"article.{status}")
    assert change["new"] == notice
    assert [one["status"] for one in event["data"]["articles"]] == [status]
    found = the_article(product)
    assert (found.status, found.notice.text) == (status, notice)
    later(product)
    assert len(heard(newsroom)) == 1


def test_another_canonical_address_makes_no_second_article(product, newsroom):
    canonical = f'<link rel="canonical" href="{newsroom.url}/khamenei-receives-assad">'
    newsroom.pages["/visit"] = article("Khamenei receives Assad", *VISIT, extra=canonical)
    later(product)
    newsroom.pages["/khamenei-receives-assad"] = newsroom.pages["/visit"]
    newsroom.pages["/rss"] = feed(newsroom, ("/khamenei-receives-assad", "Khamenei receives Assad"))
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()
    (found,) = articles_of(product)
    assert (found.title, found.version, found.url) == (
        "Khamenei receives Assad",
        2,
        newsroom.url + "/visit",
    )


def test_a_page_that_holds_another_article_now_is_another(product, newsroom):
    canonical = f'<link rel="canonical" href="{newsroom.url}/rain">'
    newsroom.pages["/visit"] = article("Rain along the coast", *WEATHER, extra=canonical)
    later(product)
    assert len(articles_of(product)) == 1  # it may be the article again at the second look
    later(product)
    assert {one.title for one in articles_of(product)} == {TITLE, "Rain along the coast"}
