"""Feeds are added, paused, polled on request and removed."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import feeds, sources


@pytest.fixture
def source(db):
    return sources.create(db, NewSource("SANA", ())).id


def test_a_feed_is_due_at_once_and_knows_its_host(db, source):
    view = feeds.add(db, source, NewFeed("https://SANA.test/rss"))
    assert (view.source, view.state, view.kind, view.error_count) == (source, "active", "unknown", 0)
    assert view.next_poll_at is not None
    assert db.execute(text("SELECT host FROM feeds")).scalar_one() == "sana.test"
    assert feeds.get(db, view.id) == view


def test_a_feed_needs_its_source(db):
    with pytest.raises(NotFound):
        feeds.add(db, 99, NewFeed("https://sana.test/rss"))


def test_a_watched_url_is_refused(db, source):
    feeds.add(db, source, NewFeed("https://sana.test/rss"))
    with pytest.raises(Conflict) as caught:
        feeds.add(db, source, NewFeed("https://sana.test/rss"))
    assert (caught.value.errors[0].pointer, caught.value.code) == ("/url", "duplicate")


def test_a_paused_feed_is_not_due_and_not_polled_until_it_is_active(db, source):
    number = feeds.add(db, source, NewFeed("https://sana.test/rss")).id
    assert feeds.update(db, number, state="paused").next_poll_at is None
    with pytest.raises(Conflict) as caught:
        feeds.poll_now(db, number)
    assert caught.value.code == "feed_paused"
    assert feeds.update(db, number, state="active").next_poll_at is not None
    assert feeds.poll_now(db, number).next_poll_at is not None


def test_a_list_is_narrowed_by_source_and_state(db, source):
    other = sources.create(db, NewSource("Other", ())).id
    mine = feeds.add(db, source, NewFeed("https://sana.test/rss"))
    theirs = feeds.add(db, other, NewFeed("https://other.test/rss"))
    feeds.update(db, theirs.id, state="paused")

    def ids(**filters):
        return [view.id for view in feeds.page(db, **filters, limit=9, cursor=None).data]

    assert ids() == [theirs.id, mine.id]
    assert ids(source=source) == [mine.id]
    assert ids(state="paused") == [theirs.id]
    assert ids(source=source, state="paused") == []


def test_what_a_poll_found_wrong_is_shown(db, source):
    number = feeds.add(db, source, NewFeed("https://sana.test/rss")).id
    error = '{"code": "deadline_exceeded", "detail": "too slow", "at": "2026-01-01T00:00:00+00:00"}'
    db.execute(
        text("UPDATE feeds SET last_error = CAST(:error AS jsonb), last_status = 200"), {"error": error}
    )
    view = feeds.get(db, number)
    assert (view.last_error.code, view.last_error.detail, view.last_error.at.year) == (
        "deadline_exceeded",
        "too slow",
        2026,
    )


def test_a_feed_that_is_not_there_is_not_found(db, source):
    number = feeds.add(db, source, NewFeed("https://sana.test/rss")).id
    feeds.delete(db, number)
    for act in (
        feeds.get,
        feeds.delete,
        feeds.poll_now,
        lambda db, number: feeds.update(db, number, state="active"),
    ):
        with pytest.raises(NotFound):
            act(db, number)
