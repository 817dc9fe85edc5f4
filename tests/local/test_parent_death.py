"""The lifeline: becomes the command, gives up root first, and does not outlive who started it."""

import os
import subprocess
import sys

import pytest

from dyadwatch.local import parent_death

linux = pytest.mark.skipif(sys.platform != "linux", reason="the lifeline is Linux's")


@pytest.fixture
def calls(monkeypatch):
    made = []
    for name in ("setgroups", "setgid", "setuid", "execvp"):
        monkeypatch.setattr(parent_death.os, name, lambda *given, name=name: made.append((name, *given)))
    monkeypatch.setattr(parent_death, "tie", lambda *given: made.append(("tie", *given)))
    return made


def test_it_gives_up_root_before_it_asks_for_the_signal_and_becomes_the_command(calls):
    parent_death.main(["7", "15", "1001:1002", "program", "argument"])
    assert calls == [
        ("setgroups", []), ("setgid", 1002), ("setuid", 1001), ("tie", 7, 15), ("execvp", "program", ["program", "argument"])
    ]  # fmt: skip


def test_without_an_account_it_stays_who_it_is(calls):
    parent_death.main(["7", "2", "-", "program"])
    assert calls == [("tie", 7, 2), ("execvp", "program", ["program"])]


@linux
def test_it_ends_at_once_where_the_parent_was_gone_first():
    with pytest.raises(SystemExit, match="has ended"):
        parent_death.tie(os.getpid(), 0)  # our parent is somebody else; signal 0 asks for nothing
    parent_death.tie(os.getppid(), 0)


def test_elsewhere_than_on_linux_it_does_nothing(monkeypatch):
    monkeypatch.setattr(parent_death.sys, "platform", "darwin")
    parent_death.tie(-1, 0)


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
