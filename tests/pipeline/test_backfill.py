"""A watch is tried on the archive: when asked, and by itself on what a change of it may touch."""

import math
import threading
from datetime import UTC, datetime
from itertools import count

import pytest
import stored_texts
from local_site import VISIT, WEATHER
from sqlalchemy import text

from dyadwatch import bootstrap, tagging
from dyadwatch.errors import Conflict
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import archive as archive_step
from dyadwatch.pipeline import backfill
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import archive_runs, backfills, counts, subscriptions, watches

pytestmark = pytest.mark.no_cover

FOLLOW = archive_runs.follow
WATCH = {**tagging.shipped_watches()[0], "id": "mine", "title": "Mine"}


@pytest.fixture
def archive(product, monkeypatch):
    """Stores articles as if they had been tagged before the watch came; five are read at once."""
    monkeypatch.setattr(backfill, "_BATCH", 5)
    # The stories of what was tagged are joined by tests of restory.
    monkeypatch.setattr(archive_runs, "follow", lambda *_, **__: None)
    monkeypatch.setattr(archive_step, "_BACKFILL_CHUNK", 5)
    monkeypatch.setattr(archive_step, "_MAX_CHUNK_SECONDS", math.inf)  # however slow the machine is
    return stored_texts.writer(product)


@pytest.fixture
def watch(product):
    with product.store.begin() as db:
        watches.create(db, "mine", "Mine", WATCH)
        new = NewSubscription(url="https://hooks.example/", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())


@pytest.fixture
def start(product, watch):
    def start(*, notify=False):
        with product.store.begin() as db:
            return backfills.start(db, "mine", since=None, notify=notify)

    return start


def work(product):
    return product.pipeline.run(Step.BACKFILL, 30)


def progress(product, scope="archive"):
    with product.store.begin() as db:
        (view,) = (view for view in backfills.of_watch(db, "mine") if view.scope == scope)
    return view.state, view.read_count, view.total_count, view.match_count, view.event_count


def rows(product, query):
    with product.store.begin() as db:
        return db.execute(text(query)).scalars().all()


EVENTS = (
    "SELECT type FROM alert_events JOIN alerts ON alerts.id = alert_id WHERE watch_id = 'mine' ORDER BY 1"
)
DELIVERIES = "SELECT state FROM deliveries"


def test_a_preview_counts_and_shows_what_a_backfill_would_find_and_stores_nothing(product, archive, watch):
    archive(VISIT, WEATHER, *[VISIT] * 11)
    preview = product.pipeline.preview_backfill("mine", since=None, seconds=60)
    assert (preview.total_count, preview.read_count, preview.match_count, preview.alert_count) == (
        13,
        13,
        12,
        12,
    )
    assert len(preview.samples) == 10
    assert preview.samples[0].url == "https://news.example/13"
    assert all(sample.quote in "\n\n".join(VISIT) for sample in preview.samples)
    assert rows(product, EVENTS) == rows(product, "SELECT 1 FROM taggings") == []


def test_a_preview_reads_by_the_time_when_articles_were_first_seen(product, archive, watch):
    archive(*[VISIT] * 12)
    with product.store.begin() as db:
        db.execute(
            text("UPDATE articles SET first_seen_at = timestamptz '2026-01-01 00:00Z' - id * interval '1 h'")
        )
    since = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    preview = product.pipeline.preview_backfill("mine", since=since, seconds=60)
    assert (preview.total_count, preview.read_count) == (7, 7)
    assert [sample.url.rpartition("/")[2] for sample in preview.samples] == list("1234567")


@pytest.mark.parametrize("notify", [False, True])
def test_a_backfill_raises_the_alerts_of_the_archive_and_delivers_them_only_if_asked(
    product, archive, start, notify
):
    archive(VISIT, WEATHER, *[VISIT] * 11)
    start(notify=notify)
    assert work(product) == 13
    assert progress(product) == ("done", 13, 13, 12, 12)
    if notify:  # once it is known which of the articles are one story
        assert rows(product, EVENTS) == []
        with product.store.begin() as db:
            FOLLOW(db, "mine", notify=True)
        assert work(product) > 0
    count = 1 if notify else 12
    assert rows(product, EVENTS) == ["alert.created"] * count
    assert len(rows(product, DELIVERIES)) == (count if notify else 0)
    assert work(product) == 0
    assert product.pipeline.preview_backfill("mine", since=None, seconds=60).alert_count == 0


def test_where_the_total_is_an_estimate_it_never_falls_behind_and_is_right_in_the_end(
    product, archive, start, monkeypatch
):
    monkeypatch.setattr(counts, "EXACT", 2)
    archive(*[VISIT] * 12)
    assert start().total_is_estimate
    with product.store.begin() as db:
        db.execute(text("UPDATE archive_runs SET total_count = 4"))
    save = archive_runs.save
    totals = []

    def record(db, *arguments, **options):
        save(db, *arguments, **options)
        query = "SELECT CAST(counts ->> 'read' AS integer), total_count FROM archive_runs"
        totals.append(db.execute(text(query)).one())

    monkeypatch.setattr(archive_runs, "save", record)
    work(product)
    assert totals == [(5, 5), (10, 10), (12, 12)]
    with product.store.begin() as db:
        assert not backfills.of_watch(db, "mine")[0].total_is_estimate


def test_a_backfill_goes_on_where_a_crash_ended_it(product, archive, start, monkeypatch):
    """What was stored is not done twice, what was not is done again."""
    archive(*[VISIT] * 12)
    start()
    saves = count(1)
    save = archive_runs.save

    def crash(*arguments, **options):
        if next(saves) == 2:
            raise KeyboardInterrupt
        save(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(archive_runs, "save", crash)
        with pytest.raises(KeyboardInterrupt):
            work(product)
    assert progress(product) == ("running", 5, 12, 5, 5)
    rows(product, "UPDATE archive_runs SET due_at = now() RETURNING id")
    after_a_crash = bootstrap.build(product.settings)
    assert work(after_a_crash) == 7
    after_a_crash.close()
    assert progress(product) == ("done", 12, 12, 12, 12)
    assert rows(product, EVENTS) == ["alert.created"] * 12


def test_two_workers_do_nothing_twice(product, archive, start):
    archive(*[VISIT] * 23)
    start()
    colleague = bootstrap.build(product.settings)
    threads = [threading.Thread(target=work, args=(worker,)) for worker in (product, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    colleague.close()
    assert progress(product) == ("done", 23, 23, 23, 23)
    assert rows(product, EVENTS) == ["alert.created"] * 23


def test_a_changed_watch_is_tried_again_on_what_it_touches_alone(product, archive, start):
    """And subscribers hear what changed."""
    archive(VISIT, WEATHER, VISIT)
    start()
    work(product)
    with product.store.begin() as db:
        watches.replace(db, "mine", "Mine", {**WATCH, "threshold": 1.0})
    assert work(product) == 2
    assert progress(product, "touched") == ("done", 2, 2, 0, 2)
    assert rows(product, EVENTS) == ["alert.created"] * 2 + ["alert.withdrawn"] * 2
    assert len(rows(product, DELIVERIES)) == 2
    assert rows(product, "SELECT DISTINCT watch_version FROM taggings WHERE watch_id = 'mine'") == [2]
    with product.store.begin() as db:
        watches.replace(db, "mine", "Another title", {**WATCH, "threshold": 1.0})
    assert work(product) == 0


def test_a_watch_that_changes_while_its_archive_is_read_begins_anew(product, archive, start, monkeypatch):
    """What an earlier version missed may match now."""
    archive(*[VISIT] * 7)
    with product.store.begin() as db:
        watches.replace(db, "mine", "Mine", {**WATCH, "threshold": 1.0})
    start()
    newest = product.tagger_cache.newest

    def change_meanwhile():
        compiled = newest()
        with product.store.begin() as db:
            watches.replace(db, "mine", "Mine", WATCH)
        return compiled

    with monkeypatch.context() as patch:
        patch.setattr(type(product.tagger_cache), "newest", lambda cache: change_meanwhile())
        product.pipeline.run(Step.BACKFILL, 0.01)
    work(product)
    assert progress(product) == ("done", 7, 7, 7, 7)


def test_a_disabled_watch_waits_and_goes_on_when_it_is_enabled(product, archive, start):
    archive(*[VISIT] * 3)
    start()
    with product.store.begin() as db:
        watches.enable(db, "mine", enabled=False)
    assert work(product) == 0
    assert progress(product)[0] == "running"
    with pytest.raises(Conflict):
        product.pipeline.preview_backfill("mine", since=None, seconds=60)
    with product.store.begin() as db:
        watches.enable(db, "mine", enabled=True)
    assert work(product) == 3
    assert progress(product) == ("done", 3, 3, 3, 3)


def test_an_article_that_ends_its_worker_is_passed_over(product, archive, start):
    archive(*[VISIT] * 3)
    start()
    rows(product, "UPDATE archive_runs SET attempt_count = 3 RETURNING id")
    assert work(product) == 3
    with product.store.begin() as db:
        (view,) = backfills.of_watch(db, "mine")
    assert (view.state, view.failure_count, view.match_count) == ("done", 1, 2)


def test_an_article_that_changes_meanwhile_is_left_to_its_snapshot(product, archive, start, monkeypatch):
    archive(*[VISIT] * 2)
    start()
    read = archive_runs.read

    def edit_meanwhile(*arguments, **options):
        batch = read(*arguments, **options)
        rows(
            product, "UPDATE articles SET version = 2 WHERE id = (SELECT max(id) FROM articles) RETURNING id"
        )
        return batch

    monkeypatch.setattr(archive_runs, "read", edit_meanwhile)
    work(product)
    assert progress(product) == ("done", 2, 2, 2, 1)
