"""Guards of a watch: what they refuse, and which ones a rejected alert proposes."""

from dataclasses import asdict

import pytest
from carriers import mention

from dyadwatch.errors import InvalidInput
from dyadwatch.model.guards import Guard, Judgement
from dyadwatch.model.mentions import Evidence, Surface, Trigger
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


def shown(quote, a, b, trigger=None):
    """A mention of a quote that begins at 5 of its text, with these surfaces of the actors."""
    actors = {
        side: (Surface(text, 5 + quote.index(text), 5 + quote.index(text) + len(text), "name"),)
        for side, text in (("a", a), ("b", b))
    }
    at = 5 + quote.index(trigger) if trigger else 0
    told = Trigger(trigger, at, at + len(trigger)) if trigger else None
    return mention(evidence=Evidence(quote, 5, 5 + len(quote), "", ""), actors=actors, trigger=told)


def proposals(reason, wrong, document=WATCH, **known):
    return [one.guard for one in propose(document, reason, wrong, **known)]


@pytest.mark.parametrize(
    ("quote", "a", "proposed"),
    [
        ("In Dale, Old Lake Stone met Bo Rock.", "Stone", ["Old Lake Stone"]),
        ("The al-Stone Bridge met Bo Rock.", "Stone", ["al-Stone Bridge"]),
        ("In Dale, Ida Stone Hospital met Bo Rock.", "Ida Stone", ["Ida Stone Hospital"]),
        ("Ida Stone's Bridge met Bo Rock.", "Ida Stone", ["Ida Stone's Bridge"]),
        ("Otto van der Stone met Bo Rock.", "Stone", ["Otto van der Stone"]),
        ("In Dale, Ida Stone met Bo Rock.", "Ida Stone", []),
        ("In Dale, Queen Mother Ida Stone met Bo Rock.", "Ida Stone", []),
        ("Then Ida Stone met Bo Rock.", "Stone", []),
        ("The Stone met Bo Rock.", "Stone", []),
        ("Yesterday Bo Rock met Stone.", "Stone", []),
        ("the stone met Bo Rock.", "stone", []),
        ("التقى جسر ستون Bo Rock في المدينة.", "ستون", ["جسر ستون"]),
        ("وقال ستون عن Bo Rock.", "ستون", []),
    ],
)
def test_a_namesake_is_the_longer_name_that_one_of_the_actor_stands_in(quote, a, proposed):
    roles = [{"text": {"en": ["queen mother"]}}]
    document = {**WATCH, "actors": {**WATCH["actors"], "a": {**WATCH["actors"]["a"], "roles": roles}}}
    guards = proposals("namesake", shown(quote, a, "Bo Rock"), document)
    assert guards == [Guard("namesake", side="a", text=text) for text in proposed]


def test_a_bare_name_is_the_one_that_stands_longest_elsewhere_in_the_text():
    text = "Ships crossed Lake Stone. On Sunday Lake Stone froze. Ida Stone was away. Old Stone slept."
    guards = proposals("namesake", shown("Stone met Bo Rock.", "Stone", "Bo Rock"), text=text)
    assert guards == [Guard("namesake", side="a", text="Lake Stone")]


def test_a_namesake_that_a_full_name_stands_in_is_refused():
    text = "The Ida Stone Hospital met Bo Rock in Dale."
    (guard,) = proposals("namesake", shown(text, "Ida Stone", "Bo Rock"))
    assert tag(WATCH, text).relationship
    assert not tag(with_guard(WATCH, guard), text).relationship
    assert tag(with_guard(WATCH, guard), "Ida Stone met Bo Rock in Dale.").relationship


def judgement(number, quote, reason="old_news", score=None):
    return Judgement(number, reason is None, reason, (quote,), score)


OLD = "Ten years ago this week Stone met Bo Rock in Dale."
OLDER = "It was years ago this week that Ida Stone met Rock."


def test_a_phrase_is_what_recurs_in_rejected_alerts_and_in_no_confirmed_one():
    wrong = shown(OLD, "Stone", "Bo Rock", "met")
    rejected = [judgement(1, OLD), judgement(2, OLDER), judgement(3, "Many years ago Stone met Rock.")]
    (proposal,) = propose(WATCH, "old_news", wrong, judged=rejected[:2])
    assert (proposal.guard, proposal.verdicts) == (Guard("phrase", text="years ago this week"), (1, 2))
    (widest,) = propose(WATCH, "old_news", wrong, judged=rejected)
    assert (widest.guard.text, widest.verdicts) == ("years ago", (1, 2, 3))
    right = judgement(4, "Two years ago, Stone met Rock and years ago she did too.", None)
    (narrower,) = propose(WATCH, "old_news", wrong, judged=[*rejected, right])
    assert narrower.guard.text == "years ago this week"
    assert proposals("old_news", wrong, with_guard(WATCH, proposal.guard), judged=rejected[:2]) == []


def test_a_phrase_that_does_not_recur_is_beside_what_tells_the_event_and_names_nobody():
    wrong = shown("On Monday Stone met for chess lessons with Bo Rock.", "Stone", "Bo Rock", "met")
    assert proposals("wrong_event", wrong) == [Guard("phrase", text="met for chess lessons")]
    assert proposals("copy", wrong) == []
    right = judgement(1, "They met for chess lessons.", None)
    assert proposals("wrong_event", wrong, judged=[right]) == []
    for quote, trigger in (
        ("Stone met Bo Rock.", "met"),
        ("Then Stone met with Bo Rock.", "met"),
        (OLD, None),
    ):
        assert proposals("wrong_event", shown(quote, "Stone", "Bo Rock", trigger)) == []


@pytest.mark.parametrize(
    ("confirmed", "rejected", "rule"),
    [
        ((), (0.9, 0.9), None),
        ((), (0.9, 0.9, None), None),
        ((), (0.9, 0.8, 0.7), {"min_score": None}),
        ((None,), (0.9, 0.8, 0.7), {"min_score": None}),
        ((0.95,), (0.9, 0.8, 0.7), {"min_score": 0.91}),
        ((0.85,), (0.9, 0.8, 0.7), None),
    ],
)
def test_a_source_is_refused_by_what_was_judged_of_it(confirmed, rejected, rule):
    judged = [judgement(number, "", "copy", score) for number, score in enumerate(rejected)]
    judged += [judgement(9, "", None, score) for score in confirmed]
    proposed = list(propose(WATCH, "copy", None, host="news.example", judged=judged))
    assert [asdict(one.guard) for one in proposed] == [
        asdict(Guard("source", host="news.example", **one)) for one in [rule] if one is not None
    ]
    assert {one.verdicts for one in proposed} <= {(0, 1, 2)}
