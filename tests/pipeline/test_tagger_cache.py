"""The compiled tagger keeps up with the watches in the store, and no work waits long for it."""

import threading

import pytest

from dyadwatch import tagging
from dyadwatch.errors import StoreUnavailable
from dyadwatch.pipeline import tagger_cache
from dyadwatch.pipeline.tagger_cache import TaggerCache
from dyadwatch.store import Store, watches


@pytest.fixture
def shipped(store):
    with store.begin() as db:
        watches.ensure(db, tagging.shipped_watches())
    return store


def _reworded(store):
    (document,) = tagging.shipped_watches()
    with store.begin() as db:
        watches.replace(db, document["id"], "Another title", {**document, "title": "Another title"})


def test_a_changed_watch_is_compiled_once_for_all_threads(shipped, monkeypatch):
    """And is in force at once where compiling is quick."""
    compiled = []
    compile_ = tagger_cache.Tagger
    monkeypatch.setattr(
        tagger_cache, "Tagger", lambda parsed, **options: compiled.append(1) or compile_(parsed, **options)
    )
    taggers = TaggerCache(shipped)
    results = []
    threads = [threading.Thread(target=lambda: results.append(taggers.current())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(compiled) == 1
    assert len(set(map(id, results))) == 1
    _reworded(shipped)
    assert [watch.version for watch in taggers.newest().tagger.watches] == [2]
    assert len(compiled) == 2


def test_work_goes_on_with_the_tagger_before_while_a_large_one_is_compiled(shipped, monkeypatch):
    """The new one is taken as soon as it is there."""
    taggers = TaggerCache(shipped)
    before = taggers.current()
    gate = threading.Event()
    compile_ = tagger_cache.Tagger
    monkeypatch.setattr(
        tagger_cache, "Tagger", lambda parsed, **options: gate.wait(30) and compile_(parsed, **options)
    )
    monkeypatch.setattr(tagger_cache, "_MAX_WAIT", 0.05)
    _reworded(shipped)
    assert taggers.current() is before
    assert taggers.current() is before
    gate.set()
    assert [watch.version for watch in taggers.newest().tagger.watches] == [2]


def test_a_watch_made_anew_under_the_id_of_a_removed_one_is_compiled(shipped):
    """Although its versions count from 1 again."""
    taggers = TaggerCache(shipped)
    (document,) = tagging.shipped_watches()
    before = taggers.newest()
    with shipped.begin() as db:
        watches.delete(db, document["id"])
    with shipped.begin() as db:
        watches.create(db, document["id"], document["title"], document)
    after = taggers.newest()
    assert [watch.version for watch in after.tagger.watches] == [1]
    assert after is not before
    assert not before.covers(after.versions)
    assert before.valid(after.versions) == {}


def test_without_a_database_there_is_a_clear_error():
    """And no thread is left waiting."""
    taggers = TaggerCache(Store("postgresql://nobody:x@127.0.0.1:9/none"))
    with pytest.raises(StoreUnavailable):
        taggers.current()
