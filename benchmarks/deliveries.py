"""What a delivery costs beside a bare urllib3 loop, and whether endpoints that hang delay the others.

usage: python benchmarks/deliveries.py [DELIVERIES [SECONDS]]

First DELIVERIES webhooks of 1.2 kB to a receiver on loopback: by one thread with a urllib3 pool that signs
and posts, and by one delivery worker in this process, which claims them from PostgreSQL, signs, posts and
records every attempt, in turns. Then a network worker and the scheduler deliver an event to 20 endpoints on
as many hosts, five a second for SECONDS, once with all of them quick and once with five that answer after
HANG seconds, which is as long as an attempt may take. Every delivery must have been made; the
15 are compared.
"""

import resource
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import urllib3
from checks import check
from servers import processes, servers
from sqlalchemy import text

from dyadwatch import bootstrap, logs
from dyadwatch.model.alerts import ALERT_EVENT_TYPES, AlertEvent
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders import signatures
from dyadwatch.store import Store, alert_events, subscriptions
from dyadwatch.subscriptions import envelope
from workers.app import create_app, send_hint

HANG = 15.0
ENDPOINTS, HANGING = 20, 5
RATE = 5.0  # events a second
SECRET = signatures.new_secret()
BODY = envelope("alert.created", datetime.now(UTC), {"text": "x" * 1_100})


@contextmanager
def receiver(seconds: float = HANG):
    """Starts a receiver; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("hook_server.py")), str(port), str(seconds)]
    process = subprocess.Popen(command)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def subscribe(store: Store, urls: list[str]) -> list[int]:
    with store.begin() as db:
        return [
            subscriptions.create(db, NewSubscription(url, ALERT_EVENT_TYPES, {}), SECRET).id for url in urls
        ]


def owe(store: Store, to: list[int], events: int, *, name: str) -> None:
    with store.begin() as db:
        for number in range(events):
            event = AlertEvent(None, "alert.created", f"msg_{name}_{number}", BODY.decode())
            alert_events.add(db, event, to)


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def bare(port: int, count: int) -> tuple[float, float]:
    """(deliveries a second, µs of CPU each) of a loop with nothing but urllib3 and signatures."""
    pool = urllib3.PoolManager()
    before, started = cpu(), time.perf_counter()
    for number in range(count):
        headers = signatures.headers([SECRET], f"msg_{number}", int(time.time()), BODY)
        headers["content-type"] = "application/json"
        response = pool.request("POST", f"http://127.0.0.1:{port}/hook", body=BODY, headers=headers)
        check(response.status == 204, f"the receiver answered {response.status}")
    return count / (time.perf_counter() - started), (cpu() - before) / count * 1e6


def worker(product: bootstrap.Product, subscribers: list[int], count: int, name: str) -> tuple[float, float]:
    """The same of a delivery worker, which records each attempt."""
    owe(product.store, subscribers, count // len(subscribers), name=name)
    before, started = cpu(), time.perf_counter()
    worked = product.pipeline.run(Step.DELIVER, 600)
    while worked < count and time.perf_counter() < started + 60:  # a full endpoint is left alone for a moment
        time.sleep(0.1)
        worked += product.pipeline.run(Step.DELIVER, 60)
    seconds, used = time.perf_counter() - started, cpu() - before
    with product.store.begin() as db:
        recorded = db.execute(
            text(
                "SELECT count(*) FROM attempts JOIN deliveries ON deliveries.id = delivery_id JOIN alert_events"
                " ON alert_events.id = event_id WHERE attempts.status = 204 AND webhook_id LIKE :name"
            ),
            {"name": f"msg_{name}_%"},
        ).scalar_one()
    check(worked == recorded == count, f"{worked} worked and {recorded} recorded of {count}")
    return count / seconds, used / count * 1e6


def throughput(count: int) -> None:
    with receiver() as port, servers() as settings:
        logs.start(settings)
        product = bootstrap.build(settings)
        subscribers = subscribe(product.store, [f"http://127.0.0.{n}:{port}/hook" for n in range(1, 11)])
        bare(port, 200)
        worker(product, subscribers, 200, "warm")
        rounds = [(bare(port, count), worker(product, subscribers, count, f"round{n}")) for n in range(3)]
        product.close()
    for label, index in (("bare urllib3 loop", 0), ("delivery worker", 1)):
        rates = [each[index][0] for each in rounds]
        costs = [each[index][1] for each in rounds]
        print(f"{label:18} {statistics.median(rates):7.0f}/s  {statistics.median(costs):6.0f} µs CPU each")
    share = statistics.median(worker[0] / loop[0] for loop, worker in rounds)
    by_cpu = statistics.median(loop[1] / worker[1] for loop, worker in rounds)
    print(f"share of the loop  {share:7.0%}, by CPU {by_cpu:.0%}")


def delays(settings, port: int, hanging: int, seconds: float, name: str) -> list[float]:
    """Seconds from an event to the answer of each quick endpoint, sorted."""
    store = Store(settings.database_url.get_secret_value())
    urls = [f"http://127.0.1.{n}:{port}/hook" for n in range(1, hanging + 1)]
    urls += [f"http://127.0.0.{n}:{port}/hook" for n in range(1, ENDPOINTS - hanging + 1)]
    subscribers = subscribe(store, urls)
    app = create_app(settings)
    quick = subscribers[hanging:][: ENDPOINTS - HANGING]
    owe(store, quick, 1, name=f"{name} warm")  # until the workers are at work
    wait_for(store, quick, 1)
    started = time.perf_counter()
    for number in range(int(seconds * RATE)):
        time.sleep(max(0.0, started + number / RATE - time.perf_counter()))
        owe(store, subscribers, 1, name=f"{name}{number}")
        send_hint(app, Step.DELIVER)
    delays_in_order = wait_for(store, quick, 1 + int(seconds * RATE))
    with store.begin() as db:
        db.execute(text("UPDATE subscriptions SET state = 'paused'"))
    store.close()
    return sorted(delays_in_order[len(quick) :])


def wait_for(store: Store, to: list[int], events: int) -> list[float]:
    """Seconds from each event to its answer, in the order of events, when all were delivered."""
    statement = text(
        "SELECT EXTRACT(EPOCH FROM a.at - d.created_at) + a.seconds FROM deliveries AS d LEFT JOIN attempts AS a"
        " ON a.delivery_id = d.id AND a.status = 204 WHERE d.subscription_id = ANY(:to) ORDER BY d.id"
    )
    for _ in range(120):
        with store.begin() as db:
            seconds = db.execute(statement, {"to": to}).scalars().all()
        if None not in seconds:
            break
        time.sleep(0.5)
    check(None not in seconds and len(seconds) == events * len(to), "not all were delivered")
    return [float(each) for each in seconds]


def isolation(seconds: float) -> None:
    p99 = []
    with receiver() as port:
        for name, hanging in (("all quick", 0), (f"{HANGING} hang {HANG:.0f} s", HANGING)):
            with servers() as settings, processes(settings, "network", "scheduler"):
                waits = delays(settings, port, hanging, seconds, name)
            p99.append(waits[int(len(waits) * 0.99)])
            print(
                f"{name:18} {len(waits)} deliveries to the 15: p50 {waits[len(waits) // 2] * 1000:.0f} ms,"
                f" p99 {p99[-1] * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms"
            )
    print(f"p99 grows by       {p99[1] / p99[0]:.2f}x")


if __name__ == "__main__":
    throughput(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
    isolation(float(sys.argv[2]) if len(sys.argv) > 2 else 60.0)
