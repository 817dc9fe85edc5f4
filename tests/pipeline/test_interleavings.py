"""Two runners and the people who change things meanwhile, in any order: no work is lost, nothing told twice.

Each step of a runner is split into claim, work and save, and everything else may come in between or overlap.
"""

from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import cycle
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from overlap import overlap
from sqlalchemy import text

from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.deliveries import AttemptOutcome
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.model.web import Response
from dyadwatch.pipeline import deliver, fetch, push
from dyadwatch.pipeline import hub_subscriptions as requests_to_hubs
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import (
    alert_events,
    deliveries,
    entries,
    feeds,
    hub_subscriptions,
    pages,
    pushes,
    snapshots,
    sources,
    subscriptions,
)
from dyadwatch.subscriptions.retries import SCHEDULE

pytestmark = pytest.mark.no_cover

TABLES = (
    "sources, feeds, pages, entries, snapshots, alert_events, subscriptions, deliveries, attempts, pushes,"
    " hub_subscriptions"
)
PAGES = ("https://a.test/1", "https://a.test/2")
TOPIC = "https://a.test/rss"
HUBS = ("https://hub.test/", "https://other.test/")
ANSWERS = {
    "delivered": AttemptOutcome(delivered=True, status=200),
    "failed": AttemptOutcome(status=500),
    "gone": AttemptOutcome(status=410, gone="gone"),
}
# Whose rows a runner claims, in an order in which each makes due what the next one works.
NOUNS = {
    "poll": feeds,
    "read": pushes,
    "subscribe": hub_subscriptions,
    "fetch": pages,
    "tag": snapshots,
    "deliver": deliveries,
}
OF_DELIVERIES = ("resend", "toggle", "raise_event", "toggle", "edit")
OF_FEEDS = ("correct", "toggle_feed", "poll_now", "publish")
OF_HUBS = ("move_hub", "verify", "lapse", "deny")
# Work, changes that get in its way, and a share of the games in percent: what is rare among all is likely
# where few of them are played.
FOCUSES = {
    "deliveries": (("deliver",), OF_DELIVERIES, 8),
    "entries": (("poll", "fetch"), OF_FEEDS, 6),
    "hubs": (("subscribe",), OF_HUBS, 6),
    "pushes": (("read",), ("push",), 3),
    "snapshots": (("tag",), ("retag",), 3),
    "everything": (tuple(NOUNS), (*OF_DELIVERIES, *OF_FEEDS, *OF_HUBS, "push", "retag"), 3),
}
KINDS = st.runner().flatmap(lambda machine: st.sampled_from(machine.kinds))
CHANGES = st.runner().flatmap(lambda machine: st.sampled_from(machine.changes))
RUNNERS = st.sampled_from((0, 1))
MOMENTS = st.sampled_from(("worked", "claimed", "any", "worked"))
ORDERS = st.sampled_from(
    ("save last", "save beside", "change beside", "changes only", "save never", "crash", "changes only")
)
LOST = text(" UNION ALL ".join(noun.QUEUE.count_lost_statement.text for noun in NOUNS.values()))
# Work that neither is due, or will be when a lease ends, nor waits for a person.
NOT_DUE = text("""
SELECT kind, id FROM (
    SELECT 'poll' AS kind, id, due_at, state <> 'active' AS waits FROM feeds
    UNION ALL SELECT 'read', id, due_at, false FROM pushes
    UNION ALL SELECT 'subscribe', feed_id, due_at, false FROM hub_subscriptions
    UNION ALL SELECT 'tag', id, due_at, false FROM snapshots
    UNION ALL SELECT 'deliver', id, due_at, state = 'cancelled' OR state = 'pending' AND due_at IS NULL
    FROM deliveries
) AS row WHERE NOT waits AND (due_at IS NULL OR due_at > now() + interval '1 minute')
""")
FETCHED = text("""
SELECT title, (SELECT sha256 FROM snapshots WHERE page_id = pages.id ORDER BY id DESC LIMIT 1)
FROM entries JOIN pages ON pages.id = page_id WHERE pages.due_at IS NULL
""")
# A request that would come too late, where none has been sent since the hub verified the last one.
RENEWED_LATE = text("""
SELECT FROM hub_subscriptions WHERE state = 'active' AND attempt_count = 0 AND due_at > lease_until
""")


def digest(version):
    return sha256(str(version).encode()).hexdigest()


@dataclass
class Runner:
    """What a runner has claimed, and what it has worked but not saved: (row, when it was claimed, result)."""

    claimed: dict = field(default_factory=lambda: {kind: [] for kind in NOUNS})
    worked: dict = field(default_factory=lambda: {kind: [] for kind in NOUNS})


class Interleavings(RuleBasedStateMachine):
    def __init__(self, store, work, changes):
        super().__init__()
        self.store = store
        self.kinds, self.changes = work, changes
        self.runners = Runner(), Runner()
        self.clock = 0  # counts what happens
        self.versions = dict.fromkeys(PAGES, 1)  # that the publisher shows
        self.urls = cycle(PAGES)  # that the publisher corrects
        self.bodies = cycle((b"A", b"B"))  # that a hub pushes
        self.answer = "delivered"
        self.sent = set()  # webhook-ids
        self.raised = []  # webhook-ids, as tagging and others raised them
        self.asked = {}  # kind of work, row -> when it was last to be done again, at once
        self.done = {}  # kind of work, row -> when the newest was claimed that was saved

    @initialize()
    def start(self):
        with self.store.begin() as db:
            db.execute(text(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE"))
            self.feed = sources.create(db, NewSource("News", (NewFeed(TOPIC),))).feeds[0].id
            new = NewSubscription("https://receiver.test/", ("alert.created",), {})
            self.subscription = subscriptions.create(db, new, "whsec_secret").id
            self.raise_event(db)
            self.move_hub(db)
        for kind in ("poll", "fetch"):
            self.claim(0, kind)
            self.work(0, kind)
            self.save(0, kind)

    # One rule, for of several Hypothesis leaves out any, each in about half of the games.
    @rule(
        first=CHANGES,
        second=CHANGES,
        twice=st.booleans(),
        number=RUNNERS,
        kind=KINDS,
        moment=MOMENTS,
        order=ORDERS,
        answer=st.sampled_from(("delivered", "failed", "delivered", "failed", "gone")),
    )
    def play(self, *, first, second, twice, number, kind, moment, order, answer):
        """Something is changed, a runner goes on to a moment of its work, and something gets in its way or is
        done and undone."""
        self.answer = answer
        if order == "changes only":
            overlap(self.store, getattr(self, first), getattr(self, second))
            return
        goes_on = moment != "any"
        is_idle = not self.runners[number].claimed[kind] and not self.runners[number].worked[kind]
        if goes_on and is_idle:
            self.let_time_pass(kind)
        self.commit(first)
        if goes_on and is_idle:
            self.claim(number, kind)
        if moment == "worked":
            self.work(number, kind)
        if twice:
            self.commit(second)
        self.interfere(second, number, kind, order)

    def interfere(self, change, number, kind, order):
        """A change is committed before a runner saves its work, or beside that."""
        both = [getattr(self, change), lambda db: self.save_in(db, number, kind)]
        if order == "save beside":
            overlap(self.store, *both)
        elif order == "change beside":
            overlap(self.store, *reversed(both))
        else:
            self.commit(change)
            if order == "save last":
                self.save(number, kind)
            elif order == "crash":
                self.crash(number)

    def commit(self, change):
        with self.store.begin() as db:
            getattr(self, change)(db)

    def let_time_pass(self, kind):
        """Every lease, retry and interval ends."""
        with self.store.begin() as db:
            db.execute(text(f"UPDATE {NOUNS[kind].QUEUE.table} SET due_at = now() WHERE due_at > now()"))

    # Runners

    def claim(self, number, kind):
        self.clock += 1
        with self.store.begin() as db:
            rows = NOUNS[kind].claim(db, limit=2)
        self.runners[number].claimed[kind] += [(row, self.clock) for row in rows]

    def work(self, number, kind):
        runner = self.runners[number]
        for row, claimed_at in runner.claimed[kind]:
            runner.worked[kind].append((row, claimed_at, getattr(self, f"work_{kind}")(row)))
        runner.claimed[kind] = []

    def work_poll(self, _feed):
        return [
            ParsedEntry(url, url, f"Version {number}", None, None, (), None, None, None, None)
            for url, number in self.versions.items()
        ]

    def work_read(self, _push):
        return SimpleNamespace(entries=())

    def work_subscribe(self, subscription):
        return Response(subscription.hub, 202, {}, b"", datetime.now(UTC), 0.1)

    def work_fetch(self, page):
        body = str(self.versions[page.url]).encode()
        return Response(page.url, 200, {}, body, datetime.now(UTC), 0.1)

    def work_tag(self, _snapshot):
        return None

    def work_deliver(self, delivery):
        if delivery.subscription_state != "active":
            return None
        if self.answer == "delivered":
            self.sent.add(delivery.webhook_id)
        return ANSWERS[self.answer]

    def save(self, number, kind):
        with self.store.begin() as db:
            self.save_in(db, number, kind)

    def save_in(self, db, number, kind):
        for row, claimed_at, result in self.runners[number].worked[kind]:
            getattr(self, f"save_{kind}")(db, row, result)
            self.done[kind, row.id] = max(claimed_at, self.done.get((kind, row.id), 0))
        self.runners[number].worked[kind] = []

    def save_poll(self, db, feed, parsed):
        changes = entries.compare(db, {feed.id: parsed})
        now = datetime.now(UTC)
        decision = FeedDecision(feed.memory, now + timedelta(minutes=9), "as always")
        feeds.save_polls(db, [feeds.PollResult(feed, decision, 200, now, changes[feed.id])])

    def save_read(self, db, row, document):
        push._save(self.context(db), [self.attempt(row, document)])

    def save_subscribe(self, db, subscription, response):
        requests_to_hubs._save(self.context(db), [self.attempt(subscription, response)])

    def save_fetch(self, db, page, response):
        fetch._save(self.context(db), [self.attempt(page, response)])

    def save_tag(self, db, snapshot, _result):
        if snapshots.finish(db, snapshot, None):
            self.raise_event(db)

    def save_deliver(self, db, delivery, outcome):
        deliver._save(self.context(db), [self.attempt(delivery, outcome)])

    def attempt(self, row, result):
        return Attempt(row, datetime.now(UTC), datetime.now(UTC), result)

    def context(self, db):
        return SimpleNamespace(
            store=SimpleNamespace(begin=lambda **_: nullcontext(db)),
            random=Random(1),
            hint=lambda _: None,
            limits=SimpleNamespace(retry_schedule=SCHEDULE),
        )

    def crash(self, number):
        runners = list(self.runners)
        runners[number] = Runner()
        self.runners = tuple(runners)

    # People, and others who make work

    def ask(self, kind, row):
        self.clock += 1
        self.asked[kind, row] = self.clock

    def under_way(self, kind, otherwise):
        """The row that a runner is about to save, where there is one: what else would be in the way?"""
        return next((row for runner in self.runners for row, *_ in runner.worked[kind]), otherwise)

    def toggle(self, db):
        active = subscriptions.get(db, self.subscription).state == "active"
        subscriptions.update(db, self.subscription, {"state": "paused" if active else "active"})

    def edit(self, db):
        host = "b" if "receiver" in subscriptions.get(db, self.subscription).url else "receiver"
        subscriptions.update(db, self.subscription, {"url": f"https://{host}.test/"})

    def resend(self, db):
        (newest,) = deliveries.page(db, limit=1, cursor=None).data
        with suppress(Conflict):
            self.ask("deliver", deliveries.resend(db, self.under_way("deliver", newest).id).id)

    def retag(self, db):
        snapshots.retag(db)
        snapshots.retag_next(db, limit=100)
        for snapshot in db.execute(text("SELECT max(id) FROM snapshots GROUP BY page_id")).scalars():
            self.ask("tag", snapshot)

    def raise_event(self, db):
        self.raised.append(f"msg_{len(self.raised)}")
        alert_events.add(db, AlertEvent(None, "alert.created", self.raised[-1], "{}"), [self.subscription])

    def toggle_feed(self, db):
        state = "paused" if feeds.get(db, self.feed).state == "active" else "active"
        if feeds.update(db, self.feed, state).state == "active":
            self.ask("poll", self.feed)

    def poll_now(self, db):
        with suppress(Conflict):  # it is paused
            self.ask("poll", feeds.poll_now(db, self.feed).id)

    def publish(self, _db):
        """A correction: the entry and its page change together."""
        self.versions[next(self.urls)] += 1

    def correct(self, db):
        """A hub pushes a correction."""
        self.versions[self.under_way("fetch", SimpleNamespace(url=PAGES[0])).url] += 1
        entries.save(db, entries.compare(db, {self.feed: self.work_poll(None)}))

    def push(self, db):
        body = next(self.bodies)
        pushes.receive(db, self.feed, content_type=None, body=body)
        row = text("SELECT id FROM pushes WHERE sha256 = :sha256")
        self.ask("read", db.execute(row, {"sha256": sha256(body).hexdigest()}).scalar_one())

    def move_hub(self, db):
        hub = db.execute(text("SELECT hub FROM hub_subscriptions")).scalar()
        hub_subscriptions.ensure(db, {self.feed: (HUBS[hub == HUBS[0]], TOPIC)})
        self.ask("subscribe", self.feed)

    def verify(self, db):
        """For less time than a hub is given to verify a request."""
        token = db.execute(text("SELECT token FROM hub_subscriptions")).scalar_one()
        now = datetime.now(UTC)
        if hub_subscriptions.verify(db, token, lease=500.0, renewal=400.0, now=now):
            self.asked.pop(("subscribe", self.feed), None)

    def deny(self, db):
        now = datetime.now(UTC)
        failure = Failure("hub_denied", "The hub refuses", now)
        retry_at = now + timedelta(hours=1)
        hub_subscriptions.deny(db, self.feed, failure=failure, retry_at=retry_at, poll_min=60.0)
        self.asked.pop(("subscribe", self.feed), None)

    def lapse(self, db):
        hub_subscriptions.lapse(db, self.feed, now=datetime.now(UTC))
        self.ask("subscribe", self.feed)

    # What must hold

    @invariant()
    def nothing_is_forgotten(self):
        if hasattr(self, "feed"):
            with self.store.begin() as db:
                assert set(db.execute(LOST).scalars()) == {0}
                open_work = {key for key, at in self.asked.items() if self.done.get(key, 0) < at}
                assert not open_work & {tuple(row) for row in db.execute(NOT_DUE)}
                versions = {digest(number): number for number in range(1, max(self.versions.values()) + 1)}
                for title, snapshot in db.execute(FETCHED):
                    assert versions[snapshot] >= int(title.removeprefix("Version "))
                assert db.execute(RENEWED_LATE).all() == []

    def teardown(self):
        if hasattr(self, "feed"):
            self.settle()
            self.nothing_is_forgotten()
            with self.store.begin() as db:
                self.check(db)

    def settle(self):
        """The runners end, everything is resumed, and work goes on until nothing is left."""
        self.crash(0)
        self.crash(1)
        self.answer = "delivered"
        with self.store.begin() as db:
            subscriptions.update(db, self.subscription, {"state": "active"})
            db.execute(
                text("UPDATE subscriptions SET failures = 0, blocked_until = NULL")
            )  # as time brings it
            feeds.update(db, self.feed, "active")
        for kind in NOUNS:
            self.let_time_pass(kind)
            self.claim(0, kind)
            while self.runners[0].claimed[kind]:
                self.work(0, kind)
                self.save(0, kind)
                self.claim(0, kind)

    def check(self, db):
        states = dict(
            db.execute(
                text("SELECT webhook_id, state FROM deliveries JOIN alert_events e ON e.id = event_id")
            ).all()
        )
        assert sorted(states) == sorted(self.raised)
        delivered = {webhook_id for webhook_id, state in states.items() if state == "delivered"}
        assert {states[webhook_id] for webhook_id in states.keys() - delivered} <= {"cancelled", "exhausted"}
        assert delivered <= self.sent
        assert db.execute(text("SELECT count(*) FROM snapshots WHERE due_at IS NOT NULL")).scalar() == 0
        shown = {url: f"Version {number}" for url, number in self.versions.items()}
        assert dict(db.execute(text("SELECT url, title FROM entries")).all()) == shown
        newest = db.execute(text("SELECT DISTINCT ON (url) url, sha256 FROM snapshots ORDER BY url, id DESC"))
        assert dict(newest.all()) == {url: digest(number) for url, number in self.versions.items()}


@pytest.mark.parametrize("focus", FOCUSES)
def test_no_interleaving_loses_work_or_tells_it_twice(store, monkeypatch, focus):
    monkeypatch.setattr(pages, "MAX_CHANGES", 1_000)  # more than are made here
    work, changes, share = FOCUSES[focus]
    standard = settings.default
    run_state_machine_as_test(
        lambda: Interleavings(store, work, changes),
        settings=settings(
            standard,
            max_examples=standard.max_examples * share // 100,
            # Few long games, for the first two of Hypothesis are always the simplest.
            stateful_step_count=2 * standard.stateful_step_count,
        ),
    )
