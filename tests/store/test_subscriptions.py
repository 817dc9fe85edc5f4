"""Subscriptions hide their secret and remember why they were disabled."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import InvalidInput, NotFound
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import subscriptions


@pytest.fixture
def subscription(db):
    new = NewSubscription("https://receiver.test/hook", ("alert.created",), {"min_score": 0.5})
    return subscriptions.create(db, new, "whsec_secret")


def test_a_subscription_is_shown_without_its_secret(db, subscription):
    assert (subscription.state, subscription.events, subscription.filter) == (
        "active",
        ("alert.created",),
        {"min_score": 0.5},
    )
    assert not hasattr(subscription, "secret")
    assert db.execute(text("SELECT host FROM subscriptions")).scalar_one() == "receiver.test"
    assert subscriptions.get(db, subscription.id) == subscription
    assert subscriptions.page(db, limit=5, cursor=None).data == (subscription,)


def test_making_it_active_forgets_why_it_was_disabled(db, subscription):
    db.execute(text("UPDATE subscriptions SET state = 'disabled', disabled_reason = '410'"))
    assert subscriptions.update(db, subscription.id, {"description": "x"}).disabled_reason == "410"
    again = subscriptions.update(db, subscription.id, {"state": "active"})
    assert (again.state, again.disabled_reason, again.description) == ("active", None, "x")


def test_what_is_pending_follows_to_another_host(db, subscription, rows):
    pending = rows.delivery(subscription.id)
    changed = subscriptions.update(
        db, subscription.id, {"url": "https://other.test/", "events": ("alert.updated",)}
    )
    assert (changed.url, changed.events) == ("https://other.test/", ("alert.updated",))
    host = db.execute(text("SELECT host FROM deliveries WHERE id = :id"), {"id": pending}).scalar_one()
    assert host == "other.test"


def test_an_unknown_field_cannot_be_changed(db, subscription):
    with pytest.raises(InvalidInput):
        subscriptions.update(db, subscription.id, {"secret": "x"})


def test_a_subscription_that_is_not_there_is_not_found(db, subscription):
    subscriptions.delete(db, subscription.id)
    for act in (
        subscriptions.get,
        subscriptions.delete,
        lambda db, number: subscriptions.update(db, number, {}),
    ):
        with pytest.raises(NotFound):
            act(db, subscription.id)
