"""How sure it is that a clause relates its two actors: named features with weights, and a confidence made of
them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dyadwatch.model.mentions import Level
from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import Sentence
from dyadwatch.tagging.events.fitting import Event, fitting_events
from dyadwatch.tagging.relations.opposing_features import opposing_features
from dyadwatch.tagging.relations.supporting_features import supporting_features

# Log-odds, set by hand, not fitted; `bias` is what two actors in reach of each other are worth alone.
WEIGHTS: Mapping[str, float] = {
    "bias": -1.6,
    "same_sentence": 0.9,
    "cue_between": 2.0,
    "cue_beside": 1.4,
    "tie_cue": -0.2,
    "compound": 1.6,
    "direct": 2.6,
    "between_markers": 1.0,
    "possessive": 1.2,
    "coreference": 0.9,
    "partner": 1.4,
    "joint": 1.6,
    "sequel": 2.0,
    "implied": -0.2,
    "exchange": 1.2,
    "occasion": 1.2,
    "headline": 0.4,
    "no_cue": -1.6,
    "clause_break": -1.4,
    "enumeration": -2.4,
    "display": -2.2,
    "aide": -2.0,
    "message": 2.0,
    "far": -0.8,
    "other_subject": -1.8,
    "other_object": -1.5,
    "coordinated": -0.4,
    "metonym": -0.3,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that may relate its actors: its events, best first, and the weights of the features it has."""

    clause: Clause
    events: Sequence[Event]
    features: Mapping[str, float]
    level: Level
    confidence: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "confidence", 1 / (1 + math.exp(-sum(self.features.values()))))

    @property
    def sentence(self) -> Sentence:
        return self.clause.sentence


def score_clause(
    clause: Clause, actors: Actors, *, headline: bool, reference: str | None = None
) -> Candidate:
    """`headline`: whether the headline names both; `reference`: how an actor that is not named was found."""
    events = () if reference == "sequel" else tuple(fitting_events(clause))
    names = {"bias", *supporting_features(clause, events, reference)}
    names |= opposing_features(clause, events, actors, reference)
    if headline:
        names.add("headline")
    if "aide" in names:
        names.discard("possessive")  # "K's minister" is the aide
    features = {name: WEIGHTS[name] for name in sorted(names)}
    return Candidate(clause, events, features, "mediated" if {"message", "aide"} <= names else "person")


def score_state_clause(clause: Clause, actors: Actors) -> Candidate:
    """The same for a clause in which a metonym ("Damascus") stands for an actor."""
    candidate = score_clause(clause, actors, headline=False)
    features = {**candidate.features, "metonym": WEIGHTS["metonym"]}
    return Candidate(clause, candidate.events, features, "state")
