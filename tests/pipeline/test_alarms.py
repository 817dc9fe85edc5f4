"""Alarms are raised once, say what is so now, end by themselves, and are sent to whoever asks for them."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import orjson
import pytest
from sqlalchemy import text

from dyadwatch.model.alarms import ClaimedCheck
from dyadwatch.model.failures import Failure
from dyadwatch.pipeline import alarms as step
from dyadwatch.pipeline import notify
from dyadwatch.store import alarms, status, watches

NOW = datetime.now(UTC).replace(hour=12)
DAYS = 60
_ALERTS = text("""
WITH story AS (INSERT INTO stories (title) SELECT 's' FROM generate_series(1, :number) RETURNING id)
INSERT INTO alerts (watch_id, story_id, score, level, document, created_at, source_ids)
SELECT 'a-b', id, 1, 'person', '{}', :at, '{1}' FROM story
""")


@pytest.fixture
def watch(store):
    """A pair that one source reports three times a day; three subscriptions, one of them to another watch."""
    with store.begin() as db:
        for name in ("a-b", "c-d"):
            watches.create(db, name, name, {})
        db.execute(text("INSERT INTO sources (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'SANA')"))
        db.execute(
            text("""
            INSERT INTO feeds (source_id, url, host, state, last_polled_at)
            VALUES (1, 'https://sana.test/rss', 'sana.test', 'active', :now)
            """),
            {"now": NOW},
        )
        for filter_ in ("{}", '{"watch": ["a-b", "e-f"]}', '{"watch": "c-d"}'):
            db.execute(
                text("""
                INSERT INTO subscriptions (url, host, events, filter)
                VALUES ('https://r.test/', 'r.test', '{watch.burst,watch.silent,watch.resolved}', CAST(:filter AS jsonb))
                """),
                {"filter": filter_},
            )
    return "a-b"


def _report(store, days_ago, number=3):
    with store.begin() as db:
        db.execute(_ALERTS, {"number": number, "at": NOW - timedelta(days=days_ago)})


def _look(store, now=NOW):
    """What a look at the watch tells how many subscriptions, and the alarms after it, newest first."""
    with store.begin() as db:
        db.execute(text("UPDATE watch_checks SET turn = turn + 1"))
        turn = db.execute(text("SELECT turn FROM watch_checks WHERE watch_id = 'a-b'")).scalar_one()
        deliveries = step.check(db, ClaimedCheck("a-b", turn), now)
        return deliveries, alarms.page(db, "a-b", state=None, limit=9, cursor=None).data


def _bodies(store):
    with store.begin() as db:
        return [
            orjson.loads(body)
            for body in db.execute(text("SELECT body FROM alert_events ORDER BY id")).scalars()
        ]


def test_a_burst_is_announced_once_and_ends_when_it_is_over(store, watch):
    for day in range(1, DAYS):
        _report(store, day)
    assert _look(store) == (0, ())
    _report(store, 0, number=30)
    deliveries, (alarm,) = _look(store)
    assert (deliveries, alarm.state, alarm.finding.kind) == (2, "active", "burst")
    assert (alarm.finding.observed, alarm.finding.expected) == (30, 3.0)
    _report(store, 0, number=1)
    deliveries, (alarm,) = _look(store)
    assert (deliveries, alarm.finding.observed) == (0, 31)
    deliveries, (alarm,) = _look(store, NOW + timedelta(days=1))
    assert (deliveries, alarm.state, alarm.finding.observed) == (0, "active", 31)
    deliveries, (alarm,) = _look(store, NOW + timedelta(days=2))
    assert (deliveries, alarm.state, alarm.ended_at is None) == (2, "ended", False)
    assert _look(store, NOW + timedelta(days=2))[0] == 0
    event, resolved = _bodies(store)
    assert (resolved["type"], resolved["timestamp"], resolved["data"]["id"]) == (
        "watch.resolved",
        resolved["data"]["ended_at"],
        event["data"]["id"],
    )
    assert (resolved["data"]["state"], resolved["data"]["finding"]["observed"]) == ("ended", 31)
    assert (event["type"], event["data"]["watch"], event["data"]["finding"]["observed"]) == (
        "watch.burst",
        "a-b",
        30,
    )


def test_a_silence_says_whose_it_is_and_ends_with_the_next_report(store, watch):
    for day in range(4, DAYS):
        _report(store, day)
    deliveries, (alarm,) = _look(store)
    assert (deliveries, alarm.finding.kind, alarm.finding.days, alarm.finding.expected) == (
        2,
        "silence",
        3,
        9.0,
    )
    assert (alarm.finding.cause, alarm.finding.sources[0].problem) == ("feeds", "nothing_new")
    with store.begin() as db:
        db.execute(
            text("""
            INSERT INTO articles (url, source_id, story_id, version, title, title_key)
            VALUES ('https://sana.test/1', 1, (SELECT min(id) FROM stories), 1, 't', 't')
        """)
        )
    deliveries, (alarm,) = _look(store)
    assert (deliveries, alarm.finding.cause, alarm.finding.sources[0].problem) == (0, "pair", None)
    with store.begin() as db:
        error = orjson.dumps(Failure("dns", "No such host.", NOW)).decode()
        db.execute(text("UPDATE feeds SET error_count = 3, last_error = CAST(:it AS jsonb)"), {"it": error})
    _, (alarm,) = _look(store)
    with store.begin() as db:
        assert status.read(db).alarms == (alarm,)
    assert (alarm.finding.cause, alarm.finding.sources[0].detail) == ("feeds", "all its feeds fail: dns")
    _report(store, 0, number=1)
    _, (alarm,) = _look(store)
    assert alarm.state == "ended"
    assert [event["type"] for event in _bodies(store)] == ["watch.silent", "watch.resolved"]


def test_an_archive_that_is_read_today_is_no_burst(store, watch):
    for day in range(DAYS):
        _report(store, day)
    with store.begin() as db:
        db.execute(
            text("""
            WITH story AS (INSERT INTO stories (title) SELECT 's' FROM generate_series(1, 500) RETURNING id)
            INSERT INTO alerts (watch_id, story_id, score, level, created_at, document)
            SELECT 'a-b', id, 1, 'person', :now, '{"articles": [{"published_at": "2022-05-30T10:00:00+00:00"}]}'
            FROM story
        """),
            {"now": NOW},
        )
    assert _look(store) == (0, ())


def test_nothing_is_out_of_the_usual_of_a_watch_that_is_new_or_disabled(store, watch):
    _report(store, 0, number=500)
    assert _look(store) == (0, ())
    for day in range(1, DAYS):
        _report(store, day)
    assert len(_look(store)[1]) == 1
    with store.begin() as db:
        watches.enable(db, "a-b", enabled=False)
    _, (alarm,) = _look(store)
    assert alarm.state == "ended"


def test_whoever_looks_too_late_changes_nothing(store, watch):
    for day in range(4, DAYS):
        _report(store, day)
    with store.begin() as db:
        assert step.check(db, ClaimedCheck("a-b", 99), NOW) == 0
        assert alarms.active(db, "a-b") == []


def test_the_step_looks_at_each_watch_every_ten_minutes_and_hints_at_what_is_to_be_sent(store, watch):
    for day in range(4, DAYS):
        _report(store, day)
    hints = []
    context = SimpleNamespace(store=store, stopping=threading.Event(), hint=hints.append)
    assert notify.run(context, 5) == 2
    assert notify.run(context, 5) == 0
    assert [hint.value for hint in hints] == ["deliver"]
    with store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 2
        assert db.execute(text("SELECT count(*) FROM alert_count_changes")).scalar_one() == 0
        db.execute(text("UPDATE watch_checks SET due_at = now()"))
    assert notify.run(context, 5) == 0
    assert len(_bodies(store)) == 1
