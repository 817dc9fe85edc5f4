"""Queries that are sent together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, StoreUnavailable, ValueNotStorable
from dyadwatch.store.queries import Query, nothing, run, run_together

INSERT = text("INSERT INTO sources (name) VALUES (:name)")
NAMES = Query(text("SELECT name FROM sources ORDER BY name"), {}, lambda rows: [row.name for row in rows])
LOCK = Query(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": 1}, nothing)
NUMBER = Query(text("SELECT CAST(:text AS integer)"), {"text": "none"}, nothing)
WAITING = Query(
    text("SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"),
    {},
    lambda rows: rows[0].n,
)


def insert(name):
    return Query(INSERT, {"name": name}, nothing)


def names(store):
    return store.run(lambda db: run(db, NAMES))


def test_each_query_sees_what_was_done_by_those_before_it(store):
    with store.begin() as db:
        assert run_together(db, insert("b"), NAMES, insert("a"), NAMES) == [None, ["b"], None, ["a", "b"]]


def test_a_query_sees_what_others_did_while_the_one_before_it_waited(store):
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as db:
            run_together(db, LOCK, insert("meanwhile"))
            waiting = pool.submit(store.run, lambda db: run_together(db, LOCK, NAMES))
            while run(db, WAITING) == 0:
                assert not waiting.done()
        assert waiting.result(60) == [None, ["meanwhile"]]


@pytest.mark.parametrize(("fault", "error"), [(insert("twice"), Conflict), (NUMBER, ValueNotStorable)])
def test_one_that_fails_takes_the_transaction_with_it_and_nothing_else(store, fault, error):
    with pytest.raises(error), store.begin() as db:
        run_together(db, insert("twice"), insert("before"), fault, insert("after"), NAMES)
    assert names(store) == []


def test_a_session_that_was_ended_is_replaced(store):
    end = Query(text("SELECT pg_terminate_backend(pg_backend_pid())"), {}, nothing)
    with pytest.raises(StoreUnavailable), store.begin() as db:
        run_together(db, insert("lost"), end, NAMES)
    assert names(store) == []
