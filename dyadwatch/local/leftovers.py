"""Processes that a killed `up` left running on its data directory: finding and ending them."""

import contextlib
import os
import signal
import time
from pathlib import Path

from dyadwatch.local.data_dir import DataDir

# Stands in the environment of every process that `up` starts, with the data directory as its value.
DATA_DIR_VARIABLE = "UP_OF_DYADWATCH"
_SERVERS = frozenset({"postgres", "valkey-server"})
_GRACE = 1.0  # seconds; the kernel has signalled them at the death of `up`, so they may be ending already


def environ_mark(data_dir: DataDir) -> dict[str, str]:
    """The environment variable by which a process is recognised as belonging to this data directory."""
    return {DATA_DIR_VARIABLE: str(data_dir.path)}


def find_leftovers(data_dir: DataDir) -> list[int]:
    """Process ids: those marked with this data directory, and servers that run in it."""
    mark = f"{DATA_DIR_VARIABLE}={data_dir.path}".encode()
    pids = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_marked = mark in (entry / "environ").read_bytes().split(b"\0")
            if int(entry.name) != os.getpid() and (is_marked or _is_server_in(entry, data_dir.path)):
                pids.append(int(entry.name))
    return sorted(pids)


def end_leftovers(data_dir: DataDir, *, timeout: float = 10.0) -> int:
    """Ends them by SIGTERM, after `timeout` seconds by SIGKILL;
    returns how many there were. Call it with the lock held."""
    count = len(find_leftovers(data_dir))
    started = time.monotonic()
    terminated = False
    while pids := find_leftovers(data_dir):
        elapsed = time.monotonic() - started
        if elapsed > _GRACE and not terminated:
            terminated = True
            _send(pids, signal.SIGTERM)
            _send([pid for pid in pids if _is_postmaster(pid)], signal.SIGINT)  # fast shutdown
        if elapsed > timeout:
            _send(pids, signal.SIGKILL)
        time.sleep(0.05)
    return count


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_postmaster(pid: int) -> bool:
    try:
        return b"-D" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _is_server_in(entry: Path, path: Path) -> bool:
    return (entry / "exe").readlink().name in _SERVERS and (entry / "cwd").readlink().parent == path
