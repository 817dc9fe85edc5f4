"""A watch that is added, changed or disabled counts for every article that is stored afterwards, although the
tagger is compiled beside the work."""

import threading
from datetime import timedelta

import pytest
from local_site import VISIT, WEATHER, article, feed
from sqlalchemy import text

from dyadwatch import bootstrap, tagging
from dyadwatch.model.steps import Step
from dyadwatch.pipeline import placing, tagger_cache
from dyadwatch.store import watches

pytestmark = pytest.mark.no_cover

TITLE = "Assad meets Khamenei in Tehran"
OTHER = {**tagging.shipped_watches()[0], "id": "other", "title": "Another watch"}


@pytest.fixture
def colleague(product):
    """A second worker on the same database."""
    colleague = bootstrap.build(product.settings)
    yield colleague
    colleague.close()


@pytest.fixture
def newsroom(site, subscribe):
    """Publishes articles about the relationship that are stored and wait to be tagged."""

    def publish(product, *paths):
        for path in paths:
            site.pages[path] = article(f"{TITLE}: {path}", *VISIT, path)
        site.pages["/rss" + paths[0]] = feed(site, *((path, TITLE) for path in paths))
        subscribe("/rss" + paths[0], name=paths[0])
        product.pipeline.run(Step.POLL, 10)
        product.pipeline.run(Step.FETCH, 10)

    return publish


@pytest.fixture
def compiling(monkeypatch):
    """While it is not set, no tagger is ready; workers go on with the one that they have."""
    gate = threading.Event()
    compile_ = tagger_cache.Tagger
    monkeypatch.setattr(
        tagger_cache, "Tagger", lambda parsed, **options: gate.wait(60) and compile_(parsed, **options)
    )
    monkeypatch.setattr(tagger_cache, "_MAX_WAIT", 0.01)
    monkeypatch.setattr(placing, "_NEW_WATCHES", timedelta(hours=1))  # `wait_out` ends it
    yield gate
    gate.set()


def change(product, action, *arguments):
    with product.store.begin() as db:
        action(db, *arguments)


def tagged(product):
    """The watches and their versions by the path of each article."""
    with product.store.begin() as db:
        rows = db.execute(
            text("""SELECT right(url, 2) AS path, array_agg(watch_id || ' ' || watch_version ORDER BY watch_id)
            FILTER (WHERE relationship) FROM articles LEFT JOIN taggings ON article_id = id GROUP BY url""")
        )
        return {path: found or [] for path, found in rows}


def wait_out(product):
    """Makes what waits for new watches due, as time would."""
    with product.store.begin() as db:
        return db.execute(text("UPDATE snapshots SET due_at = now() WHERE due_at IS NOT NULL")).rowcount


def test_articles_that_come_while_a_new_watch_is_compiled_are_tagged_with_it_in_the_end(
    product, colleague, newsroom, compiling
):
    """By whichever worker, also one that was started after those who stored the articles had died."""
    compiling.set()
    product.tagger()
    colleague.tagger()
    compiling.clear()
    newsroom(product, "/1", "/2", "/3")
    change(product, watches.create, "other", "Another watch", OTHER)
    workers = [
        threading.Thread(target=worker.pipeline.run, args=(Step.TAG, 10)) for worker in (product, colleague)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert tagged(product) == {path: ["assad-khamenei 1"] for path in ("/1", "/2", "/3")}
    compiling.set()
    assert wait_out(product) == 3
    after_a_crash = bootstrap.build(product.settings)
    assert after_a_crash.pipeline.run_until_idle()[Step.TAG] == 3
    after_a_crash.close()
    assert tagged(product) == {path: ["assad-khamenei 1", "other 1"] for path in ("/1", "/2", "/3")}
    assert wait_out(product) == 0


@pytest.mark.parametrize(
    ("action", "in_the_end"),
    [
        (lambda db: watches.replace(db, "other", "New", {**OTHER, "title": "New"}), ["other 2"]),
        (lambda db: watches.enable(db, "other", enabled=False), []),
        (lambda db: watches.delete(db, "other"), []),
    ],
    ids=["changed", "disabled", "removed"],
)
def test_a_tagger_of_before_stores_nothing_for_a_watch_that_was(
    product, newsroom, compiling, action, in_the_end
):
    change(product, watches.create, "other", "Another watch", OTHER)
    compiling.set()
    product.tagger()
    compiling.clear()
    newsroom(product, "/1")
    change(product, action)
    product.pipeline.run(Step.TAG, 10)
    assert tagged(product) == {"/1": ["assad-khamenei 1"]}
    compiling.set()
    wait_out(product)
    product.tagger()
    product.pipeline.run_until_idle()
    assert tagged(product) == {"/1": ["assad-khamenei 1", *in_the_end]}


def test_an_older_snapshot_that_waits_for_new_watches_does_not_undo_a_newer_one(
    product, site, newsroom, compiling
):
    compiling.set()
    product.tagger()
    compiling.clear()
    newsroom(product, "/1")
    change(product, watches.create, "other", "Another watch", OTHER)
    product.pipeline.run(Step.TAG, 10)
    site.pages["/1"] = article("A correction", *WEATHER)
    compiling.set()
    product.tagger()
    with product.store.begin() as db:
        db.execute(text("UPDATE pages SET due_at = now()"))
    product.pipeline.run(Step.FETCH, 10)
    assert product.pipeline.run(Step.TAG, 10) == 1
    assert wait_out(product) == 1
    assert product.pipeline.run(Step.TAG, 10) == 1
    with product.store.begin() as db:
        assert db.execute(text("SELECT title FROM articles")).scalars().all() == ["A correction"]
    assert tagged(product) == {"/1": []}
