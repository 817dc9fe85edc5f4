"""What an alert says of who reports it, and how much it is worth."""

from datetime import UTC, datetime
from math import prod

import orjson
import pytest
from carriers import carrier, mention

from dyadwatch.alerts import AlertKey, decide, document_without_article, serialize, without_article
from dyadwatch.model.alerts import AlertOrigin, BestEvidence, FurtherCarriers, Sides

KEY = AlertKey(id=7, watch="a-b", story=3)
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def raised(*carriers, **options):
    return decide(None, carriers, key=KEY, now=NOW, **options).stored


def test_sides_that_are_read_and_do_not_report_are_silent():
    stored = raised(
        carrier(1, side="iranian"), carrier(2, side=None), read_sides=("iranian", "syrian", "western")
    )
    assert stored.alert.sides == Sides(("iranian",), ("syrian", "western"))


def test_each_side_has_its_surest_quote():
    stored = raised(
        carrier(1, mention(1, "They met.", confidence=0.7), side="iranian"),
        carrier(2, mention(2, "The two met.", confidence=0.9), side="iranian"),
        carrier(3, mention(3, "A visit took place.", confidence=0.6), side="syrian"),
    )
    assert stored.alert.best_evidence == {
        "iranian": BestEvidence(2, "The two met.", "CONSULT", 0.9),
        "syrian": BestEvidence(3, "A visit took place.", "CONSULT", 0.6),
    }
    assert set(without_article(stored, 2).alert.best_evidence) == {"syrian"}
    document = orjson.loads(serialize(stored.alert))
    assert set(document_without_article(document, 3)["best_evidence"]) == {"iranian"}


@pytest.mark.parametrize(("relevance", "about"), [(0.2, "passing"), (0.8, "main")])
def test_an_alert_is_about_what_its_most_relevant_article_is(relevance, about):
    first_seen_at = datetime(2026, 3, 1, tzinfo=UTC)
    alert = raised(
        carrier(1, relevance=0.1, first_seen_at=first_seen_at), carrier(2, relevance=relevance)
    ).alert
    assert (alert.salience, alert.about, alert.first_seen_at) == (relevance, about, first_seen_at)
    assert raised(carrier(1), further=FurtherCarriers(1, relevance=relevance)).alert.about == about


def test_the_rank_is_explained_and_rises_with_score_salience_and_origins():
    plain = raised(carrier(1, relevance=0.5)).alert
    assert plain.rank == pytest.approx(prod(plain.score_terms.values()), abs=1e-4)
    assert plain.score_terms["score"] == plain.score
    surer = raised(carrier(1, relevance=0.5, score=0.9)).alert
    closer = raised(carrier(1, relevance=0.9)).alert
    other = AlertOrigin("publisher:b", "B", known=True)
    wider = raised(carrier(1, relevance=0.5), carrier(2, relevance=0.5, origin=other)).alert
    copied = raised(carrier(1, relevance=0.5), carrier(2, relevance=0.5)).alert
    assert min(surer.rank, closer.rank, wider.rank) > plain.rank == copied.rank
