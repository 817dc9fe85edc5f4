"""Deliveries to endpoints that fail: none is lost, and the endpoint is not asked more than it can bear."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from local_site import Page
from sqlalchemy import text
from standardwebhooks import Webhook
from waiting import eventually

from dyadwatch import bootstrap
from dyadwatch.broker import Pacing
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, AlertEvent
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import EndpointPacing, deliver
from dyadwatch.pipeline.endpoint_pacing import AT_ONCE
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alert_events, attempts, deliveries, subscriptions
from dyadwatch.subscriptions import OPEN_AFTER, envelope

HOUR = 3600.0


@pytest.fixture
def endpoint(product, site):
    """(id, secret) of a subscription whose endpoint is /hook of the site."""
    secret = new_secret()
    site.pages["/hook"] = Page(status=204)
    with product.store.begin() as db:
        return subscriptions.create(
            db, NewSubscription(site.url + "/hook", ALERT_EVENT_TYPES, {}), secret
        ).id, secret


def owe(product, subscription, *names):
    with product.store.begin() as db:
        for name in names:
            body = envelope("alert.created", datetime.now(UTC), {"name": name}).decode()
            alert_events.add(db, AlertEvent(None, "alert.created", name, body), [subscription])


def pass_time(product, seconds):
    """Moves all that is planned nearer, as time would."""
    with product.store.begin() as db:
        for statement in (
            "UPDATE deliveries SET due_at = due_at - make_interval(secs => :seconds)",
            "UPDATE subscriptions SET blocked_until = blocked_until - make_interval(secs => :seconds)",
            "UPDATE subscriptions SET failing_since = failing_since - make_interval(secs => :seconds)",
        ):
            db.execute(text(statement), {"seconds": seconds})


def received(site, path="/hook"):
    return [request.headers["webhook-id"] for request in site.requests if request.path == path]


def view(product, subscription):
    with product.store.begin() as db:
        return subscriptions.get(db, subscription)


def test_a_receiver_that_was_down_for_six_hours_gets_every_event_once(product, site, endpoint):
    """In simulated time, a quarter of an hour a step; events come all the while."""
    subscription, secret = endpoint
    site.pages["/hook"] = Page(status=503)
    names = []
    for quarter in range(24):
        names.append(f"msg_{quarter}")
        owe(product, subscription, names[-1])
        product.pipeline.run(Step.DELIVER, 5)
        pass_time(product, HOUR / 4)
    tried = len(received(site))
    site.pages["/hook"] = Page(status=204)
    for _ in range(48):
        product.pipeline.run(Step.DELIVER, 5)
        pass_time(product, HOUR / 2)
    later = [request for request in site.requests if request.path == "/hook"][tried:]
    assert sorted(request.headers["webhook-id"] for request in later) == sorted(names)
    for request in later:
        assert (
            Webhook(secret).verify(request.body, request.headers)["data"]["name"]
            == request.headers["webhook-id"]
        )
    with product.store.begin() as db:
        assert set(db.execute(text("SELECT state FROM deliveries")).scalars()) == {"delivered"}
    assert (view(product, subscription).state, view(product, subscription).endpoint.failures) == ("active", 0)


def test_an_open_circuit_holds_all_deliveries_but_one_that_tries_the_endpoint(product, site, endpoint):
    subscription, _ = endpoint
    site.pages["/hook"] = Page(status=500)
    owe(product, subscription, *(f"msg_{number}" for number in range(3 * OPEN_AFTER)))
    product.pipeline.run(Step.DELIVER, 5)
    asked = len(received(site))
    assert OPEN_AFTER <= asked < 2 * OPEN_AFTER
    assert view(product, subscription).endpoint.last_error.code == "status_500"
    owe(product, subscription, "msg_new")
    assert product.pipeline.run(Step.DELIVER, 5) == 0
    pass_time(product, 2_000)  # more than an endpoint is left alone
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    assert len(received(site)) == asked + 1
    site.pages["/hook"] = Page(status=204)
    pass_time(product, 2_000)  # more than an endpoint is left alone
    product.pipeline.run(Step.DELIVER, 5)
    assert len(set(received(site)[asked + 1 :])) == 3 * OPEN_AFTER + 1


def test_an_endpoint_that_asks_for_time_gets_it_for_all_its_deliveries(product, site, endpoint):
    subscription, _ = endpoint
    site.pages["/hook"] = Page(status=429, headers={"Retry-After": "600"})
    owe(product, subscription, "msg_1")
    product.pipeline.run(Step.DELIVER, 5)
    owe(product, subscription, "msg_2")
    assert product.pipeline.run(Step.DELIVER, 5) == 0
    with product.store.begin() as db:
        second, _ = deliveries.page(db, limit=2, cursor=None).data
        left_alone = subscriptions.get(db, subscription).endpoint.blocked_until
        assert second.next_attempt_at == left_alone > second.created_at + timedelta(minutes=5)
        assert deliveries.resend(db, second.id).next_attempt_at < left_alone
    assert product.pipeline.run(Step.DELIVER, 5) == 1  # a person may ask for an attempt all the same
    assert received(site) == ["msg_1", "msg_2"]


def test_others_are_told_of_an_endpoint_that_fails_is_given_up_and_answers_again(product, site, endpoint):
    """By another host, and never by itself."""
    subscription, _ = endpoint
    site.pages["/told"] = Page(status=204)
    other = site.url.replace("127.0.0.1", "127.0.0.2")
    types = ("endpoint.failing", "endpoint.recovered", "endpoint.disabled", "delivery.exhausted")
    with product.store.begin() as db:
        told = subscriptions.create(db, NewSubscription(site.url + "/told", types, {}), new_secret()).id
        db.execute(text("UPDATE subscriptions SET host = :host WHERE id = :id"), {"host": other, "id": told})
        subscriptions.create(db, NewSubscription(site.url + "/hook", types, {}), new_secret())

    def events():
        product.pipeline.run(Step.DELIVER, 5)
        return [orjson.loads(request.body)["type"] for request in site.requests if request.path == "/told"]

    site.pages["/hook"] = Page(status=500)
    owe(product, subscription, *(f"msg_{number}" for number in range(OPEN_AFTER)))
    product.pipeline.run(Step.DELIVER, 5)
    assert events() == ["endpoint.failing"]
    site.pages["/hook"] = Page(status=204)
    pass_time(product, 1000)
    product.pipeline.run(Step.DELIVER, 5)
    assert events() == ["endpoint.failing", "endpoint.recovered"]
    site.pages["/hook"] = Page(status=500)
    owe(product, subscription, *(f"msg_again_{number}" for number in range(OPEN_AFTER)))
    product.pipeline.run(Step.DELIVER, 5)
    pass_time(product, 5 * 86_400)
    product.pipeline.run(Step.DELIVER, 5)
    assert events()[-2:] == ["endpoint.failing", "endpoint.disabled"]
    disabled = view(product, subscription)
    assert (disabled.state, disabled.disabled_reason.startswith("nothing was delivered")) == (
        "disabled",
        True,
    )
    with product.store.begin() as db:
        again = subscriptions.update(db, subscription, {"state": "active"})
    assert (again.state, again.endpoint.failures, again.endpoint.failing_since) == ("active", 0, None)


def test_a_worker_that_dies_between_the_claim_and_the_answer_loses_nothing(product, site, endpoint):
    """Its claim ends with its lease, and another sends what it had: with the same id, should both have."""
    subscription, _ = endpoint
    release = threading.Event()
    site.pages["/hook"] = Page(status=204, release=release)
    owe(product, subscription, "msg_1")
    dead = bootstrap.build(product.settings)
    worker = threading.Thread(target=dead.pipeline.run, args=(Step.DELIVER, 5))
    worker.start()
    eventually(lambda: received(site) == ["msg_1"])
    assert product.pipeline.run(Step.DELIVER, 1) == 0
    pass_time(product, 60)
    site.pages["/hook"] = Page(status=204)
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    release.set()
    worker.join()
    dead.close()
    assert received(site) == ["msg_1", "msg_1"]
    with product.store.begin() as db:
        (delivery,) = deliveries.page(db, limit=2, cursor=None).data
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 1)


@pytest.fixture
def quick(product, endpoint):
    """An endpoint that is known to be quick; its id."""
    owe(product, endpoint[0], "msg_first")
    assert product.pipeline.run(Step.DELIVER, 5) == 1
    return endpoint[0]


def test_a_quick_endpoint_is_sent_much_with_little_bookkeeping(product, site, quick, monkeypatch):
    monkeypatch.setattr(deliver, "_BATCH_SECONDS", 60.0)
    names = [f"msg_{number}" for number in range(120)]
    owe(product, quick, *names)
    batches, saves = [], []
    claim_batches, save_query = deliveries.claim_batches, attempts.save_query

    def claim(*arguments, **options):
        claimed = claim_batches(*arguments, **options)
        batches.extend(claimed)
        return claimed

    monkeypatch.setattr(deliveries, "claim_batches", claim)
    monkeypatch.setattr(attempts, "save_query", lambda group: saves.append(group) or save_query(group))
    assert product.pipeline.run(Step.DELIVER, 5) == 120
    assert sorted(received(site)[1:]) == sorted(names)
    assert len(saves) <= len(batches) <= 12
    with product.store.begin() as db:
        assert set(db.execute(text("SELECT state, attempt_count, tries FROM deliveries"))) == {
            ("delivered", 1, 1)
        }


def test_a_failure_leaves_the_rest_of_a_batch_for_later_and_uses_up_none_of_its_tries(
    product, quick, monkeypatch
):
    sent = []

    def send(message):
        sent.append(message.id)
        return AttemptOutcome(delivered=message.id != "msg_3", status=204 if message.id != "msg_3" else 500)

    monkeypatch.setattr(product.senders, "send", send)
    names = [f"msg_{number}" for number in range(30)]
    owe(product, quick, *names)
    product.pipeline.run(Step.DELIVER, 5)
    assert sorted(sent) == sorted(names)
    with product.store.begin() as db:
        rows = db.execute(
            text("SELECT webhook_id, state, tries FROM deliveries JOIN alert_events e ON e.id = event_id")
        )
        ends = {row.webhook_id: (row.state, row.tries) for row in rows}
    assert ends.pop("msg_3") == ("pending", 1)
    assert set(ends.values()) == {("delivered", 1)}


def test_a_runner_that_dies_within_a_batch_leaves_it_to_its_lease(product, site, quick, monkeypatch):
    """What it had sent is sent again with the same id, nothing is lost."""
    names = [f"msg_{number}" for number in range(20)]
    owe(product, quick, *names)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "save_query", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            product.pipeline.run(Step.DELIVER, 5)
    assert product.pipeline.run(Step.DELIVER, 5) == 0
    pass_time(product, 61)
    assert product.pipeline.run(Step.DELIVER, 5) == 20
    assert set(received(site)[1:]) == set(names)
    with product.store.begin() as db:
        assert set(db.execute(text("SELECT state FROM deliveries")).scalars()) == {"delivered"}


def test_a_receiver_can_put_events_in_order_by_their_sequence(product, site, endpoint):
    """Also where the first of them comes last; a repeat has the same."""
    subscription, _ = endpoint
    site.pages["/hook"] = Page(status=500)
    owe(product, subscription, "msg_1")
    product.pipeline.run(Step.DELIVER, 5)
    site.pages["/hook"] = Page(status=204)
    owe(product, subscription, "msg_2")
    product.pipeline.run(Step.DELIVER, 5)
    pass_time(product, 10)
    product.pipeline.run(Step.DELIVER, 5)
    sequences = {name: set() for name in received(site)}
    assert received(site) == ["msg_1", "msg_2", "msg_1"]
    for request in site.requests:
        sequences[request.headers["webhook-id"]].add(int(request.headers["webhook-sequence"]))
    ((first,), (second,)) = (sequences["msg_1"], sequences["msg_2"])
    assert first < second


def left_for_later(product):
    """How many deliveries are due later, without a try."""
    with product.store.begin() as db:
        statement = "SELECT count(*) FROM deliveries WHERE state = 'pending' AND due_at > now() AND tries = 0"
        return db.execute(text(statement)).scalar_one()


def test_an_endpoint_holds_a_few_threads_of_all_processes_together(product, site, quick):
    """Another process is at work on the same endpoint, and Valkey counts for both."""
    other = EndpointPacing(Pacing(product.broker))
    owe(product, quick, "msg_1", "msg_2")
    with product.store.begin() as db:
        (delivery,) = deliveries.claim(db, 1)
        db.execute(text("UPDATE deliveries SET due_at = now() WHERE state = 'pending'"))
    with ExitStack() as places:
        for _ in range(AT_ONCE):
            places.enter_context(other.place(delivery))
        assert product.pipeline.run(Step.DELIVER, 1) == 0
        assert (left_for_later(product), len(received(site))) == (2, 1)
    pass_time(product, 5)
    assert product.pipeline.run(Step.DELIVER, 5) == 2
    assert product.pipeline.context.runs.quick_hosts() == {"127.0.0.1"}


def test_an_endpoint_is_sent_no_more_in_a_second_than_it_takes(product, site, quick):
    with product.store.begin() as db:
        subscriptions.update(db, quick, {"max_per_second": 0.01})
    owe(product, quick, *(f"msg_{number}" for number in range(5)))
    assert product.pipeline.run(Step.DELIVER, 1) == 1
    assert (left_for_later(product), len(received(site))) == (4, 2)
    with product.store.begin() as db:
        subscriptions.update(db, quick, {"max_per_second": None})
    pass_time(product, 200)
    assert product.pipeline.run(Step.DELIVER, 5) == 4
