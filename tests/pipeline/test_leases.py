"""No claim outlasts its lease: whatever a row waits for, its work ends in time to be saved in its turn."""

import ast
import math
import threading
import time
from pathlib import Path

import pytest
from local_site import Page, article, feed
from sqlalchemy import text

from dyadwatch import feeds, pipeline
from dyadwatch.model.alerts import AlertEvent
from dyadwatch.model.steps import Step
from dyadwatch.model.subscriptions import NewSubscription
from dyadwatch.sandbox import Sandbox
from dyadwatch.store import alert_events, claims, pushes, subscriptions

LEASE = 1.6  # seconds
ENTRIES = ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', "</urlset>")


@pytest.fixture
def hung(site):
    """An answer that never comes, until the test is over."""
    release = threading.Event()
    yield Page(release=release)
    release.set()


@pytest.fixture
def work(product, site, ends, monkeypatch):
    """Runs a step once under a short lease. Returns when its requests had to end."""
    # Starting the process that reads documents is not the row's work.
    product.pipeline.context.sandbox.call(feeds.discover, b"<p>", url=site.url)

    def work(step):
        monkeypatch.setattr(claims, "LEASE", LEASE)
        ends.clear()
        assert product.pipeline.run(step, 0.5) == 1
        return ends

    return work


@pytest.fixture
def saved(product):
    """Whether the one row of a table was claimed once and is not due again at once."""

    def saved(table):
        with product.store.begin() as db:
            return db.execute(
                text(f"SELECT turn = 1 AND coalesce(due_at > now(), true) FROM {table}")
            ).scalar_one()

    return saved


def scalar(product, statement):
    with product.store.begin() as db:
        return db.execute(text(statement)).scalar_one()


def hang_whole_feed(site, hung):
    site.pages["/rss"] = hung
    return "deadline_exceeded"


def hang_guessed_feeds(site, hung):
    """The address is a page that names no feed, so others are tried."""
    site.pages.update(
        {
            f"/{name}": hung
            for name in ("feed", "feed/", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml")
        }
    )
    site.pages["/rss"] = Page("<html><head><title>x</title></head><body><p>hi</p></body></html>")
    return "feed_html"


def hang_child_sitemaps(site, hung):
    children = "".join(f"<sitemap><loc>{site.url}/child{number}</loc></sitemap>" for number in range(3))
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>'
    site.pages["/rss"] = Page(f'<?xml version="1.0"?>{index}', kind="application/xml")
    site.pages.update({f"/child{number}": hung for number in range(3)})
    return "deadline_exceeded"


def hang_last_redirect(site, hung):
    site.pages["/rss"] = Page(status=302, headers={"Location": "/elsewhere"})
    site.pages["/elsewhere"] = hung
    return "deadline_exceeded"


@pytest.mark.parametrize(
    "hang", [hang_whole_feed, hang_guessed_feeds, hang_child_sitemaps, hang_last_redirect]
)
def test_a_poll_ends_within_its_lease(product, site, subscribe, hung, work, saved, hang):
    """All that it asks for has the same time to end by."""
    code = hang(site, hung)
    subscribe("/rss")
    assert len(work(Step.POLL)) == 1
    assert saved("feeds")
    assert scalar(product, "SELECT last_error ->> 'code' FROM feeds") == code


@pytest.mark.parametrize("path", ["/page", "/robots.txt"])
def test_a_fetch_ends_within_its_lease(product, site, subscribe, hung, work, saved, path):
    site.pages |= {"/rss": feed(site, ("/page", "A page")), "/page": article("A page", "Text."), path: hung}
    subscribe("/rss")
    product.pipeline.run(Step.POLL, 5.0)
    assert len(work(Step.FETCH)) == 1
    assert saved("pages")
    assert scalar(product, "SELECT last_error ->> 'code' FROM pages") == "deadline_exceeded"
    assert scalar(product, "SELECT count(*) FROM robots") == (1 if path == "/page" else 0)


def test_a_delivery_ends_within_its_lease(product, site, hung, work, saved):
    site.pages["/hook"] = hung
    with product.store.begin() as db:
        new = NewSubscription(site.url + "/hook", ("alert.created",), {})
        subscription = subscriptions.create(db, new, "whsec_" + "A" * 43 + "=").id
        alert_events.add(db, AlertEvent(None, "alert.created", "msg_1", "{}"), [subscription])
    assert len(work(Step.DELIVER)) == 1
    assert saved("deliveries")
    assert scalar(product, "SELECT error FROM attempts") == "deadline_exceeded"


@pytest.fixture
def hanging_sandbox(product, monkeypatch):
    """Reading any document takes for ever, and only its lease ends it."""
    call_until = Sandbox.call_until
    monkeypatch.setattr(
        Sandbox, "call_until", lambda self, until, *_, **__: call_until(self, until, time.sleep, 3_600)
    )
    monkeypatch.setattr(product.pipeline.context.sandbox, "_wall_seconds", math.inf)


def test_a_push_is_read_within_its_lease(product, site, subscribe, work, saved, hanging_sandbox):
    source = subscribe("/rss")
    with product.store.begin() as db:
        pushes.receive(db, source.feeds[0].id, content_type="application/rss+xml", body=b"<rss/>")
    work(Step.PUSH)
    assert saved("pushes")


def test_a_page_is_tagged_within_its_lease(product, site, subscribe, work, saved, monkeypatch, request):
    product.tagger()  # compiled before: that is not the page's work
    site.pages |= {"/rss": feed(site, ("/page", "A page")), "/page": article("A page", "Text.")}
    subscribe("/rss")
    product.pipeline.run(Step.POLL, 5.0)
    product.pipeline.run(Step.FETCH, 5.0)
    request.getfixturevalue("hanging_sandbox")
    work(Step.TAG)
    assert saved("snapshots")
    assert scalar(product, "SELECT last_error ->> 'code' FROM snapshots") == "document_too_costly"


def test_a_page_that_ends_its_process_counts_against_no_other(product, site, subscribe, monkeypatch):
    pages = {f"/{number}": article(f"Page {number}", f"Text {number}.") for number in range(3)}
    site.pages |= {"/rss": feed(site, *((path, path) for path in pages)), **pages}
    subscribe("/rss")
    product.pipeline.run(Step.POLL, 5.0)
    product.pipeline.run(Step.FETCH, 5.0)

    def end_process(*_arguments, **_options):
        raise SystemExit

    monkeypatch.setattr(Sandbox, "call_until", end_process)
    with pytest.raises(SystemExit):
        product.pipeline.run(Step.TAG, 5.0)
    assert scalar(product, "SELECT array_agg(attempt_count ORDER BY attempt_count) FROM snapshots") == [
        0,
        0,
        1,
    ]


def calls():
    for path in Path(pipeline.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield path.name, ast.unparse(node.func), {keyword.arg for keyword in node.keywords}


def test_every_request_and_every_document_of_a_step_has_a_time_by_which_it_ends():
    """A new one must take the row's: those of one row share it."""
    requests = [
        (name, keywords) for name, function, keywords in calls() if function.endswith(("web.get", "web.post"))
    ]
    assert len(requests) >= 5
    assert [name for name, keywords in requests if "until" not in keywords] == []
    assert [name for name, function, _ in calls() if function.endswith("sandbox.call")] == []
