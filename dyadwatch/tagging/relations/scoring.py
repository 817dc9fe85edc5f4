"""How sure it is that a clause relates its two actors: the weights of its features, and a confidence made of
them."""

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dyadwatch.model.mentions import Level
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import Sentence
from dyadwatch.tagging.events.fitting import Event, fitting_events
from dyadwatch.tagging.events.weighing import read_weights
from dyadwatch.tagging.relations.asides import is_aside, is_image_text
from dyadwatch.tagging.relations.features import Context, features

# Log-odds set by hand: of a metonym in the place of an actor, and of what is no sentence.
_METONYM = -0.3
_IMAGE_TEXT = -12.0


@functools.cache
def shipped_weights() -> Mapping[str, float]:
    """Feature -> weight in log-odds, fitted by benchmarks/train_relations.py; `bias` is what two actors in
    reach of each other are worth alone."""
    return read_weights("weights.json", __package__)


@dataclass(slots=True, eq=False)
class Candidate:
    """A clause that may relate its actors: its events, best first, and the weights of the features it has.
    Not to be changed."""

    clause: Clause
    events: Sequence[Event]
    features: Mapping[str, float]
    level: Level
    log_odds: float = field(init=False)
    confidence: float = field(init=False)

    def __post_init__(self) -> None:
        self.log_odds = math.fsum(self.features.values())  # exact, whatever the order of the features
        self.confidence = probability(self.log_odds)

    @property
    def sentence(self) -> Sentence:
        return self.clause.sentence


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def score_clause(clause: Clause, context: Context) -> Candidate:
    events, names = _read(clause, context)
    level: Level = "mediated" if {"message", "aide"} <= names else "person"
    weights = _weigh(names)
    if is_image_text(clause.document, clause.sentence):
        weights["image text"] = _IMAGE_TEXT
    return Candidate(clause, events, weights, level)


def score_state_clause(clause: Clause, context: Context) -> Candidate:
    """The same for a clause in which a metonym ("Damascus") stands for an actor."""
    events, names = _read(clause, context)
    return Candidate(clause, events, {**_weigh(names), "metonym": _METONYM}, "state")


def _read(clause: Clause, context: Context) -> tuple[Sequence[Event], set[str]]:
    """The events and the features of a clause; an aside tells of none."""
    idle = context.reference in {"sequel", "act noun"} or is_aside(clause)
    events = () if idle else tuple(fitting_events(clause))
    return events, features(clause, events, context)


def _weigh(names: Iterable[str]) -> dict[str, float]:
    weights = shipped_weights()
    return {name: weights[name] for name in names if name in weights}
