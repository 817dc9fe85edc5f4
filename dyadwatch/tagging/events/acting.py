"""Who acts on whom, weighed over what the rules say (direction) and the other features of the clause
(direction_features). The weights come from benchmarks/train_direction.py."""

import functools
from collections.abc import Sequence
from typing import get_args

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.direction_features import Actor, features
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.weighing import Weights, likeliest, read_weights

ACTORS: tuple[Actor, ...] = get_args(Actor)  # in the order of their weights


@functools.cache
def shipped_weights() -> Weights:
    return read_weights("direction.json")


def weighed_direction(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """Who most likely acts on whom in `event`; `events` are all of the clause."""
    way = direction(clause, event, events)
    if event is not None and _names_agent(clause, event):
        return way
    rule = actor_of(clause, way)
    actor = likeliest(features(clause, event, rule), shipped_weights(), ACTORS)
    if actor == "mutual":
        return "mutual"
    return "a->b" if (actor == "first") == (clause.first is clause.a) else "b->a"


def _names_agent(clause: Clause, event: Event) -> bool:
    """Whether the actor that stands last is the agent of a passive ("was praised by K"). German marks one
    before the verb that ends the clause as it marks a source ("wurde von K gelobt"). Where verbs end the
    sentence, the same word marks agents of the active."""
    order = clause.lexicon.word_order
    if clause.coordinated or order == "sov":
        return False
    case = clause.case_of(clause.last, event.cue)
    is_final = order == "v2" and event.place == "after"
    return case == "by" or (case == "from" and is_final and event.cue.payload.type != "REQUEST")


def actor_of(clause: Clause, way: Direction) -> Actor:
    """Which of the two in the clause acts."""
    if way == "mutual":
        return "mutual"
    return "first" if (way == "a->b") == (clause.first is clause.a) else "last"
