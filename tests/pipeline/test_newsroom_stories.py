"""From feeds to webhooks: an event is one story with one alert, of which subscribers hear what they need."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest
from event_articles import ANNIVERSARY, VISIT
from local_site import WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import sources, subscriptions

pytestmark = pytest.mark.no_cover

DAY = datetime(2024, 5, 30, 14, tzinfo=UTC)
WIRE = (
    "TEHRAN (Reuters) - Syrian President Bashar al-Assad met Supreme Leader Ali Khamenei in Tehran on Thursday over Raisi's death.",
    "He was driven from the airport to the leader's office, and the two sat together for most of an hour before lunch was served.",
    "Khamenei said that the people of Syria had stood by their government, and that wheat and fuel would come as agreed in the spring.",
    "Assad laid a wreath, spoke with the acting president about lorries that wait at the border, and flew home before dark.",
)
OWN = (
    "An aeroplane from Damascus landed here at noon. Bashar al-Assad was in it, and by one o'clock Ali Khamenei had received him in Tehran.",
    "Pictures that were handed out show both men on a sofa, with Raisi's portrait behind them and black cloth on the wall.",
)


@pytest.fixture
def newsroom(product, site):
    """A subscriber to all alerts, and what has a publisher appear with one article."""
    site.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())

    def add(name, title, *paragraphs, at=DAY, language="en", **facts):
        page = article(title, *paragraphs, date=at.isoformat())
        body = page.body.replace('lang="en"', f'lang="{language}"')
        site.pages[f"/{name}/1"] = replace(page, body=body)
        site.pages[f"/{name}/rss"] = feed(site, (f"/{name}/1", title), date=format_datetime(at))
        new = NewSource(name=name, feeds=(NewFeed(f"{site.url}/{name}/rss"),), **{"country": "GB", **facts})
        with product.store.begin() as db:
            sources.create(db, new)

    return add


def alerts_of(product):
    """The documents of the alerts, and how many of their events there are of each type."""
    with product.store.begin() as db:
        alerts = db.execute(text("SELECT document FROM alerts ORDER BY id")).scalars().all()
        rows = db.execute(text("SELECT alert_id, type FROM alert_events")).all()
    return alerts, Counter((row.alert_id, row.type) for row in rows)


def heard(site):
    return [orjson.loads(request.body)["type"] for request in site.requests if request.path == "/hook"]


def pass_window(product):
    with product.store.begin() as db:
        db.execute(text("UPDATE announcements SET due_at = now() WHERE due_at IS NOT NULL"))
    product.pipeline.run_until_idle()


def test_a_visit_is_one_alert_in_five_languages_and_another_one_a_week_later(product, newsroom, site):
    for language, (title, content) in VISIT.items():
        newsroom(language, title, content, language=language)
    newsroom("anniversary", ANNIVERSARY[0], ANNIVERSARY[1])
    newsroom(
        "later", "Assad back in Tehran", OWN[0].replace("Raisi", "the guest"), at=DAY + timedelta(days=7)
    )
    product.pipeline.run_until_idle()
    alerts, _ = alerts_of(product)
    assert sorted(alert["copies"] for alert in alerts) == [1, 1, 5]
    (visit,) = (alert for alert in alerts if alert["copies"] == 5)
    assert (visit["origin_count"], visit["unknown_origins"]) == (5, 0)
    assert {one["url"].split("/")[-2] for one in visit["articles"]} == set(VISIT)
    assert heard(site).count("alert.created") == 3


def test_twenty_copies_of_a_wire_are_one_origin_and_one_update_and_another_report_is_a_second(
    product, newsroom, site
):
    newsroom("wire", "Assad meets Khamenei in Tehran", *WIRE)
    product.pipeline.run_until_idle()
    for number in range(19):
        lead = f"{WIRE[0]} It was the {number + 2}th such visit." if number % 2 else WIRE[0]
        newsroom(f"paper-{number}", f"What happened in Tehran ({number})", lead, *WIRE[1 : 3 + number % 2])
    product.pipeline.run_until_idle()
    pass_window(product)
    (alert,), events = alerts_of(product)
    assert (alert["copies"], alert["origin_count"], alert["origins"]) == (20, 1, ["Reuters"])
    assert heard(site) == ["alert.created", "alert.updated"]
    newsroom("other", "Assad received in Tehran", *OWN, country="FR")
    product.pipeline.run_until_idle()
    pass_window(product)
    (alert,), events = alerts_of(product)
    assert (alert["copies"], alert["origin_count"]) == (21, 2)
    assert set(alert["origins"]) == {"Reuters", "other"}
    assert sum(events.values()) == 3


def test_nine_editions_of_one_newsroom_count_once_whatever_each_made_of_it(product, newsroom):
    editions = [
        *VISIT.items(),
        *((f"en-{number}", ("Assad in Tehran", one)) for number, one in enumerate(OWN * 2)),
    ]
    for number, (name, (title, content)) in enumerate(editions):
        newsroom(f"daily-{name}-{number}", title, content, language=name[:2], family="the-daily")
    product.pipeline.run_until_idle()
    (alert,), _ = alerts_of(product)
    assert (len(editions), alert["origin_count"]) == (9, 1)


def test_what_is_read_on_one_day_is_compared_by_the_days_of_publication(product, newsroom):
    """Half of the words of a report of three weeks ago make a recurring report; on one day, a copy."""
    newsroom("wire", "Assad meets Khamenei in Tehran", *WIRE)
    product.pipeline.run_until_idle()
    for name, days, others in (("copy", 0, OWN), ("recurring", 21, WEATHER[:2])):
        newsroom(name, f"A {name}", WIRE[0], WIRE[2], *others, at=DAY + timedelta(days=days))
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        copies = db.execute(text("SELECT url FROM articles WHERE copy_of = 1")).scalars().all()
    assert [url.split("/")[-2] for url in copies] == ["copy"]
