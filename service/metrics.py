"""GET /metrics: what this process of the web service has done, and the state of the installation, in the text
formats that Prometheus reads.

Requests, and what is counted without a broker, are those of this process since it started: each one is read
for itself. What the database says is the same from any of them. Workers open no port: they leave in it what
they did. The names are this module's; those of the process itself (`process_`, `python_`) are the library's.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import inf
from time import monotonic

from flask import Blueprint, Response, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from dyadwatch import __version__
from dyadwatch.bootstrap import Product
from dyadwatch.errors import DyadwatchError
from dyadwatch.model.status import Status
from dyadwatch.model.workers import WorkerStep
from dyadwatch.store import health, status
from dyadwatch.tagging import TAGGER_VERSION
from service.addresses import is_within
from service.rest.operations import authenticate, require

PATH = "/metrics"
UNKNOWN, REFUSED = "unknown", "refused"  # routes of requests that have none, or were not read
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FRESH = 5.0  # seconds that a look at the installation is used again
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counts of one process. Safe for threads."""

    def __init__(self, product: Product) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each that counts
        self._registry = CollectorRegistry(auto_describe=False)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._registry.register(_Installation(product))
        self._requests = Counter(
            "dyadwatch_http_requests",
            "Requests answered, by the pattern of their path.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "dyadwatch_http_request_seconds",
            "How long requests took, without the waiting for their body and for a thread.",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.streams = Gauge(
            "dyadwatch_http_streams", "Streams of events that are open.", registry=self._registry
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request; `route` is one of few."""
        named = method, route, status
        known = self._known.get(named)
        if known is None:
            name = method if method in _METHODS else "OTHER"
            known = self._requests.labels(name, route, str(status)), self._seconds.labels(route)
            if name == method:
                self._known[named] = known
        known[0].inc()
        known[1].observe(seconds)

    def write(self, accept: str) -> tuple[bytes, str]:
        """All of them in the format that an Accept header asks for, and its media type."""
        encode, media = choose_encoder(accept)
        return encode(self._registry), media


class _Installation(Collector):
    """What is looked up when it is asked for, at most every few seconds: however many ask, the database and
    the broker are asked by one."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._lock = threading.Lock()
        self._state: Sequence[Metric] = ()
        self._looked_at = -inf

    def collect(self) -> Iterator[Metric]:
        product = self._product
        yield InfoMetricFamily(
            "dyadwatch", "What runs here.", value={"version": __version__, "tagger": TAGGER_VERSION}
        )
        with self._lock:
            if monotonic() - self._looked_at >= _FRESH:
                self._state = tuple(_state(product))
                self._looked_at = monotonic()
            state = self._state
        yield from state
        yield _counter(
            "broker_failures", "Commands that the broker did not execute.", product.broker.failures
        )
        yield _counter(
            "rate_limit_unshared",
            "Requests and wrong keys counted against a limit by this process alone: the broker was away.",
            product.throttle.unshared_count,
        )


def _state(product: Product) -> Iterator[Metric]:
    with ThreadPoolExecutor(1) as other:  # neither waits for one that hangs
        is_up = other.submit(product.broker.is_up)
        of_database = tuple(_database_state(product))
    yield _gauge("broker_up", "Whether the broker answers.", float(is_up.result()))
    yield from of_database


def _database_state(product: Product) -> Iterator[Metric]:
    try:
        with product.store.read() as db:
            state, (delivered, failed) = status.read(db), health.attempts(db)
    except DyadwatchError:
        yield _gauge("database_up", "Whether the database answers.", 0)
        return
    yield _gauge("database_up", "Whether the database answers.", 1)
    yield from _of_database(state)
    yield from _of_workers(state.workers)
    yield _gauges(
        "delivery_attempts_last_day",
        "Attempts to deliver in the last 24 hours.",
        "outcome",
        {"delivered": delivered, "failed": failed},
    )


def _of_database(state: Status) -> Iterator[Metric]:
    yield _gauge("database_size_bytes", "The size of the database.", state.size)
    yield _gauges(
        "work_due",
        "Rows of a step that are due and nobody works on; 10,000 at most are counted of each table.",
        "step",
        {queue.step: queue.due for queue in state.queues},
    )
    yield _gauges(
        "work_oldest_seconds",
        "For how long the first of them has been due.",
        "step",
        {
            queue.step: 0.0 if queue.due_since is None else (state.at - queue.due_since).total_seconds()
            for queue in state.queues
        },
    )
    yield _gauges("feeds", "Feeds by their state.", "state", state.feeds)
    yield _gauge("feeds_failing", "Feeds whose last poll failed; 20 at most are counted.", len(state.failing))
    yield _gauges("subscriptions", "Subscriptions by their state.", "state", state.subscriptions)
    yield _gauge("subscriptions_silent", "Those in use whose filter fits nothing any more.", state.silent)
    yield _gauges("watches", "Watches that are on, and off.", "state", state.watches)
    yield _gauge("articles_last_day", "Articles of the last 24 hours; 10,000 at most.", state.articles)
    yield _gauge("alerts_last_day", "Alerts of the last 24 hours; 10,000 at most.", state.alerts)
    for name, at in (("article", state.newest_article), ("alert", state.newest_alert)):
        if at is not None:
            yield _gauge(f"newest_{name}_timestamp_seconds", f"When the newest {name} came.", at.timestamp())
    yield _gauge("alarms_active", "Bursts and silences of watches; 20 at most.", len(state.alarms))


def _of_workers(steps: Sequence[WorkerStep]) -> Iterator[Metric]:
    yield _gauges(
        "worker_processes",
        "Worker processes that have run a step in the last minute.",
        "step",
        {one.step: one.processes for one in steps},
    )
    yield _gauges(
        "worker_last_run_timestamp_seconds",
        "When a worker last ended a run of a step.",
        "step",
        {one.step: one.ran_at.timestamp() for one in steps},
    )
    runs = CounterMetricFamily(
        "dyadwatch_worker_runs", "Runs of steps by all workers.", labels=["step", "outcome"]
    )
    worked = CounterMetricFamily("dyadwatch_worker_rows", "Rows that these have worked.", labels=["step"])
    seconds = CounterMetricFamily(
        "dyadwatch_worker_run_seconds", "How long these took, waiting included.", labels=["step"]
    )
    for one in steps:
        runs.add_metric([one.step, "ended"], one.count.runs - one.count.failures)
        runs.add_metric([one.step, "failed"], one.count.failures)
        worked.add_metric([one.step], one.count.worked)
        seconds.add_metric([one.step], one.count.seconds)
    yield from (runs, worked, seconds)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"dyadwatch_{name}", words, value=value)


def _gauges(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"dyadwatch_{name}", words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"dyadwatch_{name}", words, value=value)


def blueprint(product: Product, metrics: Metrics) -> Blueprint:
    """The path that Prometheus reads."""
    routes = Blueprint("metrics", __name__)

    @routes.get(PATH)
    def show() -> Response:
        if not is_within(request.remote_addr, product.settings.metrics_networks):
            require(authenticate(product), "read")
        content, media = metrics.write(request.headers.get("Accept", ""))
        return Response(content, content_type=media, headers={"Cache-Control": "no-store"})

    return routes


@cache
def route_of(rule: str) -> str:
    """The pattern of a path as the API's documentation writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
