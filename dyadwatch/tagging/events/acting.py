"""Who acts on whom, weighed over what the rules say (direction) and the other features of the clause
(direction_features). The weights come from benchmarks/train_direction.py."""

import functools
from collections.abc import Sequence
from typing import get_args

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.events.constructions import doer, subject
from dyadwatch.tagging.events.direction import (
    by,
    case_in,
    direction_of_event,
    is_content_about_first,
    is_fronted_object,
)
from dyadwatch.tagging.events.direction_features import Actor, features
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.meant import DEMAND
from dyadwatch.tagging.events.weighing import Weights, likeliest, read_weights

# Types of acts that one receives from the other ("faced criticism from K").
_GIVEN = frozenset({"ACCUSE", "SUPPORT", "THREATEN"})
_OPENING_WORDS = 3  # fewer stand before a subject that opens a sentence
_BESIDE = 15  # folded characters from an act to the agent

ACTORS: tuple[Actor, ...] = get_args(Actor)  # in the order of their weights


@functools.cache
def shipped_weights() -> Weights:
    return read_weights("direction.json")


def weighed_direction(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """Who most likely acts on whom in `event`; `events` are all of the clause."""
    if span := doer(clause, event):
        return by(span.side)
    way = direction_of_event(clause, event, events)
    if event is not None and _says_surely(clause, event, way):
        return way
    rule = actor_of(clause, way)
    actor = likeliest(features(clause, event, rule), shipped_weights(), ACTORS)
    if actor == "mutual":
        return "mutual"
    return "a->b" if (actor == "first") == (clause.first is clause.a) else "b->a"


def is_certain(clause: Clause, event: Event | None, way: Direction) -> bool:
    """Whether what the rules say of a clause is never weighed."""
    return doer(clause, event) is not None or (event is not None and _says_surely(clause, event, way))


def _says_surely(clause: Clause, event: Event, way: Direction) -> bool:
    """Whether an event does not leave open who acts."""
    if way == "mutual" and clause.has_one_word_for_both:
        return _opens(clause)
    if way == "mutual" and event.cue.payload.direction == "mutual":
        return _names_partner(clause)
    if event.cue.payload.id == DEMAND or is_content_about_first(clause, event):
        return True
    is_built = clause.pronoun_acts(event.cue) or (way != "mutual" and subject(clause, event) is not None)
    return is_built or _names_agent(clause, event) or _names_recipient(clause, event)


def _opens(clause: Clause) -> bool:
    """Whether the first of the two stands where the subject of a sentence does, or just behind its verb."""
    return len(clause.folded_text[clause.sentence.start : clause.first.start].split()) < _OPENING_WORDS


def _names_partner(clause: Clause) -> bool:
    """Whether one of the two is with whom the other does what takes two ("A met with K")."""
    return "with" in (clause.case_of(clause.first), clause.case_of(clause.last))


def _names_agent(clause: Clause, event: Event) -> bool:
    """Whether the actor that stands last is the agent of a passive ("was praised by K"). German marks one
    before the verb that ends the clause as it marks a source ("wurde von K gelobt"). Where verbs end the
    sentence, the same word marks agents of the active."""
    order = clause.lexicon.word_order
    if clause.coordinated or order == "sov":
        return False
    case, group = case_in(clause, clause.last, event), event.cue.payload
    is_final = order == "v2" and event.place == "after" and group.type != "REQUEST"
    given = group.type in _GIVEN and 0 < clause.last.start - event.cue.end <= _BESIDE
    return case == "by" or (case == "from" and (is_final or given))


def _names_recipient(clause: Clause, event: Event) -> bool:
    """Whether the actor that stands first plainly has it done to him: by the form of his name, by a letter or
    a call to him that opens the sentence, or by his case and the agent's, where verbs end the sentence."""
    first, last = clause.case_of(clause.first), clause.case_of(clause.last)
    if clause.lexicon.word_order == "sov":
        return first in {"object", "to"} and last == "by" and event.place == "after"
    if event.place == "before" and event.cue.payload.mode == "phone":
        return first == "to" and last is None and not clause.coordinated
    return is_fronted_object(clause, event)


def actor_of(clause: Clause, way: Direction) -> Actor:
    """Which of the two in the clause acts."""
    if way == "mutual":
        return "mutual"
    return "first" if (way == "a->b") == (clause.first is clause.a) else "last"
