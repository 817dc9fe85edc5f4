"""The store behind PgBouncer in transaction mode: no transaction relies on what another left in a session."""

import getpass
import shutil
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from waiting import eventually

from dyadwatch.store import Store, idempotency, schema
from dyadwatch.store.queries import Query, nothing, run

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

_SOURCE = text("INSERT INTO sources (name) VALUES (:name)")


@pytest.fixture
def pooled(empty_database_url, tmp_path):
    """A Store whose transactions share two sessions of the server."""
    if PGBOUNCER is None:
        pytest.skip("PgBouncer is not installed (Debian's package pgbouncer)")
    server = urlsplit(empty_database_url)
    name, folder = server.path.lstrip("/"), parse_qs(server.query)["host"][0]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = tmp_path / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n{name} = host={folder} user={server.username}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        "auth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
    )
    owner = Path(folder, ".s.PGSQL.5432").owner()  # who can reach the socket
    user = [] if getpass.getuser() == owner else ["-u", owner]
    with subprocess.Popen([PGBOUNCER, "-q", *user, settings]) as process:
        store = Store(f"postgresql://{server.username}@127.0.0.1:{port}/{name}")
        eventually(lambda: _answers(port))
        yield store
        store.close()
        process.terminate()


def _answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_many_threads_work_through_few_sessions(pooled):
    schema.migrate(pooled)

    def work(number):
        def insert(db):
            assert idempotency.find(db, 1, f"token {number}", "request") is None  # takes an advisory lock
            run(db, Query(_SOURCE, {"name": f"source {number}"}, nothing))
            return db.execute(text("SELECT now()")).scalar_one().tzname()

        return pooled.run(insert)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(100))) == {"UTC"}
    with pooled.read() as db:  # a transaction here, with its own settings
        one = text("SELECT now() < statement_timestamp(), current_setting('statement_timeout')")
        db.execute(one)
        assert db.execute(one).one() == (True, "30s")
    with pooled.begin() as db:
        session = db.connection.driver_connection
        assert db.execute(text("SELECT count(*) FROM sources")).scalar_one() == 100
        assert db.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one() == 0
    assert session.execute("SHOW statement_timeout").fetchone() == ("0",)
