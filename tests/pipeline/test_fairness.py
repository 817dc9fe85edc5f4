"""Who hangs, and has much to be done, keeps no thread from others: they are not even one deadline late."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from local_site import Page
from sqlalchemy import text
from waiting import eventually

from dyadwatch import bootstrap
from dyadwatch.model.alerts import ALERT_EVENT_TYPES
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.pipeline import feed_documents, fetch, runs, worker_pool
from dyadwatch.pipeline import hub_subscriptions as requests_to_hubs
from dyadwatch.senders import webhook
from dyadwatch.senders.signatures import new_secret
from dyadwatch.settings import Settings
from dyadwatch.store import claims, hub_subscriptions, subscriptions
from workers import runner
from workers.app import MAX_RUNS

DUE = 40  # more than a step has threads
SEVERAL_HOSTS = [f"h{number}.test" for number in range(20)]


@pytest.fixture
def settings(database_url, redis_url):
    """Those of a product that knows its public URL and asks one host for as much as it likes."""
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        allow_private_networks="127.0.0.0/8",
        public_url="http://127.0.0.1:1/",
        host_rate=1000,
        host_connections=64,
    )


@pytest.fixture
def product(settings):
    """The product without watches."""
    product = bootstrap.build(settings)
    yield product
    product.close()


@pytest.fixture(autouse=True)
def _no_deadlines_nor_delays(monkeypatch):
    """Nothing that hangs ends by itself while a test lasts; more is claimed beside it without delay."""
    monkeypatch.setattr(worker_pool, "_HANGING", 0.05)
    monkeypatch.setattr(claims, "LEASE", 3600.0)
    for module in (fetch, feed_documents, requests_to_hubs):
        monkeypatch.setattr(module, "_DEADLINE", 3600.0)
    for module in (fetch, feed_documents):
        monkeypatch.setattr(module, "_FIRST_DEADLINE", 3600.0)
    monkeypatch.setattr(webhook, "DEADLINE", 3600.0)


def add_source(db, name):
    statement = """
        INSERT INTO sources (name) VALUES (:name) ON CONFLICT (name) DO UPDATE SET name = :name RETURNING id
        """
    return db.execute(text(statement), {"name": name}).scalar()


def add_pages(db, urls, hosts):
    params = {"source": add_source(db, hosts[0]), "urls": urls, "hosts": hosts}
    statement = """
        INSERT INTO pages (url, host, source_id, due_at)
        SELECT url, (CAST(:hosts AS text[]))[1 + n % cardinality(CAST(:hosts AS text[]))], :source, now()
        FROM unnest(CAST(:urls AS text[])) WITH ORDINALITY AS u (url, n)
        """
    db.execute(text(statement), params)


def add_feeds(db, urls, hosts, due_at="now()"):
    params = {"source": add_source(db, hosts[0]), "urls": urls, "hosts": hosts}
    statement = f"""
        INSERT INTO feeds (url, host, source_id, due_at)
        SELECT url, (CAST(:hosts AS text[]))[1 + n % cardinality(CAST(:hosts AS text[]))], :source, {due_at}
        FROM unnest(CAST(:urls AS text[])) WITH ORDINALITY AS u (url, n) RETURNING id
        """
    return db.execute(text(statement), params).scalars().all()


def add_hubs(db, urls, hosts):
    ids = add_feeds(db, [f"https://news.test/{url}" for url in urls], hosts, due_at="NULL")
    hub_subscriptions.ensure(
        db, {feed: (url, "https://news.test/") for feed, url in zip(ids, urls, strict=True)}
    )
    db.execute(
        text(
            "UPDATE hub_subscriptions SET host = f.host FROM feeds f WHERE f.id = feed_id AND f.id = ANY(:ids)"
        ),
        {"ids": ids},
    )


def add_deliveries(db, urls, hosts):
    """To one subscription, so to one URL; `hosts` is one."""
    new = NewSubscription(url=urls[0], events=ALERT_EVENT_TYPES, filter={})
    params = {"id": subscriptions.create(db, new, new_secret()).id, "count": len(urls), "host": hosts[0]}
    statement = """
        WITH event AS (
            INSERT INTO alert_events (type, webhook_id, body)
            SELECT 'alert.created', 'msg_' || :id || '_' || n, '{}' FROM generate_series(1, :count) AS n RETURNING id
        )
        INSERT INTO deliveries (event_id, subscription_id, host, due_at)
        SELECT id, :id, :host, now() FROM event
        """
    db.execute(text(statement), params)


@pytest.mark.parametrize(
    ("step", "add", "hanging", "good"),
    [
        (Step.FETCH, add_pages, ["hang.test"], ["good.test"]),
        (Step.FETCH, add_pages, SEVERAL_HOSTS, ["good.test"]),
        (Step.POLL, add_feeds, ["hang.test"], ["good.test"]),
        (Step.POLL, add_feeds, SEVERAL_HOSTS, ["good.test"]),
        (Step.PUSH, add_hubs, ["hang.test"], ["good.test"]),
        (Step.PUSH, add_hubs, SEVERAL_HOSTS, ["good.test"]),
        (Step.DELIVER, add_deliveries, ["same.test"], ["same.test"]),
    ],
)
def test_what_hangs_keeps_no_thread_from_what_comes_later(product, site, step, add, hanging, good):
    """The good one is asked while those before it still hang."""
    release = threading.Event()
    urls = [f"{site.url}/hang/{number}" for number in range(DUE)]
    site.pages.update({f"/hang/{number}": Page(release=release) for number in range(DUE)})
    site.pages["/good"] = Page()
    with product.store.begin() as db:
        add(db, urls, hanging)
    with ThreadPoolExecutor(1) as beside:
        try:
            run = beside.submit(product.pipeline.run, step, 30)
            eventually(lambda: len(site.requests) > 1)
            with product.store.begin() as db:
                add(db, [f"{site.url}/good"], good)
            eventually(lambda: site.request_count("/good"))
        finally:
            product.pipeline.stop()
            release.set()
        assert run.result() > 1


EVERY_STEP = pytest.mark.parametrize(
    ("step", "add"),
    [
        (Step.FETCH, add_pages),
        (Step.POLL, add_feeds),
        (Step.PUSH, add_hubs),
        (Step.DELIVER, add_deliveries),
    ],
)


@EVERY_STEP
def test_there_is_a_run_that_claims_however_many_wait_for_what_hangs(settings, site, monkeypatch, step, add):
    """Also when the time of each is over that a worker may have at once."""
    monkeypatch.setattr(runner, "_BUDGET", dict.fromkeys(Step, 0.01))
    release = threading.Event()
    steps = runner.StepRunner(settings, lambda _step: None)

    def tick_until_asked(path):
        ticks.submit(steps.run, step)
        return site.request_count(path)

    with ThreadPoolExecutor(MAX_RUNS + 1) as ticks:
        try:
            for path in [*(f"/hang/{number}" for number in range(MAX_RUNS + 1)), "/good"]:
                site.pages[path] = Page(release=None if path == "/good" else release)
                with steps.build().store.begin() as db:
                    add(db, [site.url + path], [f"{path.strip('/').replace('/', '-')}.test"])
                eventually(partial(tick_until_asked, path))
        finally:
            steps.stop()
            release.set()
    steps.build().close()


@EVERY_STEP
def test_a_hint_for_which_no_run_is_free_lets_one_that_waits_look_again(
    settings, site, monkeypatch, step, add
):
    monkeypatch.setattr(worker_pool, "_HANGING", 3600.0)  # none looks by itself
    release = threading.Event()
    steps = runner.StepRunner(settings, lambda _step: None)

    def add_page(path, host, release=None):
        site.pages[path] = Page(release=release)
        with steps.build().store.begin() as db:
            add(db, [site.url + path], [host])

    with ThreadPoolExecutor(MAX_RUNS) as ticks:
        try:
            for number in range(MAX_RUNS):
                add_page(f"/hang/{number}", f"hang{number}.test", release)
                ticks.submit(steps.run, step)
                eventually(partial(site.request_count, f"/hang/{number}"))
            add_page("/good", "good.test")
            steps.run(step)
            eventually(lambda: site.request_count("/good"))
        finally:
            steps.stop()
            release.set()
    steps.build().close()


@pytest.fixture
def small_product(settings):
    """One whose steps have four threads each."""
    product = bootstrap.build(settings.model_copy(update={"network_threads": 4}))
    yield product
    product.close()


def add_to_each_host(product, site, add, kind, release=None):
    for number in range(4):
        site.pages[f"/{kind}/{number}"] = Page(release=release)
        with product.store.begin() as db:
            add(db, [f"{site.url}/{kind}/{number}"], [f"h{number}.test"])


def assert_hanging(product, site, step, add, *, threads):
    """Hosts that hang hold so many threads, and a good one that comes later is asked meanwhile."""
    release = threading.Event()

    def count_hanging():
        return sum(request.path.startswith("/hang/") for request in site.requests)

    add_to_each_host(product, site, add, "hang", release)
    with ThreadPoolExecutor(1) as beside:
        try:
            beside.submit(product.pipeline.run, step, 30)
            eventually(lambda: count_hanging() == threads)
            site.pages["/good"] = Page()
            with product.store.begin() as db:
                add(db, [f"{site.url}/good"], ["good.test"])
            eventually(lambda: site.request_count("/good"))
            assert count_hanging() == threads
        finally:
            product.pipeline.stop()
            release.set()


@EVERY_STEP
def test_hosts_that_were_slow_take_half_of_the_threads(small_product, site, monkeypatch, step, add):
    monkeypatch.setattr(runs, "SLOW", 0.0)  # all are that were asked
    add_to_each_host(small_product, site, add, "slow")
    assert small_product.pipeline.run(step, 30) == 4
    assert_hanging(small_product, site, step, add, threads=2)


@EVERY_STEP
def test_hosts_that_were_never_asked_leave_threads_to_those_that_were_quick(small_product, site, step, add):
    site.pages["/quick"] = Page()
    with small_product.store.begin() as db:
        add(db, [f"{site.url}/quick"], ["good.test"])
    assert small_product.pipeline.run(step, 30) == 1
    assert_hanging(small_product, site, step, add, threads=3)
