"""Who reads on from a position sees every change once, whatever commits late."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dyadwatch.errors import InvalidInput
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.store import alert_events, alerts, positions, watches
from dyadwatch.subscriptions import AlertFilter

WRITERS, CHANGES = 4, 12
_INSERT = text("""
INSERT INTO alerts (watch_id, story_id, score, level, document) VALUES ('a-b', :story, 0.9, 'person', '{}')
RETURNING id
""")


@pytest.fixture
def raise_alert(store):
    """Writes an alert with its event into a transaction, as the pipeline does; gives its id."""
    with store.begin() as db:
        watches.create(db, "a-b", "A – B", {})

    def raise_alert(db):
        story = db.execute(text("INSERT INTO stories (title) VALUES ('s') RETURNING id")).scalar_one()
        alert = db.execute(_INSERT, {"story": story}).scalar_one()
        alert_events.add(db, AlertEvent(alert, "alert.created", uuid.uuid4().hex, '{"data": {}}'), [])
        return alert

    return raise_alert


def read(store, after, limit=100):
    with store.begin() as db:
        changed = alerts.changes(db, AlertFilter(), after=after, limit=limit)
        events = alert_events.page(db, after=after, limit=limit)
    return [alert.id for alert in changed.data], [event.alert for event in events.data], changed, events


def test_what_commits_late_comes_after_what_was_read(store, raise_alert):
    with store.begin() as held:
        late = raise_alert(held)
        with store.begin() as db:
            early = raise_alert(db)
        shown, events, changed, page = read(store, 0)
        assert shown == events == [early]
        position = max(changed.position, page.position)
    assert read(store, position)[:2] == ([late], [late])


def test_an_alert_that_changes_while_it_is_held_is_shown_again_at_its_last_change(store, raise_alert):
    with store.begin() as db:
        first, second = raise_alert(db), raise_alert(db)
    position = read(store, 0)[2].position
    with store.begin() as held:
        held.execute(text("UPDATE alerts SET score = 0.5 WHERE id = :id"), {"id": first})
        assert read(store, 0)[0] == [first, second]
        with store.begin() as db:
            third = raise_alert(db)
        shown, _, changed, _ = read(store, position)
        assert shown == [third]
    assert read(store, changed.position)[0] == [first]
    assert read(store, 0)[0] == [second, third, first]


def test_pages_and_filters_lead_to_the_last_change(store, raise_alert):
    with store.begin() as db:
        raised = [raise_alert(db) for _ in range(5)]
        rare = AlertFilter(min_score=1.0)
        assert alerts.changes(db, rare, after=0, limit=2).position == read_all(db, raised)


def test_a_position_that_was_never_given_is_refused(store, raise_alert):
    """Nobody waits in vain at a position of a database that was replaced."""
    with store.begin() as db:
        raise_alert(db)
        last = max(alert_events.newest(db), positions.newest(db, "alert_positions"))
        assert alerts.changes(db, AlertFilter(), after=last, limit=2).position == last
        for read_on in (alerts.changes, alert_events.page):
            with pytest.raises(InvalidInput) as refused:
                read_on(db, AlertFilter(), after=last + 1, limit=2)
            assert refused.value.code == "position_unknown"


def read_all(db, expected):
    """Walks by pages of two; gives the last position."""
    seen, position, more = [], 0, True
    while more:
        page = alerts.changes(db, AlertFilter(), after=position, limit=2)
        assert page.position > position
        seen += [alert.id for alert in page.data]
        position, more = page.position, page.more
    assert seen == expected
    return position


def test_pollers_beside_many_writers_see_every_event_once_and_every_alert(store, raise_alert):
    together, writing = threading.Barrier(WRITERS + 2), threading.Event()
    writing.set()

    def write(_):
        together.wait(60)
        written = []
        for _ in range(CHANGES):
            with store.begin() as db:
                written.append(raise_alert(db))
        return written

    def poll(_):
        together.wait(60)
        shown, events, after, after_event, last = [], [], 0, 0, False
        while not last:
            last = not writing.is_set()
            with store.begin() as db:
                changed = alerts.changes(db, AlertFilter(), after=after, limit=200)
                page = alert_events.page(db, after=after_event, limit=200)
            shown += [alert.id for alert in changed.data]
            events += [(event.position, event.alert) for event in page.data]
            after, after_event = changed.position, page.position
        return shown, events

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        pollers = [pool.submit(poll, number) for number in range(2)]
        written = [alert for batch in pool.map(write, range(WRITERS)) for alert in batch]
        writing.clear()
        for poller in pollers:
            shown, events = poller.result(60)
            assert sorted(shown) == sorted(alert for _, alert in events) == sorted(written)
            assert events == sorted(events)


def test_a_page_passes_over_a_window_of_changes_at_most(store, raise_alert, monkeypatch):
    """Filters that leave out all of it give an empty page that leads on."""
    monkeypatch.setattr(positions, "WINDOW", 2)
    with store.begin() as db:
        shown = [raise_alert(db) for _ in range(5)][-1]
        db.execute(text("UPDATE alerts SET level = 'state' WHERE id = :id"), {"id": shown})
    after, more, pages = 0, True, []
    while more:
        with store.begin() as db:
            page = alerts.changes(db, AlertFilter(level="state"), after=after, limit=9)
        after, more = page.position, page.more
        pages.append([alert.id for alert in page.data])
    assert pages == [[], [], [shown]]
