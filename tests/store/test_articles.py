"""Articles are listed without their text, filtered, and returned one by one with it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from dyadwatch.errors import NotFound
from dyadwatch.model.articles import Origin
from dyadwatch.model.sources import NewSource
from dyadwatch.store import articles, schema, sources, watches


def _titles(db, **filters):
    return [view.title for view in articles.page(db, **filters, limit=9, cursor=None).data]


def test_an_article_is_shown_with_the_text_of_its_version(db, rows):
    source = sources.create(db, NewSource("SANA", (), country="SY")).id
    number = rows.article("https://a.test/1", body="A body.", source_id=source, origin='{"agency": "SANA"}')
    view = articles.get(db, number)
    assert view.text == "A title\n\nA body."
    assert (view.source.name, view.source.country) == ("SANA", "SY")
    assert view.origin == Origin(agency="SANA")
    assert not hasattr(articles.page(db, limit=1, cursor=None).data[0], "text")


def test_an_article_may_have_no_source(db, rows):
    assert articles.get(db, rows.article("https://a.test/1")).source is None


def test_each_filter_narrows_the_list(db, rows):
    source = sources.create(db, NewSource("SANA", ())).id
    watches.create(db, "a-b", "A – B", {})
    early = {"first_seen_at": datetime(2026, 1, 1, tzinfo=UTC)}
    late = {"first_seen_at": datetime(2026, 1, 2, tzinfo=UTC)}
    rows.article("https://a.test/1", title="Talks in Damascus", language="en", source_id=source, **early)
    tagged = rows.article("https://a.test/2", title="محادثات في دمشق", language="ar", **late)
    statement = text(
        "INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship,"
        " score, mentions) VALUES (:id, 'a-b', 1, 1, '1', true, 0.9, '[]')"
    )
    db.execute(statement, {"id": tagged})
    assert _titles(db) == ["محادثات في دمشق", "Talks in Damascus"]
    assert _titles(db, source=source) == _titles(db, language="en") == _titles(db, q="damascus -tehran")
    assert _titles(db, until=late["first_seen_at"]) == ["Talks in Damascus"]
    assert _titles(db, since=late["first_seen_at"]) == _titles(db, watch="a-b") == _titles(db, q="دمشق")
    assert _titles(db, q="دمشق", source=source) == []


def test_a_search_looks_into_texts_and_shows_where(db, rows):
    body = 'The envoys met.\n\nThey spoke of "wheat" & of water,\nthen again of wheat.'
    rows.article("https://a.test/1", title="Talks", body=body)
    rows.article("https://a.test/2", title="Harvest", body="Barley. " * 9_000 + "Wheat")
    harvest, talks = articles.page(db, q="wheat", limit=9, cursor=None).data
    assert (harvest.title, harvest.snippet) == ("Harvest", None)
    shown = talks.snippet
    assert [shown.text[span.start : span.end] for span in shown.words] == ["wheat", "wheat"]
    assert 'spoke of "wheat" & of water, then again of wheat' in shown.text
    assert _titles(db, q='"of water"') == ["Talks"]
    assert _titles(db, q='"water of"') == []
    assert {one.snippet for one in articles.page(db, limit=9, cursor=None).data} == {None}


def test_any_text_can_be_searched(db, rows):
    for number, word in enumerate(("{:x} ", "{} ", "ب{} ", "漢{:04}", "x")):
        body = "".join(word.format(one) for one in range(400_000 // len(word)))
        rows.article(f"https://a.test/{number}", body=body)
    assert len(_titles(db, q="title")) == 5


def test_pages_lead_through_articles_seen_at_the_same_moment(db, rows):
    numbers = [rows.article(f"https://a.test/{number}") for number in range(5)]
    ids, cursor = [], None
    while True:
        page = articles.page(db, limit=2, cursor=cursor)
        ids += [view.id for view in page.data]
        cursor = page.next
        if cursor is None:
            break
    assert ids == numbers[::-1]


def test_an_article_that_is_not_there_is_not_found(db):
    with pytest.raises(NotFound):
        articles.get(db, 1)


def test_a_headline_longer_than_an_entry_of_an_index_is_stored(db, rows):
    title = "".join(Random(1).choices("абвгдежзийклмнопрстуфхцчшщьыъэюя ", k=3_500))  # that does not compress
    assert articles.get(db, rows.article("https://a.test/1", title=title)).title == title


def test_articles_of_before_rechecks_are_read_again_while_they_are_young(db, rows):
    """By the migration, which an article that has a recheck, is gone or is old is nothing to."""
    ages = {"young": 10, "gone": 10, "old": 90, "rechecked": 5, "ended": 1}
    for name, days in ages.items():
        page = db.execute(
            text("INSERT INTO pages (url, host) VALUES (:url, 'a.test') RETURNING id"), {"url": name}
        ).scalar_one()
        seen = datetime.now(UTC) - timedelta(days=days)
        status = "gone" if name == "gone" else "live"
        rows.article(f"https://a.test/{name}", page_id=page, first_seen_at=seen, status=status)
        if name == "rechecked":
            db.execute(
                text("INSERT INTO rechecks (id, host, first_seen_at) VALUES (:page, 'a.test', :seen)"),
                {"page": page, "seen": seen},
            )
    path = Path(schema.__file__).parent / "migrations/versions/0045_old_rechecks.sql"
    for _ in range(2):
        db.exec_driver_sql(path.read_text(encoding="utf-8"))
    due = db.execute(
        text("""
        SELECT url, rechecks.due_at - now() AS after FROM rechecks JOIN pages USING (id)
        WHERE rechecks.due_at IS NOT NULL
        """)
    ).one()
    assert due.url == "young"
    assert timedelta(0) <= due.after <= timedelta(days=1)
