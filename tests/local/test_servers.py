"""Our own PostgreSQL and Valkey, for real: made, started, reached by us alone, found again."""

import os
import shutil
import signal

import psycopg
import pytest
import redis
from waiting import GENEROUS

from dyadwatch.local import data_dir as houses
from dyadwatch.local import process_spec, servers
from dyadwatch.local.probe import valkey_answers
from dyadwatch.local.servers import ServerError


@pytest.fixture
def house(tmp_path):
    house = houses.open_house(tmp_path / "data")
    for target in (
        house.folder / "postgres",
        servers.postgres(house).programs,
        servers.valkey(house).program,
    ):
        houses.open_path(house, target)
    return house


def _make(supervisor, server):
    for part, given in zip(servers.making(server), (b"", servers.CREATE_DATABASE), strict=True):
        assert supervisor.run(part, given=given)[0] == 0, server.log.read_text()
    (server.house.folder / "postgres.new").rename(server.data)


def _count(server):
    """How many rows are kept, one more each time; None while the server cannot be reached."""
    try:
        db = psycopg.connect(server.url, autocommit=True)
    except psycopg.OperationalError:
        return None
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS kept (n integer)")
        db.execute("INSERT INTO kept VALUES (1)")
        return db.execute("SELECT count(*) FROM kept").fetchone()[0]


def test_a_database_is_made_kept_and_survives_a_kill(supervisor, house, heard, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.1,))
    server = servers.postgres(house)
    assert servers.is_new(server)
    (house.folder / "postgres.new").mkdir()
    (house.folder / "postgres.new" / "cut short").touch()
    _make(supervisor, server)
    assert not servers.is_new(server)
    part = servers.postgres_part(server)
    assert supervisor.start_until(part, lambda: servers.postgres_answers(server), seconds=GENEROUS)
    assert _count(server) == 1
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert supervisor.wait(lambda: heard.has("postgres was ended by SIGKILL"), seconds=GENEROUS)
    # Recovery writes every file of the data directory through; on a busy disk that takes its time.
    assert supervisor.wait(lambda: _count(server) == 2, seconds=GENEROUS)
    supervisor.stop()
    assert not (server.data / "postmaster.pid").exists()
    assert not list(server.sockets.glob(".s.PGSQL*"))


def test_a_number_file_whose_number_is_a_strangers_now_is_forgotten(house):
    server = servers.postgres(house)
    data = houses.own_folder(house, "postgres")
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    servers.postgres_part(server)
    assert not (data / "postmaster.pid").exists()


def test_a_number_file_of_nobody_is_left_to_the_server(house):
    server = servers.postgres(house)
    data = houses.own_folder(house, "postgres")
    (data / "postmaster.pid").write_text("nonsense\n")
    servers.postgres_part(server)
    assert (data / "postmaster.pid").exists()
    assert not servers.postgres_answers(server)


def test_data_of_another_postgres_is_refused_with_a_remedy(house):
    houses.own_folder(house, "postgres")
    (house.folder / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 15.*DYADWATCH_DATA_DIR"):
        servers.postgres(house)


def test_a_missing_wheel_is_refused_with_a_remedy(house, monkeypatch):
    monkeypatch.setattr(servers.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ServerError, match="give DYADWATCH_DATABASE_URL") as caught:
        servers.postgres(house)
    assert caught.value.code == "server_missing"


def test_a_long_path_listens_elsewhere_where_only_we_may_enter(tmp_path):
    house = houses.open_house(tmp_path / ("long" * 30))
    sockets = servers.postgres(house).sockets
    try:
        assert not sockets.is_relative_to(house.folder)
        assert sockets.stat().st_mode & 0o077 == 0
        assert servers.postgres(house).sockets == sockets
        shutil.rmtree(sockets)
        sockets.symlink_to(tmp_path)
        with pytest.raises(houses.HouseError, match="shorter path"):
            servers.postgres(house)
        sockets.unlink()
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def test_a_broken_server_tells_why_in_its_log(supervisor, house):
    server = servers.postgres(house)
    houses.own_folder(house, "postgres")
    part = servers.postgres_part(server)
    assert not supervisor.start_until(part, lambda: servers.postgres_answers(server), seconds=GENEROUS)
    assert "postgresql.conf" in server.log.read_text()


def test_valkey_keeps_strangers_out_and_its_port_over_a_restart(supervisor, house, heard, monkeypatch):
    monkeypatch.setattr(process_spec, "RESTART_DELAYS", (0.1,))
    server = servers.valkey(house)
    part = servers.valkey_part(server)
    assert supervisor.start_until(
        part, lambda: valkey_answers(server.port, server.password), seconds=GENEROUS
    )
    assert not valkey_answers(server.port, "guess")
    client = redis.Redis.from_url(server.url)
    assert client.config_get("save")["save"] == ""
    assert int(client.config_get("maxmemory")["maxmemory"]) == 128 * 1024 * 1024
    os.kill(client.info()["process_id"], signal.SIGKILL)
    assert supervisor.wait(lambda: heard.has("valkey was ended by SIGKILL"), seconds=GENEROUS)
    assert supervisor.wait(lambda: valkey_answers(server.port, server.password), seconds=GENEROUS)
    client.close()


def test_a_log_that_grew_too_long_starts_anew(house, monkeypatch):
    monkeypatch.setattr(servers, "_LOG_SIZE", 10)
    server = servers.valkey(house)
    server.log.write_text("x" * 11)
    servers.valkey_part(server)
    assert server.log.read_text() == ""
