"""Live pages, of whose posts a feed makes entries of their own."""

import pytest
from local_site import VISIT, WEATHER, Page, article
from sqlalchemy import text

from dyadwatch.store import alerts
from dyadwatch.subscriptions import AlertFilter

RAIN = ("Rain at noon", " ".join(WEATHER))
MEETING = ("Assad meets Khamenei in Tehran", VISIT[0])
LETTER = (
    "Assad writes to Khamenei",
    "In the evening Bashar al-Assad thanked Ali Khamenei in a letter for the wheat that Iran had sent.",
)
LIVE = "Monday as it happened: live updates"


def items(site, posts, link):
    """A feed of posts, the newest first."""
    entries = "".join(
        f"<item><title>{title}</title><link>{site.url}{link(number)}</link><guid>post {number}</guid>"
        f"<description>{words}</description></item>"
        for number, (title, words) in reversed(list(enumerate(posts)))
    )
    return Page(
        f'<rss version="2.0"><channel><title>Site</title>{entries}</channel></rss>', kind="application/xml"
    )


LINKS = {"places of the page": "/live#post-{}".format, "the page itself": lambda _number: "/live"}


@pytest.fixture(params=LINKS.values(), ids=LINKS)
def poll(request, product, site, subscribe):
    """Polls a feed of posts, of which the page shows the first one."""
    site.pages["/rss"], site.pages["/live"] = items(site, (), request.param), article(LIVE, *WEATHER)
    subscribe("/rss")

    def poll(*posts):
        site.pages["/rss"] = items(site, posts, request.param)
        with product.store.begin() as db:
            db.execute(text("UPDATE feeds SET due_at = now()"))
        product.pipeline.run_until_idle()

    return poll


def quotes(product):
    """The evidence of each alert."""
    with product.store.begin() as db:
        found = [alert.parse() for alert in alerts.page(db, AlertFilter(), limit=9, cursor=None).data]
    return [sorted(mention["evidence"]["quote"] for mention in alert["evidence"]) for alert in found]


def stored_text(product):
    with product.store.begin() as db:
        return db.execute(
            text(
                "SELECT text FROM articles a JOIN article_versions v ON article_id = a.id AND number = a.version"
            )
        ).scalar_one()


def test_a_post_that_the_page_does_not_show_raises_an_alert(product, poll):
    poll(RAIN, MEETING)
    ((quote, *_),) = quotes(product)
    assert quote in " ".join(MEETING)


def test_posts_add_to_the_alert_of_their_page_as_they_come(product, poll):
    poll(RAIN)
    assert quotes(product) == []
    poll(RAIN, MEETING)
    poll(RAIN, MEETING, LETTER)
    (evidence,) = quotes(product)
    assert {MEETING[1], LETTER[1]} <= set(evidence)


def test_what_has_left_the_feed_stays(product, poll):
    poll(RAIN, MEETING)
    poll(RAIN, MEETING, LETTER)
    before = stored_text(product)
    poll(RAIN, LETTER)
    assert stored_text(product) == before


def test_what_the_page_shows_is_not_said_twice(product, site, poll):
    site.pages["/live"] = article(LIVE, *WEATHER, MEETING[0], MEETING[1])
    poll(RAIN, MEETING)
    assert stored_text(product).count(MEETING[1]) == 1
    assert stored_text(product).count(WEATHER[0]) == 1


def test_an_article_that_is_listed_twice_is_read_as_its_page_has_it(product, site, poll):
    """A new headline under another guid is no post."""
    site.pages["/live"] = article("Rain over the coast", *WEATHER)
    poll(("Rain over the coast", WEATHER[0]), MEETING)
    assert quotes(product) == []
