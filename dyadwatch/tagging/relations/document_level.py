"""What a text reports as a whole: its main events, who acts on whom, how it reports them, how much it is
about the two."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

from dyadwatch.model.mentions import Attribution, Direction, Mention, Modality, Stance

_MAX_EVENT_TYPES = 2
_SECOND_SHARE = 0.15  # of the weight of the first event type, which a second one must reach
_BACKGROUND_FACTOR = 0.4  # for historical mentions in a text that is not historical as a whole
_TIE_FACTOR = 0.6  # for mentions without an event type
# News comes first: the second mention weighs 1/1.5 of what it would, the third half. Openings of the corpus
# have more types and modalities right by any such fall from 0.35 to 0.7, and fewer where all of the headline
# and the lead weighs double.
_DECAY = 0.5
_MUTUAL_SHARE = 0.2  # of the directed weight, from which the other direction makes the relation mutual
_MUTUAL_FACTOR = 0.5  # of the directed weight, from which what is mutual makes the relation so
_FACTUAL = frozenset({"asserted", "reported"})

Key = TypeVar("Key")


class Summary(NamedTuple):
    """The main relation of a text; see model.mentions.Tagged."""

    event_types: tuple[str, ...]
    direction: Direction | None
    modality: Modality | None
    attribution: Attribution | None


class WeightedMention(NamedTuple):
    mention: Mention
    weight: float


def summarize(mentions: Sequence[Mention]) -> Summary:
    """The main relation that the mentions between the persons report; all empty where there are none."""
    weighted = weigh(mentions)
    modality = _heaviest((mention.modality, weight) for mention, weight in weighted)
    if modality is None:
        return Summary((), None, None, None)
    types = _main_event_types(weighted, modality)
    sources = (one.attribution for one in mentions if one.attribution and one.modality == modality)
    return Summary(types, _direction(mentions), modality, next(sources, None))


def weigh(mentions: Sequence[Mention]) -> list[WeightedMention]:
    """The mentions, in order of the text, with their weights: confidence, position, and whether they report
    an event."""
    weighted = []
    for position, mention in enumerate(mentions):
        weight = mention.confidence * (1.0 if mention.event_type else _TIE_FACTOR)
        weighted.append(WeightedMention(mention, weight / (1 + _DECAY * position)))
    return weighted


def _heaviest(weighted: Iterable[tuple[Key, float]]) -> Key | None:
    totals: dict[Key, float] = defaultdict(float)
    for key, weight in weighted:
        totals[key] += weight
    return max(totals, key=lambda key: totals[key], default=None)


def _main_event_types(weighted: Iterable[WeightedMention], modality: Modality) -> tuple[str, ...]:
    """The heaviest event types of a text of this modality; each further mention of a type adds less."""
    weights: dict[str, list[float]] = defaultdict(list)
    for mention, weight in weighted:
        if mention.event_type:
            background = mention.modality == "historical" != modality
            weights[mention.event_type].append(weight * (_BACKGROUND_FACTOR if background else 1.0))
    totals = {
        event_type: sum(weight / rank for rank, weight in enumerate(sorted(values, reverse=True), 1))
        for event_type, values in weights.items()
    }
    ranked = sorted(totals, key=lambda event_type: -totals[event_type])[:_MAX_EVENT_TYPES]
    return tuple(one for one in ranked if totals[one] >= _SECOND_SHARE * totals[ranked[0]])


def _direction(mentions: Sequence[Mention]) -> Direction:
    """Acts both ways are a mutual relation, wherever they stand and whatever their types, as is one that is
    half as mutual as it is directed. Both shares lie amid those that read most openings of the corpus
    rightly. Mentions without an act ("the talks went on") say who acts only where no other does."""
    totals: dict[Direction, float] = defaultdict(float)
    for mention in [one for one in mentions if one.event_type] or mentions:
        totals[mention.direction] += mention.confidence
    directed = totals["a->b"] + totals["b->a"]
    less = min(totals["a->b"], totals["b->a"])
    if totals["mutual"] > _MUTUAL_FACTOR * directed or less > _MUTUAL_SHARE * directed:
        return "mutual"
    return "a->b" if totals["a->b"] > totals["b->a"] else "b->a"


def stances(mentions: Iterable[Mention]) -> dict[str, Stance]:
    """How each acts towards the other; what is mutual counts for both."""
    scores: dict[str, list[float]] = {"a->b": [], "b->a": []}
    for mention in mentions:
        if mention.score is not None and mention.modality in _FACTUAL:
            for direction, values in scores.items():
                if mention.direction in {direction, "mutual"}:
                    values.append(mention.score)
    return {
        direction: Stance(round(sum(values) / len(values) / 10, 4) if values else 0.0, len(values))
        for direction, values in scores.items()
    }


def relevance(score: float, evidence: Sequence[int], sentences: int, *, headline: bool) -> float:
    """How much a text is about the two, in [0, 1]: its score, by the share of its sentences that are
    `evidence` (their indexes, in order; a quarter is as good as all) and how early the first stands; both
    actors in the headline are as good as that."""
    share = min(1.0, 4 * len(evidence) / max(1, sentences))
    early = 1 - evidence[0] / sentences if evidence else 0.0
    return round(score * (1.0 if headline else 0.2 + 0.5 * share + 0.3 * early), 4)


def salience(naming: int, sentences: int, first: float, *, headline: bool) -> float:
    """How much a text is about an actor, in [0, 1]: the share of its sentences that name him (half is as good
    as all), where he is first named (`first`, 0 beginning to 1 end), and whether the headline names him."""
    if not naming:
        return 0.0
    share = min(1.0, 2 * naming / max(1, sentences))
    return round(0.5 * share + 0.3 * (1 - first) + 0.2 * headline, 4)
