"""The second opinion of a reranker on candidate sentences: one more named feature, beside those of the rules."""

from collections.abc import Sequence
from dataclasses import replace

from dyadwatch.tagging.documents.document import Hit, Reading
from dyadwatch.tagging.events.cues import Event, direction
from dyadwatch.tagging.events.selection import told
from dyadwatch.tagging.relations.rerankers import Claim, Reranker, log_odds, reranked
from dyadwatch.tagging.relations.scoring import Candidate

FEATURE = "reranker"
_MOST = 3.0  # what a model can add to the log-odds, or take away: a rule can still outvote it


def with_second_opinion(
    reranker: Reranker, reading: Reading, candidates: Sequence[Candidate]
) -> list[Candidate]:
    """The candidates, those that name both actors or hold a word for each with the feature `reranker`: the log-odds of
    the best of the reranker's scores for what they say, in [-3, 3]. Raises what the reranker raises."""
    return [_judged(reranker, reading, candidate) for candidate in candidates]


def _judged(reranker: Reranker, reading: Reading, candidate: Candidate) -> Candidate:
    pair = candidate.pair
    if pair.a.start == pair.b.start or any(hit.start == hit.end for hit in (pair.a, pair.b)):
        return candidate  # one word for both, or one left out
    start, end = candidate.sentence.source
    acts: Sequence[Event | None] = told(candidate.events, candidate.sentence) or (None,)
    claims = [_claim(reading, candidate, act) for act in acts]
    best = log_odds(max(reranked(reranker, reading.given[start:end], claims)))
    weight = max(-_MOST, min(_MOST, best))
    return replace(candidate, features={**candidate.features, FEATURE: weight})


def _claim(reading: Reading, candidate: Candidate, act: Event | None) -> Claim:
    """What the sentence is taken to say: of a mutual act, that the first does it."""
    pair = candidate.pair
    local = reading.local(candidate.sentence)
    way = direction(local, candidate.sentence, pair, act, candidate.events)
    actor, recipient = (pair.b, pair.a) if way == "b->a" else (pair.a, pair.b)
    return Claim(
        _span(reading, candidate, actor),
        _span(reading, candidate, recipient),
        act.cue.payload.type if act else None,
    )


def _span(reading: Reading, candidate: Candidate, hit: Hit) -> tuple[str, int, int]:
    start, end = reading.folded.source(hit.start, hit.end)
    shift = candidate.sentence.source[0]
    return reading.given[start:end], start - shift, end - shift
