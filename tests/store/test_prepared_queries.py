"""Questions that are asked past the driver's cursors."""

import contextlib
from datetime import UTC, datetime

import pytest

from dyadwatch.store import Store, prepared_queries


def test_parameters_arrive_as_what_they_are(store):
    at = datetime(2026, 1, 2, 3, 4, 5, 678, UTC)
    asked = prepared_queries.prepare(
        "SELECT CAST(:number AS int) + 1, CAST(:bytes AS bytea), CAST(:at AS timestamptz) = '2026-01-02 03:04:05.000678+00',"
        " CAST(:text AS text), CAST(:number AS int), NULL",
        {"number": 7, "bytes": b"\x00'\\", "at": at, "text": "it's :number"},
    )
    for _ in range(2):
        assert prepared_queries.fetch_row(store, asked) == (
            b"8",
            b"\\x00275c",
            b"t",
            b"it's :number",
            b"7",
            None,
        )


def test_a_session_prepares_so_many_statements_and_asks_the_others_all_the_same(store, monkeypatch):
    monkeypatch.setattr(prepared_queries, "_MAX_PREPARED", 2)
    answers = [
        prepared_queries.fetch_row(store, prepared_queries.prepare(f"SELECT {n} + :n", {"n": n}))
        for n in range(4)
    ]
    assert answers == [(b"0",), (b"2",), (b"4",), (b"6",)]
    session = store.acquire_session()
    assert len(session.prepared) == 2
    store.release_session(session, works=True)


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT nothing", "SELECT 1 WHERE false"])
def test_what_brings_no_row_has_to_be_found_in_another_way(store, statement):
    assert prepared_queries.fetch_row(store, prepared_queries.prepare(statement, {})) is None
    assert prepared_queries.fetch_row(store, prepared_queries.prepare("SELECT 1", {})) == (b"1",)


def test_a_small_pool_keeps_no_session_for_questions(store):
    with contextlib.closing(Store(store.url.render_as_string(hide_password=False), pool_size=1)) as small:
        for _ in range(5):
            assert prepared_queries.fetch_row(small, prepared_queries.prepare("SELECT 1", {})) == (b"1",)
        with small.begin(), small.begin():
            pass
