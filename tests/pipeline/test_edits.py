"""What subscribers hear of edits, and what makes a version of an article."""

import orjson
import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import article_versions, articles, subscriptions, taggings

TITLE = "Assad meets Khamenei in Tehran"
OTHERS = [(f"/weather/{number}", f"Rain on day {number}") for number in range(3)]


@pytest.fixture
def newsroom(product, site, subscribe):
    """An article about the pair that has been read, and three others."""
    site.pages["/hook"] = Page("", status=204)
    with product.store.begin() as db:
        new = NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    for path, title in OTHERS:
        site.pages[path] = article(title, f"{title}.", *WEATHER)
    site.pages["/visit"] = article(TITLE, *VISIT)
    site.pages["/rss"] = feed(site, ("/visit", TITLE), *OTHERS)
    subscribe("/rss")
    product.pipeline.run_until_idle()
    return site


def edit(product, site, *paragraphs, title=TITLE):
    """The page as it is from now on, read again."""
    site.pages["/visit"] = article(title, *paragraphs)
    with product.store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now() WHERE url LIKE '%/visit'"))
    product.pipeline.run_until_idle()


def heard(site):
    """(type, changes) of each webhook but the first."""
    payloads = [orjson.loads(request.body) for request in site.requests if request.path == "/hook"]
    assert payloads[0]["type"] == "alert.created"
    return [(one["type"], one["data"]["changes"], one["data"]) for one in payloads[1:]]


def the_article(product):
    with product.store.begin() as db:
        (row,) = db.execute(text("SELECT id FROM articles WHERE url LIKE '%/visit'")).all()
        return articles.get(db, row.id)


def quotes(product):
    """The quotes of the article's mentions, each of which stands where its offsets say."""
    full = the_article(product)
    with product.store.begin() as db:
        (tagging,) = taggings.of_article(db, full.id)
    assert tagging.article_version == full.version
    for mention in tagging.mentions:
        evidence = mention.evidence
        assert full.text[evidence.start : evidence.end] == evidence.quote
    return [mention.evidence.quote for mention in tagging.mentions]


def test_a_sentence_of_evidence_that_is_changed_is_shown_as_it_was_and_is(product, newsroom):
    before = quotes(product)
    edit(product, newsroom, VISIT[0].replace("on Monday", "early on Monday"), *VISIT[1:])
    ((kind, changes, data),) = heard(newsroom)
    assert kind == "alert.updated"
    (change,) = (one for one in changes if one["kind"] == "evidence.changed")
    assert change["old"] in before
    assert change["new"] == change["old"].replace("on Monday", "early on Monday")
    assert change["article"] == the_article(product).id
    assert change["new"] in {mention["evidence"]["quote"] for mention in data["evidence"]}
    assert the_article(product).version == 2


def test_a_sentence_of_evidence_that_is_deleted_is_named(product, newsroom):
    before = quotes(product)
    edit(product, newsroom, VISIT[0], *WEATHER)
    ((kind, changes, _),) = heard(newsroom)
    removed = {one["old"] for one in changes if one["kind"] == "evidence.removed"}
    assert kind == "alert.updated"
    assert removed == set(before) - set(quotes(product))
    assert removed


def test_a_withdrawal_says_why_and_which_quotes_went(product, newsroom):
    before = quotes(product)
    edit(product, newsroom, *WEATHER, title="Rain")
    ((kind, changes, data),) = heard(newsroom)
    assert (kind, data["withdrawal_reason"]) == ("alert.withdrawn", "edited")
    assert changes[0] == {"kind": "alert.withdrawn", "old": None, "new": "edited", "article": None}
    assert {one["old"] for one in changes[1:]} <= set(before)
    assert len(changes) > 1
    edit(product, newsroom, *VISIT)
    (_, (kind, changes, data)) = heard(newsroom)
    assert (kind, data["withdrawal_reason"]) == ("alert.updated", None)
    assert "alert.returned" in {one["kind"] for one in changes}


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Updated 10:23 GMT, 26 February 2019", *VISIT),
        (*VISIT[:1], "Follow our coverage of the region in the weekly letter.", *VISIT[1:]),
    ],
    ids=["the time of an update", "what other articles have too"],
)
def test_what_surrounds_a_text_makes_no_version(product, newsroom, paragraphs):
    """The text stays as it was, with what was tagged in it; what says nothing new is not kept."""
    before = the_article(product), quotes(product)
    for path, title in OTHERS:
        letter = "Follow our coverage of the region in the weekly letter."
        newsroom.pages[path] = article(title, f"{title}.", *WEATHER, letter)
    with product.store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now() WHERE url LIKE '%/weather/%'"))
    product.pipeline.run_until_idle()
    edit(product, newsroom, *paragraphs)
    assert (the_article(product), quotes(product)) == before
    assert heard(newsroom) == []
    with product.store.begin() as db:
        kept = db.execute(text("SELECT count(*) FROM snapshots WHERE url LIKE '%/visit'")).scalar_one()
    assert kept == 1


def test_a_headline_that_changes_makes_a_version_and_no_article(product, newsroom):
    edit(product, newsroom, *VISIT, title="Khamenei receives Assad")
    full = the_article(product)
    assert (full.title, full.version) == ("Khamenei receives Assad", 2)
    with product.store.begin() as db:
        newest, first = article_versions.of_article(db, full.id)
    assert (newest.number, newest.title, newest.change) == (2, full.title, {"added": 3, "removed": 5})
    assert (first.number, first.title, first.change) == (1, TITLE, None)
