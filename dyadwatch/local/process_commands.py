"""The programs that the product consists of when it runs, as commands. They are started, never imported: the doors are
strangers to the command line."""

import sys
from typing import Literal

from dyadwatch.local.probe import split
from dyadwatch.settings import Settings

Pool = Literal["network", "tag"]
_BLOCKING_THREADS = 16  # requests at once; a client of the live stream holds one


def web(settings: Settings) -> tuple[str, ...]:
    """The web door: granian with one worker process, which is plenty for one machine."""
    host, port = split(settings.bind)
    return (
        *module("granian"), "--interface", "wsgi", "--factory", "--no-ws", "--host", host, "--port", str(port),
        "--blocking-threads", str(_BLOCKING_THREADS), "--workers-kill-timeout", "8", "--log-level", "error",
        "service.wsgi:create",
    )  # fmt: skip


def worker(pool: Pool) -> tuple[str, ...]:
    """A pool of workers: threads for what waits on the network, processes for what burns CPU."""
    return (*module("workers"), pool)


def scheduler() -> tuple[str, ...]:
    """The schedule, in memory: what is due stands in rows."""
    return (*module("workers"), "scheduler")


def module(name: str) -> tuple[str, ...]:
    """A module run as a program. -P: a folder named `service` where somebody happens to stand is not ours."""
    return (sys.executable, "-P", "-m", name)
