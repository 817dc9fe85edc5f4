"""What a reranker says weighs in each mention, beside the rules."""

import pytest

from dyadwatch.tagging import Tagger, parse_watch, shipped_watches
from dyadwatch.tagging.second_opinion import FEATURE

TEXT = "Bashar al-Assad met Ali Khamenei in Tehran on Monday. Ali Khamenei praised Bashar al-Assad."


@pytest.fixture
def judged():
    """Tags with a reranker that gives one score: the tagging, and the claims that it was asked about."""

    def judged(score):
        asked = []

        def reranker(sentence, claims):
            asked.extend((sentence, claim) for claim in claims)
            return [score] * len(claims)

        watch = parse_watch(shipped_watches()[0], version=1)
        found = Tagger([watch], reranker=reranker).tag(TEXT, language="en").watches[watch.id]
        return found, asked

    return judged


def test_a_reranker_is_asked_who_does_what_to_whom(judged):
    """With the evidence, and offsets into it; the acting side first."""
    _, asked = judged(0.5)
    assert tuple(claim.event_type for _, claim in asked) == ("CONSULT", "SUPPORT")
    for sentence, claim in asked:
        for surface, start, end in (claim.actor, claim.recipient):
            assert sentence[start:end] == surface
    assert asked[1][1].actor[0] == "Ali Khamenei"


def test_its_word_is_a_named_feature_of_the_confidence(judged):
    """One half says nothing, more strengthens."""
    neutral, sure = judged(0.5)[0], judged(0.99)[0]
    assert [mention.features[FEATURE] for mention in neutral.mentions] == [0.0, 0.0]
    for weak, strong in zip(neutral.mentions, sure.mentions, strict=True):
        assert strong.features[FEATURE] > 0
        assert strong.confidence > weak.confidence
    assert sure.score >= neutral.score


def test_what_it_disbelieves_is_dropped_and_with_it_the_verdict(judged):
    """A mention below the threshold is none."""
    refused, _ = judged(0.0)
    assert (refused.relationship, refused.mentions, refused.event_types) == (False, (), ())
    assert refused.score < 0.5
