"""The connection: transactions, and errors translated once."""

import threading

import pytest
from sqlalchemy import text

from dyadwatch.errors import Conflict, SettingsError, StoreUnavailable
from dyadwatch.store import Store, schema

_SOURCE = text("INSERT INTO sources (name) VALUES (:name)")


def _names(store):
    with store.begin() as db:
        return db.execute(text("SELECT name FROM sources ORDER BY name")).scalars().all()


def _insert_and_fail(store):
    with store.begin() as db:
        db.execute(_SOURCE, {"name": "lost"})
        _ = 1 / 0


def test_a_transaction_is_committed_at_its_end_and_rolled_back_by_any_exception(store):
    with store.begin() as db:
        db.execute(_SOURCE, {"name": "kept"})
    with pytest.raises(ZeroDivisionError):
        _insert_and_fail(store)
    assert _names(store) == ["kept"]


def test_a_broken_unique_rule_is_a_conflict(store):
    with store.begin() as db:
        db.execute(_SOURCE, {"name": "SANA"})
    with pytest.raises(Conflict, match="sources_name_key"), store.begin() as db:
        db.execute(_SOURCE, {"name": "SANA"})


def test_a_deadlock_is_a_conflict_not_a_missing_database(store):
    with store.begin() as db:
        db.execute(text("INSERT INTO sources (name) VALUES ('one'), ('two')"))
    touch = text("UPDATE sources SET side = 'x' WHERE name = :name")
    barrier = threading.Barrier(2)
    codes = []

    def cross(first, second):
        try:
            with store.begin() as db:
                db.execute(touch, {"name": first})
                barrier.wait(10)
                db.execute(touch, {"name": second})
        except Conflict as error:
            codes.append(error.code)

    threads = [threading.Thread(target=cross, args=pair) for pair in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["deadlock"]


def test_an_unreachable_database_is_named_without_its_password():
    store = Store("postgresql://user:hunter2@127.0.0.1:1/name")
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/name") as caught:
        store.ping()
    assert "hunter2" not in caught.value.detail
    assert caught.value.code == "database_unavailable"


def test_a_malformed_url_is_refused_with_the_name_of_its_setting():
    with pytest.raises(SettingsError, match="DYADWATCH_DATABASE_URL"):
        Store("not a url")


def test_the_error_of_an_empty_database_says_to_migrate(empty_database_url):
    store = Store(empty_database_url)
    with pytest.raises(StoreUnavailable, match="dyadwatch migrate") as caught:
        _names(store)
    assert caught.value.code == "database_not_migrated"
    assert schema.current(store) is None
    store.close()


def test_migrating_twice_changes_nothing_the_second_time(empty_database_url):
    store = Store(empty_database_url)
    assert schema.migrate(store) == (None, schema.newest())
    assert schema.migrate(store) == (schema.newest(), schema.newest())
    assert schema.current(store) == schema.newest()
    assert _names(store) == []
    store.close()
