"""Watch documents: what is accepted, and that every problem is named with its place and code."""

import copy
import json

import pytest

from dyadwatch.errors import InvalidInput
from dyadwatch.tagging import parse_watch, shipped_watches

MINIMAL = {
    "id": "north-south",
    "title": "North - South",
    "actors": {
        "a": {"name": "Ann North", "names": {"en": ["Ann North"]}},
        "b": {"name": "Bo South", "names": {"en": ["Bo South"]}},
    },
}


def changed(path, value):
    """The minimal document with one place set."""
    document = copy.deepcopy(MINIMAL)
    place = document
    *way, last = path
    for key in way:
        place = place[key]
    place[last] = value
    return document


def without(*path):
    """The minimal document with one place gone."""
    document = copy.deepcopy(MINIMAL)
    place = document
    *way, last = path
    for key in way:
        place = place[key]
    del place[last]
    return document


A = ("actors", "a")


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        (without("id"), "/id", "missing"),
        (without("title"), "/title", "missing"),
        (changed(("title",), "North \u202e South"), "/title", "malformed"),
        (changed(("description",), "North\n\u202e South"), "/description", "malformed"),
        (without("actors"), "/actors", "missing"),
        (without("actors", "b"), "/actors/b", "missing"),
        (without(*A, "names"), "/actors/a/names", "missing"),
        (changed(("id",), "North South"), "/id", "malformed"),
        (changed(("id",), 7), "/id", "wrong_type"),
        (changed(("version",), 2), "/version", "unknown_field"),
        (changed((*A, "nickname"), "N"), "/actors/a/nickname", "unknown_field"),
        (changed((*A, "qid"), "44329"), "/actors/a/qid", "malformed"),
        (changed((*A, "pronouns"), "xe"), "/actors/a/pronouns", "not_allowed"),
        (changed((*A, "names"), {}), "/actors/a", "empty"),
        (changed((*A, "names"), {"en": ["A"]}), "/actors/a/names/en/0", "too_short"),
        (changed((*A, "names"), {"en": [""]}), "/actors/a/names/en/0", "empty"),
        (changed((*A, "names"), {"en": ["{Ann|An North"]}), "/actors/a/names/en/0", "malformed"),
        (changed((*A, "names"), {"en": ["{a|b|c|d}" * 6]}), "/actors/a/names/en/0", "malformed"),
        (changed((*A, "names"), {"English": ["Ann North"]}), "/actors/a/names/English", "malformed"),
        (changed((*A, "names"), {"en": "Ann North"}), "/actors/a/names/en", "wrong_type"),
        (changed((*A, "names"), {"en": ["Bo South"]}), "/actors", "contradictory"),
        (changed((*A, "namesakes"), [{"text": {"en": ["Ann North"]}}]), "/actors/a", "contradictory"),
        (
            changed((*A, "roles"), [{"text": {"en": ["queen"]}, "needs_country": True}]),
            "/actors/a",
            "missing",
        ),
        (
            changed(
                (*A, "roles"), [{"text": {"en": ["queen"]}, "from": "2020-01-01", "until": "2019-01-01"}]
            ),
            "/actors/a/roles/0",
            "out_of_range",
        ),
        (
            changed((*A, "roles"), [{"text": {"en": ["queen"]}, "from": "May"}]),
            "/actors/a/roles/0/from",
            "malformed",
        ),
        (changed(("threshold",), 1.5), "/threshold", "out_of_range"),
        (changed(("cues",), {"xx": {"visit": ["dropped by"]}}), "/cues/xx", "not_allowed"),
        (changed(("cues",), {"en": {"flattery": ["buttered up"]}}), "/cues", "not_allowed"),
    ],
)
def test_a_wrong_document_is_refused_with_place_and_code(document, pointer, code):
    """Each mistake gives a FieldError at its JSON pointer, with a stable code and a sentence."""
    with pytest.raises(InvalidInput) as refusal:
        parse_watch(document)
    assert refusal.value.code == "watch_invalid"
    assert (pointer, code) in {(error.pointer, error.code) for error in refusal.value.errors}
    assert all(error.detail for error in refusal.value.errors)


def test_a_role_without_its_country_is_named():
    """The error says which role needs a country, and where it goes."""
    roles = [{"text": {"en": ["queen of the North"]}}, {"text": {"en": ["queen"]}, "needs_country": True}]
    with pytest.raises(InvalidInput) as refusal:
        parse_watch(changed((*A, "roles"), roles))
    detail = refusal.value.errors[0].detail
    assert "country holds no words" in detail
    assert "roles/1" in detail


def test_every_problem_is_named_at_once():
    """A document with three mistakes gives three errors."""
    document = changed((*A, "nickname"), "N")
    document["id"] = "No Slug"
    del document["title"]
    with pytest.raises(InvalidInput) as refusal:
        parse_watch(document)
    assert {error.pointer for error in refusal.value.errors} == {"/actors/a/nickname", "/id", "/title"}


@pytest.mark.no_cover
def test_too_many_surfaces_are_refused():
    """An actor's expanded surfaces are bounded."""
    many = [
        f"{{a|b|c|d|e|f|g|h|i|j}}{{k|l|m|n|o|p|q|r|s|t}}{{u|v|w|x|y}} North {number}" for number in range(50)
    ]
    with pytest.raises(InvalidInput) as refusal:
        parse_watch(changed((*A, "names"), {"en": many}))
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [("/actors/a", "too_long")]


@pytest.mark.no_cover
def test_a_document_of_costly_patterns_is_refused_before_they_are_expanded():
    """Each is within its own bound."""
    costly = [f"{{a|b|c|d|e|f|g|h|i|j}}{'{k|l|m|n|o|p|q|r|s|t}' * 2} {number}" for number in range(500)]
    texts = dict.fromkeys(("en", "fr", "de", "es"), costly)
    with pytest.raises(InvalidInput) as refusal:
        parse_watch(changed((*A, "aliases"), texts))
    assert refusal.value.code == "watch_invalid"
    assert "together" in str(refusal.value)


def test_the_version_comes_from_outside():
    """The store numbers versions; a document has none."""
    assert parse_watch(MINIMAL).version == 1
    assert parse_watch(MINIMAL, version=7).version == 7


def test_shipped_documents_are_json_and_valid():
    """What ships survives JSON unchanged and parses to the pair that DESIGN names."""
    documents = shipped_watches()
    assert [document["id"] for document in documents] == ["assad-khamenei"]
    for document in documents:
        assert json.loads(json.dumps(document)) == document
        assert set(document["actors"]) == {"a", "b"}
        watch = parse_watch(document)
        assert (watch.a.name, watch.b.name) == ("Bashar al-Assad", "Ali Khamenei")
