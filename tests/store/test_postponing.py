"""Giving rows back: who waits for a host, and who goes first."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dyadwatch.model.sources import NewSource
from dyadwatch.store import fetch, sources
from dyadwatch.store.postponing import hold_back, postpone


@pytest.fixture
def pages(store):
    """Due pages of two sources on one host, and one elsewhere; gives the ids of the sources."""
    with store.begin() as db:
        slow, quick = (sources.create(db, NewSource(name, ())).id for name in ("Slow", "Quick"))
        for url, host, source, tries, age in (
            ("s1", "a.test", slow, 0, 9),
            ("s2", "a.test", slow, 2, 3),
            ("q1", "a.test", quick, 0, 3),
            ("e1", "b.test", quick, 0, 3),
        ):
            db.execute(
                text(
                    "INSERT INTO pages (url, host, source_id, attempt_count, due_at)"
                    " VALUES (:url, :host, :source, :tries, now() - make_interval(secs => :age))"
                ),
                {"url": url, "host": host, "source": source, "tries": tries, "age": age},
            )
    return slow, quick


def waits(db):
    found = db.execute(text("SELECT url, extract(epoch FROM due_at - now())::float AS wait FROM pages"))
    return {row.url: row.wait for row in found}


def test_the_due_pages_of_a_busy_host_wait_together_and_those_that_failed_wait_longer(store, pages):
    """The turn of the one given back is over; other hosts go on."""
    with store.begin() as db:
        (page,) = fetch.claim(db, limit=1)
        postpone(db, "pages", page, datetime.now(UTC) + timedelta(seconds=10))
        found = waits(db)
    assert page.url == "s1"
    assert found["e1"] <= 0
    assert found["s1"] == pytest.approx(10, abs=2)
    assert found["q1"] == pytest.approx(10, abs=2)
    assert found["s2"] == pytest.approx(40, abs=2)


def test_a_page_of_a_turn_that_has_passed_is_not_given_back(store, pages):
    """Another runner has it by now."""
    with store.begin() as db:
        (page,) = fetch.claim(db, limit=1)
        db.execute(text("UPDATE pages SET turn = turn + 1, due_at = now() + interval '60 seconds'"))
        postpone(db, "pages", page, datetime.now(UTC) + timedelta(seconds=10))
        assert waits(db)[page.url] == pytest.approx(60, abs=2)


def test_the_pages_of_a_source_that_was_slow_let_others_of_its_host_go_first(store, pages):
    """Only on that host, and only what is due."""
    slow, _ = pages
    with store.begin() as db:
        hold_back(db, "a.test", slow, datetime.now(UTC) + timedelta(seconds=15))
        found = waits(db)
    assert {url for url, wait in found.items() if wait > 1} == {"s1", "s2"}
