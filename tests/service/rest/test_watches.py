"""Watches over REST: documents in, versions counted."""

import copy
import threading

import pytest

from dyadwatch.pipeline import tagger_cache


@pytest.fixture
def document():
    return {
        "id": "putin-xi",
        "title": "Putin – Xi",
        "actors": {
            "a": {"name": "Vladimir Putin", "pronouns": "he", "names": {"en": ["Vladimir Putin", "Putin"]}},
            "b": {"name": "Xi Jinping", "pronouns": "he", "names": {"en": ["Xi Jinping"]}},
        },
    }


def test_the_shipped_watch_is_there(api):
    document = api.get("/v1/watches/assad-khamenei").get_json()
    assert (document["id"], document["version"], document["enabled"]) == ("assad-khamenei", 1, True)
    assert set(document["actors"]) == {"a", "b"}
    assert [watch["id"] for watch in api.get("/v1/watches").get_json()["data"]] == ["assad-khamenei"]


def test_another_pair_needs_no_code(api, document):
    answer = api.post("/v1/watches", document)
    assert (answer.status_code, answer.headers["Location"]) == (201, "/v1/watches/putin-xi")
    text = "Vladimir Putin met Xi Jinping in Moscow on Monday."
    tagged = api.post("/v1/tag", {"text": text, "watch": "putin-xi", "language": "en"}).get_json()
    assert tagged["actors"] == {"a": [[0, 14, "Vladimir Putin"]], "b": [[19, 29, "Xi Jinping"]]}
    again = api.post("/v1/watches", document)
    assert (again.status_code, again.get_json()["errors"][0]["pointer"]) == (409, "/id")


def test_a_watch_is_used_at_once_however_long_it_takes_to_compile(api, document, product, monkeypatch):
    product.tagger()
    gate = threading.Event()
    compile_ = tagger_cache.Tagger
    monkeypatch.setattr(
        tagger_cache, "Tagger", lambda parsed, **options: gate.wait(60) and compile_(parsed, **options)
    )
    monkeypatch.setattr(tagger_cache, "_MAX_WAIT", 0.0)
    api.post("/v1/watches", document)
    product.tagger_cache.current()  # starts to compile, as the workers do
    threading.Timer(0.1, gate.set).start()
    answer = api.post("/v1/tag", {"text": "Putin met Xi Jinping.", "watch": "putin-xi"})
    assert (answer.status_code, answer.get_json()["watch"]) == (200, "putin-xi")


def test_a_changed_document_is_a_new_version(api, document):
    api.post("/v1/watches", document)
    changed = copy.deepcopy(document) | {"threshold": 0.9}
    assert api("PUT", "/v1/watches/putin-xi", changed).get_json()["version"] == 2
    assert api("PUT", "/v1/watches/putin-xi", changed).get_json()["version"] == 2
    assert api.get("/v1/watches/putin-xi").get_json()["threshold"] == 0.9
    answer = api("PUT", "/v1/watches/assad-khamenei", changed)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/id")
    assert api("PUT", "/v1/watches/nobody", changed | {"id": "nobody"}).status_code == 404


def test_every_fault_of_a_document_is_named(api, document):
    del document["actors"]["a"]["names"]
    document["actors"]["b"]["nmaes"] = {}
    answer = api.post("/v1/watches", document)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "watch_invalid")
    pointers = {error["pointer"] for error in answer.get_json()["errors"]}
    assert pointers == {"/actors/a/names", "/actors/b/nmaes"}


def test_a_disabled_watch_tags_nothing(api, document):
    api.post("/v1/watches", document)
    assert api("PATCH", "/v1/watches/putin-xi", {"enabled": False}).get_json()["enabled"] is False
    answer = api.post("/v1/tag", {"text": "x", "watch": "putin-xi"})
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "unknown_watch")


def test_a_watch_is_removed_unless_it_has_alerts(api, document, rows):
    api.post("/v1/watches", document)
    assert api("DELETE", "/v1/watches/putin-xi").status_code == 204
    rows.alert()
    answer = api("DELETE", "/v1/watches/assad-khamenei")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "watch_has_alerts")


def test_what_a_watch_lacks_is_suggested(api, document):
    """Of a stored watch and of a document that is not stored: the same, with what is probably not meant."""
    document["actors"]["a"]["aliases"] = {"en": ["Putin, the president"]}
    unstored = api.post("/v1/suggest?language=ru", document).get_json()
    assert {
        "pointer": "/actors/a/names/ru",
        "text": "Владимир Путин",
        "kind": "transliteration",
        "is_sure": False,
    } in (unstored["suggestions"])
    assert [(one["pointer"], one["code"]) for one in unstored["warnings"]] == [
        ("/actors/a/aliases/en/0", "comma")
    ]
    assert api.get("/v1/watches/putin-xi").status_code == 404
    api.post("/v1/watches", document)
    assert api.get("/v1/watches/putin-xi/suggestions?language=ru").get_json() == unstored


def test_the_versions_of_a_watch_are_kept_with_their_documents(api, document):
    api.post("/v1/watches", document)
    api("PUT", "/v1/watches/putin-xi", document | {"threshold": 0.9})
    listed = api.get("/v1/watches/putin-xi/versions").get_json()["data"]
    assert [version["version"] for version in listed] == [2, 1]
    first = api.get("/v1/watches/putin-xi/versions/1").get_json()
    assert (first["document"], first["created_at"]) == (document, listed[1]["created_at"])
    for path in ("/v1/watches/none/versions", "/v1/watches/putin-xi/versions/3"):
        assert api.get(path).status_code == 404
    assert api.get(f"/v1/watches/putin-xi/versions/{2**40}").status_code == 404


def test_a_document_is_previewed_before_it_is_stored(api, document):
    answer = api.post("/v1/preview?days=7", document).get_json()
    assert (answer["watch"], answer["read_count"], answer["samples"]) == ("putin-xi", 0, [])
    assert api.post("/v1/preview", {"id": "a-b"}).get_json()["code"] == "watch_invalid"
    assert api.post("/v1/preview?days=0", document).status_code == 400
    assert api.get("/v1/watches/putin-xi").status_code == 404


def test_a_language_without_a_table_of_letters_is_named(api):
    answer = api.get("/v1/watches/assad-khamenei/suggestions?language=hi")
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (400, "/language")


def test_nothing_is_suggested_for_what_is_no_watch(api):
    answer = api.post("/v1/suggest", {"id": "a-b"})
    refused = api.post("/v1/watches", {"id": "a-b"})
    assert answer.status_code == refused.status_code == 422
    assert answer.get_json()["code"] == refused.get_json()["code"]
