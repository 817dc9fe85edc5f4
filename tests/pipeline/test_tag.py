"""The taggings of an article hold what a watch accepted and what it rejected."""

from local_site import VISIT, article, feed

from dyadwatch.store import articles, taggings

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
