"""What a poll costs through Celery, the broker and the store, and how many a minute two cores make.

usage: python benchmarks/polling.py [FEEDS [ROUNDS]]

FEEDS feeds of 52 kB on as many hosts (at most 1,000) are polled for the first time, then in rounds of 304
alone, then in rounds in which one in ten has a new entry. CPU is that of the worker, the scheduler,
PostgreSQL and Valkey together; the server of the feeds is a process of its own and not counted. Every round
must have the statuses, and every first poll the entries, that it should. Beside it in the same run: plain
urllib3 with eight threads, and the same with feedparser for what is not 304.
"""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import feedparser
import psutil
import urllib3
from checks import check
from feed_server import ENTRIES
from servers import environment, servers
from sqlalchemy import text

from dyadwatch.model.steps import Step
from dyadwatch.settings import Settings
from dyadwatch.store import Store

HOSTS = 1_000


def worker(settings: Settings) -> None:
    """A network worker that takes nothing but polls."""
    from dyadwatch import logs
    from workers.app import create_app
    from workers.tasks import register

    logs.start(settings)
    app = create_app(settings)
    register(app, settings)
    options = "-P threads -c 3 -n poll@%h --without-gossip --without-mingle --without-heartbeat"
    app.worker_main(["--quiet", "worker", *options.split(), "-Q", Step.POLL.value])


@contextmanager
def feed_server():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("feed_server.py")), str(port)])
    time.sleep(1)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def cpu(processes: list[psutil.Process]) -> float:
    """Seconds of CPU of processes, with their children, dead or alive."""
    spent = 0.0
    for process in processes:
        for one in (process, *process.children(recursive=True)):
            times = one.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent


class Product:
    """The polling part of the product at work, and its CPU by process."""

    def __init__(self, settings: Settings, port: int, feeds: int) -> None:
        self.store = Store(settings.database_url.get_secret_value())
        self.feeds = feeds
        with self.store.begin() as db:
            db.execute(
                text("INSERT INTO sources (name) SELECT 'Source ' || n FROM generate_series(1, :n) AS n"),
                {"n": feeds},
            )
            db.execute(
                text(
                    "INSERT INTO feeds (source_id, url, host, due_at) SELECT id, 'http://' || host || ':' || :port || '/feed/' || id, host, now() + interval '1 day'"
                    " FROM (SELECT id, '127.1.' || id % :hosts / 250 || '.' || 1 + id % :hosts % 250 AS host FROM sources) AS numbered"
                ),
                {"port": str(port), "hosts": HOSTS},
            )
        env = environment(settings)
        commands = {"worker": [__file__, "worker"], "scheduler": ["-m", "workers", "scheduler"]}
        started = {
            name: subprocess.Popen([sys.executable, *words], env=env) for name, words in commands.items()
        }
        self.started = list(started.values())
        self.parts = {name: [psutil.Process(process.pid)] for name, process in started.items()}
        mine = psutil.Process().children(recursive=True)
        with self.store.begin() as db:
            backend = psutil.Process(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
        self.parts["postgres"] = [backend.parent()]
        self.parts["valkey"] = [one for one in mine if "valkey" in one.name()]
        assert self.parts["valkey"], "no server of ours to be counted"

    def round(self) -> tuple[float, dict[str, float]]:
        """Makes every feed due and waits until all are polled. Returns seconds, and CPU by process."""
        before = {name: cpu(processes) for name, processes in self.parts.items()}
        started = time.perf_counter()
        with self.store.begin() as db:
            db.execute(text("UPDATE feeds SET due_at = now(), last_polled_at = NULL"))
        unpolled = self.feeds
        while unpolled:
            time.sleep(0.1)
            with self.store.begin() as db:
                unpolled = db.execute(
                    text("SELECT count(*) FROM feeds WHERE last_polled_at IS NULL")
                ).scalar_one()
        seconds = time.perf_counter() - started
        return seconds, {name: cpu(processes) - before[name] for name, processes in self.parts.items()}

    def statuses(self) -> dict[int, int]:
        with self.store.begin() as db:
            rows = db.execute(text("SELECT last_status, count(*) FROM feeds GROUP BY 1"))
            return {row[0]: row[1] for row in rows}

    def entries(self) -> int:
        with self.store.begin() as db:
            return db.execute(text("SELECT count(*) FROM entries")).scalar_one()

    def settle(self) -> None:
        """Takes the pages off the queue: fetching them is not measured."""
        with self.store.begin() as db:
            db.execute(text("UPDATE pages SET due_at = now() + interval '1 day'"))
        time.sleep(2)

    def close(self) -> None:
        self.store.close()
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait()


def report(name: str, feeds: int, rounds: list[tuple[float, dict[str, float]]]) -> None:
    seconds = sum(one for one, _ in rounds)
    polls = feeds * len(rounds)
    spent = {part: sum(parts[part] for _, parts in rounds) for part in rounds[0][1]}
    total = sum(spent.values())
    parts = ", ".join(f"{part} {used / polls * 1000:.2f}" for part, used in spent.items())
    print(
        f"{name:12} {polls / seconds:6.0f}/s {polls / seconds * 60:7.0f}/min  {total / polls * 1000:5.2f} ms CPU each ({parts}), {total / seconds:.2f} cores"
    )


def change(port: int, share: float) -> None:
    """From now on this share of the responses has a new entry."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/changed/{share}").close()


def plain(port: int, feeds: int, read: Callable[[bytes], object]) -> None:
    """Conditional GETs with urllib3 and eight threads, and `read` for what has changed."""
    pool = urllib3.PoolManager(num_pools=200, maxsize=8)
    etags: dict[int, str] = {}

    def ask(number: int) -> None:
        headers = {"accept-encoding": "gzip", "if-none-match": etags.get(number, "")}
        response = pool.request(
            "GET",
            f"http://127.1.{number % HOSTS // 250}.{1 + number % HOSTS % 250}:{port}/feed/{number}",
            headers=headers,
        )
        etags[number] = response.headers["etag"]
        if response.status == 200:
            read(response.data)

    with ThreadPoolExecutor(8) as threads:
        for name in ("first", "rounds"):
            started, before = time.perf_counter(), time.process_time()
            list(threads.map(ask, range(1, feeds + 1)))
            seconds, spent = time.perf_counter() - started, time.process_time() - before
            print(f"  {name:7} {feeds / seconds:6.0f}/s  {spent / feeds * 1000:5.2f} ms CPU each")


def measure(product: Product, port: int, feeds: int, rounds: int) -> None:
    time.sleep(10)  # until the processes are at rest
    report("first fetch", feeds, [product.round()])
    check(product.statuses() == {200: feeds}, f"first polls ended with {product.statuses()}")
    check(product.entries() == feeds * ENTRIES, f"{product.entries()} entries of {feeds * ENTRIES}")
    print(f"  {product.statuses()}, {ENTRIES} entries each")
    product.settle()
    report("all 304", feeds, [product.round() for _ in range(rounds)])
    check(product.statuses() == {304: feeds}, f"polls of unchanged feeds ended with {product.statuses()}")
    print(f"  {product.statuses()}")
    change(port, 0.1)
    report("90 % 304", feeds, [product.round() for _ in range(rounds)])
    statuses = product.statuses()
    check(statuses.keys() == {200, 304}, f"polls ended with {statuses}")
    check(0.05 < statuses[200] / feeds < 0.15, f"{statuses[200]} of {feeds} feeds had a new entry")
    print(f"  {statuses}")
    change(port, 0)


def main(feeds: int, rounds: int) -> None:
    with feed_server() as port, servers() as settings:
        with closing(Product(settings, port, feeds)) as product:
            measure(product, port, feeds, rounds)
        print("plain urllib3")
        plain(port, feeds, len)
        change(port, 0.1)
        print("urllib3 and feedparser, 90 % 304")
        plain(port, feeds, feedparser.parse)


if __name__ == "__main__":
    if sys.argv[1:] == ["worker"]:
        worker(Settings.from_environ())
    else:
        main(*(int(argument) for argument in (sys.argv[1:] or ["1000", "3"])))
