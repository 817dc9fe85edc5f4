"""The command: from nothing to a running product, and back."""

import functools
import os
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

import click
import orjson
from rich.console import Console

from dyadwatch.errors import DyadwatchError
from dyadwatch.local import process_commands, servers
from dyadwatch.local.console import Relay
from dyadwatch.local.data_dir import Addresses, House, clear, occupied, open_house, open_path, write_addresses
from dyadwatch.local.greeting import Greeting, greet
from dyadwatch.local.probe import http_status, listening_problem, reachable, valkey_answers
from dyadwatch.local.process_spec import Part
from dyadwatch.local.supervisor import Ended, Supervisor, last_words
from dyadwatch.model.sources import NewSource
from dyadwatch.settings import Settings

_SERVER_START = 60.0  # seconds that a server of our own may take; recovery after a crash reads its log again
_IMPATIENCE = 15.0  # seconds after which the wait for the web door is explained
# The newsroom of the demo is our own, and may be asked as fast as it answers.
_DEMO = {
    "poll_min": 2.0,
    "poll_max": 4.0,
    "host_rate": 1000.0,
    "host_connections": 16,
    "allow_private_networks": (ip_network("127.0.0.0/8"),),
}


@dataclass(frozen=True, slots=True)
class _Tree:
    """What the steps of the start share."""

    settings: Settings
    house: House
    relay: Relay
    supervisor: Supervisor
    environ: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Orders:
    """What the database is to hold at first."""

    starter: bool
    sources: tuple[NewSource, ...] = ()
    subscription: Mapping[str, str] | None = None


@click.command()
@click.option(
    "--demo", is_flag=True, help="Watch a small newsroom on this machine; needs no internet, keeps nothing."
)
@click.option("--empty", is_flag=True, help="Start without the starter list of sources.")
def up(demo: bool, empty: bool) -> None:
    """Run everything on this machine: servers where none are given, web, workers, scheduler. Ctrl-C ends all of it."""
    settings = Settings.from_environ()
    if demo:
        own = {"data_dir": settings.data_dir / "demo", "database_url": None, "redis_url": None}
        settings = settings.model_copy(update={**own, **_DEMO})
    console = Console(highlight=False, markup=False, emoji=False)
    relay = Relay(console, raw=settings.log_format == "json")
    house = open_house(settings.data_dir)
    with occupied(house), ExitStack() as closing:
        _clear(house, relay, fresh=demo)
        if problem := listening_problem(settings.bind):
            raise DyadwatchError(
                f"{settings.bind} cannot be listened on ({problem}): stop what uses it, or set DYADWATCH_BIND=127.0.0.1:8711",
                code="address_unusable",
            )
        supervisor = Supervisor(relay, {**os.environ, **house.mark})
        tree = _Tree(settings, house, relay, supervisor)
        orders = _newsroom(tree, closing) if demo else _Orders(starter=not empty)
        closing.enter_context(supervisor.signals())
        closing.callback(_stop, tree)
        with suppress(Ended):
            _run(tree, orders, Greeting(console, demo=demo))


def _run(tree: _Tree, orders: _Orders, greeting: Greeting) -> None:
    tree.environ.update(_environ(tree))
    key = _seed(tree, orders)
    try:
        for part in _parts(tree):
            tree.supervisor.start(part)
        _await_web(tree)
    except Ended:
        if key:  # it is in the database already, and nobody has seen it
            tree.relay.say(f"admin key, shown this once: {key}")
        raise
    greet(greeting, tree.settings, tree.house.folder, key)
    tree.supervisor.watch()


def _clear(house: House, relay: Relay, *, fresh: bool) -> None:
    if count := clear(house):
        relay.say(f"ended {count} processes that a killed `up` had left behind", style="yellow")
    if fresh:
        for entry in house.folder.iterdir():
            if entry.name != "up.lock":
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def _environ(tree: _Tree) -> dict[str, str]:
    """Starts the servers that are not given, and says to the parts where everything is."""
    settings, house = tree.settings, tree.house
    given = {"redis_url": settings.redis_url, "database_url": settings.database_url}
    urls = {name: secret.get_secret_value() for name, secret in given.items() if secret}
    if "redis_url" not in urls:
        urls["redis_url"] = _start_valkey(tree)
    if "database_url" not in urls:
        urls["database_url"] = _start_postgres(tree)
    addresses = Addresses(urls["database_url"], urls["redis_url"])
    write_addresses(house, addresses)
    networks = ",".join(map(str, settings.allow_private_networks))
    return {
        "DYADWATCH_DATABASE_URL": addresses.database_url,
        "DYADWATCH_REDIS_URL": addresses.redis_url,
        "DYADWATCH_DATA_DIR": str(house.folder),
        "DYADWATCH_ALLOW_PRIVATE_NETWORKS": networks,
        "DYADWATCH_POLL_MIN": str(settings.poll_min),
        "DYADWATCH_POLL_MAX": str(settings.poll_max),
        "DYADWATCH_HOST_RATE": str(settings.host_rate),
        "DYADWATCH_HOST_CONNECTIONS": str(settings.host_connections),
        "DYADWATCH_LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }


def _start_valkey(tree: _Tree) -> str:
    server = servers.valkey(tree.house)
    _pass(tree, server.program)
    _start(tree, servers.valkey_part(server), lambda: valkey_answers(server.port, server.password))
    return server.url


def _start_postgres(tree: _Tree) -> str:
    server = servers.postgres(tree.house)
    _pass(tree, server.programs / "postgres")
    if servers.is_new(server):
        tree.relay.say(f"making a database in {server.data}")
        initdb, createdb = servers.making(server)
        for part, given in ((initdb, b""), (createdb, servers.CREATE_DATABASE)):
            code, _ = tree.supervisor.run(part, given=given)
            if code:
                raise servers.ServerError(
                    f"no database can be made in {server.data} ({last_words(server.log)}): see {server.log}"
                )
        initdb.folder.rename(server.data) if initdb.folder else None
    _start(tree, servers.postgres_part(server), lambda: servers.postgres_answers(server))
    return server.url


def _pass(tree: _Tree, program: Any) -> None:
    for target in (program, tree.house.folder / "postgres"):
        for folder in open_path(tree.house, target):
            tree.relay.say(
                f"as root: gave others leave to pass through {folder}, for the servers' own user",
                style="yellow",
            )


def _start(tree: _Tree, part: Part, ready: Callable[[], bool]) -> None:
    if not tree.supervisor.start_until(part, ready, seconds=_SERVER_START):
        words = last_words(part.log) if part.log else ""
        raise servers.ServerError(
            f"{part.name} does not start ({words or 'it said nothing'}): see {part.log}, or give the URL of another server"
        )


def _seed(tree: _Tree, orders: _Orders) -> str | None:
    """Has the database migrated and filled; the new admin key where one was made."""
    seeding = Part(
        "database",
        process_commands.module("dyadwatch.local.seeding"),
        stage=0,
        environ=tree.environ,
        folder=tree.house.folder,
    )
    code, answer = tree.supervisor.run(seeding, given=orjson.dumps(orders))
    if code:
        raise DyadwatchError(
            "the database could not be brought up to date: see the lines above", code="not_migrated"
        )
    seeded = orjson.loads(answer)
    if seeded["before"] != seeded["revision"]:
        tree.relay.say(
            f"brought the database from {seeded['before'] or 'nothing'} to revision {seeded['revision']}"
        )
    if seeded["watches"] or seeded["sources"]:
        tree.relay.say(f"loaded {seeded['watches']} watches and {seeded['sources']} sources")
    key: str | None = seeded["admin_key"]
    return key


def _parts(tree: _Tree) -> tuple[Part, ...]:
    settings = tree.settings
    plain = Part("", (), stage=0, environ=tree.environ, folder=tree.house.folder)
    return (
        replace(plain, name="web", command=process_commands.web(settings), patience=10),
        replace(plain, name="network", command=process_commands.worker("network"), stage=2),
        replace(plain, name="tag", command=process_commands.worker("tag"), stage=2),
        replace(plain, name="scheduler", command=process_commands.scheduler(), stage=1, patience=5),
    )


def _await_web(tree: _Tree) -> None:
    address = reachable(tree.settings.bind)
    asked = 0.0

    def ready() -> bool:
        nonlocal asked
        if time.monotonic() - asked < 0.2:
            return False
        asked = time.monotonic()
        return http_status(address, "/readyz") == 200

    while not tree.supervisor.wait(ready, seconds=_IMPATIENCE):
        status = http_status(address, "/readyz")
        tree.relay.say(f"still waiting: {address}/readyz answers {status or 'nothing'}", style="yellow")


def _stop(tree: _Tree) -> None:
    tree.relay.say("stopping")
    tree.supervisor.stop()
    (tree.house.folder / "addresses.json").unlink(missing_ok=True)
    tree.relay.say("stopped")


def _newsroom(tree: _Tree, closing: ExitStack) -> _Orders:
    """Starts the newsroom and the receiver of the demo, on ports of their own; what is to be watched and told."""
    from dyadwatch.local.demo import newsroom, receiver  # noqa: PLC0415
    from dyadwatch.senders import signatures  # noqa: PLC0415  # only the demo pays for these

    secret = signatures.new_secret()
    news = newsroom.serve("127.0.0.1", 0)
    closing.callback(news.close)
    hears = receiver.serve("127.0.0.1", 0, secret, functools.partial(tree.relay.show, "receiver"))
    closing.callback(hears.close)
    tree.relay.say(f"newsroom at {news.url}, receiver at {hears.url}")
    return _Orders(starter=False, sources=news.sources, subscription={"url": hears.url, "secret": secret})
