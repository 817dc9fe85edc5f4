"""The data directory: one `up` at a time, closed to strangers, cleared of what a killed one left."""

import os
import shutil
import stat
import subprocess
import sys
import textwrap

import pytest

from dyadwatch.local import data_dir as houses
from dyadwatch.local.data_dir import Addresses, HouseError
from dyadwatch.local.process_spec import Account


@pytest.fixture
def house(tmp_path):
    return houses.open_house(tmp_path / "data")


def test_a_directory_that_cannot_be_made_is_one_line_with_a_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(HouseError, match="set DYADWATCH_DATA_DIR") as caught:
        houses.open_house(tmp_path / "file" / "data")
    assert caught.value.code == "data_dir_unusable"


def test_a_second_up_is_told_who_is_there(house):
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from dyadwatch.local import data_dir as house
        with house.occupied(house.House(Path(sys.argv[1]), None)):
            print("in", flush=True)
            sys.stdin.read()
    """)
    command = [sys.executable, "-c", script, str(house.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert houses.is_occupied(house.folder)
        with pytest.raises(HouseError, match=f"process {other.pid}") as caught, houses.occupied(house):
            pass
        assert caught.value.code == "already_running"
        other.kill()
    with houses.occupied(house):
        pass


def test_an_empty_house_is_not_occupied(tmp_path, house):
    assert not houses.is_occupied(tmp_path / "nowhere")
    with houses.occupied(house):
        pass
    assert not houses.is_occupied(house.folder)


def test_addresses_are_left_for_the_owner_while_the_house_is_occupied(house):
    addresses = Addresses("postgresql://a", "redis://:secret@b")
    houses.write_addresses(house, addresses)
    assert houses.read_addresses(house.folder) is None
    assert stat.S_IMODE((house.folder / "addresses.json").stat().st_mode) == 0o600
    script = (
        "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(house.folder / "up.lock")]
    (house.folder / "up.lock").touch()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert houses.read_addresses(house.folder) == addresses
        (house.folder / "addresses.json").write_text("{}")
        assert houses.read_addresses(house.folder) is None
        other.kill()


def test_what_a_killed_up_left_is_ended_and_nothing_else(house, tmp_path):
    def start(code, mark):
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(
            command,
            env={**os.environ, houses.MARK: str(mark)},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        process.stdout.readline()
        return process

    sleep = "import time; print(flush=True); time.sleep(60)"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + sleep
    ours = [start(sleep, house.folder), start(deaf, house.folder)]
    stranger = start(sleep, tmp_path / "other")
    try:
        assert houses.leftovers(house) == sorted(process.pid for process in ours)
        reaped = [
            subprocess.Popen.wait
        ]  # the dead count as left until their parent, this test, has buried them
        import threading

        burying = [threading.Thread(target=reaped[0], args=(process,)) for process in ours]
        for thread in burying:
            thread.start()
        assert houses.clear(house, seconds=1.5) == 2
        for thread in burying:
            thread.join()
        assert stranger.poll() is None
        assert houses.clear(house) == 0
    finally:
        for process in (*ours, stranger):
            process.kill()
            process.wait()
            process.stdout.close()


def test_a_server_of_the_house_is_known_by_its_directory(house, tmp_path):
    data = house.folder / "valkey"
    data.mkdir()
    program = tmp_path / "valkey-server"
    shutil.copy("/bin/sleep", program)
    program.chmod(0o755)
    with (
        subprocess.Popen([program, "60"], cwd=data) as ours,
        subprocess.Popen([program, "60"], cwd=tmp_path) as not_ours,
    ):
        assert houses.leftovers(house) == [ours.pid]
        ours.kill()
        not_ours.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories away")
def test_root_opens_the_way_for_the_servers_user_and_no_more(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    house = houses.House(closed, Account(65534, 65534))
    assert closed in houses.open_path(house, closed / "postgres")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert houses.open_path(house, closed / "postgres") == []
    own = houses.own_folder(house, "postgres")
    assert (own.stat().st_uid, stat.S_IMODE(own.stat().st_mode)) == (65534, 0o700)
    assert houses.open_house(closed).account == Account(65534, 65534)


def test_who_is_not_root_changes_no_directory(tmp_path):
    assert houses.open_path(houses.House(tmp_path, None), tmp_path / "x") == []
