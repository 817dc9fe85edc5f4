"""Alerts say of a source what is said of it by now, and nobody is notified of that."""

import math
import threading
from types import SimpleNamespace

import pytest
from event_articles import PUBLISHED, VISIT, place
from sqlalchemy import text

from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import archive, refresh
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.senders.signatures import new_secret
from dyadwatch.store import alerts, archive_runs, sources, subscriptions, watches
from dyadwatch.tagging import shipped_watches

DATED = [("en", "en", VISIT["en"], PUBLISHED), ("tr", "tr", VISIT["tr"], PUBLISHED.replace(day=20))]


@pytest.fixture
def context(store, monkeypatch):
    """Two alerts with one source each, of which nothing is said, and a subscription."""
    monkeypatch.setattr(refresh, "_CHUNK", 1)
    with store.begin() as db:
        watches.ensure(db, shipped_watches()[:1])
        ids = [
            sources.create(db, NewSource(name, (NewFeed(f"https://{name}.test/rss"),))).id
            for name in ("en", "tr")
        ]
    context = SimpleNamespace(
        store=store, compiled=TaggerCache(store).current(), stopping=threading.Event(), hint=lambda _: None
    )
    place(context, *DATED)
    with store.begin() as db:
        for name, id_ in zip(("en", "tr"), ids, strict=True):
            db.execute(
                text("UPDATE articles SET source_id = :id WHERE language = :name"), {"id": id_, "name": name}
            )
            archive_runs.refresh(db, id_)
            db.execute(
                text("UPDATE alerts SET source_ids = ARRAY[:id] WHERE language = :name"),
                {"id": id_, "name": name},
            )
    archive.run(context, math.inf)
    with store.begin() as db:
        new = NewSubscription(url="https://hooks.example/", events=ALERT_EVENT_TYPES, filter={})
        subscriptions.create(db, new, new_secret())
    return SimpleNamespace(context=context, store=store, sources=ids)


def change(context, **changes):
    with context.store.begin() as db:
        sources.update(db, context.sources[0], changes)


def said(context):
    """Of each alert the sides that report, those that are silent and those with evidence; and its version."""
    with context.store.begin() as db:
        rows = db.execute(text("SELECT document AS said, version FROM alerts ORDER BY id")).all()
    return [
        (
            row.said["sides"]["reporting"],
            row.said["sides"]["silent"],
            list(row.said["best_evidence"]),
            row.version,
        )
        for row in rows
    ]


def runs(context):
    with context.store.begin() as db:
        found = archive_runs.newest(db)
        return [(run.kind, run.source, run.state, run.counts.read) for run in found if run.counts.read]


def test_a_change_of_side_reaches_the_alerts_that_name_the_source_and_nobody_is_notified(context):
    before = said(context)
    change(context, side="western")
    change(context, side="british", country="GB")  # before the run has begun
    archive.run(context.context, math.inf)
    assert said(context) == [(["british"], [], ["british"], before[0][3] + 1), before[1]]
    assert runs(context)[:1] == [("refresh", context.sources[0], "done", 1)]
    with context.store.begin() as db:
        assert db.execute(text("SELECT 1 FROM deliveries")).first() is None
        last = db.execute(
            text("SELECT body::json #>> '{data,changes}' FROM alert_events ORDER BY id DESC LIMIT 1")
        )
        assert '"side.added"' in last.scalar_one()


def test_what_alerts_do_not_say_makes_no_run(context):
    before = said(context)
    change(context, language="en", state_control="none")
    assert archive.run(context.context, math.inf) == 0
    assert said(context) == before


def test_articles_of_a_source_of_which_more_is_known_claim_the_origin_that_it_is(context):
    with context.store.begin() as db:
        assert alerts.get(db, 1).parse()["unknown_origins"] == 1
    change(context, country="GB")
    assert archive.run(context.context, math.inf) == 1
    with context.store.begin() as db:
        assert alerts.get(db, 1).parse()["unknown_origins"] == 0
        counts = archive_runs.newest(db)[0].counts
        assert (counts.origins, counts.changed, counts.alerts_changed) == (1, 1, 1)
        assert db.execute(text("SELECT 1 FROM deliveries")).first() is None


def test_a_change_while_a_run_is_under_way_makes_another(context):
    change(context, side="western")
    with context.store.begin() as db:
        assert archive_runs.claim(db).kind == "refresh"
    change(context, side="british")
    archive.run(context.context, math.inf)
    assert said(context)[0][0] == ["british"]
