"""The archive is tagged again: what would change is reported first, and nobody is notified unless asked."""

import math

import pytest
import stored_texts
from local_site import VISIT, WEATHER
from sqlalchemy import text

from dyadwatch import tagging
from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import archive
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import archive_runs, subscriptions, tagging_rows, watches

WATCH = {**tagging.shipped_watches()[0], "id": "mine", "title": "Mine"}
MISSES = {**WATCH, "threshold": 1.0}


@pytest.fixture
def store_texts(product, monkeypatch):
    """Stores articles, each with a story of its own or all in one, that nobody has tagged; four are read at
    once. There is a watch, and a subscription."""
    monkeypatch.setattr(archive, "_CHUNK", 4)
    # The stories of what was tagged are joined by tests of restory.
    monkeypatch.setattr(archive_runs, "follow", lambda *_, **__: None)
    monkeypatch.setattr(archive, "_MAX_CHUNK_SECONDS", math.inf)  # however slow the machine is
    with product.store.begin() as db:
        watches.create(db, "mine", "Mine", WATCH)
        new = NewSubscription(url="https://hooks.example/", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    return stored_texts.writer(product)


def start(product, *, dry_run=False, notify=False, watch="mine"):
    with product.store.begin() as db:
        return archive_runs.start(db, watch=watch, dry_run=dry_run, notify=notify).id


def work(product):
    return product.pipeline.run(Step.BACKFILL, 30)


def retag(product, **options):
    run = start(product, **options)
    work(product)
    with product.store.begin() as db:
        return archive_runs.get(db, run)


def change(product, document):
    with product.store.begin() as db:
        watches.replace(db, "mine", "Mine", document)
        db.execute(text("DELETE FROM archive_runs WHERE kind = 'backfill'"))


def rows(product, query):
    with product.store.begin() as db:
        return [tuple(row) for row in db.execute(text(query))]


TAGGINGS = "SELECT article_id, watch_version, mentions::text, whole::text FROM taggings ORDER BY 1"
ALERTS = "SELECT state FROM alerts ORDER BY id"
EVENTS = "SELECT type FROM alert_events ORDER BY id"
DELIVERIES = "SELECT 1 FROM deliveries"


def test_a_dry_run_reports_what_a_run_then_does_and_stores_nothing(product, store_texts, monkeypatch):
    monkeypatch.setattr(archive, "_CHUNK", 4)
    store_texts(*[VISIT] * 6, WEATHER, *[VISIT] * 3)
    dry = retag(product, dry_run=True)
    assert (dry.state, dry.counts.read, dry.counts.changed, dry.counts.alerts_created) == ("done", 10, 9, 9)
    assert dry.counts.mentions_added == dry.counts.evidence_added >= 9
    assert dry.counts.mentions_removed == dry.counts.failures == 0
    assert dry.examples[0].url == "https://news.example/8"
    assert all(quote in "\n\n".join(VISIT) for quote in dry.examples[0].added)
    assert rows(product, TAGGINGS) == rows(product, ALERTS) == rows(product, EVENTS) == []
    assert retag(product).counts == dry.counts
    assert len(rows(product, ALERTS)) == 9


@pytest.mark.parametrize("notify", [False, True])
def test_subscribers_are_notified_only_if_asked(product, store_texts, notify):
    store_texts(*[VISIT] * 5)
    retag(product, notify=notify)
    assert rows(product, EVENTS) == [("alert.created",)] * 5
    assert len(rows(product, DELIVERIES)) == (5 if notify else 0)


@pytest.mark.no_cover
def test_a_replay_of_the_same_versions_is_the_same_to_the_byte(product, store_texts):
    store_texts(VISIT, WEATHER, VISIT)
    retag(product)
    before = rows(product, TAGGINGS)
    again = retag(product)
    assert (again.counts.read, again.counts.changed) == (3, 0)
    assert rows(product, TAGGINGS) == before
    assert rows(product, "SELECT 1 FROM tagging_history") == []
    change(product, MISSES)
    retag(product)
    change(product, WATCH)
    retag(product)
    replayed = rows(product, TAGGINGS)
    assert [row[2].replace('"watch_version": 3', '"watch_version": 1') for row in replayed] == [
        row[2] for row in before
    ]


@pytest.mark.parametrize("paragraph", ["Bashar al-Assad gave a speech.", "They sailed on Lake Assad."])
def test_a_run_of_one_watch_says_what_one_of_all_said(product, store_texts, paragraph):
    store_texts([paragraph], VISIT)
    assert retag(product, watch=None).counts.changed > 0
    assert retag(product, dry_run=True).counts.changed == 0


def test_what_was_tagged_before_stays_under_its_version(product, store_texts):
    store_texts(*[VISIT] * 2)
    retag(product)
    before = rows(product, TAGGINGS)
    change(product, MISSES)
    report = retag(product)
    assert report.counts.alerts_withdrawn == 2
    assert [(one.carried, one.carries) for one in report.examples] == [(True, False)] * 2
    assert rows(product, TAGGINGS.replace("taggings", "tagging_history")) == before
    with product.store.begin() as db:
        (earlier,) = tagging_rows.of_article(db, before[0][0])
    assert (earlier.watch_version, earlier.relationship) == (1, True)
    assert earlier.mentions


def test_an_alert_ends_when_no_article_of_its_story_carries_it(product, store_texts):
    """A dry run counts it once, though each of its articles changes."""
    store_texts(*[VISIT] * 3, one_story=True)
    retag(product)
    change(product, MISSES)
    assert retag(product, dry_run=True).counts.alerts_withdrawn == 1
    assert rows(product, ALERTS) == [("active",)]
    assert retag(product).counts.alerts_withdrawn == 1
    assert rows(product, ALERTS) == [("withdrawn",)]


def test_a_run_goes_on_where_a_crash_ended_it(product, store_texts, monkeypatch):
    store_texts(*[VISIT] * 10)
    run = start(product)
    save, chunks = archive_runs.save, []

    def crash_once(db, *arguments, **options):
        save(db, *arguments, **options)
        chunks.append(1)
        if len(chunks) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(archive_runs, "save", crash_once)
        with pytest.raises(KeyboardInterrupt):
            work(product)
    assert len(rows(product, TAGGINGS)) == 3
    rows(product, "UPDATE archive_runs SET due_at = now() RETURNING id")
    assert work(product) == 7
    with product.store.begin() as db:
        counts = archive_runs.get(db, run).counts
    assert (counts.read, counts.alerts_created, len(rows(product, EVENTS))) == (10, 10, 10)


def test_an_article_that_ends_its_worker_is_passed_over(product, store_texts):
    store_texts(*[VISIT] * 3)
    run = start(product)
    rows(product, "UPDATE archive_runs SET attempt_count = 3 RETURNING id")
    assert work(product) == 3
    with product.store.begin() as db:
        counts = archive_runs.get(db, run).counts
    assert (counts.failures, counts.alerts_created) == (1, 2)


def test_what_is_new_is_tagged_first(product, store_texts):
    store_texts(VISIT)
    start(product)
    rows(
        product,
        """WITH page AS (INSERT INTO pages (url, host) VALUES ('https://news.example/', 'news.example') RETURNING id)
        INSERT INTO snapshots (page_id, kind, url, status, headers, body, sha256, due_at)
        SELECT id, 'page', 'https://news.example/', 200, '{}', '', '', now() FROM page RETURNING id""",
    )
    assert work(product) == 0
    rows(product, "UPDATE snapshots SET due_at = NULL RETURNING id")
    assert work(product) == 1


def test_one_run_at_a_time_which_may_be_stopped(product, store_texts):
    store_texts(*[VISIT] * 3)
    run = start(product)
    with pytest.raises(Conflict, match="not done"):
        start(product, dry_run=True)
    with product.store.begin() as db:
        assert archive_runs.stop(db, run).state == archive_runs.stop(db, run).state == "stopped"
    assert work(product) == 0
    assert retag(product).counts.read == 3


def test_an_article_that_changes_meanwhile_is_left_to_its_snapshot(product, store_texts, monkeypatch):
    store_texts(*[VISIT] * 2)
    read = archive_runs.read

    def edit_meanwhile(*arguments, **options):
        batch = read(*arguments, **options)
        rows(
            product, "UPDATE articles SET version = 2 WHERE id = (SELECT max(id) FROM articles) RETURNING id"
        )
        return batch

    monkeypatch.setattr(archive_runs, "read", edit_meanwhile)
    assert retag(product).counts.alerts_created == 1
