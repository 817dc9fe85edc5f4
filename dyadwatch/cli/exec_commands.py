"""The processes of a larger installation, one at a time: each command becomes the program that it names."""

import os
import sys

import click

from dyadwatch.local import process_commands
from dyadwatch.local.local_urls import with_local_urls
from dyadwatch.settings import Settings


@click.command()
def web() -> None:
    """Run the web door alone, on DYADWATCH_BIND."""
    settings = _ready()
    _become(process_commands.web(settings))


@click.command()
@click.argument("pool", type=click.Choice(["network", "tag"]))
def worker(pool: process_commands.Pool) -> None:
    """Run one pool of workers alone: `network` polls, fetches and delivers, `tag` reads."""
    _ready()
    _become(process_commands.worker(pool))


@click.command()
def scheduler() -> None:
    """Run the scheduler alone. One is enough; a second one does no harm."""
    _ready()
    _become(process_commands.scheduler())


@click.command()
def tick() -> None:
    """Tell the workers once what is due."""
    _ready()
    _become(process_commands.module("workers"), "tick")


@click.command()
def openapi() -> None:
    """Print the API's description (OpenAPI 3.1, JSON)."""
    _become(process_commands.module("service"))


def _ready() -> Settings:
    """Checks the settings, and hands those of a running `up` to the program."""
    settings = with_local_urls(Settings.from_environ())
    for name in ("database_url", "redis_url"):
        os.environ[f"DYADWATCH_{name.upper()}"] = getattr(settings, name).get_secret_value()
    return settings


def _become(command: tuple[str, ...], *more: str) -> None:
    sys.stdout.flush()
    os.execv(command[0], (*command, *more))  # noqa: S606  # becoming the program is the point
