"""From a rejected alert to a watch that refuses it: a person sees the effect first, and decides."""

import pytest
import stored_texts
from sqlalchemy import text

from dyadwatch.errors import Conflict, InvalidInput
from dyadwatch.model.guards import Guard
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import alert_verdicts, guards
from dyadwatch.store import alerts, archive_runs, watches
from dyadwatch.store import guards as rows

WATCH = {
    "id": "mine",
    "title": "Mine",
    "actors": {
        "a": {"name": "Ida Stone", "names": {"und": ["Ida Stone"]}, "aliases": {"und": ["Stone"]}},
        "b": {"name": "Bo Rock", "names": {"und": ["Bo Rock"]}},
    },
}
LAKE = ("Lake Stone met Bo Rock in Dale.",)
QUEEN = ("Ida Stone met Bo Rock in Dale.",)


@pytest.fixture
def archive(product, monkeypatch):
    """Three alerts of the watch, two of which mean a lake, and an article that it says nothing of."""
    # The two are one text, and would be joined.
    monkeypatch.setattr(archive_runs, "follow", lambda *_, **__: None)
    with product.store.begin() as db:
        watches.enable(db, "assad-khamenei", enabled=False)
        watches.create(db, "mine", "Mine", WATCH)
    stored_texts.writer(product)(LAKE, QUEEN, LAKE, ("Rain in Dale.",))
    with product.store.begin() as db:
        archive_runs.start(db, watch="mine", dry_run=False, notify=False)
    product.pipeline.run(Step.BACKFILL, 30)
    return product


def reject(product, alert=1, reason="namesake"):
    with product.store.begin() as db:
        return alert_verdicts.add(db, alert, "reject", reason=reason, key=None).guards


def preview(product, guard):
    with product.store.begin() as db:
        run = guards.preview(db, "mine", guard).id
    product.pipeline.run(Step.BACKFILL, 30)
    with product.store.begin() as db:
        return archive_runs.get(db, run)


def decide(product, action, guard, **options):
    with product.store.begin() as db:
        return action(db, "mine", guard, note=None, key=None, **options)


def accept(product, guard, **options):
    return decide(product, guards.accept, guard, **{"run": False, "notify": False, **options})


def states(product):
    with product.store.begin() as db:
        return db.execute(text("SELECT state FROM alerts ORDER BY id")).scalars().all()


def test_a_rejection_proposes_a_guard_that_is_previewed_and_then_accepted(archive):
    (guard,) = reject(archive)
    assert reject(archive, alert=3) == (guard,)
    report = preview(archive, guard)
    assert (report.state, report.dry_run, report.guard) == ("done", True, guard)
    assert (report.counts.read, report.counts.changed, report.counts.alerts_withdrawn) == (3, 2, 2)
    assert {one.removed for one in report.examples} == {LAKE}
    assert states(archive) == ["active"] * 3
    view = accept(archive, guard)
    assert (view.state, view.verdict_count, view.watch_version) == ("accepted", 2, 2)
    archive.pipeline.run(Step.BACKFILL, 30)
    assert sorted(states(archive)) == ["active", "withdrawn", "withdrawn"]
    with archive.store.begin() as db:
        assert alerts.get(db, 1).parse()["verdict"] == "rejected"
        assert watches.get(db, "mine").document["actors"]["a"]["namesakes"] == [
            {"text": {"und": ["Lake Stone"]}}
        ]


def test_a_preview_waits_neither_for_a_run_of_the_archive_nor_for_what_is_new(archive):
    """But for another one of its guard."""
    (guard,) = reject(archive)
    with archive.store.begin() as db:
        archive_runs.start(db, dry_run=False, notify=False)
        guards.preview(db, "mine", guard)
        db.execute(
            text("""
            WITH page AS (INSERT INTO pages (url, host) VALUES ('https://a.test/', 'a.test') RETURNING id)
            INSERT INTO snapshots (page_id, kind, url, status, headers, body, sha256, fetched_at, due_at)
            SELECT id, 'page', 'https://a.test/', 200, '{}', '', '', now(), now() FROM page
            """)
        )
    for start in (
        lambda db: guards.preview(db, "mine", guard),
        lambda db: archive_runs.start(db, kind="restory", dry_run=True, notify=False),
    ):
        with archive.store.begin() as db, pytest.raises(Conflict) as running:
            start(db)
        assert running.value.code == "archive_run_running"
    archive.pipeline.run(Step.BACKFILL, 30)
    with archive.store.begin() as db:
        preview, run = archive_runs.newest(db)[:2]
    assert (preview.guard, preview.state, run.state) == (guard, "done", "running")
    assert preview.counts.alerts_withdrawn == 2


def test_nothing_is_accepted_whose_effect_on_the_watch_as_it_is_nobody_has_seen(archive):
    (guard,) = reject(archive)
    with pytest.raises(Conflict) as unseen:
        accept(archive, guard)
    preview(archive, guard)
    with archive.store.begin() as db:
        watches.replace(db, "mine", "Mine", {**WATCH, "threshold": 0.6})
    with pytest.raises(Conflict) as changed:
        accept(archive, guard)
    assert unseen.value.code == changed.value.code == "guard_not_previewed"


@pytest.mark.parametrize("notify", [False, True])
def test_what_an_acceptance_withdraws_is_sent_to_subscribers_only_if_asked(archive, notify):
    (guard,) = reject(archive)
    preview(archive, guard)
    accept(archive, guard, notify=notify)
    with archive.store.begin() as db:
        assert [(run.kind, run.notify) for run in archive_runs.newest(db)[:1]] == [("backfill", notify)]


def test_what_was_declined_is_proposed_again_by_a_person_alone(archive):
    (guard,) = reject(archive)
    assert decide(archive, guards.decline, guard).state == "declined"
    for action in (accept, lambda product, guard: decide(product, guards.decline, guard)):
        with pytest.raises(Conflict) as decided:
            action(archive, guard)
        assert decided.value.code == "guard_decided"
    assert reject(archive) == (guard,)
    with archive.store.begin() as db:
        assert rows.get(db, "mine", guard).state == "declined"
        again = Guard("namesake", side="a", text="Lake Stone")
        assert guards.add(db, "mine", again) == guard
        assert rows.get(db, "mine", guard).state == "proposed"


def test_a_guard_that_the_watch_contradicts_is_refused_and_ends_its_preview(archive):
    with archive.store.begin() as db, pytest.raises(InvalidInput):
        guards.add(db, "mine", Guard("namesake", side="a", text="Ida Stone"))
    (guard,) = reject(archive)
    with archive.store.begin() as db:
        run = guards.preview(db, "mine", guard).id
        actors = {**WATCH["actors"], "a": {**WATCH["actors"]["a"], "aliases": {"und": ["Lake Stone"]}}}
        watches.replace(db, "mine", "Mine", {**WATCH, "actors": actors})
    archive.pipeline.run(Step.BACKFILL, 30)
    with archive.store.begin() as db:
        assert (archive_runs.get(db, run).state, archive_runs.get(db, run).counts.read) == ("stopped", 0)


def test_an_acceptance_may_ask_for_the_whole_archive(archive):
    (guard,) = reject(archive)
    preview(archive, guard)
    accept(archive, guard, run=True)
    with archive.store.begin() as db:
        run = archive_runs.newest(db)[0]
    assert (run.state, run.dry_run, run.notify, run.watch, run.guard) == (
        "running",
        False,
        False,
        "mine",
        None,
    )


def test_a_preview_counts_what_alerts_lose_though_they_stay(product):
    """An alert that keeps other evidence has no event, but says less."""
    with product.store.begin() as db:
        watches.enable(db, "assad-khamenei", enabled=False)
        watches.create(db, "mine", "Mine", WATCH)
    stored_texts.writer(product)((f"{QUEEN[0]}\n\n{LAKE[0]}",))
    with product.store.begin() as db:
        archive_runs.start(db, watch="mine", dry_run=False, notify=False)
    product.pipeline.run(Step.BACKFILL, 30)
    with product.store.begin() as db:
        guard = guards.add(db, "mine", Guard("namesake", side="a", text="Lake Stone"))
    counts = preview(product, guard).counts
    assert (counts.changed, counts.alerts_withdrawn, counts.alerts_changed) == (1, 0, 1)
    assert (counts.mentions_removed, counts.evidence_removed, counts.evidence_added) == (1, 1, 0)
    assert states(product) == ["active"]
