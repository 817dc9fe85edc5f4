"""Guards of a watch: what they refuse, and which ones a rejected alert proposes."""

from dataclasses import asdict

import pytest
from carriers import mention

from dyadwatch.errors import InvalidInput
from dyadwatch.model.guards import Guard, SourceRecord
from dyadwatch.model.mentions import Evidence, Surface
from dyadwatch.tagging import Tagger, parse_watch, propose, with_guard

WATCH = {
    "id": "ida-bo",
    "title": "Ida – Bo",
    "actors": {
        "a": {"name": "Ida Stone", "names": {"und": ["{Ida|Queen} Stone"]}, "aliases": {"und": ["Stone"]}},
        "b": {"name": "Bo Rock", "names": {"und": ["Bo Rock"]}, "aliases": {"und": ["Rock"]}},
    },
}
MET = "Lake Stone met Bo Rock in Dale."
NAMESAKE = Guard("namesake", side="a", text="Lake Stone")
PHRASE = Guard("phrase", text="Lake STONE  met")
IGNORED = Guard("source", host="news.example")
SURER = Guard("source", host="news.example", min_score=1.0)


def tag(document, text=MET, host="www.news.example"):
    return Tagger([parse_watch(document)]).tag(text, language="en", host=host).watches["ida-bo"]


@pytest.mark.parametrize(
    ("guard", "reason"), [(NAMESAKE, "namesake"), (PHRASE, "phrase"), (IGNORED, "source"), (SURER, "source")]
)
def test_what_a_guard_refuses_is_suppressed_with_its_reason(guard, reason):
    assert tag(WATCH).relationship
    refused = tag(with_guard(WATCH, guard))
    assert (refused.relationship, refused.mentions, refused.events) == (False, (), ())
    assert [one.reason for one in refused.suppressed] == [reason]
    assert all(one.quote == MET[one.start : one.end] for one in refused.suppressed)


@pytest.mark.parametrize(
    ("guard", "text", "host"),
    [
        (NAMESAKE, "Ida Stone met Bo Rock in Dale.", ""),
        (PHRASE, "Blake Stone met Bo Rock in Dale.", ""),
        (PHRASE, "Lake Stone metal: Ida Stone met Bo Rock.", ""),
        (IGNORED, MET, "xnews.example"),
        (IGNORED, MET, ""),
        (Guard("source", host="news.example", min_score=0.5), MET, "news.example"),
    ],
)
def test_a_guard_refuses_nothing_else(guard, text, host):
    assert tag(with_guard(WATCH, guard), text, host).relationship


def test_a_document_has_each_guard_once_and_one_rule_for_a_source():
    document = WATCH
    for guard in (NAMESAKE, PHRASE, SURER, IGNORED, NAMESAKE, PHRASE, IGNORED):
        document = with_guard(document, guard)
    assert document["actors"]["a"]["namesakes"] == [{"text": {"und": ["Lake Stone"]}}]
    assert document["guards"] == {
        "phrases": [PHRASE.text],
        "sources": [{"host": "news.example", "ignore": True}],
    }
    assert "guards" not in WATCH


@pytest.mark.parametrize(
    ("guards", "pointer", "code"),
    [
        ({"phrases": ["a b"]}, "/guards/phrases/0", "too_short"),
        ({"sources": [{"host": "News.example", "ignore": True}]}, "/guards/sources/0/host", "malformed"),
        ({"sources": [{"host": "n.example"}]}, "/guards/sources/0", "contradictory"),
        ({"sources": [{"host": "n.example", "min_score": 2}]}, "/guards/sources/0/min_score", "out_of_range"),
        ({"words": []}, "/guards/words", "unknown_field"),
    ],
)
def test_a_guard_that_means_nothing_is_an_error_of_the_watch(guards, pointer, code):
    with pytest.raises(InvalidInput) as raised:
        parse_watch({**WATCH, "guards": guards})
    assert (raised.value.errors[0].pointer, raised.value.errors[0].code) == (pointer, code)


def shown(quote, a, b):
    """A mention of a quote that begins at 5 of its text, with these surfaces of the actors."""
    actors = {
        side: (Surface(text, 5 + quote.index(text), 5 + quote.index(text) + len(text), "name"),)
        for side, text in (("a", a), ("b", b))
    }
    return mention(evidence=Evidence(quote, 5, 5 + len(quote), "", ""), actors=actors)


@pytest.mark.parametrize(
    ("quote", "a", "proposed"),
    [
        ("In Dale, Old Lake Stone met Bo Rock.", "Stone", ["Old Lake Stone"]),
        ("The al-Stone Bridge met Bo Rock.", "Stone", ["The al-Stone Bridge"]),
        ("In Dale, Ida Stone met Bo Rock.", "Ida Stone", []),
        ("Then Ida Stone met Bo Rock.", "Stone", []),
        ("the stone met Bo Rock.", "stone", []),
    ],
)
def test_a_namesake_is_the_longer_name_that_a_bare_one_stands_in(quote, a, proposed):
    guards = list(propose(WATCH, "namesake", shown(quote, a, "Bo Rock"), None))
    assert [(one.kind, one.side, one.text) for one in guards] == [
        ("namesake", "a", text) for text in proposed
    ]


def test_a_phrase_goes_from_one_actor_to_the_other():
    told = shown("On Monday Stone met, once more, Bo Rock in Dale.", "Stone", "Bo Rock")
    (guard,) = propose(WATCH, "wrong_event", told, None)
    assert (guard.kind, guard.text) == ("phrase", "Stone met, once more, Bo Rock")
    assert list(propose(with_guard(WATCH, guard), "wrong_event", told, None)) == []
    assert list(propose(WATCH, "copy", told, None)) == []


@pytest.mark.parametrize(
    ("confirmed", "rejected", "rule"),
    [
        ((), (0.9, 0.9), None),
        ((), (0.9, 0.8, 0.7), {"min_score": None}),
        ((0.95,), (0.9, 0.8, 0.7), {"min_score": 0.91}),
        ((0.85,), (0.9, 0.8, 0.7), None),
    ],
)
def test_a_source_is_refused_by_what_was_judged_of_it(confirmed, rejected, rule):
    record = SourceRecord("news.example", confirmed, rejected)
    guards = list(propose(WATCH, "copy", None, record))
    assert [asdict(one) for one in guards] == [
        asdict(Guard("source", host="news.example", **one)) for one in [rule] if one is not None
    ]
