"""The connection: transactions, and errors translated once."""

import select
import socket
import threading
from contextlib import ExitStack, suppress
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from waiting import eventually

from dyadwatch.errors import (
    Conflict,
    DyadwatchError,
    SettingsError,
    StatementTimeout,
    StoreUnavailable,
    TransactionConflict,
    ValueNotStorable,
)
from dyadwatch.store import Store, alerts, archive_runs, backfills, queries, schema
from dyadwatch.store.database import STATEMENT_SECONDS
from dyadwatch.subscriptions import AlertFilter

_SESSION = text("SELECT pg_backend_pid()")
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


def _cross(transact):
    """Two transactions that lock two rows in opposite orders, at their first tries. Returns what each came
    to."""
    touch = text("UPDATE sources SET side = coalesce(side, '') || 'x' WHERE name = :name")
    barrier, tried, results = threading.Barrier(2), set(), []

    def cross(first, second):
        def work(db):
            db.execute(touch, {"name": first})
            if first not in tried:
                tried.add(first)
                barrier.wait(10)
            db.execute(touch, {"name": second})

        try:
            transact(work)
            results.append("done")
        except TransactionConflict as error:
            results.append(error.code)

    threads = [threading.Thread(target=cross, args=pair) for pair in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.fixture
def two_sources(store):
    with store.begin() as db:
        db.execute(text("INSERT INTO sources (name) VALUES ('one'), ('two')"))


def test_a_deadlock_is_a_conflict_not_a_missing_database(store, two_sources):
    def once(work):
        with store.begin() as db:
            work(db)

    assert _cross(once) == ["deadlock", "done"]


def test_work_is_repeated_where_another_transaction_was_in_the_way(store, two_sources):
    assert _cross(store.run) == ["done", "done"]
    with store.begin() as db:
        assert db.execute(text("SELECT side FROM sources")).scalars().all() == ["xx", "xx"]


def test_work_is_not_repeated_for_ever(store):
    tries = []

    def work(db):
        tries.append(db.execute(text("SELECT 1")).scalar_one())
        raise TransactionConflict("in the way")

    with pytest.raises(TransactionConflict):
        store.run(work)
    assert 1 < len(tries) < 10


_RAISE = "DO $$ BEGIN RAISE EXCEPTION 'it' USING ERRCODE = '{}'; END $$"


@pytest.mark.parametrize(
    ("sqlstate", "kind", "code"),
    [
        ("08006", StoreUnavailable, "database_unavailable"),
        ("57P01", StoreUnavailable, "database_unavailable"),
        ("57P03", StoreUnavailable, "database_unavailable"),
        ("53100", StoreUnavailable, "database_exhausted"),
        ("53300", StoreUnavailable, "database_exhausted"),
        ("25006", StoreUnavailable, "database_read_only"),
        ("42P01", StoreUnavailable, "database_not_migrated"),
        ("42703", StoreUnavailable, "database_not_migrated"),
        ("22021", ValueNotStorable, "value_not_storable"),
        ("22P02", ValueNotStorable, "value_not_storable"),
        ("54000", ValueNotStorable, "value_not_storable"),
        ("23503", Conflict, "conflict"),
        ("23514", Conflict, "conflict"),
        ("40001", TransactionConflict, "serialization_failure"),
        ("40P01", TransactionConflict, "deadlock"),
        ("55P03", TransactionConflict, "lock_timeout"),
        ("57014", StatementTimeout, "database_timeout"),
        ("42601", psycopg.Error, None),
    ],
)
def test_an_error_is_what_its_sqlstate_says(store, sqlstate, kind, code):
    with pytest.raises((DyadwatchError, DBAPIError)) as caught, store.begin() as db:
        db.execute(text(_RAISE.format(sqlstate)))
    error = caught.value if code else caught.value.orig
    assert isinstance(error, kind)
    assert getattr(error, "code", None) == code


def test_a_statement_that_takes_too_long_is_ended(store):
    with pytest.raises(StatementTimeout), store.begin(seconds=0.05) as db:
        db.execute(text("SELECT pg_sleep(30)"))
    store.ping()


def test_a_connection_that_the_server_ends_is_a_missing_database_and_the_next_one_works(store):
    kill = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreUnavailable), store.begin() as db:
        db.execute(kill)
    store.ping()


def test_sessions_that_ended_while_idle_are_replaced_unnoticed(store, database_url):
    def in_three_at_once():
        with store.begin() as one, store.begin() as two, store.begin() as three:
            return [db.execute(_SESSION).scalar_one() for db in (one, two, three)]

    before = in_three_at_once()
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s::int[]) AS pid", [before])
    assert not set(in_three_at_once()) & set(before)


def test_statements_that_recur_are_prepared(store):
    count = text("SELECT count(*) FROM pg_prepared_statements")
    for _ in range(10):
        with store.begin() as db:
            prepared = db.execute(count).scalar_one()
    assert prepared == 1


_BOUNDS = text("""
SELECT array_agg(name || ' ' || setting ORDER BY name) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'TimeZone')
""")


def test_every_statement_has_bounds_and_leaves_nothing_of_its_own_in_its_session(store):
    usual = ["TimeZone UTC", "idle_in_transaction_session_timeout 60000", "lock_timeout 10000"]
    for seconds in (7, STATEMENT_SECONDS):
        with store.begin(seconds=seconds) as db:
            expected = [*usual, f"statement_timeout {seconds * 1000:.0f}"]
            assert db.execute(_BOUNDS).scalar_one() == expected
    with store.read() as db:
        assert db.execute(_BOUNDS).scalar_one() == [*usual, "statement_timeout 30000"]


def test_what_is_read_is_no_transaction_unless_it_asks_for_one(store):
    began = text("SELECT now() = statement_timestamp()")
    with store.read() as db:
        assert [db.execute(began).scalar_one() for _ in range(2)] == [True, True]
        with queries.transaction(db):
            db.execute(_SESSION)
            assert not db.execute(began).scalar_one()
        assert db.execute(began).scalar_one()
    with store.begin() as db, queries.transaction(db):
        db.execute(_SESSION)
    store.ping()


def test_what_is_read_has_the_errors_of_a_transaction(store, database_url):
    with pytest.raises(StoreUnavailable), store.read() as db:
        db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with pytest.raises(ValueNotStorable), store.read() as db:
        db.execute(text("SELECT 1 / (random() * 0)::int"))
    with store.read() as db:
        before = db.execute(_SESSION).scalar_one()
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [before])
    with store.read() as db:  # the session that has ended is replaced unnoticed
        assert db.execute(_SESSION).scalar_one() != before


def test_a_server_that_vanishes_is_noticed(database_url):
    """The sockets ask for keepalives, and no write is waited for longer than a minute."""
    with ExitStack() as stack:
        port = _relay(stack, parse_qs(urlsplit(database_url).query)["host"][0])
        name, user = urlsplit(database_url).path.lstrip("/"), urlsplit(database_url).username
        store = Store(f"postgresql://{user}@127.0.0.1:{port}/{name}")
        with store.begin() as db, socket.socket(fileno=_duplicate(db)) as connection:
            options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
            values = [connection.getsockopt(socket.IPPROTO_TCP, option) for option in options]
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        store.close()
    assert values == [30, 10, 3, 60_000]


def _duplicate(db):
    return socket.dup(db.connection.driver_connection.fileno())


def _relay(stack, folder):
    """The port of a listener that passes one connection on to the server's local socket."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    server = stack.enter_context(socket.socket(socket.AF_UNIX))
    server.connect(f"{folder}/.s.PGSQL.5432")

    def relay():
        with suppress(OSError), listener.accept()[0] as client:
            ends = {client: server, server: client}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)

    thread = threading.Thread(target=relay)
    thread.start()
    stack.callback(thread.join)
    return listener.getsockname()[1]


def test_an_unreachable_database_is_named_without_its_password():
    store = Store("postgresql://user:hunter2@127.0.0.1:1/name")
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/name") as caught:
        store.ping()
    assert "hunter2" not in caught.value.detail
    assert caught.value.code == "database_unavailable"


@pytest.mark.parametrize(
    "url",
    [
        "not a url",
        "postgresql://user:hunter2@db.example:port/name",
        "postgresql://user:hunter2@db.example/name?sslmod=require",
    ],
)
def test_a_malformed_url_is_refused_with_the_name_of_its_setting(url):
    with pytest.raises(SettingsError, match="DYADWATCH_DATABASE_URL"):
        Store(url)


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


@pytest.mark.parametrize(
    ("own", "minimum", "code"),
    [("9999", "0006", "database_not_migrated"), ("0002", "0002", None), ("0002", "0003", "code_too_old")],
)
def test_code_works_on_a_newer_schema_that_says_so(store, monkeypatch, own, minimum, code):
    monkeypatch.setattr(schema, "newest", lambda: own)
    with store.begin() as db:
        db.execute(text("UPDATE schema_compatibility SET minimum = :minimum"), {"minimum": minimum})
    if code is None:
        schema.require(store)
        assert schema.migrate(store) == (schema.current(store), schema.current(store))
        return
    with pytest.raises(StoreUnavailable) as caught:
        schema.require(store)
    assert caught.value.code == code


# Text columns in the keys of B-trees, and what bounds them; an entry of a B-tree holds 2704 bytes.
BOUNDED = {
    "snapshots.unrelated_text": "a hash",
    "worker_processes.process": "the name of a host and a number",
    "worker_processes.step": "a few words of ours",
    "worker_steps.step": "a few words of ours",
    "alarms.kind": "a few words of ours",
    "alarms.watch_id": "a slug of at most 80 characters",
    "watch_checks.watch_id": "a slug of at most 80 characters",
    "alert_counts.clock": "a few words of ours",
    "alert_counts.dimension": "a few words of ours",
    "alert_counts.value": "a side of at most 200 characters, or a code",
    "alert_counts.watch_id": "a slug of at most 80 characters",
    "alert_count_changes.clock": "a few words of ours",
    "alert_count_changes.dimension": "a few words of ours",
    "alert_count_changes.watch_id": "a slug of at most 80 characters",
    "alert_sums.clock": "a few words of ours",
    "alert_sums.dimension": "a few words of ours",
    "alert_sums.value": "a side of at most 200 characters, or a code",
    "alert_sums.watch_id": "a slug of at most 80 characters",
    "archive_runs.scope": "a few words of ours",
    "archive_runs.watch_id": "a slug of at most 80 characters",
    "alerts.watch_id": "a slug of at most 80 characters",
    "alert_events.webhook_id": "made by us",
    "alert_triage.reader": "an id of ours, or an owner of at most 200 characters",
    "articles.url": "urls.MAX_LENGTH",
    "article_urls.url": "urls.MAX_LENGTH",
    "deliveries.state": "a few words of ours",
    "deliveries.reason": "a few words of ours",
    "entries.key": "512 characters, or a digest",
    "feeds.state": "a few words of ours",
    "feeds.url": "urls.MAX_LENGTH",
    "guards.edit_hash": "a digest",
    "guards.watch_id": "a slug of at most 80 characters",
    "hub_subscriptions.token": "made by us",
    "idempotent_answers.token": "bounded by the header's pattern",
    "pages.url": "urls.MAX_LENGTH",
    "pushes.sha256": "a digest",
    "robots.origin": "urls.MAX_LENGTH",
    "saved_views.name": "200 characters",
    "saved_views.reader": "an id of ours, or an owner of at most 200 characters",
    "sources.name": "200 characters",
    "article_events.watch_id": "a slug of at most 80 characters",
    "tagging_history.tagger_version": "of ours",
    "tagging_history.watch_id": "a slug of at most 80 characters",
    "taggings.watch_id": "a slug of at most 80 characters",
    "watches.id": "a slug of at most 80 characters",
    "watch_versions.watch_id": "a slug of at most 80 characters",
}
_INDEXED_TEXT = text("""
SELECT DISTINCT c.relname || '.' || a.attname FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am ON pg_am.oid = x.relam AND pg_am.amname = 'btree'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey) AND a.atttypid = 'text'::regtype
WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
""")


def test_every_text_in_an_index_is_bounded(store):
    """A new one needs a bound, or an index of its hash."""
    with store.begin() as db:
        assert set(db.execute(_INDEXED_TEXT).scalars()) == set(BOUNDED)


def test_a_filled_database_is_migrated_beside_its_writers_and_again_where_that_was_interrupted(
    empty_database_url, monkeypatch
):
    """What was stored before gets what the triggers of the new schema give to what comes after."""
    store = Store(empty_database_url)
    upgrade = schema.command.upgrade
    with monkeypatch.context() as patch:
        patch.setattr(schema.command, "upgrade", lambda config, _: upgrade(config, "0007"))
        schema.migrate(store)
    with store.begin() as db:
        for statement in _OLD_ROWS.split(";"):
            db.execute(text(statement))
    with psycopg.connect(empty_database_url, autocommit=True) as db, pytest.raises(psycopg.Error):
        db.execute(
            "CREATE UNIQUE INDEX CONCURRENTLY articles_story_list ON articles (story_id)"
        )  # not unique
    with store.begin() as writer:
        writer.execute(text("UPDATE alerts SET score = 0.8"))
        thread = threading.Thread(target=lambda: schema.migrate(store))
        thread.start()
        eventually(lambda: _waits_for_writer(store))
    thread.join()
    assert schema.current(store) == schema.newest()
    with store.begin() as db:
        assert len(alerts.page(db, AlertFilter(language="en"), limit=9, cursor=None).data) == 1
        assert db.execute(text("SELECT first_seen_at FROM taggings WHERE relationship")).scalar_one()
        assert db.execute(text("SELECT bool_and(indisvalid) FROM pg_index")).scalar_one()
        (backfill,) = backfills.of_watch(db, "a-b")
        assert (backfill.notify, backfill.read_count, backfill.match_count) == (True, 3, 2)
        assert archive_runs.claim(db).before_article == 7
    store.close()


_OLD_ROWS = """
INSERT INTO watches (id, title, version, document) VALUES ('a-b', 'a', 1, '{}');
INSERT INTO stories (title) VALUES ('s');
INSERT INTO articles (url, story_id, version, title, title_key) VALUES ('u', 1, 1, 't', 't'), ('v', 1, 1, 't', 't');
INSERT INTO taggings (article_id, watch_id, article_version, watch_version, tagger_version, relationship, score,
    mentions) VALUES (1, 'a-b', 1, 1, '1', true, 1, '[]'), (2, 'a-b', 1, 1, '1', false, 0, '[]');
INSERT INTO alerts (watch_id, story_id, score, level, languages, document)
    VALUES ('a-b', 1, 1, 'person', '{en}', '{}');
INSERT INTO backfills (watch_id, scope, notify, since, before_article, total_count, read_count, match_count, due_at)
    VALUES ('a-b', 'archive', true, '2026-01-01', 7, 9, 3, 2, now())
"""


def _waits_for_writer(store):
    with store.begin() as db:
        return db.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one() > 0
