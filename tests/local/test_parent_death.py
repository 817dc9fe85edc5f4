"""It gives up root, asks for a signal at the parent's death, and becomes the command."""

import os
import subprocess
import sys

import pytest

from dyadwatch.local import parent_death

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone signals a parent's death")


@pytest.fixture
def calls(monkeypatch):
    calls = []
    for name in ("setgroups", "setgid", "setuid", "execvp"):
        monkeypatch.setattr(parent_death.os, name, lambda *args, name=name: calls.append((name, *args)))
    monkeypatch.setattr(parent_death, "signal_on_parent_death", lambda *args: calls.append(("signal", *args)))
    return calls


def test_it_gives_up_root_before_it_asks_for_the_signal_and_becomes_the_command(calls):
    parent_death.main(["7", "15", "1001:1002", "program", "argument"])
    assert calls == [
        ("setgroups", []), ("setgid", 1002), ("setuid", 1001), ("signal", 7, 15), ("execvp", "program", ["program", "argument"])
    ]  # fmt: skip


def test_without_an_account_the_user_stays(calls):
    parent_death.main(["7", "2", "-", "program"])
    assert calls == [("signal", 7, 2), ("execvp", "program", ["program"])]


@linux
def test_it_exits_at_once_where_the_parent_is_dead_already():
    with pytest.raises(SystemExit, match="has ended"):
        parent_death.signal_on_parent_death(
            os.getpid(), 0
        )  # our parent is another process; signal 0 is no request
    parent_death.signal_on_parent_death(os.getppid(), 0)


def test_elsewhere_than_on_linux_it_does_nothing(monkeypatch):
    monkeypatch.setattr(parent_death.sys, "platform", "darwin")
    parent_death.signal_on_parent_death(-1, 0)


def test_as_a_script_it_needs_nothing_of_ours():
    command = [
        sys.executable,
        "-I",
        "-S",
        parent_death.__file__,
        str(os.getpid()),
        "15",
        "-",
        "echo",
        "became",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "became\n"
