"""Tagging on request answers as the command line does."""

import pytest

from dyadwatch.tagging import shipped_watches

TEXT = "Syrian President Bashar al-Assad met Ali Khamenei in Tehran on Sunday."


def test_a_text_is_tagged_with_exact_offsets(api):
    answer = api.post("/v1/tag", {"text": TEXT, "language": "en", "published": "2022-05-08"})
    tagged = answer.get_json()
    assert answer.status_code == 200
    verdict = {"watch", "language", "relationship", "score", "mentions", "actors", "seconds"}
    whole = {
        "event_types",
        "direction",
        "modality",
        "attribution",
        "relevance",
        "salience",
        "stance",
        "zones",
    }
    assert set(tagged) == verdict | whole | {"suppressed", "mention_count", "tagged_to", "events"}
    assert tagged["event_types"] == ["CONSULT"]
    assert tagged["relationship"] is True
    for mention in tagged["mentions"]:
        evidence = mention["evidence"]
        assert TEXT[evidence["start"] : evidence["end"]] == evidence["quote"]
    for start, end, surface in tagged["actors"]["a"] + tagged["actors"]["b"]:
        assert TEXT[start:end] == surface


def test_what_was_refused_is_told_with_its_reason(api):
    """A namesake is found and shown, and raises nothing."""
    tagged = api.post("/v1/tag", {"text": "Hafez al-Assad met Ali Khamenei in 1991."}).get_json()
    assert tagged["relationship"] is False
    assert "namesake" in {refused["reason"] for refused in tagged["suppressed"]}


def test_what_a_watch_refuses_of_sources_counts_where_the_address_is_known(api):
    path = "/v1/watches/assad-khamenei"
    (document,) = (one for one in shipped_watches() if one["id"] == "assad-khamenei")
    changed = {**document, "guards": {"sources": [{"host": "satire.example", "ignore": True}]}}
    assert api("PUT", path, changed).status_code == 200
    for url, is_related in (("https://www.satire.example/1", False), ("https://news.example/1", True)):
        tagged = api.post("/v1/tag", {"text": TEXT, "published": "2022-05-08", "url": url}).get_json()
        assert tagged["relationship"] is is_related
        assert ("source" in {one["reason"] for one in tagged["suppressed"]}) is not is_related


def test_a_text_about_something_else_has_no_relationship(api):
    tagged = api.post("/v1/tag", {"text": "It rained in Lisbon.", "title": "Weather"}).get_json()
    assert (tagged["relationship"], tagged["mentions"], tagged["actors"]) == (False, [], {"a": [], "b": []})


@pytest.mark.parametrize(
    "published", ["2022-05-08", "2022-05-08T10:00:00Z", "2022-05-08T10:00:00+03:00", None]
)
def test_a_date_is_a_day_or_a_time_with_its_zone(api, published):
    assert api.post("/v1/tag", {"text": "x", "published": published}).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": 7}, "/text"),
        ({"text": "x" * 500_001}, "/text"),
        ({"published": "yesterday"}, "/published"),
        ({"published": 1651968000}, "/published"),
        ({"language": "klingonese!"}, "/language"),
        ({"watch": "nobody"}, "/watch"),
        ({"threshold": 1}, "/threshold"),
        ({"url": "satire.example"}, "/url"),
    ],
)
def test_what_cannot_be_tagged_is_named(api, change, pointer):
    answer = api.post("/v1/tag", {"text": "x"} | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
