"""Rows of hubs and of what they push."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dyadwatch.errors import WebError
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import feeds, hub_subscriptions, pushes, sources

HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
NOW = datetime.now(UTC)
FAILURE = Failure("http_500", "The hub answered 500", NOW)


@pytest.fixture
def feed(db) -> int:
    """A feed of a source, by its id."""
    new = NewSource(name="News", feeds=(NewFeed("https://news.example/rss"),))
    return sources.create(db, new).feeds[0].id


@pytest.fixture
def named(db, feed) -> int:
    """A feed that names a hub, which nobody has asked yet."""
    hub_subscriptions.ensure(db, {feed: (HUB, TOPIC)})
    return feed


def view(db, feed):
    return hub_subscriptions.of_feeds(db, [feed])[feed]


def row(db, feed):
    return (
        db.execute(text("SELECT * FROM hub_subscriptions WHERE feed_id = :id"), {"id": feed}).mappings().one()
    )


def feed_row(db, feed):
    return db.execute(text("SELECT * FROM feeds WHERE id = :id"), {"id": feed}).mappings().one()


def change(db, feed, assignments, table="hub_subscriptions", key="feed_id"):
    db.execute(text(f"UPDATE {table} SET {assignments} WHERE {key} = :id"), {"id": feed})


def activate(db, feed, lease=3_600.0) -> None:
    """Has the hub asked and verified."""
    change(db, feed, "due_at = now()")
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=lease, renewal=0.8 * lease, now=NOW)


def test_a_feed_that_names_a_hub_has_it_asked_at_once(db, feed):
    assert hub_subscriptions.ensure(db, {feed: (HUB, TOPIC)}) == 1
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert (claimed.feed, claimed.hub, claimed.topic, claimed.host) == (feed, HUB, TOPIC, "hub.example")
    assert (claimed.turn, claimed.number) == (1, 1)
    assert len(claimed.token) == 43
    assert 32 <= len(claimed.secret) < 200
    assert hub_subscriptions.claim(db, limit=5) == []
    shown = view(db, feed)
    assert (shown.hub, shown.topic, shown.state, shown.lease_until) == (HUB, TOPIC, "pending", None)


def test_naming_the_same_hub_again_changes_nothing(db, named):
    before = row(db, named)
    assert hub_subscriptions.ensure(db, {named: (HUB, TOPIC)}) == 0
    assert row(db, named) == before
    assert hub_subscriptions.ensure(db, {}) == 0


@pytest.mark.parametrize("other", [("https://other.example/", TOPIC), (HUB, TOPIC + "2")])
def test_another_hub_or_topic_is_another_subscription(db, named, other):
    activate(db, named)
    before = row(db, named)
    assert hub_subscriptions.ensure(db, {named: other}) == 1
    after = row(db, named)
    assert (after["hub"], after["topic"], after["state"], after["lease_until"]) == (*other, "pending", None)
    assert {before["token"], before["secret"]}.isdisjoint({after["token"], after["secret"]})
    assert "push_until" not in feed_row(db, named)["memory"]
    assert hub_subscriptions.find(db, before["token"]) is None


def test_a_feed_that_names_no_hub_any_more_is_forgotten(db, named):
    activate(db, named)
    assert hub_subscriptions.ensure(db, {named: None}) == 0
    assert hub_subscriptions.of_feeds(db, [named]) == {}
    assert "push_until" not in feed_row(db, named)["memory"]
    assert hub_subscriptions.ensure(db, {named: None}) == 0


def test_a_hub_that_is_no_url_is_refused(db, feed):
    with pytest.raises(WebError):
        hub_subscriptions.ensure(db, {feed: ("ftp://hub.example/", TOPIC)})


def test_a_hub_of_many_feeds_is_asked_twice_at_once_and_hides_no_other(db):
    new = [NewFeed(f"https://news.example/{number}") for number in range(12)]
    ids = [feed.id for feed in sources.create(db, NewSource(name="News", feeds=tuple(new))).feeds]
    hub_subscriptions.ensure(db, dict.fromkeys(ids[:11], (HUB, TOPIC)))
    hub_subscriptions.ensure(db, {ids[11]: ("https://small.example/", TOPIC)})
    claimed = hub_subscriptions.claim(db, limit=4)
    assert sorted(hub.host for hub in claimed) == ["hub.example", "hub.example", "small.example"]
    assert hub_subscriptions.claim(db, limit=4, busy=["hub.example"]) == []


def test_a_paused_feed_has_its_hub_asked_when_it_is_active_again(db, named):
    feeds.update(db, named, state="paused")
    assert hub_subscriptions.claim(db, limit=5) == []
    feeds.update(db, named, state="active")
    assert len(hub_subscriptions.claim(db, limit=5)) == 1


def test_what_a_request_came_to_is_kept(db, named):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.save_request(db, claimed, due_at=NOW + timedelta(hours=1), failure=FAILURE)
    assert view(db, named).last_error == FAILURE
    assert row(db, named)["due_at"] == NOW + timedelta(hours=1)


def test_a_request_counts_until_it_is_verified(db, named):
    for number in (1, 2, 3):
        change(db, named, "due_at = now()")
        assert hub_subscriptions.claim(db, limit=5)[0].number == number
    assert hub_subscriptions.verify(db, row(db, named)["token"], lease=3_600, renewal=3_000, now=NOW)
    change(db, named, "due_at = now()")
    assert hub_subscriptions.claim(db, limit=5)[0].number == 1


def test_a_verified_subscription_is_active_for_its_lease_and_renewed_before(db, named):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=3_600, renewal=3_000, now=NOW)
    shown = view(db, named)
    assert (shown.state, shown.lease_until) == ("active", NOW + timedelta(hours=1))
    assert row(db, named)["due_at"] == NOW + timedelta(seconds=3_000)
    assert feed_row(db, named)["memory"]["push_until"] == (NOW + timedelta(hours=1)).isoformat()


def test_a_hub_that_verifies_before_it_answers_is_not_made_pending_by_its_answer(db, named):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=3_600, renewal=3_000, now=NOW)
    assert not hub_subscriptions.save_request(db, claimed, due_at=NOW, failure=FAILURE)
    assert view(db, named).state == "active"
    assert view(db, named).last_error is None


def test_nothing_is_verified_that_was_not_asked_for(db, named):
    assert not hub_subscriptions.verify(db, row(db, named)["token"], lease=3_600, renewal=3_000, now=NOW)
    assert not hub_subscriptions.verify(db, "no-token", lease=3_600, renewal=3_000, now=NOW)
    assert view(db, named).state == "pending"
    assert "push_until" not in feed_row(db, named)["memory"]


def test_a_hub_may_make_sure_of_a_subscription_but_not_prolong_it(db, named):
    activate(db, named)
    before = row(db, named)
    later = NOW + timedelta(minutes=10)
    assert hub_subscriptions.verify(db, before["token"], lease=999_999, renewal=3_000, now=later)
    assert row(db, named) == before


def test_a_lease_that_has_ended_is_shown_as_pending(db, named):
    activate(db, named)
    change(db, named, "lease_until = now() - interval '1 second'")
    assert view(db, named).state == "pending"


def test_a_denied_feed_is_asked_for_again_later_and_polled_soon(db, named):
    activate(db, named)
    change(db, named, "due_at = now() + interval '1 day', last_polled_at = now()", "feeds", "id")
    hub_subscriptions.deny(db, named, failure=FAILURE, retry_at=NOW + timedelta(days=1), poll_min=300)
    shown = view(db, named)
    assert (shown.state, shown.lease_until, shown.last_error) == ("denied", None, FAILURE)
    assert row(db, named)["due_at"] == NOW + timedelta(days=1)
    state = feed_row(db, named)
    assert "push_until" not in state["memory"]
    assert state["due_at"] - state["last_polled_at"] == timedelta(seconds=300)


def test_a_subscription_that_lapses_is_asked_for_as_soon_as_its_feed_is_active(db, named):
    activate(db, named)
    feeds.update(db, named, state="paused")
    hub_subscriptions.lapse(db, named, now=NOW)
    assert view(db, named).state == "pending"
    assert hub_subscriptions.claim(db, limit=5) == []
    feeds.update(db, named, state="active")
    assert len(hub_subscriptions.claim(db, limit=5)) == 1


@pytest.mark.parametrize(
    ("hint", "seconds"),
    [("ttl = NULL", 300), ("ttl = 900", 900), ("memory = '{\"max_age\": 1200}'", 1_200), ("ttl = 900, last_polled_at = now() - interval '1 hour'", 0)],
)  # fmt: skip
def test_a_poll_is_brought_forward_as_far_as_the_publisher_allows(db, feed, hint, seconds):
    change(db, feed, "due_at = now() + interval '1 day', last_polled_at = now()", "feeds", "id")
    change(db, feed, hint, "feeds", "id")
    hub_subscriptions.poll_soon(db, [feed], poll_min=300)
    now = db.execute(text("SELECT now()")).scalar_one()
    assert feed_row(db, feed)["due_at"] - now == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "state",
    ["error_count = 1", "state = 'gone'", "due_at = NULL, state = 'paused'", "due_at = now() + interval '30 seconds'"],
)  # fmt: skip
def test_a_feed_that_backs_off_rests_or_is_being_polled_is_left_alone(db, feed, state):
    change(db, feed, "due_at = now() + interval '1 day', last_polled_at = now()", "feeds", "id")
    change(db, feed, state, "feeds", "id")
    before = feed_row(db, feed)
    hub_subscriptions.poll_soon(db, [feed], poll_min=300)
    assert feed_row(db, feed) == before


def test_forged_pushes_are_counted_in_a_row(db, named):
    for number in (1, 2, 3):
        hub_subscriptions.count_forged(db, named, now=NOW)
        error = view(db, named).last_error
        assert (error.code, error.at) == ("signature_invalid", NOW)
        assert error.detail.endswith(f": {number}")
    change(db, named, "last_error = NULL")
    hub_subscriptions.count_forged(db, named, now=NOW)
    assert view(db, named).last_error.detail.endswith(": 1")


def test_a_callback_says_whether_its_feed_is_wanted(db, named):
    token = row(db, named)["token"]
    found = hub_subscriptions.find(db, token)
    assert (found.feed, found.topic, found.secret, found.wanted) == (
        named,
        TOPIC,
        row(db, named)["secret"],
        True,
    )
    feeds.update(db, named, state="paused")
    assert not hub_subscriptions.find(db, token).wanted
    feeds.delete(db, named)
    assert hub_subscriptions.find(db, token) is None


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
def stored(store) -> int:
    """A feed that names a hub, committed."""
    with store.begin() as db:
        new = NewSource(name="News", feeds=(NewFeed("https://news.example/rss"),))
        feed = sources.create(db, new).feeds[0].id
        hub_subscriptions.ensure(db, {feed: (HUB, TOPIC)})
        return feed


def test_a_push_is_read_like_a_document_of_its_topic(store, stored):
    assert receive(store, stored, b"one")
    with store.begin() as db:
        assert view(db, stored).last_pushed_at is not None
        (push,) = pushes.claim(db, limit=5)
        assert (push.feed, push.base, push.host, push.list_rule) == (stored, TOPIC, "news.example", None)
        assert (push.content_type, push.body, push.number) == ("application/rss+xml", b"one", 1)
        assert pushes.claim(db, limit=5) == []


def test_a_push_of_a_forgotten_hub_is_read_as_the_feed_itself(store, stored):
    receive(store, stored, b"one")
    with store.begin() as db:
        hub_subscriptions.ensure(db, {stored: None})
        change(db, stored, """list_rule = '{"entry": "li"}'""", "feeds", "id")
        (push,) = pushes.claim(db, limit=5)
    assert push.base == "https://news.example/rss"
    assert push.list_rule.entry == "li"


def test_pushes_of_a_feed_are_read_one_after_the_other_the_newest_last(store, stored):
    for body in (b"one", b"two", b"three"):
        receive(store, stored, body)
    assert [read(store) for _ in range(4)] == [[b"one"], [b"two"], [b"three"], []]


def test_the_same_push_again_is_no_other(store, stored):
    receive(store, stored, b"one")
    receive(store, stored, b"one")
    assert read(store) == [b"one"]
    receive(store, stored, b"one")
    assert read(store) == []


def test_a_feed_that_returns_to_what_it_was_is_news(store, stored):
    for body in (b"one", b"two"):
        receive(store, stored, body)
        assert read(store) == [body]
    receive(store, stored, b"one")
    assert read(store) == [b"one"]


def test_a_hub_that_pushes_faster_than_we_read_has_to_wait(store, stored):
    assert all(receive(store, stored, b"%d" % number) for number in range(pushes.MAX_UNREAD))
    assert not receive(store, stored, b"more")
    read(store)
    assert receive(store, stored, b"more")


def test_a_push_that_was_read_keeps_its_hash_for_a_while_and_its_body_no_longer(store, stored):
    receive(store, stored, b"one")
    read(store)
    with store.begin() as db:
        assert db.execute(text("SELECT body FROM pushes")).scalar_one() == b""
        pushes.prune(db, [stored], before=NOW - timedelta(days=1))
        assert db.execute(text("SELECT count(*) FROM pushes")).scalar_one() == 1
        pushes.prune(db, [stored], before=datetime.now(UTC) + timedelta(days=1))
        assert db.execute(text("SELECT count(*) FROM pushes")).scalar_one() == 0


def test_an_unreadable_push_is_told_at_the_hub_and_a_readable_one_ends_that(store, stored):
    receive(store, stored, b"bad")
    read(store, FAILURE)
    with store.begin() as db:
        assert view(db, stored).last_error == FAILURE
    receive(store, stored, b"good")
    read(store)
    with store.begin() as db:
        assert view(db, stored).last_error is None


def test_a_readable_push_does_not_hide_that_a_renewal_fails(store, stored):
    with store.begin() as db:
        (claimed,) = hub_subscriptions.claim(db, limit=5)
        hub_subscriptions.save_request(db, claimed, due_at=NOW, failure=FAILURE)
    receive(store, stored, b"good")
    read(store)
    with store.begin() as db:
        assert view(db, stored).last_error == FAILURE


def test_a_late_reader_of_a_push_loses(store, stored):
    receive(store, stored, b"one")
    with store.begin() as db:
        (late,) = pushes.claim(db, limit=5)
        db.execute(text("UPDATE pushes SET due_at = now()"))
    with store.begin() as db:
        (push,) = pushes.claim(db, limit=5)
        assert (push.turn, push.number) == (2, 2)
        assert not pushes.save(db, late, FAILURE)
        assert pushes.save(db, push, None)
        assert view(db, stored).last_error is None
