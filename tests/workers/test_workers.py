"""The workers, with real worker processes, a real broker and a real database."""

import os
import signal
import subprocess
import sys
import threading

import pytest
import redis
from celery import signals
from celery.exceptions import WorkerShutdown
from local_site import VISIT, WEATHER, Page, Site, article, feed
from sqlalchemy import text
from waiting import GENEROUS, eventually

from dyadwatch import bootstrap, tagging
from dyadwatch.broker import Broker
from dyadwatch.errors import BrokerUnavailable, StoreUnavailable
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.feeds import NewFeed
from dyadwatch.model.sources import NewSource
from dyadwatch.model.steps import CPU_STEPS, Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.senders.signatures import new_secret
from dyadwatch.settings import Settings
from dyadwatch.store import Store, alerts, schema, sources, subscriptions, watches, workers
from dyadwatch.subscriptions import AlertFilter
from workers.__main__ import main
from workers.app import create_app, send_hint
from workers.backoff_gate import BackoffGate
from workers.consumer import HintConsumer
from workers.runner import StepRunner
from workers.scheduler import HintScheduler
from workers.tasks import register


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def environment(database_url, redis_url):
    return os.environ | {
        "DYADWATCH_DATABASE_URL": database_url,
        "DYADWATCH_REDIS_URL": redis_url,
        "DYADWATCH_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8",
        "DYADWATCH_POLL_MIN": "1",
        "DYADWATCH_POLL_MAX": "5",
        "DYADWATCH_TAG_PROCESSES": "1",
    }


@pytest.fixture
def start(environment, tmp_path):
    """Starts a worker process; all are ended after the test."""
    running = []

    def start(name: str, **changes: str) -> subprocess.Popen:
        log = (tmp_path / f"{name}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", name], env=environment | changes, stdout=log, stderr=log
        )
        log.close()
        running.append(process)
        return process

    yield start
    for process in running:
        process.terminate()
    try:
        for process in running:
            assert process.wait(GENEROUS) in (0, -signal.SIGTERM)
    finally:
        for process in running:
            process.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.no_cover
def test_workers_whose_broker_is_emptied_lose_nothing_and_leave_the_same_rows_as_a_run_inline(
    store, empty_database_url, redis_url, site, start
):
    items = (
        ("/one", "Assad meets Khamenei in Tehran"),
        ("/copy", "Assad meets Khamenei in Tehran"),
        ("/rain", "Rain"),
    )
    site.pages["/rss"] = feed(site, *items)
    site.pages["/one"] = site.pages["/copy"] = article(items[0][1], *VISIT)
    site.pages["/rain"] = article("Rain is expected along the coast", *WEATHER)
    site.pages["/hook"] = Page("", status=204)
    expected = rows_of_a_run_inline(empty_database_url, site)
    asked = site.request_count("/one")
    with store.begin() as db:
        watches.ensure(db, tagging.shipped_watches())
        subscriptions.create(
            db, NewSubscription(url=site.url + "/hook", events=ALERT_EVENT_TYPES, filter={}), new_secret()
        )
    for name in ("network", "tag", "scheduler"):
        start(name)
    broker = redis.Redis.from_url(redis_url)
    broker.flushall()
    add_source(store, site)
    broker.flushall()
    eventually(lambda: site.request_count("/one") > asked)
    broker.flushall()
    broker.close()
    eventually(lambda: site.request_count("/hook"))
    eventually(lambda: count_articles(store) == 3)
    eventually(lambda: rows(store) == expected)
    assert expected[0]["copies"] == 2
    with store.begin() as db:
        assert len(alerts.page(db, AlertFilter(), limit=10, cursor=None).data) == 1
    eventually(lambda: {Step.POLL, Step.TAG} <= running(store))


def add_source(store: Store, site: Site) -> None:
    with store.begin() as db:
        sources.create(db, NewSource(name="Site", feeds=(NewFeed(site.url + "/rss"),)))


def count_articles(store: Store) -> int:
    with store.begin() as db:
        return db.execute(text("SELECT count(*) FROM articles")).scalar_one()


def rows_of_a_run_inline(database_url: str, site: Site) -> object:
    """What the same steps leave without Celery."""
    settings = Settings(
        database_url=database_url, allow_private_networks="127.0.0.0/8", poll_min=60, poll_max=60
    )
    inline = bootstrap.build(settings)
    schema.migrate(inline.store)
    with inline.store.begin() as db:
        watches.ensure(db, tagging.shipped_watches())
    add_source(inline.store, site)
    inline.pipeline.run_until_idle()
    left = rows(inline.store)
    inline.close()
    return left


def running(store: Store) -> set[Step]:
    """The steps that worker processes say they run."""
    with store.begin() as db:
        return {one.step for one in workers.read(db) if one.processes}


def rows(store: Store) -> object:
    """What a run left, without numbers and times of its own."""
    with store.begin() as db:
        alert = db.execute(text("SELECT document FROM alerts")).scalar_one()
        articles = db.execute(
            text("""SELECT articles.url, articles.title, language, published_at, text, score, relationship,
            mentions FROM articles JOIN article_versions ON article_versions.article_id = articles.id LEFT
            JOIN taggings ON taggings.article_id = articles.id ORDER BY articles.url""")
        ).all()
    fields = ("watch", "score", "level", "event_types", "language", "copies", "origins", "state", "version")
    return {name: alert[name] for name in fields}, [tuple(article) for article in articles]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.no_cover
def test_a_worker_says_which_server_is_away_and_waits(start, tmp_path):
    start("network", DYADWATCH_DATABASE_URL="postgresql://user:hunter2@127.0.0.1:1/name")
    start("scheduler")
    start("tag", DYADWATCH_REDIS_URL="redis://:hunter2@127.0.0.1:1/0")
    network, tag = tmp_path / "network.log", tmp_path / "tag.log"
    eventually(lambda: b"database_unavailable" in network.read_bytes())
    eventually(lambda: b"broker_unavailable" in tag.read_bytes())
    assert b"127.0.0.1:1/name" in network.read_bytes()
    assert b"127.0.0.1:1" in tag.read_bytes()
    assert b"hunter2" not in network.read_bytes() + tag.read_bytes()
    assert b"Traceback" not in network.read_bytes()


def test_a_tick_hints_at_every_step(monkeypatch, redis_url):
    monkeypatch.setenv("DYADWATCH_REDIS_URL", redis_url)
    assert main(["tick"]) == 0
    broker = redis.Redis.from_url(redis_url)
    assert [broker.llen(step.value) for step in Step] == [1] * len(Step)
    broker.close()


def test_hints_that_no_worker_takes_do_not_pile_up(redis_url):
    app = create_app(Settings(redis_url=redis_url))
    scheduler = HintScheduler(app)
    broker = redis.Redis.from_url(redis_url)
    for _ in range(20):
        for step in Step:
            send_hint(app, step)
        for entry in scheduler.schedule.values():
            scheduler.apply_entry(entry)
    assert {name: broker.llen(name) for name in scheduler.schedule} == dict.fromkeys(Step, 1)
    broker.lpop(Step.POLL)
    send_hint(app, Step.POLL)
    assert broker.llen(Step.POLL) == 1
    broker.close()
    app.close()


def test_the_entry_names_what_it_cannot_do(monkeypatch, capsys):
    assert main(["tick"]) == 2
    assert "DYADWATCH_REDIS_URL" in capsys.readouterr().err
    monkeypatch.setenv("DYADWATCH_REDIS_URL", "redis://127.0.0.1:1/0")
    assert main(["dance"]) == 2
    assert "network | tag | scheduler | tick" in capsys.readouterr().err
    assert main(["tick"]) == 1
    assert "broker_unavailable" in capsys.readouterr().err


class _Pipeline:
    def __init__(self):
        self.runs = []
        self.fail = False
        self.stopped = False

    def run(self, step, seconds):
        self.runs.append(step)
        if self.fail:
            raise StoreUnavailable("away")
        return 3

    def stop(self):
        self.stopped = True


class _Product:
    def __init__(self, store=None):
        self.broker = Broker(None)
        self.pipeline = _Pipeline()
        self.store = store or _NoStore()


class _NoStore:
    def run(self, work, *, durable):
        raise StoreUnavailable("away")


class _Connection:
    """Of a broker that refuses, then is away, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.collected = 0

    def connect(self):
        if self.errors:
            raise self.errors.pop(0)

    def collect(self):
        self.collected += 1


def test_a_consumer_waits_for_any_broker_with_growing_delays(monkeypatch, caplog, redis_url):
    clock = [0.0]
    monkeypatch.setattr("workers.backoff_gate.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(
        "workers.consumer.time.sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds)
    )
    app = create_app(Settings(redis_url=redis_url))
    consumer = app.WorkController(pool_cls="solo").consumer
    assert isinstance(consumer, HintConsumer)
    connection = _Connection(RuntimeError("refused"), OSError("away"), KeyError("odd"))
    started = clock[0]
    assert consumer.ensure_connected(connection) is connection
    assert connection.collected == 3
    assert clock[0] - started > 1.0
    monkeypatch.setattr("celery.worker.state.should_stop", 0)
    with pytest.raises(WorkerShutdown):
        consumer.ensure_connected(_Connection(OSError("away")))


def test_a_database_that_is_away_is_not_asked_for_a_while(monkeypatch):
    product = _Product()
    monkeypatch.setattr("dyadwatch.bootstrap.build", lambda settings, hint: product)
    runner = StepRunner(Settings(), lambda step: None)
    product.pipeline.fail = True
    runner.run(Step.POLL)
    runner.run(Step.FETCH)
    assert product.pipeline.runs == [Step.POLL]
    runner.stop()
    assert product.pipeline.stopped


def test_a_process_stores_what_its_runs_came_to(monkeypatch, store):
    product = _Product()
    monkeypatch.setattr("dyadwatch.bootstrap.build", lambda settings, hint: product)
    runner = StepRunner(Settings(), lambda step: None)
    runner.run(Step.POLL)  # what cannot be stored is kept
    product.store = store
    runner.run(Step.POLL)  # so soon it is not tried again
    with store.begin() as db:
        assert workers.read(db) == ()
    runner.join()
    with store.begin() as db:
        (poll,) = workers.read(db)
    assert (poll.step, poll.count.runs, poll.count.failures, poll.count.worked) == (Step.POLL, 2, 0, 6)


def test_a_process_looks_for_work_while_no_hints_come_and_not_while_they_do(monkeypatch, redis_url):
    product = _Product()
    monkeypatch.setattr("dyadwatch.bootstrap.build", lambda settings, hint: product)
    monkeypatch.setattr("workers.runner._LOOK_SPACING", 0.001)
    app = create_app(Settings(redis_url=redis_url))
    runner = register(app, Settings())
    signals.worker_process_init.send(None)  # as where a tagging process was forked
    runner.receive_hint(Step.POLL)
    assert product.pipeline.runs == [Step.POLL]
    monkeypatch.setattr("workers.runner._SILENCE", 0.0)
    eventually(lambda: set(product.pipeline.runs) == {Step.POLL, *CPU_STEPS})
    signals.worker_process_shutdown.send(None)
    assert product.pipeline.stopped
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lookout")]


def test_who_has_work_to_do_does_not_wait_for_a_broker_that_is_away(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("workers.runner.time.monotonic", lambda: clock[0])
    attempts = []

    def refuse(step):
        attempts.append(step)
        raise BrokerUnavailable("away")

    runner = StepRunner(Settings(), refuse)
    for step in (Step.FETCH, Step.TAG, Step.DELIVER):
        runner.send_hint(step)
    assert attempts == [Step.FETCH]
    clock[0] += 60
    runner.send_hint(Step.TAG)
    assert attempts == [Step.FETCH, Step.TAG]


def test_a_scheduler_ends_at_its_next_tick_where_its_exit_was_lost(redis_url):
    """Celery's signal handler closes it and raises SystemExit, which Python may swallow."""
    scheduler = HintScheduler(create_app(Settings(redis_url=redis_url)), lazy=True)
    scheduler.close()
    with pytest.raises(SystemExit):
        scheduler.tick()


def test_new_work_is_hinted_at_and_a_burst_of_it_only_once(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("workers.runner.time.monotonic", lambda: clock[0])
    hints = []
    runner = StepRunner(Settings(), hints.append)
    for step in (Step.FETCH, Step.FETCH, Step.TAG):
        runner.send_hint(step)
    assert hints == [Step.FETCH, Step.TAG]
    clock[0] += 1
    runner.send_hint(Step.FETCH)
    assert hints == [Step.FETCH, Step.TAG, Step.FETCH]


def test_the_delay_grows_with_failures_and_ends_with_a_success(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("workers.backoff_gate.time.monotonic", lambda: clock[0])
    gate = BackoffGate()

    def delay():
        before = clock[0]
        while gate.is_closed():
            clock[0] += 0.05
        return clock[0] - before

    delays = []
    for _ in range(4):
        gate.record_failure("broker_unavailable", "away")
        gate.record_failure("broker_unavailable", "away, as another thread noticed")
        delays.append(delay())
    assert delays == sorted(delays)
    assert delays[3] > 3 * delays[0]
    gate.record_success()
    gate.record_failure("broker_unavailable", "away")
    assert delay() < delays[1]
