"""Deliveries are listed with their attempts, and can be resent."""

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import deliveries, subscriptions


@pytest.fixture
def subscription(db):
    new = NewSubscription("https://receiver.test/hook", ("alert.created",), {})
    return subscriptions.create(db, new, "whsec_secret").id


def test_a_delivery_shows_its_attempts_in_order(db, rows, subscription):
    number = rows.delivery(subscription, attempt_count=2)
    rows.attempt(number, 2, 200)
    rows.attempt(number, 1, 500)
    view = deliveries.get(db, number)
    assert (view.subscription, view.state, view.event_type, view.alert) == (
        subscription,
        "pending",
        "alert.created",
        None,
    )
    assert [(attempt.number, attempt.status) for attempt in view.attempts] == [(1, 500), (2, 200)]


def test_the_list_leaves_out_what_receivers_answered(db, rows, subscription):
    number = rows.delivery(subscription, attempt_count=1)
    rows.attempt(number, 1, 500)
    db.execute(text("UPDATE attempts SET response = 'a long answer'"))
    (listed,) = deliveries.page(db, limit=1, cursor=None).data
    assert [(attempt.status, attempt.response) for attempt in listed.attempts] == [(500, None)]
    assert deliveries.get(db, number).attempts[0].response == "a long answer"


def test_the_list_is_filtered_and_paged(db, rows, subscription):
    other = subscriptions.create(db, NewSubscription("https://o.test/", ("alert.created",), {}), "whsec_x").id
    first, second = rows.delivery(subscription), rows.delivery(subscription, state="delivered")
    third = rows.delivery(other)

    def ids(**filters):
        return [view.id for view in deliveries.page(db, **filters, limit=9, cursor=None).data]

    assert ids() == [third, second, first]
    assert ids(subscription=subscription) == [second, first]
    assert ids(subscription=subscription, state="pending") == [first]
    page = deliveries.page(db, limit=1, cursor=None)
    assert deliveries.page(db, limit=1, cursor=page.next).data[0].id == second


def test_a_resent_delivery_is_due_with_the_same_webhook_id(db, rows, subscription):
    number = rows.delivery(subscription, state="exhausted")
    before = deliveries.get(db, number)
    after = deliveries.resend(db, number)
    assert (after.state, after.webhook_id) == ("pending", before.webhook_id)
    assert after.next_attempt_at is not None


@pytest.mark.parametrize("state", ["disabled", "paused"])
def test_a_delivery_to_a_subscription_that_is_not_active_is_not_resent(db, rows, subscription, state):
    number = rows.delivery(subscription)
    db.execute(text("UPDATE subscriptions SET state = :state, disabled_reason = 'gone'"), {"state": state})
    with pytest.raises(Conflict) as caught:
        deliveries.resend(db, number)
    assert caught.value.code == f"subscription_{state}"


def test_a_delivery_that_is_not_there_is_not_found(db):
    for act in (deliveries.get, deliveries.resend):
        with pytest.raises(NotFound):
            act(db, 1)
