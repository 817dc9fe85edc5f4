"""Stories are decided on again as placing would now, and what analysts decided stays."""

import math
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from event_articles import CALL, PUBLISHED, VISIT, place, stories_of
from sqlalchemy import text

from dyadwatch.pipeline import alert_verdicts, archive, restory, story_verdicts
from dyadwatch.pipeline.alerts import update_alert
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import alerts, archive_runs, backfills, stories, watches
from dyadwatch.tagging import shipped_watches

WATCH = "assad-khamenei"
TOGETHER = [(["en", "ru", "tr"], 1), (["call"], 1)]


@pytest.fixture
def context(store):
    """A visit that is told in three languages, and a call."""
    with store.begin() as db:
        watches.ensure(db, shipped_watches()[:1])
    cache = TaggerCache(store)
    context = SimpleNamespace(
        store=store,
        compiled=cache.current(),
        tagger_cache=cache,
        limits=SimpleNamespace(coalesce=timedelta(0)),
        stopping=threading.Event(),
        hint=lambda _: None,
    )
    place(context, *((name, name, VISIT[name], PUBLISHED) for name in ("en", "ru")))
    place(context, ("call", "en", CALL, PUBLISHED), ("tr", "tr", VISIT["tr"], PUBLISHED))
    return context


@pytest.fixture
def scattered(context):
    """The same, placed as by rules that joined the call to the visit, and joined nothing in another
    language."""
    with context.store.begin() as db:
        for name in ("ru", "tr"):
            db.execute(
                text("""
                WITH story AS (INSERT INTO stories (title) VALUES ('t') RETURNING id)
                UPDATE articles SET story_id = story.id FROM story WHERE url = 'https://a.test/' || :name
            """),
                {"name": name},
            )
        db.execute(
            text("""
            UPDATE articles SET story_id = (SELECT story_id FROM articles WHERE url LIKE '%/en')
            WHERE url LIKE '%/call'
        """)
        )
        for story in db.execute(text("SELECT id FROM stories ORDER BY id")).scalars().all():
            update_alert(db, WATCH, story)
    return context


def run_again(context, *, dry_run=False, notify=False):
    with context.store.begin() as db:
        run = archive_runs.start(db, kind="restory", dry_run=dry_run, notify=notify).id
    archive.run(context, math.inf)
    with context.store.begin() as db:
        return archive_runs.get(db, run)


def states(context):
    with context.store.begin() as db:
        rows = db.execute(text("SELECT state, count(*) FROM alerts GROUP BY 1 ORDER BY 1"))
        return {row.state: row.count for row in rows}


def article_id(context, name):
    with context.store.begin() as db:
        return db.execute(text("SELECT id FROM articles WHERE url LIKE '%/' || :n"), {"n": name}).scalar_one()


def story_of(context, name):
    with context.store.begin() as db:
        return db.execute(
            text("SELECT story_id FROM articles WHERE url LIKE '%/' || :n"), {"n": name}
        ).scalar_one()


@pytest.mark.parametrize("chunk", [1, 2, 200])
def test_a_dry_run_reports_what_a_run_then_does(scattered, monkeypatch, chunk):
    """However many articles are decided on at a time."""
    monkeypatch.setattr(restory, "_CHUNK", chunk)
    before = stories_of(scattered)
    dry = run_again(scattered, dry_run=True)
    assert stories_of(scattered) == before
    assert (dry.state, dry.counts.read, dry.counts.joins, dry.counts.separations) == ("done", 4, 2, 1)
    assert (dry.counts.alerts_created, dry.counts.alerts_updated, dry.counts.alerts_withdrawn) == (1, 1, 2)
    done = run_again(scattered)
    assert done.counts == dry.counts
    assert [(one.article, one.story, one.joined_by) for one in done.moves] == [
        (one.article, one.story, one.joined_by) for one in dry.moves
    ]
    assert [one.joined_by and one.joined_by.kind for one in done.moves] == ["event", None, "event"]
    assert [(sorted(names), count) for names, count in stories_of(scattered)] == TOGETHER
    assert states(scattered) == {"active": 2, "withdrawn": 3}
    assert run_again(scattered).counts.changed == 0


def apart(context):
    """Has each article be in a story of its own, as if it had been placed before there was the watch."""
    with context.store.begin() as db:
        db.execute(text("DELETE FROM alerts"))
        db.execute(text("DELETE FROM taggings"))
        db.execute(text("DELETE FROM article_events"))
        for article in db.execute(text("SELECT id FROM articles ORDER BY id")).scalars().all():
            story = stories.create(db, article)
            db.execute(text("UPDATE articles SET story_id = :s WHERE id = :a"), {"s": story, "a": article})


def runs(context):
    with context.store.begin() as db:
        return [(run.kind, run.watch, run.state, run.counts.joins) for run in archive_runs.newest(db)]


@pytest.mark.parametrize("kind", ["backfill", "retag"])
def test_a_run_that_finds_the_events_of_a_watch_has_the_stories_of_its_articles_joined(context, kind):
    apart(context)
    with context.store.begin() as db:
        if kind == "backfill":
            backfills.start(db, WATCH, since=None, notify=False)
        else:
            archive_runs.start(db, dry_run=False, notify=False)
    archive.run(context, math.inf)
    assert [(sorted(names), count) for names, count in stories_of(context)] == TOGETHER
    watch = WATCH if kind == "backfill" else None
    assert runs(context) == [("restory", WATCH, "done", 2), (kind, watch, "done", 0)]
    assert states(context) == {"active": 2, "withdrawn": 2}


@pytest.mark.parametrize("stopped", [False, True])
def test_alerts_that_a_backfill_notifies_of_are_raised_once_their_stories_are_joined(
    context, monkeypatch, stopped
):
    """Be it done or stopped, however few articles a turn reads, and with a quiet run that waits already."""
    monkeypatch.setattr(restory, "_CHUNK", 1)
    apart(context)
    with context.store.begin() as db:
        before = db.execute(text("SELECT coalesce(max(id), 0) FROM alert_events")).scalar_one()
        archive_runs.follow(db, WATCH, notify=False)
        backfills.start(db, WATCH, since=None, notify=True)
    if stopped:
        monkeypatch.setattr(archive, "_BACKFILL_CHUNK", 3)  # of the four, the newest
        archive.run(context, 0.01)
        with context.store.begin() as db:
            assert not db.execute(text("SELECT 1 FROM alerts")).all()
            archive_runs.stop(db, next(run.id for run in archive_runs.newest(db) if run.kind == "backfill"))
    archive.run(context, math.inf)
    with context.store.begin() as db:
        told = db.execute(text("SELECT type FROM alert_events WHERE id > :b"), {"b": before}).scalars().all()
        counted = archive_runs.newest(db)[-1].counts.alerts_created
    stories_told = 2
    assert told == ["alert.created"] * stories_told
    assert states(context) == {"active": stories_told}
    assert counted == stories_told
    assert stopped or [(sorted(names), count) for names, count in stories_of(context)] == TOGETHER


def test_an_article_that_was_placed_while_a_watch_was_compiling_is_joined_once_that_has_tagged_it(context):
    apart(context)
    place(context, *((name, name, VISIT[name], PUBLISHED) for name in ("en", "ru", "tr")))
    assert [state for _, _, state, _ in runs(context)] == ["running"]
    with context.store.begin() as db:
        db.execute(text("UPDATE archive_runs SET due_at = now()"))
    archive.run(context, math.inf)
    assert sorted(stories_of(context)[0][0]) == ["en", "ru", "tr"]


def test_a_run_that_follows_joins_and_separates_nothing(scattered):
    with scattered.store.begin() as db:
        archive_runs.follow(db, WATCH, notify=False)
        archive_runs.follow(db, WATCH, notify=False)
    archive.run(scattered, math.inf)
    assert runs(scattered) == [("restory", WATCH, "done", 2)]
    assert story_of(scattered, "call") == story_of(scattered, "en")


def test_what_is_as_it_would_be_placed_now_stays(context):
    before = stories_of(context)
    report = run_again(context)
    assert (report.counts.changed, report.moves, stories_of(context)) == (0, (), before)


def test_what_an_analyst_merged_or_split_stays(context):
    with context.store.begin() as db:
        story_verdicts.split(
            db, story_of(context, "en"), [article_id(context, "ru")], reason="another", key=None
        )
        story_verdicts.merge(db, story_of(context, "call"), story_of(context, "en"), reason="one", key=None)
    before = stories_of(context)
    assert run_again(context).counts.changed == 0
    assert stories_of(context) == before


def test_a_verdict_on_an_alert_whose_articles_all_leave_goes_with_them(scattered):
    with scattered.store.begin() as db:
        alert = db.execute(
            text("SELECT id FROM alerts WHERE story_id = :story"), {"story": story_of(scattered, "tr")}
        ).scalar_one()
        alert_verdicts.add(db, alert, "confirm", note="Seen.", key=None)
    run_again(scattered)
    with scattered.store.begin() as db:
        told = alerts.find(db, WATCH, story_of(scattered, "tr")).alert
        left = alerts.get(db, alert).parse()
    assert (told.verdict, left["verdict"]) == ("confirmed", "confirmed")
    assert (left["state"], left["withdrawal_reason"]) == ("withdrawn", "regrouped")


def test_a_run_goes_on_where_a_crash_ended_it(scattered, monkeypatch):
    monkeypatch.setattr(restory, "_CHUNK", 2)
    save = archive_runs.save_placements
    crashes = iter([False, True])

    def crash(db, *arguments, **options):
        save(db, *arguments, **options)
        if next(crashes, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(archive_runs, "save_placements", crash)
    with pytest.raises(KeyboardInterrupt):
        run_again(scattered)
    with scattered.store.begin() as db:
        db.execute(text("UPDATE archive_runs SET due_at = now()"))
    archive.run(scattered, math.inf)
    assert [(sorted(names), count) for names, count in stories_of(scattered)] == TOGETHER


def test_an_article_that_moves_meanwhile_is_left_where_it_is(scattered, monkeypatch):
    decide = restory._decide

    def merge_meanwhile(*arguments, **options):
        moves = decide(*arguments, **options)
        with scattered.store.begin() as db:
            story_verdicts.merge(
                db, story_of(scattered, "ru"), story_of(scattered, "tr"), reason="one", key=None
            )
        return moves

    monkeypatch.setattr(restory, "_decide", merge_meanwhile)
    report = run_again(scattered)
    assert (report.counts.joins, report.counts.separations) == (0, 1)
    assert story_of(scattered, "ru") == story_of(scattered, "tr") != story_of(scattered, "en")


def test_articles_claim_the_origins_that_they_would_now(context):
    """What was said of publishers by an older release is said anew, first in a dry run."""
    with context.store.begin() as db:
        db.execute(
            text("""
            INSERT INTO sources (name, homepage) VALUES ('SANA', 'https://sana.sy/'), ('Blog', 'https://a.test/')
            """)
        )
        db.execute(text("UPDATE articles SET source_id = 1 WHERE url LIKE '%/en'"))
        db.execute(text("UPDATE articles SET source_id = 2 WHERE url NOT LIKE '%/en'"))
    dry = run_again(context, dry_run=True)
    assert origins_of(context) == {("site:a.test", False)}
    done = run_again(context)
    assert (done.counts.origins, done.counts.alerts_changed) == (4, 2)
    assert done.counts == dry.counts
    assert origins_of(context) == {("family:sana", True), ("source:2", False)}
    with context.store.begin() as db:
        assert alerts.get(db, 1).parse()["unknown_origins"] == 1
    assert run_again(context).counts.origins == 0


def origins_of(context):
    with context.store.begin() as db:
        rows = db.execute(text("SELECT DISTINCT origin_key, origin_known FROM articles"))
        return {(row.origin_key, row.origin_known) for row in rows}
