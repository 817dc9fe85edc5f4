"""Processes that a killed `up` left running are found and ended, and no others."""

import os
import shutil
import subprocess
import sys
import threading

import pytest

from dyadwatch.local import leftovers
from dyadwatch.local.data_dir import open_data_dir


@pytest.fixture
def data_dir(tmp_path):
    return open_data_dir(tmp_path / "data")


def test_processes_of_a_killed_up_are_ended_and_no_others(data_dir, tmp_path):
    def start(code, mark):
        command = [sys.executable, "-c", code]
        process = subprocess.Popen(
            command,
            env={**os.environ, leftovers.DATA_DIR_VARIABLE: str(mark)},
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        process.stdout.readline()
        return process

    sleep = "import time; print(flush=True); time.sleep(60)"
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + sleep
    ours = [start(sleep, data_dir.path), start(deaf, data_dir.path)]
    unrelated = start(sleep, tmp_path / "other")
    try:
        assert leftovers.find_leftovers(data_dir) == sorted(process.pid for process in ours)
        # A process counts until its parent, here the test, has reaped it.
        reapers = [threading.Thread(target=process.wait) for process in ours]
        for thread in reapers:
            thread.start()
        assert leftovers.end_leftovers(data_dir, timeout=1.5) == 2
        for thread in reapers:
            thread.join()
        assert unrelated.poll() is None
        assert leftovers.end_leftovers(data_dir) == 0
    finally:
        for process in (*ours, unrelated):
            process.kill()
            process.wait()
            process.stdout.close()


def test_a_server_is_recognised_by_its_directory(data_dir, tmp_path):
    data = data_dir.path / "valkey"
    data.mkdir()
    program = tmp_path / "valkey-server"
    shutil.copy("/bin/sleep", program)
    program.chmod(0o755)
    with (
        subprocess.Popen([program, "60"], cwd=data) as ours,
        subprocess.Popen([program, "60"], cwd=tmp_path) as not_ours,
    ):
        assert leftovers.find_leftovers(data_dir) == [ours.pid]
        ours.kill()
        not_ours.kill()
