"""Where the addresses of stories lead to one page, that is none of them."""

import pytest
from local_site import VISIT, Page, article, feed
from sqlalchemy import text

from dyadwatch.store import alerts
from dyadwatch.subscriptions import AlertFilter

STORIES = (
    ("/a/market-opens", "Market opens in the old town"),
    ("/a/ferry-late", "Ferry arrives two hours late"),
)
WALL = "Please choose one of our plans, which you may cancel whenever you like."


def lead(site, path, to):
    site.pages[path] = Page("", status=302, headers={"Location": to})


def poll(product, site, *entries):
    site.pages["/rss"] = feed(site, *entries)
    with product.store.begin() as db:
        db.execute(text("UPDATE feeds SET due_at = now()"))
    product.pipeline.run_until_idle()


def rows(product, statement):
    with product.store.begin() as db:
        return [tuple(row) for row in db.execute(text(statement))]


@pytest.fixture
def newsroom(site, subscribe):
    site.pages["/plans"] = article("Our journalism needs you", *VISIT, WALL)
    for path, _ in STORIES:
        lead(site, path, "/plans")
    site.pages["/rss"] = feed(site)
    subscribe("/rss")
    return site


def test_a_page_to_which_several_stories_lead_is_none_of_them(product, newsroom):
    """Though it says what would raise an alert. Each says so where a person looks."""
    poll(product, newsroom, *STORIES)
    assert rows(product, "SELECT url FROM articles") == []
    codes = rows(product, "SELECT last_error ->> 'code' FROM snapshots")
    assert codes == [("page_shared",)] * 2
    assert product.pipeline.trace(newsroom.url + STORIES[0][0]).stages[-1].code == "page_shared"


def test_what_was_read_there_before_the_second_story_led_to_it_is_withdrawn(product, newsroom):
    """And stays so when all is read again."""
    poll(product, newsroom, STORIES[0])
    assert len(rows(product, "SELECT id FROM articles")) == 1
    poll(product, newsroom, *STORIES)
    product.pipeline.retag_pages()
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        states = [
            alert.parse()["state"] for alert in alerts.page(db, AlertFilter(), limit=9, cursor=None).data
        ]
    assert states == ["withdrawn"]
    assert rows(product, "SELECT url, not_article FROM articles") == [
        (newsroom.url + "/plans", "shared_page")
    ]


def test_addresses_that_lead_to_one_story_are_that_story(product, newsroom):
    newsroom.pages["/story"] = article(STORIES[0][1], *VISIT)
    for path in ("/short/1", "/short/2"):
        lead(newsroom, path, "/story")
    poll(product, newsroom, ("/short/1", STORIES[0][1]), ("/short/2", f"Update: {STORIES[0][1]}"))
    assert rows(product, "SELECT url, not_article FROM articles") == [(newsroom.url + "/story", None)]


@pytest.mark.parametrize("front", ["/", "/world"])
def test_a_front_page_is_never_the_article_that_led_to_it(product, newsroom, front):
    newsroom.pages[front] = article("The Quay", *VISIT)
    lead(newsroom, "/world/market-opens-in-the-old-town", front)
    poll(product, newsroom, ("/world/market-opens-in-the-old-town", STORIES[0][1]))
    assert rows(product, "SELECT url FROM articles") == []
    assert rows(product, "SELECT last_error ->> 'code' FROM snapshots") == [("page_listing",)]


def test_a_trace_follows_redirects_to_the_article_that_is_kept(product, newsroom):
    """Of an address that a feed names, and of one that none does."""
    newsroom.pages["/story"] = article(STORIES[0][1], *VISIT)
    for path in ("/short/1", "/short/2", "/short/3"):
        lead(newsroom, path, "/story")
    poll(product, newsroom, ("/short/1", STORIES[0][1]), ("/short/2", STORIES[0][1]))
    ((kept,),) = rows(product, "SELECT id FROM articles")
    traces = [product.pipeline.trace(f"{newsroom.url}/short/{number}") for number in (1, 2, 3)]
    assert [trace.article for trace in traces] == [kept] * 3
    assert [trace.live for trace in traces] == [False, False, True]
    assert all(newsroom.url + "/story" in trace.stages[2].detail for trace in traces)
