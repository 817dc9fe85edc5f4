"""The compiled tagger keeps up with the watches in the store, and no work waits long for it."""

import threading

import pytest

from dyadwatch import tagging
from dyadwatch.errors import StoreUnavailable
from dyadwatch.pipeline import tagger_cache as rooms
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
    made = []
    compile_ = rooms.Tagger
    monkeypatch.setattr(rooms, "_PATIENCE", 30.0)
    monkeypatch.setattr(rooms, "Tagger", lambda found, **given: made.append(1) or compile_(found, **given))
    taggers = TaggerCache(shipped)
    found = []
    threads = [threading.Thread(target=lambda: found.append(taggers.current())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(map(id, found))) == 1
    _reworded(shipped)
    assert [watch.version for watch in taggers.current().watches] == [2]
    assert len(made) == 2


def test_work_goes_on_with_the_tagger_before_while_a_large_one_is_compiled(shipped, monkeypatch):
    """The new one is taken as soon as it is there."""
    taggers = TaggerCache(shipped)
    before = taggers.current()
    gate = threading.Event()
    compile_ = rooms.Tagger
    monkeypatch.setattr(rooms, "Tagger", lambda found, **given: gate.wait(30) and compile_(found, **given))
    monkeypatch.setattr(rooms, "_PATIENCE", 0.05)
    _reworded(shipped)
    assert taggers.current() is before
    assert taggers.current() is before
    gate.set()
    monkeypatch.setattr(rooms, "_PATIENCE", 30.0)
    assert [watch.version for watch in taggers.current().watches] == [2]


def test_without_a_database_there_is_a_clear_error():
    """And no thread is left waiting."""
    taggers = TaggerCache(Store("postgresql://nobody:x@127.0.0.1:9/none"))
    with pytest.raises(StoreUnavailable):
        taggers.current()
