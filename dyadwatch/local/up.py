"""The command `dyadwatch up`: from nothing to a running product, and back."""

import functools
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

import click
import orjson
from pydantic import SecretStr
from rich.console import Console

from dyadwatch.errors import DyadwatchError, SettingsError
from dyadwatch.local import data_dir as data_dirs
from dyadwatch.local import process_commands, servers
from dyadwatch.local.banner import print_banner
from dyadwatch.local.console import Printer
from dyadwatch.local.data_dir import DataDir
from dyadwatch.local.leftovers import end_leftovers, environ_mark
from dyadwatch.local.local_settings import DEMO
from dyadwatch.local.probe import bind_error, http_status, local_address, valkey_answers
from dyadwatch.local.process_spec import ProcessSpec
from dyadwatch.local.running import registered
from dyadwatch.local.supervisor import StopRequested, Supervisor, last_error
from dyadwatch.local.terminal import quantity
from dyadwatch.model.sources import NewSource
from dyadwatch.settings import Settings

_SERVER_TIMEOUT = 60.0  # seconds for a server to start; after a crash it reads its log again
_WEB_NOTICE = 15.0  # seconds after which the wait for the web server is explained
_WEB_INTERVAL = 0.2  # seconds between two requests that ask whether it is ready
# The demo's newsroom is our own and may be polled as fast as it answers, unless the operator sets
# something else.
_DEMO_SETTINGS = {"poll_min": 2.0, "poll_max": 4.0, "host_rate": 1000.0, "host_connections": 16}
_LOOPBACK = ip_network("127.0.0.0/8")  # where it is


@dataclass(frozen=True, slots=True)
class _Installation:
    """What the steps of the start share."""

    settings: Settings
    data_dir: DataDir
    printer: Printer
    supervisor: Supervisor


@dataclass(frozen=True, slots=True)
class _SeedRequest:
    """What the database is to hold at first; `dyadwatch.local.seeding` reads it."""

    starter: bool
    sources: tuple[NewSource, ...] = ()
    subscription: Mapping[str, str] | None = None


@click.command()
@click.option(
    "--demo", is_flag=True, help="Watch a small newsroom on this machine; needs no internet, starts anew."
)
@click.option("--empty", is_flag=True, help="Start without the starter list of sources.")
@click.option("--verbose", is_flag=True, help="Print every line of the log, also those of usual work.")
def up(demo: bool, empty: bool, verbose: bool) -> None:
    """Run everything on this machine: servers where no URL is
    set, web, workers, scheduler. Ctrl-C ends all of it."""
    _run(demo=demo, empty=empty, verbose=verbose)


@click.command()
@click.option("--verbose", is_flag=True, help="Print every line of the log, also those of usual work.")
def demo(verbose: bool) -> None:
    """Try everything out with a small newsroom on this machine,
    as `up --demo` does. Needs no internet, starts anew each time."""
    _run(demo=True, empty=True, verbose=verbose)


def _run(*, demo: bool, empty: bool, verbose: bool) -> None:
    settings = Settings.from_environ()
    if demo:
        settings = _demo_settings(settings)
    console = Console(highlight=False, markup=False, emoji=False)
    printer = Printer(
        console,
        raw=settings.log_format == "json",
        verbose=verbose or settings.log_level == "debug",
        demo=demo,
    )
    data_dir = data_dirs.open_data_dir(settings.data_dir)
    with data_dirs.lock(data_dir), ExitStack() as stack:
        _clear(data_dir, printer, content=demo)
        if error := bind_error(settings.bind):
            raise DyadwatchError(
                f"{settings.bind} cannot be listened on ({error}): "
                "stop what uses it, or set DYADWATCH_BIND=127.0.0.1:8711",
                code="address_unusable",
            )
        supervisor = Supervisor(printer, {**os.environ, **environ_mark(data_dir)})
        installation = _Installation(settings, data_dir, printer, supervisor)
        request = _start_demo(printer, stack) if demo else _SeedRequest(starter=not empty)
        stack.enter_context(registered(data_dir.path))
        stack.enter_context(supervisor.signals())
        stack.callback(_stop, installation)
        with suppress(StopRequested):
            key = _start(installation, request)
            print_banner(console, settings, data_dir.path, key, demo=demo)
            supervisor.run_until_stopped()


def _demo_settings(settings: Settings) -> Settings:
    """Those of a demo, beside what the operator set: servers of its own, and a newsroom on this machine."""
    stated = settings.model_fields_set
    polls = {"poll_min", "poll_max"}  # one of them alone would end up beyond the other
    kept = stated | polls if stated & polls else stated
    return settings.model_copy(
        update={
            **{name: value for name, value in _DEMO_SETTINGS.items() if name not in kept},
            "data_dir": settings.data_dir / DEMO,
            "database_url": None,
            "redis_url": None,
            "allow_private_networks": (*settings.allow_private_networks, _LOOPBACK),
        }
    )


def _start(installation: _Installation, request: _SeedRequest) -> str | None:
    """Starts everything and waits for the web server; returns the admin key where it is new."""
    environ = _process_environ(_start_servers(installation))
    key = _seed(installation, environ, request)
    try:
        for spec in _processes(installation, environ):
            installation.supervisor.start(spec)
        _wait_for_web(installation)
    except StopRequested:
        if key:  # it is in the database already, and nobody has seen it
            installation.printer.print_message(f"admin key, shown this once: {key}")
        raise
    return key


def _clear(data_dir: DataDir, printer: Printer, *, content: bool) -> None:
    if count := end_leftovers(data_dir):
        processes = quantity(count, "process", "processes")
        printer.print_message(f"ended {processes} that a killed `up` had left running", style="yellow")
    if content:
        data_dirs.remove_content(data_dir)


def _start_servers(installation: _Installation) -> Settings:
    """Starts a server of our own for each URL that is not set. Returns the settings in force, and leaves them
    for the other commands, but for what is the business of each."""
    settings = installation.settings
    secret_keys = settings.secret_keys
    if secret_keys is None and settings.database_url is None:  # that of another database its operator knows
        secret_keys = SecretStr(data_dirs.secret_key(installation.data_dir))
    redis_url = settings.redis_url or SecretStr(_start_valkey(installation))
    database_url = settings.database_url or SecretStr(_start_postgres(installation))
    in_force = settings.model_copy(
        update={
            "database_url": database_url,
            "redis_url": redis_url,
            "data_dir": installation.data_dir.path,
            "secret_keys": secret_keys,
        }
    )
    own = {"admin_key": None, "log_format": "auto", "log_level": "info"}
    data_dirs.write_environ(installation.data_dir, in_force.model_copy(update=own).to_environ())
    return in_force


def _process_environ(settings: Settings) -> dict[str, str]:
    """The environment of our processes: the settings in force, and logs that the console can read."""
    return {
        **settings.model_copy(update={"log_format": "json"}).to_environ(),
        "PYTHONUNBUFFERED": "1",
    }


def _start_valkey(installation: _Installation) -> str:
    server = servers.configure_valkey(installation.data_dir)
    _allow_traversal(installation, server.program)
    _start_server(
        installation, servers.valkey_process(server), lambda: valkey_answers(server.port, server.password)
    )
    return server.url


def _start_postgres(installation: _Installation) -> str:
    server = servers.find_postgres(installation.data_dir)
    _allow_traversal(installation, server.programs / "postgres")
    if servers.is_new(server):
        installation.printer.print_message(f"making a database in {server.data}")
        initdb, createdb = servers.initdb_processes(server)
        for spec, stdin in ((initdb, b""), (createdb, servers.CREATE_DATABASE)):
            code, _ = installation.supervisor.run(spec, stdin=stdin)
            if code:
                raise servers.ServerError(
                    f"no database can be made in {server.data} ({last_error(server.log)}): see {server.log}"
                )
        servers.keep_draft(server)
    _start_server(installation, servers.postgres_process(server), lambda: servers.postgres_is_ready(server))
    return server.url


def _allow_traversal(installation: _Installation, program: Path) -> None:
    data_dir = installation.data_dir
    for target in (program, data_dir.path / "postgres"):
        for directory in data_dirs.allow_traversal(data_dir, target):
            installation.printer.print_message(
                f"as root: let others pass through {directory}, for the user that runs the servers",
                style="yellow",
            )


def _start_server(installation: _Installation, spec: ProcessSpec, is_ready: Callable[[], bool]) -> None:
    if not installation.supervisor.start_and_wait(spec, is_ready, timeout=_SERVER_TIMEOUT):
        error = last_error(spec.log) if spec.log else ""
        raise servers.ServerError(
            f"{spec.name} does not start ({error or 'its log is empty'}): see {spec.log}, "
            "or set the URL of another server"
        )


def _seed(installation: _Installation, environ: Mapping[str, str], request: _SeedRequest) -> str | None:
    """Migrates and fills the database in a process of its own; returns the admin key where it is new."""
    spec = ProcessSpec(
        "database",
        process_commands.module("dyadwatch.local.seeding"),
        stage=0,
        environ=environ,
        cwd=installation.data_dir.path,
    )
    code, output = installation.supervisor.run(spec, stdin=orjson.dumps(request))
    if code == SettingsError.exit_status:
        raise SettingsError("a setting cannot be used: see the line above")
    if code:
        raise DyadwatchError(
            "the database could not be brought up to date: see the lines above", code="not_migrated"
        )
    result = orjson.loads(output)
    printer = installation.printer
    if result["before"] != result["revision"]:
        was = f"brought from {result['before']}" if result["before"] else "new"
        printer.print_message(f"the database is {was}, revision {result['revision']}")
    if result["watches"] or result["sources"]:
        added = (
            f"{quantity(result['watches'], 'watch', 'watches')} and {quantity(result['sources'], 'source')}"
        )
        printer.print_message(f"added {added}")
    key: str | None = result["admin_key"]
    return key


def _processes(installation: _Installation, environ: Mapping[str, str]) -> tuple[ProcessSpec, ...]:
    """What is kept running, first to be started first. The web server stops first, the workers last."""
    settings = installation.settings
    template = ProcessSpec("", (), stage=0, environ=environ, cwd=installation.data_dir.path)
    return (
        replace(template, name="web", command=process_commands.web(settings), stop_timeout=10),
        replace(template, name="network", command=process_commands.worker("network"), stage=2),
        replace(template, name="tag", command=process_commands.worker("tag"), stage=2),
        replace(template, name="scheduler", command=process_commands.scheduler(), stage=1, stop_timeout=5),
    )


def _wait_for_web(installation: _Installation) -> None:
    address = local_address(installation.settings.bind)
    next_request = 0.0

    def is_ready() -> bool:
        nonlocal next_request
        if time.monotonic() < next_request:
            return False
        next_request = time.monotonic() + _WEB_INTERVAL
        return http_status(address, "/readyz") == 200

    while not installation.supervisor.wait_until(is_ready, timeout=_WEB_NOTICE):
        status = http_status(address, "/readyz")
        installation.printer.print_message(
            f"still waiting: {address}/readyz answers {status or 'nothing'}", style="yellow"
        )


def _stop(installation: _Installation) -> None:
    installation.printer.print_message("stopping")
    installation.supervisor.stop_all()
    data_dirs.remove_environ(installation.data_dir)
    installation.printer.print_message("stopped")


def _start_demo(printer: Printer, stack: ExitStack) -> _SeedRequest:
    """Starts the demo's newsroom and webhook receiver on free
    ports. Returns what to seed so that the one is polled and the other notified."""
    from dyadwatch.local.demo import newsroom, receiver  # noqa: PLC0415
    from dyadwatch.senders import signatures  # noqa: PLC0415  # only the demo pays for these

    secret = signatures.new_secret()
    news = newsroom.serve("127.0.0.1", 0)
    stack.callback(news.close)
    hook = receiver.serve("127.0.0.1", 0, secret, functools.partial(printer.print_line, "webhook"))
    stack.callback(hook.close)
    printer.print_message(f"a newsroom of our own at {news.url}, a webhook receiver at {hook.url}")
    printer.print_message(f"a paper that is not watched yet, to add by its home page: {news.unwatched}")
    printer.print_message(f"for a subscription of your own: {hook.yours}")
    return _SeedRequest(starter=False, sources=news.sources, subscription={"url": hook.url, "secret": secret})
