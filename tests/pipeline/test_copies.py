"""One text is one origin, whoever carries it and whatever an editor left of it."""

from dataclasses import replace

import pytest
from local_site import VISIT, article, feed
from sqlalchemy import text

from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.pipeline import expunge
from dyadwatch.store import alerts, sources
from dyadwatch.subscriptions import AlertFilter

pytestmark = pytest.mark.no_cover

WIRE = (
    *VISIT,
    "The agreements still need the consent of both parliaments, which is expected before the summer recess begins in July.",
    "Lorries with flour crossed the border on the same evening, and a train with rails for the line along the coast is to follow within days.",
    "The president flew home at night, and no further meeting was announced by either of the two offices.",
)
LEADS = (
    "Late in the day",
    "After weeks of rumours",
    "As reported here before",
    "With little notice",
    "At last",
)
REPORT = (
    "An unannounced guest was in Tehran: Bashar al-Assad was received by Ali Khamenei, as photographs showed.",
    "Neither spoke to the press. People who saw the motorcade say that it left for the airport before dark, by the old road.",
    "It was the first time that he was seen abroad since last autumn, when a trip to Moscow ended early.",
)


@pytest.fixture
def publish(product, site):
    """A publisher of its own with one article."""

    def publish(number, title, *paragraphs, entry_source="", **facts):
        listed = feed(site, (f"/{number}/visit", title))
        listed = replace(listed, body=listed.body.replace("</item>", f"{entry_source}</item>"))
        site.pages[f"/{number}/rss"] = listed
        site.pages[f"/{number}/visit"] = article(title, *paragraphs)
        stated = {"country": "GB", **facts}
        new = NewSource(name=f"Paper {number}", feeds=(NewFeed(f"{site.url}/{number}/rss"),), **stated)
        with product.store.begin() as db:
            sources.create(db, new)
        product.pipeline.run_until_idle()

    return publish


def stored(product):
    """The alert, and (copy_of, origin, known) of each article in the order they came."""
    with product.store.begin() as db:
        (alert,) = (alert.parse() for alert in alerts.page(db, AlertFilter(), limit=50, cursor=None).data)
        rows = db.execute(
            text("SELECT id, copy_of, copy_features, origin_name, origin_known FROM articles ORDER BY id")
        ).all()
    return alert, rows


def test_twenty_copies_cut_led_and_headlined_anew_are_one_origin(product, publish):
    publish(0, "Assad meets Khamenei in Tehran", *WIRE)
    for number in range(1, 20):
        lead = f"{LEADS[number % 5]}, paper {number} learned of talks that many had long been waiting for."
        kept = WIRE[: 2 + number % 4]
        publish(number, f"What was said in Tehran, edition {number}", lead, *kept)
    alert, rows = stored(product)
    assert (alert["copies"], alert["origin_count"], alert["unknown_origins"]) == (20, 1, 0)
    assert alert["origins"] == ["Paper 0"]
    assert {row.copy_of for row in rows[1:]} == {rows[0].id}
    assert rows[0].copy_of is None
    assert all(row.copy_features["text"] > 0 for row in rows[1:])


def test_what_one_copy_credits_is_the_origin_of_all(product, publish):
    publish(0, "Assad meets Khamenei in Tehran", *WIRE)
    publish(1, "Assad meets Khamenei in Tehran", f"TEHRAN (Reuters) - {WIRE[0]}", *WIRE[1:])
    publish(2, "Assad meets Khamenei in Tehran", *WIRE[:3])
    alert, rows = stored(product)
    assert (alert["copies"], alert["origin_count"], alert["origins"]) == (3, 1, ["Reuters"])
    assert {row.origin_name for row in rows} == {"Reuters"}


def test_what_an_unknown_publisher_credits_is_known_once_a_known_one_has_the_text(product, publish):
    """A credit that nobody else bears out is no origin, and takes nobody's own text from them."""
    unknown = {"country": None}
    publish(0, "Assad meets Khamenei in Tehran", f"TEHRAN (AFP) - {WIRE[0]}", *WIRE[1:], **unknown)
    publish(1, "Assad meets Khamenei in Tehran", *WIRE[:4], **unknown)
    alert, rows = stored(product)
    assert {(row.origin_name, row.origin_known) for row in rows} == {("AFP", False)}
    assert (alert["copies"], alert["origin_count"], alert["unknown_origins"]) == (2, 1, 1)
    publish(2, "Assad meets Khamenei in Tehran", *WIRE, publisher="afp")
    alert, rows = stored(product)
    assert {row.origin_known for row in rows} == {True}
    assert (alert["copies"], alert["origin_count"], alert["unknown_origins"]) == (3, 1, 0)


def test_when_the_first_of_a_text_is_expunged_the_next_is_what_others_are_copies_of(product, publish):
    """And what only it said of the origin is forgotten."""
    publish(0, "Assad meets Khamenei in Tehran", f"TEHRAN (Reuters) - {WIRE[0]}", *WIRE[1:])
    publish(1, "Assad meets Khamenei in Tehran", *WIRE)
    publish(2, "Assad meets Khamenei in Tehran", *WIRE[:3])
    alert, rows = stored(product)
    assert (alert["origins"], [row.copy_of for row in rows]) == (["Reuters"], [None, rows[0].id, rows[0].id])
    expunge.article(product.store, rows[0].id, dry_run=False)
    publish(3, "Assad in Tehran", *WIRE[:4])
    alert, rows = stored(product)
    assert [row.copy_of for row in rows] == [None, rows[0].id, rows[0].id]
    assert (rows[0].copy_features, alert["copies"]) == (None, 3)
    assert (alert["origins"], alert["origin_count"]) == (["Paper 1"], 1)


def test_a_report_of_its_own_is_no_copy(product, publish):
    publish(0, "Assad meets Khamenei in Tehran", *WIRE)
    publish(1, "Assad meets Khamenei in Tehran", REPORT[0], f"“{WIRE[1]}”", *REPORT[1:])
    with product.store.begin() as db:
        origins = db.execute(text("SELECT copy_of, origin_name FROM articles ORDER BY id")).all()
    assert origins == [(None, "Paper 0"), (None, "Paper 1")]


def test_an_unknown_publisher_is_not_counted_as_independent(product, publish):
    publish(0, "Assad meets Khamenei in Tehran", *WIRE)
    publish(1, "Assad meets Khamenei in Tehran", *WIRE, country=None)
    publish(2, "Assad meets Khamenei in Tehran", *WIRE[:2], country=None)
    alert, rows = stored(product)
    assert (alert["copies"], alert["origin_count"]) == (3, 1)
    assert all(row.origin_known for row in rows)


def test_editions_of_one_newsroom_and_what_a_feed_passes_on_are_one_origin(product, publish):
    """Whatever each of them made of it."""
    publish(0, "Assad meets Khamenei in Tehran", *WIRE, publisher="irna")
    publish(1, "Assad meets Khamenei in Tehran", *REPORT, homepage="https://en.irna.ir")
    publish(
        2,
        "Assad in Tehran",
        VISIT[0],
        REPORT[2],
        entry_source='<source url="https://www.irna.ir/rss">IRNA</source>',
    )
    with product.store.begin() as db:
        origins = db.execute(text("SELECT origin_key, origin_known FROM articles ORDER BY id")).all()
    assert origins == [("family:irna", True)] * 3
