"""Deliveries are listed with their attempts, and can be resent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.deliveries import AttemptView, EndedAttempt, Recovery
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import attempts, deliveries, health, subscriptions, watches
from dyadwatch.subscriptions import count_tries

NOW = datetime.now(UTC)


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
    db.execute(text("UPDATE deliveries SET reason = 'status', status = 500 WHERE id = :id"), {"id": second})
    watches.create(db, "a-b", "a-b", {})
    alert = rows.alert("a-b")
    db.execute(
        text(
            "UPDATE alert_events SET alert_id = :alert, type = 'alert.updated' WHERE id ="
            " (SELECT event_id FROM deliveries WHERE id = :id)"
        ),
        {"alert": alert, "id": third},
    )
    assert ids(reason="status") == ids(status=500) == [second]
    assert ids(reason="dns") == ids(status=404) == []
    assert (
        ids(alert=alert)
        == ids(event_type="alert.updated")
        == ids(event_type="alert.updated", state="pending")
    )
    assert ids(alert=alert) == [third]
    assert ids(since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)) == [third, second, first]
    assert ids(since=NOW + timedelta(hours=1)) == ids(until=NOW - timedelta(hours=1)) == []
    page = deliveries.page(db, limit=1, cursor=None)
    assert deliveries.page(db, limit=1, cursor=page.next).data[0].id == second


def test_a_resent_delivery_is_due_with_the_same_webhook_id(db, rows, subscription):
    number = rows.delivery(subscription, state="exhausted")
    before = deliveries.get(db, number)
    after = deliveries.resend(db, number)
    assert (after.state, after.webhook_id) == ("pending", before.webhook_id)
    assert after.next_attempt_at is not None


def of_type(db, delivery, event_type):
    db.execute(
        text(
            "UPDATE alert_events SET type = :type WHERE id = (SELECT event_id FROM deliveries WHERE id = :id)"
        ),
        {"type": event_type, "id": delivery},
    )


@pytest.mark.parametrize("event_type", deliveries.NOT_REPEATED)
def test_what_is_sent_once_is_not_resent(db, rows, subscription, event_type):
    number = rows.delivery(subscription, state="exhausted")
    of_type(db, number, event_type)
    with pytest.raises(Conflict, match="ask for another") as caught:
        deliveries.resend(db, number)
    assert caught.value.code == "not_repeatable"
    assert deliveries.get(db, number).state == "exhausted"


@pytest.mark.parametrize("state", ["disabled", "paused"])
def test_a_delivery_to_a_subscription_that_is_not_active_is_not_resent(db, rows, subscription, state):
    number = rows.delivery(subscription)
    db.execute(text("UPDATE subscriptions SET state = :state, disabled_reason = 'gone'"), {"state": state})
    with pytest.raises(Conflict) as caught:
        deliveries.resend(db, number)
    assert caught.value.code == f"subscription_{state}"


def ended(claimed, *, status=500, reason="status", state="pending", seconds=0.1):
    view = AttemptView(claimed.number, NOW, seconds, claimed.trigger, status, reason, None, None, "")
    return EndedAttempt(claimed, view, state, None, count_tries(claimed.tries, claimed.trigger))


def test_a_resend_takes_no_try_of_the_schedule_and_begins_it_anew_where_that_is_over(db, rows, subscription):
    for state, tries in (("pending", 4), ("exhausted", 1)):
        number = rows.delivery(subscription, state=state, tries=4, attempt_count=4)
        deliveries.resend(db, number)
        (claimed,) = deliveries.claim(db, 1)
        assert (claimed.number, claimed.trigger) == (5, "manual")
        assert attempts.save(db, [ended(claimed)]) == {number}
        assert db.execute(text("SELECT tries, trigger FROM deliveries ORDER BY id DESC LIMIT 1")).one() == (
            tries,
            "schedule",
        )
        (attempt,) = deliveries.get(db, number).attempts
        assert (attempt.trigger, attempt.reason) == ("manual", "status")


def test_a_range_of_what_failed_is_counted_and_sent_again(db, rows, subscription, monkeypatch):
    monkeypatch.setattr(deliveries, "MAX_RECOVERED", 2)
    failed = [rows.delivery(subscription, state=state, tries=10) for state in ("exhausted", "cancelled")]
    failed.append(rows.delivery(subscription, state="exhausted"))
    rows.delivery(subscription, state="delivered")
    expired = rows.delivery(subscription, state="exhausted")
    db.execute(
        text("UPDATE alert_events SET body = '' WHERE id = (SELECT event_id FROM deliveries WHERE id = :id)"),
        {"id": expired},
    )
    for event_type in deliveries.NOT_REPEATED:
        of_type(db, rows.delivery(subscription, state="exhausted"), event_type)
    hour = {"since": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=1)}
    earlier = {"since": NOW - timedelta(hours=2), "until": NOW - timedelta(hours=1)}
    assert deliveries.recover(db, subscription, **hour, dry_run=True) == Recovery(2, more=True, dry_run=True)
    assert deliveries.recover(db, subscription, **earlier, dry_run=True).count == 0
    assert deliveries.claim(db, 9) == []
    assert deliveries.recover(db, subscription, **hour, dry_run=False) == Recovery(
        2, more=True, dry_run=False
    )
    assert deliveries.recover(db, subscription, **hour, dry_run=False) == Recovery(
        1, more=False, dry_run=False
    )
    claimed = deliveries.claim(db, 9)
    assert sorted(delivery.id for delivery in claimed) == failed
    assert {(delivery.tries, delivery.trigger) for delivery in claimed} == {(0, "recover")}


def test_the_health_of_a_subscription_is_read_from_its_hours(db, rows, subscription):
    for _ in range(4):
        rows.delivery(subscription, due_at="2026-01-01")
    claimed = deliveries.claim(db, 9)
    first = [ended(each, status=200, reason=None, state="delivered", seconds=0.04) for each in claimed[:3]]
    health.count(db, first)
    health.count(db, [ended(claimed[3], seconds=4.0)])
    found = health.read(db, subscriptions.get(db, subscription))
    assert (found.attempts, found.success_share, found.p95_seconds, found.pending) == (4, 0.75, 5.0, 4)
    assert found.oldest_pending_at is not None
    other = subscriptions.create(db, NewSubscription("https://o.test/", ("alert.created",), {}), "whsec_x")
    nothing = health.read(db, other)
    assert (nothing.attempts, nothing.success_share, nothing.p95_seconds, nothing.pending) == (
        0,
        None,
        None,
        0,
    )


def test_a_delivery_that_is_not_there_is_not_found(db):
    for act in (deliveries.get, deliveries.resend):
        with pytest.raises(NotFound):
            act(db, 1)
