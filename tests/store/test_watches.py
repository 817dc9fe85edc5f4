"""Watches keep every version of their documents."""

import threading

import pytest
from sqlalchemy import text
from waiting import eventually

from dyadwatch.errors import Conflict, NotFound
from dyadwatch.model.watches import WatchLabel
from dyadwatch.store import watches


def _document(**values):
    return {"id": "a-b", "title": "A – B", "actors": {"a": {}, "b": {}}} | values


def test_the_json_of_a_watch_is_its_document_with_fields_of_the_row(db):
    view = watches.create(db, "a-b", "A – B", _document(threshold=0.4))
    document = view.as_json()
    assert (document["id"], document["version"], document["enabled"], document["threshold"]) == (
        "a-b",
        1,
        True,
        0.4,
    )
    assert watches.get(db, "a-b") == view
    assert watches.exists(db, "a-b")
    assert not watches.exists(db, "b-c")


def test_the_error_for_a_taken_id_points_to_it(db):
    watches.create(db, "a-b", "A – B", _document())
    with pytest.raises(Conflict) as caught:
        watches.create(db, "a-b", "A – B", _document())
    assert caught.value.errors[0].pointer == "/id"


def test_only_another_document_makes_another_version_and_all_are_stored(db):
    watches.create(db, "a-b", "A – B", _document())
    assert watches.replace(db, "a-b", "A – B", _document()).version == 1
    assert watches.replace(db, "a-b", "A and B", _document(threshold=0.4)).version == 2
    versions = db.execute(text("SELECT version, document FROM watch_versions ORDER BY version")).all()
    assert [(row.version, row.document.get("threshold")) for row in versions] == [(1, None), (2, 0.4)]


def test_shipped_watches_follow_releases_and_spare_edits(db):
    assert watches.ensure(db, [_document()]) == 1
    assert watches.ensure(db, [_document()]) == 0
    watches.replace(db, "a-b", "A – B", _document(threshold=0.9))
    assert watches.ensure(db, [_document()]) == 0
    assert watches.get(db, "a-b").document["threshold"] == 0.9
    assert watches.ensure(db, [_document(threshold=0.6)]) == 1
    assert watches.get(db, "a-b").version == 3


def test_enabled_watches_come_in_order_of_id(db):
    for name in ("c-d", "a-b", "b-c"):
        watches.create(db, name, name, _document(id=name))
    assert not watches.enable(db, "b-c", enabled=False).enabled
    assert [(watch.id, watch.version) for watch in watches.enabled_versions(db)] == [("a-b", 1), ("c-d", 1)]
    assert watches.enabled(db)[0] == (watches.enabled_versions(db)[0], _document())


@pytest.mark.parametrize(
    "change",
    [
        lambda db: watches.create(db, "c-d", "C – D", _document(id="c-d")),
        lambda db: watches.replace(db, "a-b", "A – B", _document(threshold=0.4)),
        lambda db: watches.enable(db, "a-b", enabled=False),
        lambda db: watches.delete(db, "a-b"),
    ],
    ids=["create", "replace", "enable", "delete"],
)
def test_a_change_of_the_watches_waits_for_whoever_holds_them(store, change):
    """What is stored under the watches as they were is stored before the change, or not at all."""

    def changed():
        with store.begin() as db:
            change(db)

    with store.begin() as db:
        watches.create(db, "a-b", "A – B", _document())
    with store.begin() as holder:
        before = watches.hold(holder)
        thread = threading.Thread(target=changed)
        thread.start()
        eventually(
            lambda: holder.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one()
        )
        assert watches.enabled_versions(holder) == before
    thread.join()
    with store.begin() as db:
        assert watches.hold(db) != before


def test_watches_are_listed_in_pages(db):
    for name in ("c-d", "a-b", "b-c"):
        watches.create(db, name, name, _document(id=name))
    first = watches.page(db, limit=2, cursor=None)
    rest = watches.page(db, limit=2, cursor=first.next)
    assert {view.id for view in first.data + rest.data} == {"a-b", "b-c", "c-d"}
    assert rest.next is None


def test_a_page_of_large_watches_is_short_and_leads_on(db, monkeypatch):
    monkeypatch.setattr(watches, "_MAX_PAGE", 1_000)
    for number, size in enumerate((300, 300, 5_000, 300, 300, 300)):
        watches.create(db, f"w-{number}", "W", {"description": "x" * size})
    pages, cursor = [], None
    while not pages or cursor:
        page = watches.page(db, limit=4, cursor=cursor)
        pages.append([watch.id for watch in page.data])
        cursor = page.next
    assert pages == [["w-5", "w-4", "w-3", "w-2"], ["w-1", "w-0"]]
    monkeypatch.setattr(watches, "_MAX_PAGE", 500)
    assert [watch.id for watch in watches.page(db, limit=4, cursor=None).data] == ["w-5", "w-4"]


def test_labels_name_the_newest_watches_and_their_actors(db):
    for watch_id, actors in (
        ("a-b", {"a": {"name": "Ida"}, "b": {}}),
        ("c-d", {}),
        ("e-f", {"b": {"name": "Bo"}}),
    ):
        watches.create(db, watch_id, watch_id.upper(), _document(id=watch_id, actors=actors))
        db.execute(
            text("UPDATE watches SET created_at = created_at - interval '1 day'")
        )  # all of one transaction
    assert watches.labels(db, limit=2) == [
        WatchLabel("e-f", "E-F", {"a": "a", "b": "Bo"}),
        WatchLabel("c-d", "C-D", {"a": "a", "b": "b"}),
    ]
    assert watches.labels(db, limit=9)[2].actors == {"a": "Ida", "b": "b"}


def test_labels_have_the_first_pattern_in_the_language_asked_for(db):
    ida = {"name": "Ida", "names": {"ar": ["{آيدا|ايدا}", "عايدة"], "fa": []}}
    watches.create(db, "a-b", "A – B", _document(id="a-b", actors={"a": ida, "b": {"name": "Bo"}}))
    spelled = [watches.labels(db, limit=1, language=language)[0].spellings for language in ("ar", "fa", None)]
    assert spelled == [{"a": "{آيدا|ايدا}"}, {}, {}]


def test_a_watch_with_alerts_stays(db, rows):
    watches.create(db, "a-b", "A – B", _document())
    rows.alert("a-b")
    with pytest.raises(Conflict) as caught:
        watches.delete(db, "a-b")
    assert caught.value.code == "watch_has_alerts"


def test_a_watch_that_is_not_there_is_not_found(db):
    watches.create(db, "a-b", "A – B", _document())
    watches.delete(db, "a-b")
    for act in (
        watches.get,
        watches.delete,
        lambda db, name: watches.enable(db, name, enabled=True),
        lambda db, name: watches.replace(db, name, "A", _document()),
    ):
        with pytest.raises(NotFound):
            act(db, "a-b")
