"""What a text says as a whole: its main acts, who acts on whom, how it is told, and how much it is about the two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from dyadwatch.model.mentions import Attribution, Direction, Mention, Modality, Stance, Zone

_MAIN_ACTS = 2
_SECOND = 0.15  # share of the weight of the first act that a second one needs
_OPENING = 2.0  # what the headline and the first paragraph weigh beside the rest
_BACKGROUND = 0.4  # the same for what a text that tells of the day tells as past
_LATER = 0.2  # the news stands first: the second mention weighs 1/1.2 of what it would, the third 1/1.4
_TIE = 0.6  # what a tie weighs beside an act
_BOTH_WAYS = 0.2  # share of the directed weight from which the other direction makes the relation mutual
_TOLD = frozenset({"asserted", "reported"})

Key = TypeVar("Key")


class Whole(NamedTuple):
    """See model.mentions.Tagged."""

    event_types: tuple[str, ...]
    direction: Direction | None
    modality: Modality | None
    attribution: Attribution | None


def whole(mentions: Sequence[Mention], zones: Iterable[Zone]) -> Whole:
    """The main relation that the mentions between the persons tell of; nothing where there is none."""
    opening = [(zone.start, zone.end) for zone in zones if zone.kind in {"headline", "lead"}]
    weights = [
        _weight(mention, opening) / (1 + _LATER * position) for position, mention in enumerate(mentions)
    ]
    modality = _heaviest(
        (mention.modality, weight) for mention, weight in zip(mentions, weights, strict=True)
    )
    if modality is None:
        return Whole((), None, None, None)
    scale = {
        id(mention): weight * (_BACKGROUND if mention.modality == "historical" != modality else 1.0)
        for mention, weight in zip(mentions, weights, strict=True)
    }
    types = _main_acts(mentions, scale)
    main = [mention for mention in mentions if mention.event_type in types] or mentions
    said = next((one.attribution for one in mentions if one.attribution and one.modality == modality), None)
    return Whole(types, _direction(main), modality, said)


def _weight(mention: Mention, opening: Iterable[tuple[int, int]]) -> float:
    first = any(start <= mention.evidence.start < end for start, end in opening)
    return mention.confidence * (_OPENING if first else 1.0) * (1.0 if mention.event_type else _TIE)


def _heaviest(weighted: Iterable[tuple[Key, float]]) -> Key | None:
    totals: dict[Key, float] = defaultdict(float)
    for key, weight in weighted:
        totals[key] += weight
    return max(totals, key=lambda key: totals[key], default=None)


def _main_acts(mentions: Sequence[Mention], scale: Mapping[int, float]) -> tuple[str, ...]:
    weights: dict[str, list[float]] = defaultdict(list)
    for mention in mentions:
        if mention.event_type:
            weights[mention.event_type].append(scale[id(mention)])
    # To be told of again adds less each time.
    totals = {
        kind: sum(weight / rank for rank, weight in enumerate(sorted(found, reverse=True), 1))
        for kind, found in weights.items()
    }
    ranked = sorted(totals, key=lambda kind: -totals[kind])[:_MAIN_ACTS]
    return tuple(kind for kind in ranked if totals[kind] >= _SECOND * totals[ranked[0]])


def _direction(mentions: Sequence[Mention]) -> Direction:
    """Acts both ways are a mutual relation, wherever they stand, as is one that is more mutual than directed."""
    totals: dict[Direction, float] = defaultdict(float)
    for mention in mentions:
        totals[mention.direction] += mention.confidence
    directed = totals["a->b"] + totals["b->a"]
    less = min(totals["a->b"], totals["b->a"])
    if totals["mutual"] > directed or less > _BOTH_WAYS * directed:
        return "mutual"
    return "a->b" if totals["a->b"] > totals["b->a"] else "b->a"


def stances(mentions: Iterable[Mention]) -> dict[str, Stance]:
    """How each acts towards the other; what is mutual counts for both."""
    scores: dict[str, list[float]] = {"a->b": [], "b->a": []}
    for mention in mentions:
        if mention.score is not None and mention.modality in _TOLD:
            for way, found in scores.items():
                if mention.direction in {way, "mutual"}:
                    found.append(mention.score)
    return {
        way: Stance(round(sum(found) / len(found) / 10, 4) if found else 0.0, len(found))
        for way, found in scores.items()
    }


def relevance(score: float, evidence: int, sentences: int, *, headline: bool) -> float:
    """How much a text is about the two: its score, times how much of it is evidence (a quarter of its sentences, or
    both in the headline, is all that can be asked)."""
    share = min(1.0, 4 * evidence / max(1, sentences))
    return round(score * (1.0 if headline else 0.4 + 0.6 * share), 4)


def salience(named: int, sentences: int, first: float, *, headline: bool) -> float:
    """How much a text is about an actor: the share of its sentences that name him (half is all), where he is first
    named (`first`, 0 beginning to 1 end), and whether the headline names him."""
    if not named:
        return 0.0
    share = min(1.0, 2 * named / max(1, sentences))
    return round(0.5 * share + 0.3 * (1 - first) + 0.2 * headline, 4)
