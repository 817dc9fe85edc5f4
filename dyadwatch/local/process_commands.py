"""The commands of the long-running processes. They are started
and never imported: `dyadwatch` knows neither Flask nor Celery."""

import sys
from typing import Literal

from dyadwatch.local.probe import split_address
from dyadwatch.settings import Settings

Pool = Literal["network", "tag"]


def web(settings: Settings) -> tuple[str, ...]:
    """The web server: one process, which is plenty for one machine."""
    host, port = split_address(settings.bind)
    return (*module("service.server"), host, str(port))


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
