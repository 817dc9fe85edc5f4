"""The processes of a larger installation, one at a time: each
command replaces itself by the program that it names."""

import os
import sys

import click

from dyadwatch.local import process_commands
from dyadwatch.local.local_settings import with_local_settings
from dyadwatch.settings import Settings


@click.command()
def web() -> None:
    """Run the web server alone, on DYADWATCH_BIND."""
    settings = _settings()
    _exec(process_commands.web(settings), settings)


@click.command()
@click.argument("pool", type=click.Choice(["network", "tag"]))
def worker(pool: process_commands.Pool) -> None:
    """Run one pool of workers alone: `network` polls, fetches and delivers, `tag` extracts and tags."""
    _exec(process_commands.worker(pool), _settings())


@click.command()
def scheduler() -> None:
    """Run the scheduler alone. One is enough; a second one does no harm."""
    _exec(process_commands.scheduler(), _settings())


@click.command()
def tick() -> None:
    """Hint once to the workers that each step may have work."""
    _exec((*process_commands.module("workers"), "tick"), _settings())


@click.command()
def mcp() -> None:
    """Serve language models by MCP on standard input and output, with DYADWATCH_API_KEY."""
    settings = with_local_settings(Settings.from_environ(), broker=False)
    _exec(process_commands.module("service.stdio"), settings)


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI document (3.1, JSON)."""
    _exec(process_commands.module("service"), None)


def _settings() -> Settings:
    """The settings in force, with the URLs of a running `up` where none are set."""
    return with_local_settings(Settings.from_environ())


def _exec(command: tuple[str, ...], settings: Settings | None) -> None:
    sys.stdout.flush()
    environ = {**os.environ, **(settings.to_environ() if settings else {})}
    os.execve(command[0], command, environ)  # noqa: S606  # becoming the program is the point
