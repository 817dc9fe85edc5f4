"""Subscriptions at hubs: requested, verified, denied and lapsed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dyadwatch.errors import WebError
from dyadwatch.model.claims import Busy
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.store import claims, feeds, hub_subscriptions, sources

HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
NOW = datetime.now(UTC)
FAILURE = Failure("http_500", "The hub answered 500", NOW)


@pytest.fixture
def feed(db) -> int:
    """A feed of a source, by its id."""
    new = NewSource(name="News", feeds=(NewFeed("https://news.example/rss"),))
    return sources.create(db, new).feeds[0].id


@pytest.fixture
def feed_with_hub(db, feed) -> int:
    """A feed that names a hub, to which no request was sent yet."""
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
    """Requests the subscription and has the hub verify it."""
    change(db, feed, "due_at = now()")
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=lease, renewal=0.8 * lease, now=NOW)


def test_the_hub_that_a_feed_names_is_due_for_a_request_at_once(db, feed):
    assert hub_subscriptions.ensure(db, {feed: (HUB, TOPIC)}) == 1
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert (claimed.feed, claimed.hub, claimed.topic, claimed.host) == (feed, HUB, TOPIC, "hub.example")
    assert (claimed.turn, claimed.number) == (1, 1)
    assert len(claimed.token) == 43
    assert 32 <= len(claimed.secret) < 200
    assert hub_subscriptions.claim(db, limit=5) == []
    subscription = view(db, feed)
    assert (subscription.hub, subscription.topic, subscription.state, subscription.lease_until) == (
        HUB,
        TOPIC,
        "pending",
        None,
    )


def test_naming_the_same_hub_again_changes_nothing(db, feed_with_hub):
    before = row(db, feed_with_hub)
    assert hub_subscriptions.ensure(db, {feed_with_hub: (HUB, TOPIC)}) == 0
    assert row(db, feed_with_hub) == before
    assert hub_subscriptions.ensure(db, {}) == 0


@pytest.mark.parametrize("other", [("https://other.example/", TOPIC), (HUB, TOPIC + "2")])
def test_another_hub_or_topic_is_another_subscription(db, feed_with_hub, other):
    activate(db, feed_with_hub)
    before = row(db, feed_with_hub)
    assert hub_subscriptions.ensure(db, {feed_with_hub: other}) == 1
    after = row(db, feed_with_hub)
    assert (after["hub"], after["topic"], after["state"], after["lease_until"]) == (*other, "pending", None)
    assert {before["token"], before["secret"]}.isdisjoint({after["token"], after["secret"]})
    assert "push_until" not in feed_row(db, feed_with_hub)["memory"]
    assert hub_subscriptions.find(db, before["token"]) is None


def test_the_subscription_of_a_feed_that_names_no_hub_any_more_is_deleted(db, feed_with_hub):
    activate(db, feed_with_hub)
    assert hub_subscriptions.ensure(db, {feed_with_hub: None}) == 0
    assert hub_subscriptions.of_feeds(db, [feed_with_hub]) == {}
    assert "push_until" not in feed_row(db, feed_with_hub)["memory"]
    assert hub_subscriptions.ensure(db, {feed_with_hub: None}) == 0


def test_a_hub_that_is_no_url_is_refused(db, feed):
    with pytest.raises(WebError):
        hub_subscriptions.ensure(db, {feed: ("ftp://hub.example/", TOPIC)})


def test_a_hub_of_many_feeds_gets_two_requests_at_once_and_hides_no_other(db):
    new = [NewFeed(f"https://news.example/{number}") for number in range(12)]
    ids = [feed.id for feed in sources.create(db, NewSource(name="News", feeds=tuple(new))).feeds]
    hub_subscriptions.ensure(db, dict.fromkeys(ids[:11], (HUB, TOPIC)))
    hub_subscriptions.ensure(db, {ids[11]: ("https://small.example/", TOPIC)})
    claimed = hub_subscriptions.claim(db, limit=4)
    assert sorted(hub.host for hub in claimed) == ["hub.example", "hub.example", "small.example"]
    assert hub_subscriptions.claim(db, limit=4, busy=Busy(hosts=["hub.example"])) == []


def test_a_source_with_many_feeds_at_hubs_hides_no_other(db, monkeypatch):
    monkeypatch.setattr(claims, "_WINDOW", 1)
    monkeypatch.setattr(claims, "_PASSED", 1)
    owners = []
    for name, count in (("Huge", 12), ("Small", 1)):
        new = tuple(NewFeed(f"https://{name}.example/{number}") for number in range(count))
        source = sources.create(db, NewSource(name=name, feeds=new))
        owners.append(source.id)
        for feed in source.feeds:
            hub_subscriptions.ensure(db, {feed.id: (f"https://{name}{feed.id}.example/", TOPIC)})
    huge, small = owners
    claimed = hub_subscriptions.claim(db, limit=8)
    assert sorted(hub.owner for hub in claimed) == [huge] * hub_subscriptions.QUEUE.per_owner + [small]
    db.execute(text("UPDATE hub_subscriptions SET due_at = now()"))
    (claimed,) = hub_subscriptions.claim(db, limit=8, busy=Busy(owners=[huge]))
    assert claimed.owner == small


def test_the_subscription_of_a_paused_feed_is_requested_once_the_feed_is_active(db, feed_with_hub):
    feeds.update(db, feed_with_hub, state="paused")
    assert hub_subscriptions.claim(db, limit=5) == []
    feeds.update(db, feed_with_hub, state="active")
    assert len(hub_subscriptions.claim(db, limit=5)) == 1


def test_the_outcome_of_a_request_is_stored(db, feed_with_hub):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.save_request(db, claimed, due_at=NOW + timedelta(hours=1), failure=FAILURE)
    assert view(db, feed_with_hub).last_error == FAILURE
    assert row(db, feed_with_hub)["due_at"] == NOW + timedelta(hours=1)


def test_requests_are_counted_until_one_is_verified(db, feed_with_hub):
    for number in (1, 2, 3):
        change(db, feed_with_hub, "due_at = now()")
        assert hub_subscriptions.claim(db, limit=5)[0].number == number
    assert hub_subscriptions.verify(db, row(db, feed_with_hub)["token"], lease=3_600, renewal=3_000, now=NOW)
    change(db, feed_with_hub, "due_at = now()")
    assert hub_subscriptions.claim(db, limit=5)[0].number == 1


def test_a_verified_subscription_is_active_for_its_lease_and_renewed_before_it_ends(db, feed_with_hub):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=3_600, renewal=3_000, now=NOW)
    subscription = view(db, feed_with_hub)
    assert (subscription.state, subscription.lease_until) == ("active", NOW + timedelta(hours=1))
    assert row(db, feed_with_hub)["due_at"] == NOW + timedelta(seconds=3_000)
    assert feed_row(db, feed_with_hub)["memory"]["push_until"] == (NOW + timedelta(hours=1)).isoformat()


def test_a_response_does_not_undo_a_verification_that_came_before_it(db, feed_with_hub):
    (claimed,) = hub_subscriptions.claim(db, limit=5)
    assert hub_subscriptions.verify(db, claimed.token, lease=3_600, renewal=3_000, now=NOW)
    assert not hub_subscriptions.save_request(db, claimed, due_at=NOW, failure=FAILURE)
    assert view(db, feed_with_hub).state == "active"
    assert view(db, feed_with_hub).last_error is None


def test_a_subscription_that_was_not_requested_is_not_verified(db, feed_with_hub):
    assert not hub_subscriptions.verify(
        db, row(db, feed_with_hub)["token"], lease=3_600, renewal=3_000, now=NOW
    )
    assert not hub_subscriptions.verify(db, "no-token", lease=3_600, renewal=3_000, now=NOW)
    assert view(db, feed_with_hub).state == "pending"
    assert "push_until" not in feed_row(db, feed_with_hub)["memory"]


def test_a_hub_may_verify_an_active_subscription_again_but_not_prolong_it(db, feed_with_hub):
    activate(db, feed_with_hub)
    before = row(db, feed_with_hub)
    later = NOW + timedelta(minutes=10)
    assert hub_subscriptions.verify(db, before["token"], lease=999_999, renewal=3_000, now=later)
    assert row(db, feed_with_hub) == before


def test_a_subscription_whose_lease_has_ended_is_shown_as_pending(db, feed_with_hub):
    activate(db, feed_with_hub)
    change(db, feed_with_hub, "lease_until = now() - interval '1 second'")
    assert view(db, feed_with_hub).state == "pending"


def test_a_denied_subscription_is_requested_again_later_and_its_feed_polled_soon(db, feed_with_hub):
    activate(db, feed_with_hub)
    change(db, feed_with_hub, "due_at = now() + interval '1 day', last_polled_at = now()", "feeds", "id")
    hub_subscriptions.deny(db, feed_with_hub, failure=FAILURE, retry_at=NOW + timedelta(days=1), poll_min=300)
    subscription = view(db, feed_with_hub)
    assert (subscription.state, subscription.lease_until, subscription.last_error) == (
        "denied",
        None,
        FAILURE,
    )
    assert row(db, feed_with_hub)["due_at"] == NOW + timedelta(days=1)
    state = feed_row(db, feed_with_hub)
    assert "push_until" not in state["memory"]
    assert state["due_at"] - state["last_polled_at"] == timedelta(seconds=300)


def test_a_lapsed_subscription_is_requested_as_soon_as_its_feed_is_active(db, feed_with_hub):
    activate(db, feed_with_hub)
    feeds.update(db, feed_with_hub, state="paused")
    hub_subscriptions.lapse(db, feed_with_hub, now=NOW)
    assert view(db, feed_with_hub).state == "pending"
    assert hub_subscriptions.claim(db, limit=5) == []
    feeds.update(db, feed_with_hub, state="active")
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
def test_the_poll_of_a_feed_that_backs_off_is_paused_or_under_way_is_not_brought_forward(db, feed, state):
    change(db, feed, "due_at = now() + interval '1 day', last_polled_at = now()", "feeds", "id")
    change(db, feed, state, "feeds", "id")
    before = feed_row(db, feed)
    hub_subscriptions.poll_soon(db, [feed], poll_min=300)
    assert feed_row(db, feed)["due_at"] == before["due_at"]


def test_forged_pushes_are_counted_in_a_row(db, feed_with_hub):
    for number in (1, 2, 3):
        hub_subscriptions.count_forged(db, feed_with_hub, now=NOW)
        error = view(db, feed_with_hub).last_error
        assert (error.code, error.at) == ("signature_invalid", NOW)
        assert error.detail.endswith(f": {number}")
    change(db, feed_with_hub, "last_error = NULL")
    hub_subscriptions.count_forged(db, feed_with_hub, now=NOW)
    assert view(db, feed_with_hub).last_error.detail.endswith(": 1")


def test_a_callback_says_whether_its_feed_is_wanted(db, feed_with_hub):
    token = row(db, feed_with_hub)["token"]
    callback = hub_subscriptions.find(db, token)
    assert (callback.feed, callback.topic, callback.secret, callback.feed_active) == (
        feed_with_hub,
        TOPIC,
        row(db, feed_with_hub)["secret"],
        True,
    )
    feeds.update(db, feed_with_hub, state="paused")
    assert not hub_subscriptions.find(db, token).feed_active
    feeds.delete(db, feed_with_hub)
    assert hub_subscriptions.find(db, token) is None
