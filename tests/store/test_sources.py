"""Sources are stored whole or not at all, and listed in pages."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, InvalidInput, NotFound
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import sources


def _new(name="SANA", *urls, **values):
    return NewSource(name, tuple(NewFeed(url) for url in urls), **values)


def test_a_new_source_has_feeds_that_are_due(db):
    view = sources.create(db, _new("SANA", "https://sana.test/rss", country="SY", side="syrian"))
    assert (view.name, view.country, view.side, view.language) == ("SANA", "SY", "syrian", None)
    assert [feed.url for feed in view.feeds] == ["https://sana.test/rss"]
    assert view.feeds[0].next_poll_at is not None
    assert sources.get(db, view.id) == view


def test_a_source_shows_its_first_feeds_and_counts_them_all(db):
    """Where the whole list is wanted, all of them."""
    urls = [f"https://sana.test/{number}" for number in range(60)]
    view = sources.create(db, _new("SANA", *urls))
    assert [feed.url for feed in view.feeds] == urls[: sources.MAX_FEEDS]
    assert (view.feed_count, view.feeds_url) == (60, f"/v1/feeds?source={view.id}")
    (whole,) = sources.page(db, limit=9, cursor=None, max_feeds=None).data
    assert [feed.url for feed in whole.feeds] == urls


def test_the_error_for_a_taken_name_points_to_it(db):
    sources.create(db, _new("SANA"))
    with pytest.raises(Conflict) as caught:
        sources.create(db, _new("SANA"))
    assert [(error.pointer, error.code) for error in caught.value.errors] == [("/name", "duplicate")]


def test_the_error_for_a_taken_feed_points_to_it(db):
    sources.create(db, _new("SANA", "https://sana.test/rss"))
    with pytest.raises(Conflict) as caught:
        sources.create(db, _new("Other", "https://other.test/rss", "https://sana.test/rss"))
    assert caught.value.errors[0].pointer == "/feeds/1/url"
    assert caught.value.code == "duplicate"


def test_a_refused_source_leaves_no_rows(store):
    with store.begin() as db:
        sources.create(db, _new("SANA", "https://sana.test/rss"))
    with pytest.raises(Conflict), store.begin() as db:
        sources.create(db, _new("Other", "https://other.test/rss", "https://sana.test/rss"))
    with store.begin() as db:
        assert [view.name for view in sources.page(db, limit=9, cursor=None).data] == ["SANA"]


def test_pages_lead_through_all_newest_first_once_each_while_rows_arrive(store):
    def add(name):
        with store.begin() as db:
            sources.create(db, _new(name))

    for number in range(5):
        add(f"old {number}")
    names, cursor = [], None
    while True:
        with store.begin() as db:
            page = sources.page(db, limit=2, cursor=cursor)
        names += [view.name for view in page.data]
        add(f"new {len(names)}")
        if page.next is None:
            break
        cursor = page.next
    assert names == ["old 4", "old 3", "old 2", "old 1", "old 0"]


def test_a_change_leaves_other_fields_as_they_are(db):
    view = sources.create(db, _new("SANA", country="SY", side="syrian"))
    changed = sources.update(db, view.id, {"side": None, "language": "ar"})
    assert (changed.name, changed.country, changed.side, changed.language) == ("SANA", "SY", None, "ar")
    assert sources.update(db, view.id, {"name": "SANA"}).name == "SANA"


def test_a_name_cannot_be_taken_by_a_change(db):
    sources.create(db, _new("SANA"))
    other = sources.create(db, _new("Other"))
    with pytest.raises(Conflict) as caught:
        sources.update(db, other.id, {"name": "SANA"})
    assert caught.value.errors[0].pointer == "/name"


def test_an_unknown_field_cannot_be_changed(db):
    view = sources.create(db, _new())
    with pytest.raises(InvalidInput) as caught:
        sources.update(db, view.id, {"id": 7})
    assert caught.value.errors[0].pointer == "/id"


def test_a_source_that_is_not_there_is_not_found(db):
    view = sources.create(db, _new())
    sources.delete(db, view.id)
    for act in (sources.get, sources.delete, lambda db, number: sources.update(db, number, {})):
        with pytest.raises(NotFound):
            act(db, view.id)


def test_a_starter_list_is_loaded_once_and_changes_nothing_that_is_there(db):
    mine = sources.create(db, _new("Mine", "https://b.test/rss", side="mine"))
    starters = [
        _new("A", "https://a.test/rss", "https://b.test/rss"),
        _new("Mine", "https://c.test/rss", side="theirs"),
        _new("B", "https://b.test/rss"),
    ]
    assert sources.ensure(db, starters) == 1
    assert sources.ensure(db, starters) == 0
    listed = {
        view.name: [feed.url for feed in view.feeds] for view in sources.page(db, limit=9, cursor=None).data
    }
    assert listed == {"A": ["https://a.test/rss"], "Mine": ["https://b.test/rss"]}
    assert sources.get(db, mine.id).side == "mine"


SANA = ("sana", "SY", "syrian", "state")


def _known(view):
    return view.publisher and view.publisher.slug, view.country, view.side, view.ownership


@pytest.mark.parametrize(
    "new",
    [
        _new("News", "https://feeds.test/rss", publisher="sana"),
        _new("News", homepage="https://www.sana.sy/en/"),
        _new("News", "https://sana.sy/rss", "https://feeds.test/rss"),
    ],
    ids=["stated", "homepage", "feed"],
)
def test_what_is_not_stated_of_a_source_is_that_of_its_publisher(db, new):
    view = sources.create(db, new)
    assert _known(view) == SANA
    stated = sources.update(db, view.id, {"side": "neutral", "ownership": "private"})
    assert _known(stated) == (*SANA[:2], "neutral", "private")
    assert _known(sources.update(db, view.id, {"side": None, "name": "Other"})) == (*SANA[:3], "private")


def test_another_publisher_takes_along_what_was_that_of_the_first(db):
    view = sources.create(db, _new("News", homepage="https://sana.sy/", ownership="mine"))
    moved = sources.update(db, view.id, {"homepage": "https://www.theguardian.com/"})
    assert _known(moved) == ("the-guardian", "GB", "western", "mine")
    assert _known(sources.update(db, view.id, {"homepage": None})) == (None, None, None, "mine")


def test_a_name_alone_tells_nothing_and_a_feed_that_is_added_does(db):
    view = sources.create(db, _new("SANA"))
    assert (view.country, view.side) == (None, None)
    sources.add_feed(db, view.id, NewFeed("https://sana.sy/rss"))
    assert _known(sources.get(db, view.id)) == SANA


def test_sources_of_before_say_what_is_known_of_their_publishers_by_now(db):
    known = sources.create(db, _new("News", homepage="https://sana.sy/", side="mine"))
    other = sources.create(db, _new("Other", homepage="https://other.test/"))
    db.execute(text("UPDATE sources SET publisher = NULL, country = NULL, ownership = NULL"))
    sources.inherit(db)
    sources.inherit(db)
    assert _known(sources.get(db, known.id)) == ("sana", "SY", "mine", "state")
    assert _known(sources.get(db, other.id)) == (None, None, None, None)
