"""A reranker's opinion as one more feature of a mention."""

from datetime import date
from functools import cache

import pytest
from click.testing import CliRunner

from dyadwatch.cli.tag import tag
from dyadwatch.errors import DyadwatchError, InvalidInput
from dyadwatch.tagging import Tagger, parse_watch, shipped_watches

pytestmark = pytest.mark.no_cover

TEXT = "Rain fell. Khamenei praised Assad. The visitor thanked his host."


@cache
def shipped():
    return [parse_watch(document) for document in shipped_watches()]


def tagged(reranker):
    tagger = Tagger(shipped(), reranker=reranker)
    return tagger.tag(TEXT, language="en", published=date(2018, 3, 1)).watches["assad-khamenei"]


def test_the_score_is_a_feature_and_changes_the_confidence():
    """What the model says stands beside the other weights, bounded."""
    plain, sure, unsure = (
        tagged(one)
        for one in (None, lambda _, claims: [1.0] * len(claims), lambda _, claims: [0.0] * len(claims))
    )
    assert "reranker" not in plain.mentions[0].features
    assert sure.mentions[0].features["reranker"] == 3.0
    assert plain.mentions[0].confidence < sure.mentions[0].confidence
    assert unsure.mentions[0].features["reranker"] == -3.0
    assert unsure.mentions[0].confidence < plain.mentions[0].confidence
    assert unsure.score < plain.score


def test_claims_state_how_the_sentence_is_coded():
    """A claim has the two as they stand in the sentence, in the direction of the act."""
    calls = []
    tagged(lambda sentence, claims: calls.append((sentence, list(claims))) or [0.5] * len(claims))
    sentence, (claim,) = calls[0]
    assert sentence == "Khamenei praised Assad."
    assert claim[:3] == (("Khamenei", 0, 8), ("Assad", 17, 22), "SUPPORT")
    assert claim.confidence == pytest.approx(tagged(None).mentions[0].confidence, abs=1e-3)


def test_where_it_has_no_opinion_a_mention_stays_as_it_was():
    """Of several claims those count that it judged."""
    assert tagged(lambda _, claims: [None] * len(claims)) == tagged(None)


def test_invalid_scores_are_an_error():
    """Scores outside [0, 1], or too few, stop the tagging with a clear error."""
    with pytest.raises(InvalidInput) as caught:
        tagged(lambda _, claims: [2.0])
    assert caught.value.code == "reranker_invalid"


def test_an_unknown_reranker_is_reported():
    """The command says which there are."""
    result = CliRunner().invoke(tag, ["--reranker", "nobody:x"], input="Rain.")
    assert isinstance(result.exception, DyadwatchError)
    assert result.exception.code == "reranker_unknown"


def test_a_low_score_drops_the_mention_and_the_relationship():
    """A mention below the threshold is none."""
    watch = parse_watch(shipped_watches()[0])
    sceptic = Tagger([watch], reranker=lambda _sentence, claims: [0.0] * len(claims))
    refused = sceptic.tag(
        "Ali Khamenei spoke at length of Bashar al-Assad and the past.", language="en"
    ).watches[watch.id]
    assert (refused.relationship, refused.mentions, refused.event_types) == (False, (), ())
    assert refused.score < 0.5
