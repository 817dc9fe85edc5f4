"""The taggings of an article hold what a watch accepted and what it rejected."""

import pytest
from local_site import VISIT, article, feed
from sqlalchemy import text

from dyadwatch.store import alerts, articles, taggings
from dyadwatch.subscriptions.filters import AlertFilter
from dyadwatch.text.bounds import MAX_LENGTH

REFUSED = (
    "The late president Hafez al-Assad received Ali Khamenei in the autumn of 1984, a new exhibition recalls.",
    "Visitors can see photographs of the ceremony, a car of the period and the table at which the guests sat down.",
    "The museum opens on weekdays and has free entry for pupils, students and soldiers of the two armies.",
)


def test_taggings_hold_mentions_and_rejected_candidates(product, site, subscribe):
    """The evidence with its whole text's verdict, and a namesake with the reason why it is no alert."""
    site.pages["/rss"] = feed(
        site, ("/visit", "Assad meets Khamenei"), ("/museum", "A museum of memories opens")
    )
    site.pages["/visit"] = article("Assad meets Khamenei", *VISIT)
    site.pages["/museum"] = article("A museum of memories opens", *REFUSED)
    subscribe("/rss")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        taggings_by_title = {
            view.title: taggings.of_article(db, view.id)
            for view in articles.page(db, limit=5, cursor=None).data
        }
    (visit,) = taggings_by_title["Assad meets Khamenei"]
    assert (visit.watch, visit.relationship, visit.level) == ("assad-khamenei", True, "person")
    assert visit.mentions
    assert visit.relevance > 0
    assert "CONSULT" in visit.event_types
    (museum,) = taggings_by_title["A museum of memories opens"]
    assert (museum.relationship, museum.mentions) == (False, ())
    assert "namesake" in {suppressed.reason for suppressed in museum.suppressed}


def test_a_chinese_article_raises_an_alert_and_is_found_by_its_words(product, site, subscribe):
    """Both are searched by words that no spaces set off, and by phrases."""
    title, body = (
        "叙利亚总统突访德黑兰",
        "叙利亚总统阿萨德周日抵达德黑兰，会见了伊朗最高领袖哈梅内伊。双方讨论了港口和公路的重建。" * 4,
    )
    site.pages["/rss"] = feed(site, ("/visit", title))
    site.pages["/visit"] = article(title, body)
    subscribe("/rss")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        hits = {
            q: len(articles.page(db, q=q, limit=5, cursor=None).data)
            for q in ("哈梅内伊", "公路的重建", '"会见了伊朗" 港口', "港口 -公路", "重建的")
        }
        (alert,) = alerts.page(db, AlertFilter(q="阿萨德"), limit=5, cursor=None).data
    assert hits == {"哈梅内伊": 1, "公路的重建": 1, '"会见了伊朗" 港口': 1, "港口 -公路": 0, "重建的": 0}
    document = alert.parse()
    assert (document["language"], document["event_types"]) == ("zh", ["CONSULT"])


@pytest.mark.no_cover
def test_an_article_without_end_is_stored_and_tagged_up_to_a_bound(product, site, subscribe):
    """Its tagging counts every mention that was read, keeps the most confident, and says where it ended."""
    site.pages["/rss"] = feed(site, ("/long", "Assad met Khamenei in Tehran today"))
    site.pages["/long"] = article("Assad met Khamenei in Tehran today", "Assad met Khamenei. " * 40_000)
    subscribe("/rss")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        (view,) = articles.page(db, limit=5, cursor=None).data
        stored = articles.get(db, view.id)
        (tagging,) = taggings.of_article(db, view.id)
    assert len(stored.text) > MAX_LENGTH > stored.tagged_to == tagging.tagged_to
    assert tagging.mention_count > 1_000 > len(tagging.mentions)


@pytest.mark.no_cover
def test_a_feed_made_to_hurt_costs_its_own_entry_alone(product, site, subscribe):
    """Attributes without end in an entry: the page's own text is tagged, and so is the next article."""
    attributes = " ".join(f"a{number:x}=1" for number in range(30_000))
    site.pages["/rss"] = feed(site, ("/evil", "Nothing happened"), ("/visit", "Assad meets Khamenei"))
    site.pages["/rss"].body = str(site.pages["/rss"].body).replace(
        "</item>", f"<description><![CDATA[<p {attributes}>x</p>]]></description></item>", 1
    )
    site.pages["/evil"] = article("Nothing happened at all today", *REFUSED)
    site.pages["/visit"] = article("Assad meets Khamenei", *VISIT)
    subscribe("/rss")
    product.pipeline.run_until_idle()
    with product.store.begin() as db:
        assert len(articles.page(db, limit=5, cursor=None).data) == 2
        assert db.execute(text("SELECT count(*) FROM alerts")).scalar_one() == 1
        assert (
            db.execute(text("SELECT count(*) FROM snapshots WHERE last_error IS NOT NULL")).scalar_one() == 0
        )
