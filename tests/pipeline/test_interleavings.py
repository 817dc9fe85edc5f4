"""Two runners and the people who change things meanwhile, in any order: no work is lost, nothing told twice.

Each step of a runner is split into claim, work and save, and everything else may come in between or overlap.
"""

from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from overlap import overlap
from sqlalchemy import text

from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import FeedDecision, NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.model.web import Response
from dyadwatch.pipeline import deliver, fetch
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import (
    alert_events,
    deliveries,
    entries,
    feeds,
    pages,
    snapshots,
    sources,
    subscriptions,
    sweeps,
)

TABLES = "sources, feeds, pages, entries, snapshots, alert_events, subscriptions, deliveries, attempts"
WORKED = ("feeds", "pages", "snapshots", "deliveries")
PAGES = ("https://a.test/1", "https://a.test/2")
ANSWERS = {
    "delivered": AttemptOutcome(delivered=True, status=200),
    "failed": AttemptOutcome(status=500),
    "gone": AttemptOutcome(status=410, gone="gone"),
}
NOUNS = {Step.POLL: feeds, Step.FETCH: pages, Step.TAG: snapshots, Step.DELIVER: deliveries}
OF_DELIVERIES = ("toggle", "toggle", "edit", "resend", "raise_event", "raise_event")
OF_FEEDS = ("toggle_feed", "poll_now")
# Steps, changes that get in their way, and a share of the games in percent: what is rare among all is likely
# where few of them are played.
FOCUSES = {
    "deliveries": ((Step.DELIVER,), OF_DELIVERIES, 10),
    "entries": ((Step.POLL, Step.FETCH), OF_FEEDS, 3),
    "snapshots": ((Step.TAG,), ("retag",), 3),
    "everything": (tuple(NOUNS), (*OF_DELIVERIES, *OF_FEEDS, "retag"), 3),
}
STEPS = st.runner().flatmap(lambda machine: st.sampled_from(machine.steps))
CHANGES = st.runner().flatmap(lambda machine: st.sampled_from(machine.changes))
RUNNERS = st.sampled_from((0, 1))


def digest(version):
    return sha256(str(version).encode()).hexdigest()


@dataclass
class Runner:
    """What a runner has claimed, and what it has worked but not saved: (row, when it was claimed, result)."""

    claimed: dict = field(default_factory=lambda: {step: [] for step in NOUNS})
    worked: dict = field(default_factory=lambda: {step: [] for step in NOUNS})


class Interleavings(RuleBasedStateMachine):
    def __init__(self, store, steps, changes):
        super().__init__()
        self.store = store
        self.steps, self.changes = steps, changes
        self.runners = Runner(), Runner()
        self.clock = 0  # counts what happens
        self.versions = dict.fromkeys(PAGES, 1)  # that the publisher shows
        self.answer = "delivered"
        self.sent = {}  # webhook-id -> when it was sent last
        self.resent = {}  # webhook-id -> when a person asked for it last
        self.tagged = {}  # snapshot -> when its last saved tagging was claimed
        self.retagged = {}  # snapshot -> when it was last to be tagged again
        self.raised = []  # webhook-ids, as tagging and others raised them

    @initialize()
    def start(self):
        with self.store.begin() as db:
            db.execute(text(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE"))
            self.feed = sources.create(db, NewSource("News", (NewFeed("https://a.test/rss"),))).feeds[0].id
            new = NewSubscription("https://receiver.test/", ("alert.created",), {})
            self.subscription = subscriptions.create(db, new, "whsec_secret").id
            self.raise_event(db)
        for step in (Step.POLL, Step.FETCH):
            self.proceed(0, step, times=3)

    # The world

    @precondition(lambda self: Step.POLL in self.steps)
    @rule(url=st.sampled_from(PAGES))
    def publish(self, url):
        """A correction: the entry and its page change together."""
        self.versions[url] += 1

    @rule(answer=st.sampled_from(list(ANSWERS)))
    def answer_with(self, answer):
        self.answer = answer

    @rule()
    def let_time_pass(self):
        """Every lease, retry and interval ends."""
        with self.store.begin() as db:
            for table in WORKED:
                db.execute(text(f"UPDATE {table} SET due_at = now() WHERE due_at > now()"))

    # Runners

    @rule(number=RUNNERS, step=STEPS, times=st.integers(1, 3))
    def proceed(self, number, step, times):
        """A runner claims; what it has claimed, it works; what it has worked, it saves."""
        for _ in range(times):
            runner = self.runners[number]
            if runner.worked[step]:
                self.save(number, step)
            elif runner.claimed[step]:
                self.work(number, step)
            else:
                self.claim(number, step)

    def claim(self, number, step):
        self.clock += 1
        with self.store.begin() as db:
            rows = NOUNS[step].claim(db, limit=2)
        self.runners[number].claimed[step] += [(row, self.clock) for row in rows]

    def work(self, number, step):
        self.clock += 1
        runner = self.runners[number]
        for row, claimed_at in runner.claimed[step]:
            runner.worked[step].append((row, claimed_at, getattr(self, f"work_{step}")(row)))
        runner.claimed[step] = []

    def work_poll(self, _feed):
        return [
            ParsedEntry(url, url, f"Version {number}", None, None, (), None, None, None, None)
            for url, number in self.versions.items()
        ]

    def work_fetch(self, page):
        body = str(self.versions[page.url]).encode()
        return Response(page.url, 200, {}, body, datetime.now(UTC), 0.1)

    def work_tag(self, _snapshot):
        return None

    def work_deliver(self, delivery):
        if delivery.subscription_state != "active":
            return None
        if self.answer == "delivered":
            self.sent[delivery.webhook_id] = self.clock
        return ANSWERS[self.answer]

    def save(self, number, step):
        with self.store.begin() as db:
            self.save_in(db, number, step)

    def save_in(self, db, number, step):
        for worked in self.runners[number].worked[step]:
            getattr(self, f"save_{step}")(db, *worked)
        self.runners[number].worked[step] = []

    def save_poll(self, db, feed, _claimed_at, parsed):
        changes = entries.compare(db, {feed.id: parsed})
        now = datetime.now(UTC)
        decision = FeedDecision(feed.memory, now + timedelta(minutes=9), "as always")
        feeds.save_polls(db, [feeds.PollResult(feed, decision, 200, now, changes[feed.id])])

    def save_fetch(self, db, page, _claimed_at, response):
        fetch._save(self.context(db), [self.attempt(page, response)])

    def save_tag(self, db, snapshot, claimed_at, _result):
        if snapshots.finish(db, snapshot, None):
            self.tagged[snapshot.id] = claimed_at
            self.raise_event(db)

    def save_deliver(self, db, delivery, _claimed_at, outcome):
        deliver._save(self.context(db), [self.attempt(delivery, outcome)])

    def attempt(self, row, result):
        return Attempt(row, datetime.now(UTC), datetime.now(UTC), result)

    def context(self, db):
        return SimpleNamespace(
            store=SimpleNamespace(begin=lambda: nullcontext(db)), random=Random(1), hint=lambda _: None
        )

    @rule(number=RUNNERS)
    def crash(self, number):
        runners = list(self.runners)
        runners[number] = Runner()
        self.runners = tuple(runners)

    # People, and steps that raise alerts

    @rule(name=CHANGES)
    def change(self, name):
        with self.store.begin() as db:
            getattr(self, name)(db)

    @rule(first=CHANGES, second=CHANGES)
    def change_beside_change(self, first, second):
        overlap(self.store, getattr(self, first), getattr(self, second))

    @rule(name=CHANGES, number=RUNNERS, step=STEPS, save_first=st.booleans())
    def change_beside_save(self, name, number, step, save_first):
        both = [getattr(self, name), lambda db: self.save_in(db, number, step)]
        overlap(self.store, *(reversed(both) if save_first else both))

    def toggle(self, db):
        active = subscriptions.get(db, self.subscription).state == "active"
        subscriptions.update(db, self.subscription, {"state": "paused" if active else "active"})

    def edit(self, db):
        host = "b" if "receiver" in subscriptions.get(db, self.subscription).url else "receiver"
        subscriptions.update(db, self.subscription, {"url": f"https://{host}.test/"})

    def resend(self, db):
        """The delivery that a runner is about to save, where there is one: what else would be in the way?"""
        self.clock += 1
        under_way = [row.id for runner in self.runners for row, *_ in runner.worked[Step.DELIVER]]
        newest = [view.id for view in deliveries.page(db, limit=1, cursor=None).data]
        with suppress(Conflict):
            for delivery in (under_way or newest)[:1]:
                self.resent[deliveries.resend(db, delivery).webhook_id] = self.clock

    def retag(self, db):
        self.clock += 1
        snapshots.retag(db)
        snapshots.retag_next(db, limit=100)
        newest = db.execute(text("SELECT max(id) FROM snapshots GROUP BY page_id")).scalars()
        self.retagged |= dict.fromkeys(newest, self.clock)

    def raise_event(self, db):
        self.raised.append(f"msg_{len(self.raised)}")
        alert_events.add(db, AlertEvent(None, "alert.created", self.raised[-1], "{}"), [self.subscription])

    def toggle_feed(self, db):
        feeds.update(db, self.feed, "paused" if feeds.get(db, self.feed).state == "active" else "active")

    def poll_now(self, db):
        with suppress(Conflict):  # it is paused
            feeds.poll_now(db, self.feed)

    # What must hold

    @invariant()
    def no_row_is_lost(self):
        if hasattr(self, "feed"):
            with self.store.begin() as db:
                assert sweeps.count_lost(db) == dict.fromkeys(Step, 0)

    @invariant()
    def nothing_that_was_asked_for_is_forgotten(self):
        """What was to be sent, tagged or fetched again is not done before it was."""
        if hasattr(self, "feed"):
            with self.store.begin() as db:
                sent = db.execute(
                    text(
                        "SELECT webhook_id FROM deliveries JOIN alert_events e ON e.id = event_id"
                        " WHERE state = 'delivered'"
                    )
                ).scalars()
                tagged = db.execute(text("SELECT id FROM snapshots WHERE due_at IS NULL")).scalars()
                for webhook_id in self.resent.keys() & set(sent):
                    assert self.sent[webhook_id] > self.resent[webhook_id]
                for snapshot in self.retagged.keys() & set(tagged):
                    assert self.tagged[snapshot] > self.retagged[snapshot]
                fetched = db.execute(
                    text(
                        "SELECT title, (SELECT sha256 FROM snapshots WHERE page_id = pages.id"
                        " ORDER BY id DESC LIMIT 1) FROM entries JOIN pages ON pages.id = page_id"
                        " WHERE pages.due_at IS NULL"
                    )
                ).all()
                versions = {digest(number): number for number in range(1, max(self.versions.values()) + 1)}
                for title, snapshot in fetched:
                    assert versions[snapshot] >= int(title.removeprefix("Version "))

    def teardown(self):
        if hasattr(self, "feed"):
            self.settle()
            self.nothing_that_was_asked_for_is_forgotten()
            with self.store.begin() as db:
                self.check(db)

    def settle(self):
        """The runners end, everything is resumed, and work goes on until nothing is left."""
        self.crash(0)
        self.crash(1)
        self.answer = "delivered"
        with self.store.begin() as db:
            subscriptions.update(db, self.subscription, {"state": "active"})
            feeds.update(db, self.feed, "active")
        self.let_time_pass()
        for step in NOUNS:  # each makes due what the next one works
            self.claim(0, step)
            while self.runners[0].claimed[step]:
                self.work(0, step)
                self.save(0, step)
                self.claim(0, step)

    def check(self, db):
        states = dict(
            db.execute(
                text("SELECT webhook_id, state FROM deliveries JOIN alert_events e ON e.id = event_id")
            ).all()
        )
        assert sorted(states) == sorted(self.raised)
        delivered = {webhook_id for webhook_id, state in states.items() if state == "delivered"}
        assert {states[webhook_id] for webhook_id in states.keys() - delivered} <= {"cancelled", "exhausted"}
        assert delivered <= self.sent.keys()
        assert db.execute(text("SELECT count(*) FROM snapshots WHERE due_at IS NOT NULL")).scalar() == 0
        shown = {url: f"Version {number}" for url, number in self.versions.items()}
        assert dict(db.execute(text("SELECT url, title FROM entries")).all()) == shown
        newest = db.execute(text("SELECT DISTINCT ON (url) url, sha256 FROM snapshots ORDER BY url, id DESC"))
        assert dict(newest.all()) == {url: digest(number) for url, number in self.versions.items()}


@pytest.mark.parametrize("focus", FOCUSES)
def test_no_interleaving_loses_work_or_tells_it_twice(store, focus):
    steps, changes, share = FOCUSES[focus]
    run_state_machine_as_test(
        lambda: Interleavings(store, steps, changes),
        settings=settings(settings.default, max_examples=settings.default.max_examples * share // 100),
    )
