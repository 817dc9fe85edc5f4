"""A second opinion taken: what a reranker says becomes one more feature of each mention."""

import math
from dataclasses import replace

from dyadwatch.model.mentions import Mention, Surface, Tagged
from dyadwatch.tagging.rerankers import Claim, Reranker, log_odds, reranked

FEATURE = "reranker"
_WEIGHT = 0.5  # of the model's log odds beside the rules' own weights


def reconsidered(tagged: Tagged, reranker: Reranker, threshold: float) -> Tagged:
    """`tagged` with the reranker's opinion in the confidence of each mention. Mentions that fall below `threshold`
    are dropped, and the verdict and its score follow from those that are left. Raises what the reranker raises."""
    mentions = tuple(
        one for mention in tagged.mentions if (one := _weighed(mention, reranker)).confidence >= threshold
    )
    person = [mention for mention in mentions if mention.level == "person"]
    left = {mention.event_type for mention in mentions}
    doubt = math.prod(1 - mention.confidence for mention in person)
    return replace(
        tagged,
        mentions=mentions,
        event_types=tuple(kind for kind in tagged.event_types if kind in left),
        relationship=tagged.relationship and bool(person),
        score=round(1 - doubt, 4) if person else min(tagged.score, threshold),
    )


def _weighed(mention: Mention, reranker: Reranker) -> Mention:
    a, b = (_within(mention, mention.actors[side][0]) for side in ("a", "b"))
    actor, recipient = (b, a) if mention.direction == "b->a" else (a, b)
    (score,) = reranked(reranker, mention.evidence.quote, [Claim(actor, recipient, mention.event_type)])
    features = {**mention.features, FEATURE: round(_WEIGHT * log_odds(score), 4)}
    confidence = 1 / (1 + math.exp(-sum(features.values())))
    return replace(mention, features=features, confidence=round(confidence, 4))


def _within(mention: Mention, surface: Surface) -> tuple[str, int, int]:
    """A surface with its offsets into the evidence; (0, 0) where it stands in another sentence."""
    evidence = mention.evidence
    if evidence.start <= surface.start and surface.end <= evidence.end:
        return surface.surface, surface.start - evidence.start, surface.end - evidence.start
    return surface.surface, 0, 0
