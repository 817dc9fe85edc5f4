"""No statement touches more rows than a batch, however many there are, and what is interrupted goes on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from dyadwatch.errors import NotFound
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.snapshots import NewSnapshot
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.store import (
    alert_events,
    claims,
    deliveries,
    entries,
    removal,
    snapshots,
    sources,
    subscriptions,
    sweeps,
    watches,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ENTRY = ParsedEntry("guid", "https://a.test/story", "A title", None, None, (), None, None, None, None)
ROWS = 5


@pytest.fixture
def source(store):
    """With a feed of several entries."""
    with store.begin() as db:
        source = sources.create(db, NewSource("News", (NewFeed("https://a.test/rss"),)))
        new = [replace(ENTRY, key=f"k{number}", url=f"https://a.test/{number}") for number in range(ROWS)]
        entries.save(db, entries.compare(db, {source.feeds[0].id: new}))
    return source


@pytest.fixture
def subscription(store):
    """Paused, and owed several deliveries."""
    with store.begin() as db:
        new = NewSubscription("https://receiver.test/hook", ("alert.created",), {})
        subscription = subscriptions.create(db, new, "whsec_secret").id
        subscriptions.update(db, subscription, {"state": "paused"})
        for number in range(ROWS):
            event = AlertEvent(None, "alert.created", f"msg_{number}", "{}")
            alert_events.add(db, event, [subscription])
    return subscription


def test_an_archive_is_tagged_again_from_new_to_old_and_goes_on_where_it_ended(store, source):
    with store.begin() as db:
        ids = db.execute(text("SELECT id FROM pages ORDER BY id DESC")).scalars().all()
        for page in ids:
            for body in (b"old", b"new"):
                snapshots.add(db, NewSnapshot(page, "page", "https://a.test/", 200, {}, body, NOW))
        db.execute(text("UPDATE snapshots SET due_at = NULL"))
        assert snapshots.retag(db).value == ROWS
    due = []
    for count in (2, 2, 1, 0):
        with store.begin() as db:
            assert snapshots.retag_next(db, limit=2) == count
            due.append(db.execute(text("SELECT page_id FROM snapshots WHERE due_at IS NOT NULL")).scalars())
            due[-1] = sorted(due[-1], reverse=True)
    assert due == [ids[:2], ids[:4], ids, ids]


def test_held_deliveries_are_resumed_in_batches(store, subscription, monkeypatch):
    monkeypatch.setattr(claims, "BATCH", 2)
    with store.begin() as db:
        subscriptions.update(db, subscription, {"state": "active"})
    held = []
    for _ in range(3):
        with store.begin() as db:
            held.append(sweeps.count_lost(db)[Step.DELIVER])
            deliveries.resume_next(db)
    assert held == [3, 1, 0]


def test_a_sweep_takes_a_batch_at_a_time(store, source, monkeypatch):
    monkeypatch.setattr(claims, "BATCH", 2)
    with store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = NULL"))
        assert [sweeps.recover(db, Step.FETCH) for _ in range(4)] == [2, 2, 1, 0]


_ARTICLES = text("""
WITH story AS (INSERT INTO stories (title) VALUES ('s') RETURNING id)
INSERT INTO articles (url, source_id, story_id, version, title, title_key)
SELECT 'https://a.test/' || number, :source, story.id, 1, 't', 't' FROM story, generate_series(1, :rows) AS number
""")
_TAGGINGS = text("""
INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship, score,
    mentions)
SELECT id, 'a-b', 1, 1, '1', false, 0, '[]' FROM articles
""")
_COUNTS = text("""
SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM deliveries) AS deliveries,
    (SELECT count(*) FROM taggings) AS taggings, (SELECT count(*) FROM pages) AS pages,
    (SELECT count(*) FROM articles) AS articles
""")


@pytest.mark.parametrize(
    ("kind", "gone"),
    [("source", "entries"), ("feed", "entries"), ("subscription", "deliveries"), ("watch", "taggings")],
)
def test_what_much_depends_on_is_removed_in_batches(store, source, subscription, monkeypatch, kind, gone):
    """Pages and articles of a source stay. The last statement finds nothing left to do."""
    monkeypatch.setattr(removal, "BATCH", 2)
    with store.begin() as db:
        watches.create(db, "a-b", "A", {})
        db.execute(_ARTICLES, {"source": source.id, "rows": ROWS})
        db.execute(_TAGGINGS)
    ids = {"source": source.id, "feed": source.feeds[0].id, "subscription": subscription, "watch": "a-b"}
    left = []
    delete = removal._DELETE[kind]

    def count_and_delete(db, row_id):
        left.append(db.execute(_COUNTS).mappings().one())
        delete(db, row_id)

    monkeypatch.setitem(removal._DELETE, kind, count_and_delete)
    removal.remove(store, kind, ids[kind])
    assert left == [dict.fromkeys(left[0], ROWS) | {gone: 0}]
    with pytest.raises(NotFound):
        removal.remove(store, kind, ids[kind])
