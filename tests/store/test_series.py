"""Counts of alerts by time agree with the alerts, whatever happens to these."""

import itertools
import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from dyadwatch import series
from dyadwatch.store import Store, schema, watches
from dyadwatch.store import series as counts

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
_MENTION = {"event_type": "CONSULT", "direction": "mutual", "modality": "asserted", "level": "person"}
# Counted anew from the alerts, and as the tables have it.
_ANEW = """
SELECT watch_id, clock, dimension, at, value, count(*) AS number
FROM alerts CROSS JOIN LATERAL alert_cells(alerts) GROUP BY 1, 2, 3, 4, 5
"""
_KEPT = """
SELECT watch_id, clock, dimension, at, value, CAST(sum(number) AS bigint) FROM (
    SELECT watch_id, clock, dimension, at, value, number FROM alert_counts
    UNION ALL SELECT watch_id, clock, dimension, at, value, number FROM alert_count_changes
) AS counts GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0
"""


# Counts by hours and days that are not those of their quarters.
_WRONG = """
SELECT watch_id, clock, hours, dimension, at, value, sum(number) FROM (
    SELECT watch_id, clock, hours, dimension, at, value, number FROM alert_sums
    UNION ALL SELECT watch_id, clock, hours, dimension,
        date_bin(make_interval(hours => hours), at, TIMESTAMPTZ '2000-01-01 00:00+00'), value, -number
    FROM alert_counts CROSS JOIN (VALUES (1), (24)) AS width (hours)
) AS counts GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(number) <> 0
"""


def _edges(since, until, interval="day", zone="UTC"):
    return series.edges(interval, ZoneInfo(zone), since=since, until=until, now=NOW)


def _agree(db):
    anew, kept = (sorted(map(tuple, db.execute(text(query)))) for query in (_ANEW, _KEPT))
    assert anew == kept
    assert db.execute(text(_WRONG)).all() == []
    return anew


@pytest.fixture
def alert(db, rows):
    watches.create(db, "a-b", "A and B", {})

    def alert(at, *mentions, published=None, **values):
        document = {
            "evidence": list(mentions or [_MENTION]),
            "articles": [{"published_at": published}],
            "sides": {"reporting": ["north"]},
        }
        return rows.alert("a-b", created_at=at, document=document, **values)

    return alert


def test_each_alert_is_counted_once_for_each_of_its_values_and_gaps_are_zeros(db, alert):
    alert(NOW, event_types=["CONSULT", "AID"], languages=["fa", "ar"], source_ids=[7])
    alert(NOW - timedelta(days=2), {**_MENTION, "direction": "a->b"}, event_types=["AID"], level="state")
    edges = _edges(date(2026, 3, 18), date(2026, 3, 21))
    names = ("event_type", "level", "direction", "language", "side", "source", "modality")
    timeline = counts.timeline(db, "a-b", "created", edges, names)
    assert [(day.date.day, day.count) for day in timeline.data] == [(18, 1), (19, 0), (20, 1)]
    assert [day.counts["event_type"] for day in timeline.data] == [
        {"AID": 1, "CONSULT": 0},
        {"AID": 0, "CONSULT": 0},
        {"AID": 1, "CONSULT": 1},
    ]
    last = {name: values for name, values in timeline.data[-1].counts.items() if name != "event_type"}
    assert last == {
        "level": {"person": 1, "state": 0},
        "direction": {"a->b": 0, "mutual": 1},
        "language": {"ar": 1, "fa": 1},
        "side": {"north": 1},
        "source": {"7": 1},
        "modality": {"asserted": 1},
    }


def test_whatever_an_alert_counts_by_is_counted_anew_when_it_changes_and_nothing_else_is(db, alert):
    alert(NOW)
    changes = {
        "level": "level = 'state'",
        "event_type": "event_types = '{AID}'",
        "language": "languages = '{fa}'",
        "source": "source_ids = '{3}'",
        "side": """document = jsonb_set(document, '{sides,reporting}', '["south"]')""",
        "modality": """document = jsonb_set(document, '{evidence,0,modality}', '"negated"')""",
        "published": """document = jsonb_set(document, '{articles,0,published_at}', '"2026-01-05T10:20:00Z"')""",
        "created": "created_at = created_at - interval '1 day'",
        "state": "state = 'withdrawn'",
    }
    before = _agree(db)
    for name, change in changes.items():
        db.execute(text(f"UPDATE alerts SET {change}"))
        after = _agree(db)
        assert after != before, name
        before = after
    db.execute(text("UPDATE alerts SET state = 'active'"))
    db.execute(text("DELETE FROM alert_count_changes"))
    db.execute(text("""UPDATE alerts SET score = 0, document = jsonb_set(document, '{copies}', '20')"""))
    assert db.execute(text("SELECT count(*) FROM alert_count_changes")).scalar_one() == 0


def test_days_begin_where_the_zone_says(db, alert):
    alert(datetime(2026, 3, 18, 20, 29, tzinfo=UTC))  # 23:59 in Tehran
    alert(datetime(2026, 3, 18, 20, 30, tzinfo=UTC))
    edges = _edges(date(2026, 3, 18), date(2026, 3, 20), zone="Asia/Tehran")
    assert [day.count for day in counts.timeline(db, "a-b", "created", edges, []).data] == [1, 1]
    edges = _edges(date(2026, 3, 18), date(2026, 3, 20))
    assert [day.count for day in counts.timeline(db, "a-b", "created", edges, []).data] == [2, 0]


def test_what_is_summed_up_by_days_and_hours_falls_into_the_buckets_of_any_zone(db, alert):
    moments = [datetime(2026, 2, 27, 23, 40, tzinfo=UTC) + timedelta(hours=17.75 * n) for n in range(16)]
    for at in moments:
        alert(at)
    while counts.sum_up(db):
        pass
    zones = ("UTC", "Asia/Tehran", "America/New_York", "Pacific/Chatham")
    for zone, interval in itertools.product(zones, ("day", "week", "month")):
        edges = _edges(date(2026, 2, 20), date(2026, 3, 20), interval, zone)
        ends = (*edges.starts[1:], edges.end)
        expected = [
            sum(start <= at < end for at in moments) for start, end in zip(edges.starts, ends, strict=True)
        ]
        timeline = counts.timeline(db, "a-b", "created", edges, ["level"])
        assert [bucket.count for bucket in timeline.data] == expected, (zone, interval)
        assert sum(expected) == len(moments)
    db.execute(text("DELETE FROM alert_counts"))
    assert db.execute(text(_WRONG)).all() == []


def test_publication_is_that_of_the_first_article_and_never_later_than_the_alert(db, alert):
    alert(NOW, published="2022-05-30T10:00:00+00:00")
    alert(NOW, published="2099-01-01T00:00:00+00:00")
    for clock, at in (("created", NOW), ("published", NOW)):
        day = counts.timeline(db, "a-b", clock, _edges(at.date(), at.date() + timedelta(1)), []).data[0]
        assert day.count == (2 if clock == "created" else 1)
    edges = _edges(date(2022, 5, 30), date(2022, 5, 31))
    assert counts.timeline(db, "a-b", "published", edges, []).data[0].count == 1


def test_counts_agree_with_the_alerts_after_changes_withdrawals_and_removals_summed_up_or_not(db, alert):
    numbers = [alert(NOW + timedelta(hours=hour), event_types=["AID"]) for hour in range(6)]
    assert counts.sum_up(db) > 0
    changes = (
        "UPDATE alerts SET state = 'withdrawn' WHERE id = :id",
        "UPDATE alerts SET event_types = '{CONSULT}', languages = '{he}' WHERE id = :id",
        "DELETE FROM alerts WHERE id = :id",
        "UPDATE alerts SET document = document || '{\"evidence\": []}' WHERE id = :id",
        "UPDATE alerts SET score = 0.1 WHERE id = :id",
    )
    for statement, number in zip(changes, numbers, strict=False):
        db.execute(text(statement), {"id": number})
        assert _agree(db)
    while counts.sum_up(db):
        pass
    assert _agree(db)
    assert counts.sum_up(db) == 0
    edges = _edges(NOW.date(), NOW.date() + timedelta(days=2))
    kinds = [*counts.event_counts(db, "a-b", "created", edges)]
    assert [(one.date.day, one.event_type, one.level, one.number) for one in kinds] == [
        (20, "CONSULT", "person", 3),
        (21, None, None, 0),
    ]
    db.execute(text("TRUNCATE alerts CASCADE"))
    assert _agree(db) == []


def test_writers_of_one_watch_do_not_wait_for_each_other(store, database_url):
    """A count in one row would be locked until the other transaction ends."""
    with store.begin() as db:
        watches.create(db, "a-b", "A and B", {})
    insert = text("""
    WITH story AS (INSERT INTO stories (title) VALUES ('s') RETURNING id)
    INSERT INTO alerts (watch_id, story_id, score, level, document) SELECT 'a-b', id, 1, 'person', '{}' FROM story
    """)
    with store.begin() as one, store.begin(seconds=5) as other:
        one.execute(insert)
        other.execute(insert)
        counts.sum_up(other)
    with store.begin() as db:
        _agree(db)


def test_alerts_of_before_are_counted_while_others_change_them(empty_database_url, monkeypatch):
    store = Store(empty_database_url)
    upgrade = schema.command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(schema.command, "upgrade", lambda config, _: upgrade(config, "0030"))
        schema.migrate(store)
    with store.begin() as db:
        for statement in _OLD_ALERTS.split(";"):
            db.execute(text(statement))
    stopping = threading.Event()

    def change(db, number):
        params = {"id": 1 + 997 * number % 3_000, "type": f"T{number % 5}"}
        db.execute(text("UPDATE alerts SET event_types = ARRAY[:type] WHERE id = :id"), params)
        db.execute(text("DELETE FROM alerts WHERE id = :id"), {"id": 1 + 91 * number % 3_000})

    def write():
        numbers = itertools.count(1)
        while not stopping.is_set():
            store.run(partial(change, number=next(numbers)))

    writer = threading.Thread(target=write)
    writer.start()
    schema.migrate(store)
    stopping.set()
    writer.join()
    with store.begin() as db:
        assert (
            db.execute(text("SELECT count(*) FROM alerts_uncounted JOIN alerts ON id = alert_id")).scalar()
            == 0
        )
        assert len(_agree(db)) > 100
    store.close()


_OLD_ALERTS = """
INSERT INTO watches (id, title, version, document) VALUES ('a-b', 'a', 1, '{}');
INSERT INTO stories (title) SELECT 's' FROM generate_series(1, 3000);
INSERT INTO alerts (watch_id, story_id, score, level, languages, document, created_at)
    SELECT 'a-b', id, 1, 'person', '{en}', '{}', now() - make_interval(hours => CAST(id AS int)) FROM stories
"""
