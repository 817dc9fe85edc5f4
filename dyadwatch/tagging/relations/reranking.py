"""Reranking: a reranker's scores for what candidates say, as one more feature beside those of the rules."""

from collections.abc import Sequence
from dataclasses import replace

from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.coder import code_events
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.relations.rerankers import Claim, Reranker, log_odds, score_claims
from dyadwatch.tagging.relations.scoring import Candidate

FEATURE = "reranker"
_MAX_WEIGHT = 3.0  # log-odds; the rules can still outvote it


def rerank(reranker: Reranker, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; those that have a word of its own for each actor get the feature `reranker`: the
    log-odds of the best score for what they say, in [-3, 3], unless there is none. Raises what the reranker
    raises."""
    return [_rerank(reranker, candidate) for candidate in candidates]


def _rerank(reranker: Reranker, candidate: Candidate) -> Candidate:
    a, b = candidate.clause.a, candidate.clause.b
    if a.start == b.start or any(span.start == span.end for span in (a, b)):
        return candidate  # one word for both, or one left out
    start, end = candidate.sentence.source
    acts: Sequence[Event | None] = code_events(candidate.clause, candidate.events) or (None,)
    claims = [_claim(candidate, act) for act in acts]
    sentence = candidate.clause.document.text[start:end]
    scores = [score for score in score_claims(reranker, sentence, claims) if score is not None]
    if not scores:
        return candidate
    weight = round(max(-_MAX_WEIGHT, min(_MAX_WEIGHT, log_odds(max(scores)))), 4)
    return replace(candidate, features={**candidate.features, FEATURE: weight})


def _claim(candidate: Candidate, event: Event | None) -> Claim:
    """What the sentence is taken to say; of a mutual act, that `a` does it."""
    clause = candidate.clause
    reverse = direction(clause, event, candidate.events) == "b->a"
    actor, recipient = (clause.b, clause.a) if reverse else (clause.a, clause.b)
    event_type = event.cue.payload.type if event else None
    return Claim(_surface(candidate, actor), _surface(candidate, recipient), event_type, candidate.confidence)


def _surface(candidate: Candidate, span: ActorSpan) -> tuple[str, int, int]:
    """An actor's surface and its offsets in the original sentence."""
    document = candidate.clause.document
    start, end = document.folding.source(span.start, span.end)
    shift = candidate.sentence.source[0]
    return document.text[start:end], start - shift, end - shift
