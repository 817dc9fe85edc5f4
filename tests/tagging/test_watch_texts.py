"""Watch documents as people write them."""

import orjson
import pytest

from dyadwatch.tagging import example_watches, shipped_watches
from dyadwatch.tagging.watches import watch_texts


@pytest.mark.parametrize(
    "document",
    [
        *shipped_watches(),
        *example_watches(),
        {"actors": [1], "id": "2001-01-01", "more": {"b": "on", "a": ["é ", "a: b", "# x"]}},
        {
            "actors": {
                "b": {"roles": ["x", {"until": "2020-01-01", "from": "2010-01-01", "text": {}}]},
                "a": 1,
            }
        },
    ],
    ids=lambda document: document.get("id", "odd"),
)
def test_a_document_that_is_written_reads_as_the_same(document):
    document = orjson.loads(orjson.dumps(document))
    assert orjson.loads(watch_texts.expand(watch_texts.as_yaml(document))) == document


def test_the_fields_of_a_document_are_in_the_order_of_the_docs():
    actor = {"aliases": {}, "names": {"und": ["Ida Stone"]}, "name": "Ida"}
    text = watch_texts.as_yaml({"actors": {"b": {}, "a": actor}, "level": "state", "title": "T", "id": "x"})
    fields = [line.strip().partition(":")[0] for line in text.splitlines()]
    assert fields == ["id", "title", "actors", "a", "name", "names", "und", "aliases", "b", "level"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("# one\ntitle: x # two\n  # three\n", 3),
        ("title: 'a # b'\nnames: [\"c # d\", 'it''s # e']\nurl: https://a.test/#top\n", 0),
        ("title: Khamenei's # and Assad's\n", 1),
        ('{"title": "a # \\" # b"}', 0),
    ],
)
def test_comments_are_told_from_what_is_quoted(text, count):
    assert watch_texts.count_comments(text) == count
