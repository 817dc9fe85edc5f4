"""`dyadwatch up` as a whole: the demo from nothing to an alert,
killed, cleaned up, and stopped by one signal."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import pytest
from rich.console import Console
from waiting import eventually

from dyadwatch.cli import main
from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local import leftovers
from dyadwatch.local import up as up_command

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STARTED = 240  # seconds that a start may take: six programs, on a machine that is busy with others


@pytest.fixture(autouse=True)
def _children_run_at_full_speed(monkeypatch):
    """Coverage is not measured in the processes, where it would slow five programs down."""
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)


@pytest.fixture
def folder(data_path):
    yield data_path
    for path in (data_path, data_path / "demo"):
        if path.exists():
            leftovers.end_leftovers(data_dirs.DataDir(path.resolve(), None), timeout=2)


@pytest.fixture
def settings(monkeypatch, folder):
    """Sets what `up` is to use, and reserves a port for it."""
    reserved = []

    def settings(**more):
        # Bound and not listening: with SO_REUSEADDR `up` can listen
        # there, and the kernel gives the port to nobody else.
        reserved.append(socket.socket())
        reserved[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved[-1].bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{reserved[-1].getsockname()[1]}"
        for name, value in {"bind": address, "data_dir": str(folder), **more}.items():
            monkeypatch.setenv(f"DYADWATCH_{name.upper()}", value)
        return address

    yield settings
    for port in reserved:
        port.close()


@pytest.fixture
def up(monkeypatch):
    """Runs `up` in this process until `then`, which a thread
    calls with its output, has returned; then stops it."""
    out = io.StringIO()
    monkeypatch.setattr(up_command, "Console", lambda **more: Console(file=out, width=300, **more))

    def up(*arguments, then):
        results = []
        ended = threading.Event()

        def watch():
            try:
                results.append(then(Output(out)))
            finally:
                if not ended.is_set():  # else the signal would end the tests
                    os.kill(os.getpid(), signal.SIGTERM)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            code = main(["up", *arguments])
        finally:
            ended.set()
            watcher.join()
        assert results, f"exit code {code}\n{out.getvalue()}"
        return code, results[0], out.getvalue().splitlines()

    return up


class Output:
    """What a running `up` has printed so far."""

    def __init__(self, out):
        self._out = out

    def wait(self, text):
        """The line that contains the text, once it has come."""
        return eventually(
            lambda: next((line for line in self._out.getvalue().splitlines() if text in line), None),
            within=STARTED,
        )


def _alerts(address, key):
    request = urllib.request.Request(
        f"http://{address}/v1/alerts", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]


@pytest.mark.no_cover
def test_the_demo_raises_an_alert_that_the_curl_command_returns(settings, up, folder):
    address = settings(poll_min="3", allow_private_networks="10.9.0.0/16")

    def look(output):
        key = output.wait("curl -H").split("Bearer ")[1].split('"')[0]
        output.wait("signature verified")
        return _alerts(address, key), data_dirs.read_environ(folder / "demo")

    code, (alerts, environ), lines = up("--demo", then=look)
    assert code == 0
    assert alerts[0]["watch"] == "assad-khamenei"
    # As for the service, so for commands; and what the operator set stays.
    assert environ["DYADWATCH_ALLOW_PRIVATE_NETWORKS"] == "10.9.0.0/16,127.0.0.0/8"
    assert float(environ["DYADWATCH_POLL_MIN"]) == 3
    assert lines[-1].endswith("stopped")
    assert leftovers.find_leftovers(data_dirs.DataDir((folder / "demo").resolve(), None)) == []
    assert not (folder / "demo" / "environ.json").exists()


@pytest.mark.no_cover
def test_servers_that_are_set_are_used_and_the_operators_key_is_not_shown(
    settings, up, empty_database_url, redis_url
):
    key = "an-operators-own-admin-key"
    address = settings(database_url=empty_database_url, redis_url=redis_url, admin_key=key)

    def look(output):
        assert output.wait("KEY=") == "KEY=$DYADWATCH_ADMIN_KEY"
        return _alerts(address, key)

    code, alerts, lines = up("--empty", then=look)
    assert (code, alerts) == (0, [])
    assert not any("postgres " in line or "valkey " in line or key in line for line in lines)


def test_a_server_that_cannot_be_reached_is_named_and_tried_again(settings, up):
    settings(database_url="postgresql://me:hunter2@127.0.0.1:1/none", redis_url="redis://127.0.0.1:1/0")
    code, line, lines = up(then=lambda output: output.wait("trying again in 2 s"))
    assert code == 0
    assert "127.0.0.1:1/none" in line
    assert "database_unavailable" in line
    assert not any("hunter2" in line for line in lines)


def test_a_broken_server_is_one_line_that_names_its_log(settings, capsys, folder):
    settings(redis_url="redis://127.0.0.1:1/0")
    data_dirs.open_data_dir(folder)
    (folder / "postgres").mkdir(mode=0o700)
    (folder / "postgres" / "PG_VERSION").write_text("18\n")
    assert main(["up"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "postgres does not start" in error
    assert "postgres.log" in error


def test_a_taken_port_is_one_line_with_a_remedy(settings, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings(bind=f"127.0.0.1:{server.getsockname()[1]}")
        assert main(["up"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "set DYADWATCH_BIND" in error


def test_what_a_killed_up_left_running_is_ended_by_the_next(settings, capsys, up, folder):
    settings()
    code = [sys.executable, "-m", "dyadwatch.cli", "up", "--demo"]
    with subprocess.Popen(code, stdout=subprocess.DEVNULL) as killed:
        environ = folder / "demo" / "environ.json"  # written once the servers run
        eventually(environ.exists, within=STARTED)
        assert killed.poll() is None
        assert main(["demo"]) == 1  # the same by its other name
        assert f"process {killed.pid}" in capsys.readouterr().err
        killed.kill()
    data_dir = data_dirs.DataDir((folder / "demo").resolve(), None)
    assert up("--demo", then=lambda output: output.wait("making a database"))[0] == 0
    assert leftovers.find_leftovers(data_dir) == []


def test_the_supervisor_imports_no_database_web_or_worker_library():
    code = "import sys, dyadwatch.local.up; print(*sys.modules)"
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"sqlalchemy", "flask", "celery", "trafilatura", "urllib3", "http.client"}.isdisjoint(
        completed.stdout.split()
    )
