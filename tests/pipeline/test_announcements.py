"""How often subscribers hear of a story that many publishers carry."""

from datetime import timedelta

import orjson
import pytest
from local_site import VISIT, Page, article, feed
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import sources, subscriptions

TITLE = "Assad meets Khamenei in Tehran"
WIRE = (f"TEHRAN (Reuters) - {VISIT[0]}", *VISIT[1:])


@pytest.fixture
def newsroom(product, site):
    site.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    return site


def publish(product, site, number, *, side=None, language="en", paragraphs=WIRE):
    """A publisher of its own with the article."""
    site.pages[f"/{number}/rss"] = feed(site, (f"/{number}/visit", TITLE))
    site.pages[f"/{number}/visit"] = article(TITLE, *paragraphs)
    with product.store.begin() as db:
        new = NewSource(
            name=f"Site {number}",
            side=side,
            language=language,
            feeds=(NewFeed(f"{site.url}/{number}/rss"),),
        )
        sources.create(db, new)


def let_the_window_pass(product):
    with product.store.begin() as db:
        db.execute(text("UPDATE announcements SET due_at = now() WHERE due_at IS NOT NULL"))


def heard(site):
    """(type, copies, kinds of changes) of each webhook."""
    payloads = [orjson.loads(request.body) for request in site.requests if request.path == "/hook"]
    return [
        (one["type"], one["data"]["copies"], [change["kind"] for change in one["data"]["changes"]])
        for one in payloads
    ]


def test_twenty_copies_of_a_wire_are_an_alert_and_one_update(product, newsroom):
    for number in range(20):
        publish(product, newsroom, number)
    product.pipeline.run_until_idle()
    assert heard(newsroom) == [("alert.created", 1, [])]
    let_the_window_pass(product)
    product.pipeline.run_until_idle()
    assert heard(newsroom)[1:] == [("alert.updated", 20, ["copies"])]
    let_the_window_pass(product)
    product.pipeline.run_until_idle()
    assert len(heard(newsroom)) == 2


def test_a_side_that_is_new_is_announced_with_the_copies_that_wait(product, newsroom):
    publish(product, newsroom, 1, side="western")
    publish(product, newsroom, 2, side="western")
    product.pipeline.run_until_idle()
    publish(product, newsroom, 3, side="iranian")
    product.pipeline.run_until_idle()
    assert heard(newsroom) == [("alert.created", 1, []), ("alert.updated", 3, ["side.added", "copies"])]
    let_the_window_pass(product)
    product.pipeline.run_until_idle()
    assert len(heard(newsroom)) == 2


def test_without_a_window_each_copy_is_announced(product, newsroom):
    object.__setattr__(product.pipeline.context.limits, "coalesce", timedelta(0))
    for number in range(3):
        publish(product, newsroom, number)
    product.pipeline.run_until_idle()
    assert sorted(copies for _, copies, _ in heard(newsroom)) == [1, 2, 3]
