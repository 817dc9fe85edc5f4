"""The data directory: one `up` at a time, closed to other users."""

import os
import stat
import subprocess
import sys
import textwrap

import pytest

from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local.data_dir import DataDirError
from dyadwatch.local.process_spec import Account
from dyadwatch.settings import Settings


@pytest.fixture
def data_dir(tmp_path):
    return data_dirs.open_data_dir(tmp_path / "data")


def test_a_directory_that_cannot_be_made_is_one_line_with_a_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataDirError, match="set DYADWATCH_DATA_DIR") as caught:
        data_dirs.open_data_dir(tmp_path / "file" / "data")
    assert caught.value.code == "data_dir_unusable"


def test_a_directory_whose_name_is_not_utf_8_is_one_line_with_a_remedy(tmp_path):
    with pytest.raises(DataDirError, match="DYADWATCH_DATA_DIR") as caught:
        data_dirs.open_data_dir(tmp_path / os.fsdecode(b"\xff"))
    assert caught.value.code == "data_dir_unusable"


def test_a_second_up_is_refused_and_names_the_first(data_dir):
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from dyadwatch.local import data_dir as data_dirs
        with data_dirs.lock(data_dirs.DataDir(Path(sys.argv[1]), None)):
            print("in", flush=True)
            sys.stdin.read()
    """)
    command = [sys.executable, "-c", script, str(data_dir.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert data_dirs.is_locked(data_dir.path)
        with pytest.raises(DataDirError, match=f"process {other.pid}") as caught, data_dirs.lock(data_dir):
            pass
        assert caught.value.code == "already_running"
        other.kill()
    with data_dirs.lock(data_dir):
        pass


def test_the_key_that_seals_secrets_is_made_once_and_is_the_owners_alone(data_dir):
    key = data_dirs.secret_key(data_dir)
    assert data_dirs.secret_key(data_dir) == key
    assert stat.S_IMODE((data_dir.path / "secrets.key").stat().st_mode) == 0o600
    Settings(secret_keys=key)


def test_a_directory_without_an_up_is_not_locked(tmp_path, data_dir):
    assert not data_dirs.is_locked(tmp_path / "nowhere")
    with data_dirs.lock(data_dir):
        pass
    assert not data_dirs.is_locked(data_dir.path)


def test_what_an_up_leaves_is_readable_by_the_owner_while_it_runs(data_dir):
    environ = {"DYADWATCH_REDIS_URL": "redis://:secret@b"}
    data_dirs.write_environ(data_dir, environ)
    assert data_dirs.read_environ(data_dir.path) is None
    assert stat.S_IMODE((data_dir.path / "environ.json").stat().st_mode) == 0o600
    script = (
        "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(data_dir.path / "up.lock")]
    (data_dir.path / "up.lock").touch()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert data_dirs.read_environ(data_dir.path) == environ
        (data_dir.path / "environ.json").write_text("no JSON")
        assert data_dirs.read_environ(data_dir.path) is None
        other.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories away")
def test_root_lets_the_servers_user_pass_through_and_no_more(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data_dir = data_dirs.DataDir(closed, Account(65534, 65534))
    assert closed in data_dirs.allow_traversal(data_dir, closed / "postgres")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert data_dirs.allow_traversal(data_dir, closed / "postgres") == []
    own = data_dirs.make_server_dir(data_dir, "postgres")
    assert (own.stat().st_uid, stat.S_IMODE(own.stat().st_mode)) == (65534, 0o700)
    assert data_dirs.open_data_dir(closed).account == Account(65534, 65534)


def test_another_user_changes_no_directory(tmp_path):
    assert data_dirs.allow_traversal(data_dirs.DataDir(tmp_path, None), tmp_path / "x") == []
