"""Filters of subscriptions: what may be written, and what it lets through."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from carriers import mention

from dyadwatch.errors import InvalidInput
from dyadwatch.model.alerts import Alert, StoredAlert
from dyadwatch.model.sources import SourceRef
from dyadwatch.subscriptions import AlertFacts, describe_filter, matches, parse_filter
from dyadwatch.subscriptions.filters import CRITERIA

EVENTS = ("alert.created", "alert.withdrawn")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ALERT = Alert(
    id=1,
    watch="assad-khamenei",
    story=1,
    score=0.8,
    level="person",
    event_types=("CONSULT", "SUPPORT"),
    language="en",
    created_at=NOW,
    updated_at=NOW,
    articles=(),
    evidence=(mention(direction="mutual"),),
    copies=2,
    origins=("SANA", "Reuters"),
    origin_count=2,
    state="active",
    version=1,
)


def _facts(**changes):
    """The facts of an alert in two languages from two sources."""
    source = SourceRef(5, "SANA", country="SY", side="syrian", language="ar", ownership="state")
    stored = StoredAlert(replace(ALERT, **changes), languages=("en", "ar"), source_ids=(3, 5))
    return AlertFacts(stored, (source,))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"watch": "assad-khamenei"},
        {"watch": ["a", "b"], "language": ["en", "fa"], "event_type": "CONSULT"},
        {"min_score": 0},
        {"min_score": 0.75, "level": ["person", "state"], "source": [1, 2]},
        {"source": 9},
    ],
)
def test_a_good_filter_is_kept_as_given(document):
    assert parse_filter(document) == document


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ({"colour": "red"}, ["/filter/colour"]),
        ({"a/b~c": 1}, ["/filter/a~1b~0c"]),
        ({"watch": 5}, ["/filter/watch"]),
        ({"watch": "Not a slug"}, ["/filter/watch"]),
        ({"event_type": "consult"}, ["/filter/event_type"]),
        ({"since": "2026-01-01"}, ["/filter/since"]),
        ({"watch": ""}, ["/filter/watch"]),
        ({"watch": []}, ["/filter/watch"]),
        ({"watch": ["a"] * 101}, ["/filter/watch"]),
        ({"language": ["en", None, "x" * 200]}, ["/filter/language/1", "/filter/language/2"]),
        ({"language": ["ckb", "tlh", "en-GB", "EN", "iw"]}, [f"/filter/language/{n}" for n in range(1, 5)]),
        ({"level": "planet"}, ["/filter/level"]),
        ({"direction": "a-b"}, ["/filter/direction"]),
        ({"level": ["person", {}]}, ["/filter/level/1"]),
        ({"source": "3"}, ["/filter/source"]),
        ({"source": True}, ["/filter/source"]),
        ({"source": [10**18]}, ["/filter/source/0"]),
        ({"min_score": 1.1}, ["/filter/min_score"]),
        ({"min_score": "0.5"}, ["/filter/min_score"]),
        ({"min_score": [0.5]}, ["/filter/min_score"]),
        ({"min_score": True}, ["/filter/min_score"]),
        ({"min_score": float("nan")}, ["/filter/min_score"]),
        ({"watch": [["a"]]}, ["/filter/watch/0"]),
        ({"country": "Syria"}, ["/filter/country"]),
        ({"min_origins": 0}, ["/filter/min_origins"]),
        ({"min_origins": [2]}, ["/filter/min_origins"]),
        ({"watch": None, "min_score": -1}, ["/filter/watch", "/filter/min_score"]),
    ],
)
def test_a_bad_filter_names_every_field_at_fault(document, pointers):
    """All faults are reported at once, each with a pointer into the request."""
    with pytest.raises(InvalidInput) as raised:
        parse_filter(document)
    assert [error.pointer for error in raised.value.errors] == pointers
    assert all(error.detail and error.code for error in raised.value.errors)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, True),
        ({"watch": "assad-khamenei"}, True),
        ({"watch": "other"}, False),
        ({"watch": ["other", "assad-khamenei"]}, True),
        ({"min_score": 0.8}, True),
        ({"min_score": 0.81}, False),
        ({"language": "en"}, True),
        ({"language": "ar"}, True),
        ({"language": ["fa", "he"]}, False),
        ({"event_type": "SUPPORT"}, True),
        ({"event_type": ["AID", "THREATEN"]}, False),
        ({"level": "person"}, True),
        ({"level": ["state"]}, False),
        ({"direction": ["b->a", "mutual"]}, True),
        ({"direction": "a->b"}, False),
        ({"modality": "asserted"}, True),
        ({"modality": ["negated", "historical"]}, False),
        ({"story": [1, 2]}, True),
        ({"story": 3}, False),
        ({"side": "syrian", "country": ["IR", "SY"]}, True),
        ({"side": "iranian"}, False),
        ({"country": "IR"}, False),
        ({"min_origins": 2}, True),
        ({"min_origins": 3}, False),
        ({"verdict": ["none", "rejected"]}, True),
        ({"verdict": "confirmed"}, False),
        ({"source": 5}, True),
        ({"source": [1, 2]}, False),
        ({"watch": "assad-khamenei", "language": "en", "min_score": 0.5, "source": 3}, True),
        ({"watch": "assad-khamenei", "language": "fa", "min_score": 0.5}, False),
    ],
)
def test_all_keys_must_fit_and_one_of_each_list(document, expected):
    assert matches(document, EVENTS, "alert.created", _facts()) is expected


def test_only_the_events_of_the_subscription_match():
    assert not matches({}, EVENTS, "alert.updated", _facts())


def test_a_withdrawal_reaches_those_who_were_sent_the_alert():
    """It has lost the evidence that its score and types came from; watch, language and source still count."""
    withdrawn = _facts(score=0.0, event_types=(), level="state")
    document = {"min_score": 0.5, "event_type": "CONSULT", "level": "person", "watch": "assad-khamenei"}
    assert matches(document, EVENTS, "alert.withdrawn", withdrawn)
    assert not matches(document | {"watch": "other"}, EVENTS, "alert.withdrawn", withdrawn)


def test_another_verdict_reaches_those_who_were_sent_the_alert_by_the_one_before():
    judged = replace(_facts(verdict="rejected"), verdict_before="confirmed")
    for verdict, expected in (("rejected", True), ("confirmed", True), ("none", False)):
        assert matches({"verdict": verdict}, ("alert.updated",), "alert.updated", judged) is expected


def test_a_filter_of_an_older_version_that_is_unknown_now_is_ignored():
    assert matches({"colour": "red"}, EVENTS, "alert.created", _facts())


def test_the_description_names_every_criterion():
    assert set(CRITERIA) <= set(describe_filter().replace(":", "").replace(",", "").split())
