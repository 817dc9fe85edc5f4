"""Our own PostgreSQL and Valkey, for real: made, started, reached by us alone, restarted."""

import os
import shutil
import signal

import psycopg
import pytest
import redis
from waiting import GENEROUS

from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local import process_spec, servers
from dyadwatch.local.probe import valkey_answers
from dyadwatch.local.servers import ServerError


@pytest.fixture
def data_dir(data_path):
    data_dir = data_dirs.open_data_dir(data_path)
    for target in (
        data_dir.path / "postgres",
        servers.find_postgres(data_dir).programs,
        servers.configure_valkey(data_dir).program,
    ):
        data_dirs.allow_traversal(data_dir, target)
    return data_dir


def _make(supervisor, server):
    for spec, stdin in zip(servers.initdb_processes(server), (b"", servers.CREATE_DATABASE), strict=True):
        assert supervisor.run(spec, stdin=stdin)[0] == 0, server.log.read_text()
    servers.keep_draft(server)


def _count(server):
    """Adds a row and counts them; None while the server cannot be reached."""
    try:
        db = psycopg.connect(server.url, autocommit=True)
    except psycopg.OperationalError:
        return None
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS rows (n integer)")
        db.execute("INSERT INTO rows VALUES (1)")
        return db.execute("SELECT count(*) FROM rows").fetchone()[0]


def test_a_database_is_made_and_survives_a_kill(supervisor, data_dir, output, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.1,))
    server = servers.find_postgres(data_dir)
    assert servers.is_new(server)
    server.draft.mkdir()
    (server.draft / "interrupted").touch()
    _make(supervisor, server)
    assert not servers.is_new(server)
    spec = servers.postgres_process(server)
    assert supervisor.start_and_wait(spec, lambda: servers.postgres_is_ready(server), timeout=GENEROUS)
    assert _count(server) == 1
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert supervisor.wait_until(lambda: output.has("postgres was ended by SIGKILL"), timeout=GENEROUS)
    # Recovery writes every file of the data directory through; on a busy disk that takes its time.
    assert supervisor.wait_until(lambda: _count(server) == 2, timeout=GENEROUS)
    supervisor.stop_all()
    assert not (server.data / "postmaster.pid").exists()
    assert not list(server.socket_dir.glob(".s.PGSQL*"))


def test_a_pid_file_that_names_another_program_is_removed(data_dir):
    server = servers.find_postgres(data_dir)
    data = data_dirs.make_server_dir(data_dir, "postgres")
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    servers.postgres_process(server)
    assert not (data / "postmaster.pid").exists()


def test_a_malformed_pid_file_is_left_to_the_server(data_dir):
    server = servers.find_postgres(data_dir)
    data = data_dirs.make_server_dir(data_dir, "postgres")
    (data / "postmaster.pid").write_text("nonsense\n")
    servers.postgres_process(server)
    assert (data / "postmaster.pid").exists()
    assert not servers.postgres_is_ready(server)


def test_data_of_another_postgres_is_refused_with_a_remedy(data_dir):
    data_dirs.make_server_dir(data_dir, "postgres")
    (data_dir.path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 15.*DYADWATCH_DATA_DIR"):
        servers.find_postgres(data_dir)


def test_a_missing_package_is_refused_with_a_remedy(data_dir, monkeypatch):
    monkeypatch.setattr(servers.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ServerError, match="set DYADWATCH_DATABASE_URL") as caught:
        servers.find_postgres(data_dir)
    assert caught.value.code == "server_missing"


def test_the_socket_of_a_long_path_is_in_a_private_directory_elsewhere(tmp_path):
    data_dir = data_dirs.open_data_dir(tmp_path / ("long" * 30))
    sockets = servers.find_postgres(data_dir).socket_dir
    try:
        assert not sockets.is_relative_to(data_dir.path)
        assert sockets.stat().st_mode & 0o077 == 0
        assert servers.find_postgres(data_dir).socket_dir == sockets
        shutil.rmtree(sockets)
        sockets.symlink_to(tmp_path)
        with pytest.raises(data_dirs.DataDirError, match="shorter path"):
            servers.find_postgres(data_dir)
        sockets.unlink()
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def test_the_log_of_a_broken_server_names_the_cause(supervisor, data_dir):
    server = servers.find_postgres(data_dir)
    data_dirs.make_server_dir(data_dir, "postgres")
    spec = servers.postgres_process(server)
    assert not supervisor.start_and_wait(spec, lambda: servers.postgres_is_ready(server), timeout=GENEROUS)
    assert "postgresql.conf" in server.log.read_text()


def test_valkey_keeps_strangers_out_and_its_port_over_a_restart(supervisor, data_dir, output, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.1,))
    server = servers.configure_valkey(data_dir)
    spec = servers.valkey_process(server)
    assert supervisor.start_and_wait(
        spec, lambda: valkey_answers(server.port, server.password), timeout=GENEROUS
    )
    assert not valkey_answers(server.port, "guess")
    client = redis.Redis.from_url(server.url)
    assert client.config_get("save")["save"] == ""
    assert int(client.config_get("maxmemory")["maxmemory"]) == 128 * 1024 * 1024
    os.kill(client.info()["process_id"], signal.SIGKILL)
    assert supervisor.wait_until(lambda: output.has("valkey was ended by SIGKILL"), timeout=GENEROUS)
    assert supervisor.wait_until(lambda: valkey_answers(server.port, server.password), timeout=GENEROUS)
    client.close()


def test_a_log_that_grew_too_long_is_emptied(data_dir, monkeypatch):
    monkeypatch.setattr(servers, "_MAX_LOG", 10)
    server = servers.configure_valkey(data_dir)
    server.log.write_text("x" * 11)
    servers.valkey_process(server)
    assert server.log.read_text() == ""
