"""Who acts on whom, weighed: a multinomial logistic regression over what the rules say (direction) and the
other features of the clause (direction_features). Its weights, in hundredths, come from
benchmarks/train_direction.py."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import get_args

import orjson

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.direction_features import Actor, features
from dyadwatch.tagging.events.fitting import Event

ACTORS: tuple[Actor, ...] = get_args(Actor)  # in the order of their weights; equal ones go to the first

Weights = Mapping[str, Sequence[int]]  # feature -> a weight for each of ACTORS


@functools.cache
def shipped_weights() -> Weights:
    weights: Weights = orjson.loads((files(__package__) / "direction.json").read_bytes())["weights"]
    return weights


def weighed_direction(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """Who most likely acts on whom in `event`; `events` are all of the clause."""
    rule = actor_of(clause, direction(clause, event, events))
    actor = likeliest(features(clause, event, rule), shipped_weights())
    if actor == "mutual":
        return "mutual"
    return "a->b" if (actor == "first") == (clause.first is clause.a) else "b->a"


def actor_of(clause: Clause, way: Direction) -> Actor:
    """Which of the two in the clause acts."""
    if way == "mutual":
        return "mutual"
    return "first" if (way == "a->b") == (clause.first is clause.a) else "last"


def likeliest(names: Iterable[str], weights: Weights) -> Actor:
    """The actor with the highest sum of weights."""
    rows = filter(None, map(weights.get, names))
    sums = list(map(sum, zip(*rows, strict=True))) or [0]
    return ACTORS[sums.index(max(sums))]
