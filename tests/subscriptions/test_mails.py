"""The subject of a mail: what happened, in words for people."""

import orjson
import pytest

from dyadwatch.subscriptions.mails import compose


def _document(kind, *changes):
    alert = {"watch": "a-b", "articles": [], "evidence": [], "score": 0.9, "id": 1, "changes": []}
    alert["changes"] = [{"kind": change, "article": 1} for change in changes]
    alert |= {"event_types": [], "origins": [], "copies": 1, "state": "active", "story": 1}
    return orjson.dumps({"type": kind, "timestamp": "2024-06-05T10:00:00Z", "data": alert})


@pytest.mark.parametrize(
    ("kind", "changes", "subject"),
    [
        ("alert.updated", ["origin.added", "article.gone"], "Alert updated: a-b"),
        ("article.gone", ["article.gone"], "Article gone: a-b"),
        ("article.gone", ["article.returned"], "Article there again: a-b"),
        ("article.corrected", ["article.retracted"], "Article retracted: a-b"),
        ("article.corrected", [], "Article corrected: a-b"),
    ],
)
def test_a_subject_says_what_happened(kind, changes, subject):
    """An event of articles is named by its change."""
    assert compose(_document(kind, *changes)).subject == subject
