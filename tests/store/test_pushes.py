"""Pushes of hubs: stored once, read in order, and deleted later."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import hub_subscriptions, pushes, sources

HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
NOW = datetime.now(UTC)
FAILURE = Failure("http_500", "The hub answered 500", NOW)


def view(db, feed):
    return hub_subscriptions.of_feeds(db, [feed])[feed]


def receive(store, feed, body):
    """A push in a transaction of its own, for its time is that of the transaction."""
    with store.begin() as db:
        return pushes.receive(db, feed, content_type="application/rss+xml", body=body)


def read(store, failure=None):
    """Reads the pushes that may be read, and returns their bodies."""
    with store.begin() as db:
        claimed = pushes.claim(db, limit=5)
        for push in claimed:
            assert pushes.save(db, push, failure)
        return [push.body for push in claimed]


@pytest.fixture
def subscribed_feed(store) -> int:
    """A feed that names a hub, committed."""
    with store.begin() as db:
        new = NewSource(name="News", feeds=(NewFeed("https://news.example/rss"),))
        feed = sources.create(db, new).feeds[0].id
        hub_subscriptions.ensure(db, {feed: (HUB, TOPIC)})
        return feed


def test_a_push_is_read_like_a_document_of_its_topic(store, subscribed_feed):
    assert receive(store, subscribed_feed, b"one")
    with store.begin() as db:
        assert view(db, subscribed_feed).last_pushed_at is not None
        (push,) = pushes.claim(db, limit=5)
        assert (push.feed, push.base, push.host, push.list_rule) == (
            subscribed_feed,
            TOPIC,
            "news.example",
            None,
        )
        assert (push.content_type, push.body, push.number) == ("application/rss+xml", b"one", 1)
        assert pushes.claim(db, limit=5) == []


def test_a_push_of_a_deleted_subscription_is_read_like_a_document_of_the_feed(store, subscribed_feed):
    receive(store, subscribed_feed, b"one")
    with store.begin() as db:
        hub_subscriptions.ensure(db, {subscribed_feed: None})
        db.execute(text("""UPDATE feeds SET list_rule = '{"entry": "li"}'"""))
        (push,) = pushes.claim(db, limit=5)
    assert push.base == "https://news.example/rss"
    assert push.list_rule.entry == "li"


def test_pushes_of_a_feed_are_read_one_after_the_other_the_newest_last(store, subscribed_feed):
    for body in (b"one", b"two", b"three"):
        receive(store, subscribed_feed, body)
    assert [read(store) for _ in range(4)] == [[b"one"], [b"two"], [b"three"], []]


def test_a_repeated_push_is_read_once(store, subscribed_feed):
    receive(store, subscribed_feed, b"one")
    receive(store, subscribed_feed, b"one")
    assert read(store) == [b"one"]
    receive(store, subscribed_feed, b"one")
    assert read(store) == []


def test_a_feed_that_returns_to_an_earlier_state_is_read_again(store, subscribed_feed):
    for body in (b"one", b"two"):
        receive(store, subscribed_feed, body)
        assert read(store) == [body]
    receive(store, subscribed_feed, b"one")
    assert read(store) == [b"one"]


def test_a_hub_that_pushes_faster_than_we_read_has_to_wait(store, subscribed_feed):
    assert all(receive(store, subscribed_feed, b"%d" % number) for number in range(pushes.MAX_UNREAD))
    assert not receive(store, subscribed_feed, b"more")
    read(store)
    assert receive(store, subscribed_feed, b"more")


def test_the_hash_of_a_read_push_outlives_its_body(store, subscribed_feed):
    receive(store, subscribed_feed, b"one")
    read(store)
    with store.begin() as db:
        assert db.execute(text("SELECT body FROM pushes")).scalar_one() == b""
        pushes.prune(db, [subscribed_feed], before=NOW - timedelta(days=1))
        assert db.execute(text("SELECT count(*) FROM pushes")).scalar_one() == 1
        pushes.prune(db, [subscribed_feed], before=datetime.now(UTC) + timedelta(days=1))
        assert db.execute(text("SELECT count(*) FROM pushes")).scalar_one() == 0


def test_an_unreadable_push_is_the_last_error_of_its_hub_until_one_is_readable(store, subscribed_feed):
    receive(store, subscribed_feed, b"bad")
    read(store, FAILURE)
    with store.begin() as db:
        assert view(db, subscribed_feed).last_error == FAILURE
    receive(store, subscribed_feed, b"good")
    read(store)
    with store.begin() as db:
        assert view(db, subscribed_feed).last_error is None


def test_a_readable_push_leaves_the_error_of_a_failed_renewal(store, subscribed_feed):
    with store.begin() as db:
        (claimed,) = hub_subscriptions.claim(db, limit=5)
        hub_subscriptions.save_request(db, claimed, due_at=NOW, failure=FAILURE)
    receive(store, subscribed_feed, b"good")
    read(store)
    with store.begin() as db:
        assert view(db, subscribed_feed).last_error == FAILURE


def test_a_runner_whose_turn_has_passed_saves_no_push(store, subscribed_feed):
    receive(store, subscribed_feed, b"one")
    with store.begin() as db:
        (late,) = pushes.claim(db, limit=5)
        db.execute(text("UPDATE pushes SET due_at = now()"))
    with store.begin() as db:
        (push,) = pushes.claim(db, limit=5)
        assert (push.turn, push.number) == (2, 2)
        assert not pushes.save(db, late, FAILURE)
        assert pushes.save(db, push, None)
        assert view(db, subscribed_feed).last_error is None
