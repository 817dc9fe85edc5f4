"""Debounce, quiet hours and digests of subscriptions, held in rows until their time."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.steps import Step
from dyadwatch.store import alert_events, deliveries
from dyadwatch.subscriptions import envelope

HOURLY = {"digest": {"every": "hour"}}


@pytest.fixture
def timed(api, receiver):
    """Makes a subscription with a timing; returns its path and answer."""

    def make(timing, **fields):
        return api.post("/v1/subscriptions", {"url": receiver[0], "timing": timing} | fields).get_json()

    return make


@pytest.fixture
def owe(product):
    """Owes a subscription events of alerts, (alert, type) each."""

    def owe(subscription, *events):
        for alert, event_type in events:
            body = envelope(
                event_type, datetime.now(UTC), {"id": alert, "evidence": [], "articles": []}
            ).decode()
            with product.store.begin() as db:
                name = f"msg_{alert}_{event_type}_{datetime.now(UTC).timestamp()}"
                alert_events.add(db, AlertEvent(alert, event_type, name, body), [subscription])

    return owe


@pytest.fixture
def deliver(product):
    """Runs the step, after so many hours."""

    def deliver(hours=0.0):
        with product.store.begin() as db:
            for column in ("created_at", "held_until", "due_at"):
                db.execute(
                    text(f"UPDATE deliveries SET {column} = {column} - make_interval(secs => :seconds)"),
                    {"seconds": hours * 3600},
                )
        return product.pipeline.run(Step.DELIVER, 5)

    return deliver


def states(product):
    with product.store.begin() as db:
        rows = db.execute(text("SELECT state, held_until IS NULL FROM deliveries ORDER BY id"))
        return [row[0] for row in rows if row[1] == (row[0] != "held")]


def around_now(before, after):
    now = datetime.now(UTC)
    return {
        "start": f"{now - timedelta(hours=before):%H:%M}",
        "end": f"{now + timedelta(hours=after):%H:%M}",
        "time_zone": "UTC",
    }


def test_a_digest_is_one_webhook_with_what_the_events_came_to(
    product, rows, timed, receiver, owe, deliver, api
):
    alerts = [rows.alert() for _ in range(3)]
    subscription = timed(HOURLY)
    owe(subscription["id"], (alerts[0], "alert.created"), (alerts[1], "alert.created"))
    owe(
        subscription["id"],
        (alerts[0], "alert.updated"),
        (alerts[1], "alert.withdrawn"),
        (alerts[2], "alert.updated"),
    )
    assert (deliver(), receiver[1]) == (0, [])
    assert states(product) == ["held"] * 5
    assert deliver(1) == 1
    ((headers, body),) = receiver[1]
    event = Webhook(subscription["secret"]).verify(body, headers)
    assert event["type"] == "alert.digest"
    assert [(each["type"], each["data"]["id"]) for each in event["data"]["events"]] == [
        ("alert.created", alerts[0]),
        ("alert.updated", alerts[2]),
    ]
    assert sorted(states(product)) == [
        "delivered",
        "digested",
        "digested",
        "digested",
        "superseded",
        "superseded",
    ]
    assert deliver(5) == 0
    listed = api.get("/v1/deliveries?event_type=alert.digest").get_json()["data"]
    assert [each["state"] for each in listed] == ["delivered"]
    payload = api.get(f"/v1/deliveries/{listed[0]['id']}/payload").get_json()
    assert payload["body"].encode() == body


def test_a_digest_that_fails_is_tried_again_as_it_was_and_says_nothing_of_what_was_expunged(
    product, rows, timed, receiver, owe, deliver, api
):
    alert, other = rows.alert(), rows.alert()
    path = f"/v1/subscriptions/{timed(HOURLY)['id']}"
    api("PATCH", path, {"url": "http://127.0.0.1:9999/hook"})
    owe(int(path.rpartition("/")[2]), (alert, "alert.created"), (other, "alert.created"))
    deliver(1)
    api("PATCH", path, {"url": receiver[0]})
    rows.execute("UPDATE alert_events SET body = '' WHERE alert_id = :alert", alert=other)
    deliver(1)
    ((_, body),) = receiver[1]
    assert [each["data"]["id"] for each in orjson.loads(body)["data"]["events"]] == [alert]


def test_quiet_hours_hold_everything_and_a_retry_too(product, rows, timed, receiver, owe, deliver, api):
    alert = rows.alert()
    quiet = timed({"quiet_hours": around_now(2, 2)})
    owe(quiet["id"], (alert, "alert.created"))
    assert (deliver(), states(product)) == (0, ["held"])
    api("PATCH", f"/v1/subscriptions/{quiet['id']}", {"timing": {"quiet_hours": around_now(4, -2)}})
    assert (deliver(), states(product)) == (1, ["delivered"])
    failing = timed({"quiet_hours": around_now(-0.2, 3)}, url="http://127.0.0.1:9999/hook")
    owe(failing["id"], (alert, "alert.created"))
    rows.execute("UPDATE deliveries SET tries = 2 WHERE subscription_id = :id", id=failing["id"])
    deliver()
    with product.store.begin() as db:
        (delivery,) = deliveries.page(db, limit=9, cursor=None, subscription=failing["id"]).data
    # The schedule has the next try in half an hour.
    assert delivery.state == "pending"
    assert delivery.next_attempt_at > datetime.now(UTC) + timedelta(hours=2.9)


def test_a_debounced_alert_is_sent_at_once_and_then_when_it_rests(
    product, rows, timed, receiver, owe, deliver
):
    alert = rows.alert()
    subscription = timed({"debounce_seconds": 1800})["id"]
    owe(subscription, (alert, "alert.created"), (alert, "alert.updated"), (alert, "alert.updated"))
    assert deliver() == 1
    assert deliver(0.4) == 0
    assert deliver(0.2) == 1
    assert [orjson.loads(body)["type"] for _, body in receiver[1]] == ["alert.created", "alert.updated"]
    assert states(product) == ["delivered", "superseded", "delivered"]


def test_what_is_held_waits_for_a_paused_subscription_and_goes_when_there_is_no_timing_any_more(
    product, rows, timed, receiver, owe, deliver, api
):
    alert = rows.alert()
    path = f"/v1/subscriptions/{timed(HOURLY)['id']}"
    number = int(path.rpartition("/")[2])
    owe(number, (alert, "alert.created"))
    api.post(f"{path}/pause")
    owe(number, (alert, "alert.updated"))
    assert (deliver(2), receiver[1]) == (0, [])
    api.post(f"{path}/resume")
    api("PATCH", path, {"timing": None})
    assert deliver() == 2
    assert set(states(product)) == {"delivered"}


def test_what_is_held_is_cancelled_with_its_subscription_and_can_be_sent_by_hand(
    product, rows, timed, receiver, owe, deliver, api
):
    alert = rows.alert()
    subscription = timed(HOURLY)["id"]
    owe(subscription, (alert, "alert.created"), (alert, "alert.updated"))
    listed = api.get(f"/v1/deliveries?subscription={subscription}").get_json()["data"]
    assert api.post(f"/v1/deliveries/{listed[1]['id']}/retry").get_json()["state"] == "pending"
    assert deliver() == 1
    rows.execute("UPDATE subscriptions SET state = 'disabled'")
    deliver(2)
    assert states(product) == ["delivered", "cancelled"]


def test_a_test_send_does_not_wait(api, timed, receiver):
    path = f"/v1/subscriptions/{timed(HOURLY)['id']}"
    assert api.post(f"{path}/test").get_json()["state"] == "delivered"


@pytest.mark.parametrize(
    ("timing", "pointer"),
    [
        ({}, "/timing"),
        ({"debounce_seconds": 0}, "/timing/debounce_seconds"),
        ({"debounce_seconds": 60, "digest": {"every": "hour"}}, "/timing"),
        ({"digest": {"every": "week"}}, "/timing/digest/every"),
        ({"digest": {"every": "hour", "at": "08:00"}}, "/timing/digest"),
        ({"digest": {"every": "day", "at": "24:00"}}, "/timing/digest/at"),
        ({"digest": {"every": "day", "time_zone": "Mars/Olympus"}}, "/timing/digest/time_zone"),
        ({"quiet_hours": {"start": "22:00", "end": "22:00"}}, "/timing/quiet_hours"),
        ({"quiet_hours": {"start": "22", "end": "07:00"}}, "/timing/quiet_hours/start"),
    ],
)
def test_a_timing_that_means_nothing_is_refused(api, receiver, timing, pointer):
    answer = api.post("/v1/subscriptions", {"url": receiver[0], "timing": timing})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_a_template_must_fit_digests_where_there_are_such(api, timed):
    path = f"/v1/subscriptions/{timed(HOURLY, template={'preset': 'slack'})['id']}"
    one = {"body": "{{ data.story }}", "content_type": "text/plain"}
    assert "alert.digest" in api("PATCH", path, {"template": one}).get_json()["detail"]
    assert api("PATCH", path, {"template": one, "timing": None}).status_code == 200
    assert api("PATCH", path, {"timing": HOURLY}).status_code == 422


def test_a_preview_counts_digests_and_shows_one(api, rows):
    for minutes in (10, 20, 30):
        alert = rows.alert(rows.document())
        document = {"id": alert, **rows.document()}
        body = envelope("alert.created", datetime.now(UTC), document).decode()
        values = {"type": "alert.created", "alert_id": alert, "webhook_id": f"msg_{minutes}", "body": body}
        number = rows.insert("alert_events", values)
        rows.execute(
            "UPDATE alert_events SET created_at = date_trunc('hour', now()) - make_interval(mins => :m) WHERE id = :id",
            m=minutes,
            id=number,
        )
    wanted = {
        "timing": HOURLY,
        "template": {"body": "{{ type }} {{ alerts | length }}", "content_type": "text/plain"},
    }
    preview = api.post("/v1/subscriptions/preview", wanted).get_json()
    assert (preview["events"], preview["deliveries"]) == (3, 1)
    assert [example["body"] for example in preview["examples"]] == ["alert.digest 3"]
