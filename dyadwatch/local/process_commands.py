"""The commands of the long-running processes. They are started
and never imported: `dyadwatch` knows neither Flask nor Celery."""

import sys
from typing import Literal

from dyadwatch.local.probe import split_address
from dyadwatch.settings import Settings

Pool = Literal["network", "tag"]
_MAX_CONNECTIONS = 900  # open at once: each takes one of the 1024 files that a process may open by default
_HEADER_MS = 10_000  # how long the headers of a request may take, and a connection may be idle
_HEADER_BYTES = 65_536


def web(settings: Settings) -> tuple[str, ...]:
    """The web server: granian with one worker process, which is plenty for one machine."""
    host, port = split_address(settings.bind)
    return (
        *module("granian"), "--interface", "asginl", "--factory", "--no-ws", "--http", "1",
        "--host", host, "--port", str(port), "--backpressure", str(_MAX_CONNECTIONS),
        "--http1-header-read-timeout", str(_HEADER_MS), "--http1-buffer-size", str(_HEADER_BYTES),
        "--workers-kill-timeout", "8", "--log-level", "error",
        "service.asgi:create",
    )  # fmt: skip


def worker(pool: Pool) -> tuple[str, ...]:
    """A pool of Celery workers: threads for the steps that wait
    on the network, processes for tagging, which needs CPU."""
    return (*module("workers"), pool)


def scheduler() -> tuple[str, ...]:
    """Celery's beat, which keeps its schedule in memory: what is due stands in the database."""
    return (*module("workers"), "scheduler")


def module(name: str) -> tuple[str, ...]:
    """A module run as a program. -P: a folder named `service` in the current directory is not ours."""
    return (sys.executable, "-P", "-m", name)
