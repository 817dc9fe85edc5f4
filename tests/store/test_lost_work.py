"""No race loses work: what makes a row due ends its runner's turn, and what is lost anyway is swept."""

import importlib
import pkgutil
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from overlap import overlap
from sqlalchemy import TextClause, text

import dyadwatch.store
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.deliveries import AttemptView, EndedAttempt
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.pages import FetchResult
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import (
    alert_events,
    attempts,
    backfills,
    deliveries,
    entries,
    feeds,
    hub_subscriptions,
    pages,
    pushes,
    snapshots,
    sources,
    subscriptions,
    sweeps,
    watches,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ENTRY = ParsedEntry("guid", "https://a.test/story", "Old", None, None, (), None, None, None, None)
CORRECTED = replace(ENTRY, title="New")


@pytest.fixture
def subscription(store):
    with store.begin() as db:
        new = NewSubscription("https://receiver.test/hook", ("alert.created",), {})
        return subscriptions.create(db, new, "whsec_secret").id


@pytest.fixture
def feed(store):
    with store.begin() as db:
        return sources.create(db, NewSource("News", (NewFeed("https://a.test/rss"),))).feeds[0].id


def owe(db, subscription, number=1):
    alert_events.add(db, AlertEvent(None, "alert.created", f"msg_{number}", "{}"), [subscription])


def set_state(db, subscription, state):
    subscriptions.update(db, subscription, {"state": state})


def state_of_delivery(db):
    return db.execute(text("SELECT state, due_at IS NOT NULL FROM deliveries")).one()


def claim_one(store, noun):
    with store.begin() as db:
        (row,) = noun.claim(db, limit=9)
    return row


def save_entries(store, feed, entry):
    with store.begin() as db:
        entries.save(db, entries.compare(db, {feed: [entry]}))


def test_a_delivery_set_aside_after_its_subscription_was_resumed_is_due(store, subscription):
    with store.begin() as db:
        owe(db, subscription)
        set_state(db, subscription, "paused")
    claimed = claim_one(store, deliveries)
    with store.begin() as db:
        set_state(db, subscription, "active")
    with store.begin() as db:
        states = subscriptions.lock(db, [subscription], to_change=False)
        deliveries.skip(db, claimed, states[subscription])
        assert state_of_delivery(db) == ("pending", True)


@pytest.mark.parametrize(
    ("before", "after", "delivery"),
    [
        ("paused", "active", ("pending", True)),
        ("active", "paused", ("pending", False)),
        ("active", "disabled", ("cancelled", False)),
    ],
)
def test_a_delivery_owed_while_its_subscription_changes_follows_it(
    store, subscription, before, after, delivery
):
    """The event is stored before the change is committed."""
    with store.begin() as db:
        set_state(db, subscription, before)
    overlap(store, lambda db: set_state(db, subscription, after), lambda db: owe(db, subscription))
    with store.begin() as db:
        assert state_of_delivery(db) == delivery


def test_a_subscription_resumed_while_a_delivery_is_set_aside_leaves_it_due(store, subscription):
    with store.begin() as db:
        owe(db, subscription)
        set_state(db, subscription, "paused")
    claimed = claim_one(store, deliveries)

    def set_aside(db):
        states = subscriptions.lock(db, [subscription], to_change=False)
        deliveries.skip(db, claimed, states[subscription])

    overlap(store, set_aside, lambda db: set_state(db, subscription, "active"))
    with store.begin() as db:
        assert state_of_delivery(db) == ("pending", True)


def test_a_resend_is_not_undone_by_the_attempt_under_way(store, subscription):
    with store.begin() as db:
        owe(db, subscription)
    claimed = claim_one(store, deliveries)
    with store.begin() as db:
        assert deliveries.resend(db, claimed.id).next_attempt_at is not None
    view = AttemptView(1, NOW, 0.1, "schedule", 200, None, None, None, "")
    with store.begin() as db:
        assert not attempts.save(db, [EndedAttempt(claimed, view, "delivered", None, tries=1)])
        assert state_of_delivery(db) == ("pending", True)


def test_a_retag_is_not_undone_by_the_tagging_under_way(store, feed):
    save_entries(store, feed, ENTRY)
    page = claim_one(store, pages)
    with store.begin() as db:
        snapshots.add(db, NewSnapshot(page.id, "page", page.url, 200, {}, b"<p>x", NOW))
    claimed = claim_one(store, snapshots)
    with store.begin() as db:
        assert snapshots.retag(db).value == 1
        assert snapshots.retag_next(db, limit=9) == 1
    with store.begin() as db:
        assert not snapshots.finish(db, claimed, None)
    assert claim_one(store, snapshots).id == claimed.id


def test_a_page_whose_entry_is_corrected_during_its_fetch_is_fetched_again(store, feed):
    save_entries(store, feed, ENTRY)
    claimed = claim_one(store, pages)
    save_entries(store, feed, CORRECTED)
    with store.begin() as db:
        assert not pages.save_fetch(db, claimed, FetchResult(200, claimed.url, {}, b"old"), now=NOW)
        db.execute(text("UPDATE pages SET due_at = now()"))
    assert claim_one(store, pages).id == claimed.id


@pytest.mark.parametrize(
    "again",
    [
        FetchResult(200, ENTRY.url, {}, b"<p>x"),
        FetchResult(304),
        FetchResult(404, failure=Failure("http_404", "Gone", NOW)),
    ],
    ids=["the same bytes", "not modified", "failed"],
)
def test_a_corrected_entry_is_read_with_the_page_as_it_was_where_the_fetch_brings_nothing_new(
    store, feed, again
):
    def fetch(result):
        with store.begin() as db:
            db.execute(text("UPDATE pages SET due_at = now()"))
        page = claim_one(store, pages)
        with store.begin() as db:
            assert pages.save_fetch(db, page, result, now=datetime.now(UTC))

    def read():
        with store.begin() as db:
            claimed = snapshots.claim(db, limit=5)
            for snapshot in claimed:
                assert snapshots.finish(db, snapshot, None)
        return [snapshot.entry.title for snapshot in claimed]

    save_entries(store, feed, ENTRY)
    fetch(FetchResult(200, ENTRY.url, {}, b"<p>x"))
    assert read() == ["Old"]
    fetch(again)
    assert read() == []
    save_entries(store, feed, CORRECTED)
    fetch(again)
    assert read() == ["New"]


def test_a_page_that_waits_for_its_next_try_keeps_its_time_when_its_entry_changes(store, feed):
    save_entries(store, feed, ENTRY)
    page = claim_one(store, pages)
    retry = datetime(2126, 1, 1, tzinfo=UTC)
    with store.begin() as db:
        assert pages.save_fetch(db, page, FetchResult(503, retry_at=retry), now=NOW)
    save_entries(store, feed, CORRECTED)
    with store.begin() as db:
        assert db.execute(text("SELECT due_at FROM pages")).scalar_one() == retry


@pytest.mark.parametrize("make_due", [feeds.poll_now, lambda db, feed: feeds.update(db, feed, "active")])
def test_a_feed_that_is_made_due_during_its_poll_is_polled_again(store, feed, make_due):
    claimed = claim_one(store, feeds)
    with store.begin() as db:
        make_due(db, feed)
    again = claim_one(store, feeds)
    assert (again.id, again.turn > claimed.turn) == (feed, True)


def test_a_push_repeated_after_another_is_read_last_also_while_the_first_is_read(store, feed):
    for body in (b"one", b"two"):
        with store.begin() as db:
            pushes.receive(db, feed, content_type=None, body=body)
    first = claim_one(store, pushes)
    with store.begin() as db:
        pushes.receive(db, feed, content_type=None, body=b"one")
    with store.begin() as db:
        assert not pushes.save(db, first, None)
    bodies = []
    for _ in range(2):
        push = claim_one(store, pushes)
        bodies.append(push.body)
        with store.begin() as db:
            assert pushes.save(db, push, None)
    assert bodies == [b"two", b"one"]


def test_a_push_repeated_while_another_is_stored_is_read_last(store, feed):
    with store.begin() as db:
        hub_subscriptions.ensure(db, {feed: ("https://hub.test/", "https://a.test/rss")})

    def push(body):
        return lambda db: pushes.receive(db, feed, content_type=None, body=body)

    for body in (b"one", b"two"):
        with store.begin() as db:
            push(body)(db)
    overlap(store, push(b"one"), push(b"two"))
    first = claim_one(store, pushes)
    with store.begin() as db:
        assert pushes.save(db, first, None)
    assert (first.body, claim_one(store, pushes).body) == (b"one", b"two")


# For each step: how its row is made to be lost, and how to be done or to wait for a person.
ROWS = {
    Step.POLL: ("UPDATE feeds SET due_at = NULL", "UPDATE feeds SET due_at = NULL, state = 'paused'"),
    Step.PUSH: ("UPDATE pushes SET due_at = NULL", "UPDATE pushes SET due_at = NULL, body = ''"),
    Step.FETCH: ("UPDATE pages SET due_at = NULL", "UPDATE pages SET due_at = NULL, state = 'failed'"),
    Step.RECHECK: (
        "UPDATE rechecks SET due_at = NULL",
        "DELETE FROM rechecks",
    ),
    Step.TAG: ("UPDATE snapshots SET due_at = NULL", "UPDATE snapshots SET due_at = NULL, turn = 1"),
    Step.BACKFILL: (
        "UPDATE archive_runs SET due_at = NULL",
        "UPDATE archive_runs SET due_at = NULL, ended_at = now()",
    ),
    Step.NOTIFY: (
        "UPDATE announcements SET pending = true, due_at = NULL",
        "UPDATE announcements SET pending = false, due_at = NULL",
    ),
    Step.DELIVER: (
        "UPDATE deliveries SET due_at = NULL",
        "UPDATE deliveries SET due_at = NULL; UPDATE subscriptions SET state = 'paused'",
    ),
    Step.RETAIN: (  # never done: it comes again each day
        "UPDATE retention SET due_at = NULL",
        "UPDATE retention SET due_at = now() + interval '1 day'",
    ),
}


_ALERT = text("""
WITH story AS (INSERT INTO stories (title) VALUES ('C meets D') RETURNING id),
alert AS (
    INSERT INTO alerts (watch_id, story_id, score, level, document)
    SELECT 'c-d', id, 1, 'person', '{}' FROM story RETURNING id
)
INSERT INTO announcements (alert_id, announced) SELECT id, '{}' FROM alert
""")


_RECHECK = text("""
INSERT INTO rechecks (id, host, first_seen_at, due_at) VALUES (:page, 'a.test', now(), now())
""")


@pytest.fixture
def one_row_each(store, feed, subscription):
    save_entries(store, feed, ENTRY)
    with store.begin() as db:
        owe(db, subscription)
        page = db.execute(text("SELECT id FROM pages")).scalar_one()
        snapshots.add(db, NewSnapshot(page, "page", ENTRY.url, 200, {}, b"<p>x", NOW))
        hub_subscriptions.ensure(db, {feed: ("https://hub.test/", "https://a.test/rss")})
        pushes.receive(db, feed, content_type=None, body=b"one")
        watches.create(db, "c-d", "C – D", {})
        backfills.start(db, "c-d", since=None, notify=False)
        db.execute(_ALERT)
        db.execute(_RECHECK, {"page": page})


@pytest.mark.usefixtures("one_row_each")
@pytest.mark.parametrize("step", Step)
def test_the_sweep_makes_due_what_was_lost_and_nothing_else(store, step):
    lose, settle = ROWS[step]
    with store.begin() as db:
        db.execute(text(lose))
        assert sweeps.count_lost(db) == dict.fromkeys(Step, 0) | {step: 1}
        assert sweeps.recover(db, step) == 1
        assert sweeps.count_lost(db) == dict.fromkeys(Step, 0)
        db.execute(text(settle))
        assert sweeps.recover(db, step) == 0


def test_a_hub_subscription_is_never_without_a_time(store, one_row_each):
    with store.begin() as db:
        db.execute(text("UPDATE hub_subscriptions SET due_at = NULL"))
        assert sweeps.recover(db, Step.PUSH) == 1


# Statements that move rows nobody works (`due_at <= now()`), or that end work which is not wanted any more.
POSTPONE_OR_END = {
    "dyadwatch.store.pages._DEFER_SOURCE",
    "dyadwatch.store.confirmations._CANCEL",
    "dyadwatch.store.deliveries._CANCEL",
    "dyadwatch.store.feeds._SET_STATE[paused]",
}


def statements():
    for module in pkgutil.iter_modules(dyadwatch.store.__path__, "dyadwatch.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            members = value.items() if isinstance(value, dict) else [(None, value)]
            for key, statement in members:
                if isinstance(statement, TextClause):
                    yield f"{module.name}.{name}" + (f"[{key}]" if key else ""), statement.text


def test_every_statement_that_sets_a_due_time_raises_the_turn_or_checks_it():
    times = re.compile(r"\bSET\b[^;]*?\bdue_at = ", re.DOTALL)
    fenced = re.compile(r"turn = (\w+\.)?turn \+ 1|turn = :turn|turn = (poll|ended)\.turn")
    setting = {name: sql for name, sql in statements() if times.search(sql)}
    assert len(setting) > 15
    assert {name for name, sql in setting.items() if not fenced.search(sql)} == POSTPONE_OR_END
