"""What a newcomer waits for: from a clone to the first alert seen with `scripts/up --demo`.

usage: python benchmarks/newcomer.py

Clones the committed state of this repository into an empty folder and runs the demo there twice: cold (no
environment, no package caches) and warm. Prints seconds to readiness and to the first webhook shown, the size
of the environment, the memory of all processes at rest (PSS, so that shared pages count once) and the seconds
that Ctrl-C takes. Fails where the demo does not get that far.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from checks import check

REPOSITORY = Path(__file__).resolve().parent.parent
_REST = 20  # seconds after the first alert until the tree is at rest


def descendants(pid: int) -> list[int]:
    """A process and all its descendants, and the servers that it started in sessions of their own."""
    pids = [pid]
    for parent in pids:
        children = Path(f"/proc/{parent}/task").glob("*/children")
        pids += [int(child) for path in children for child in path.read_text().split()]
    return pids


def memory(pids: list[int]) -> dict[str, float]:
    """Megabytes (PSS) by command."""
    sizes: dict[str, float] = {}
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
        except OSError:
            continue
        name = " ".join(Path(word).name for word in command.split()[:5])[:48]
        size = int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024
        sizes[name] = sizes.get(name, 0) + size
    return sizes


def demo(folder: Path, environ: dict[str, str], name: str, *, weigh: bool) -> None:
    started = time.monotonic()
    process = subprocess.Popen(
        ["scripts/up", "--demo"],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    ready = None
    for line in process.stdout:
        if ready is None and "curl" in line:
            ready = time.monotonic() - started
        if "new alert" in line:
            break
    else:
        raise SystemExit(f"nothing was measured: the demo ended without an alert, status {process.wait()}")
    check(ready is not None, "the demo printed no curl command")
    first = time.monotonic() - started
    print(f"{name}: ready after {ready:.1f} s, first alert shown after {first:.1f} s")
    if weigh:
        time.sleep(_REST)
        sizes = memory(descendants(process.pid))
        print(f"memory at rest {sum(sizes.values()):.0f} MB:")
        for command, size in sorted(sizes.items(), key=lambda item: -item[1]):
            print(f"  {size:6.1f} MB  {command}")
    ended = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.stdout.read()
    process.wait(60)
    check(process.returncode == 0, f"the demo ended with status {process.returncode}")
    print(f"{name}: ended {time.monotonic() - ended:.1f} s after Ctrl-C, status {process.returncode}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dyadwatch-newcomer-") as place:
        folder = Path(place) / "dyadwatch"
        environ = {name: value for name, value in os.environ.items() if not name.startswith("DYADWATCH_")}
        environ |= {"DYADWATCH_BIND": "127.0.0.1:8791"}
        environ |= dict.fromkeys(("UV_CACHE_DIR", "PIP_CACHE_DIR"), f"{place}/cache")
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", REPOSITORY, folder], check=True)
        print(f"clone: {time.monotonic() - started:.1f} s")
        demo(folder, environ, "cold", weigh=False)
        size = sum(path.stat().st_size for path in (folder / ".venv").rglob("*") if path.is_file())
        print(f"environment: {size / 2**20:.0f} MB")
        demo(folder, environ, "warm", weigh=True)


if __name__ == "__main__":
    main()
