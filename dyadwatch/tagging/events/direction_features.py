"""Named features of a clause and the event that it reports: what tells who acts on whom.

A feature is a string, present or not; `direction.json` has its weights, fitted by
benchmarks/train_direction.py. To add one, add a line to a family below, or a family to FAMILIES, and fit
again.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.direction import case_in
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.wordings import actor_shares
from dyadwatch.tagging.watches.name_cases import NOMINATIVE

_ASIDE = re.compile(r"""[,،][^,،;:.!?"\n؛؟()]*[,،]""")  # behind an actor: "K, who ..., received A"
_LEAST_SHARE = 1 / 16  # smaller ones are alike
_BESIDE = 15  # folded characters between an actor and a word of saying
# Kinds that say what each of the two is to the other.
_ROLES = frozenset({"speech", "message", "joint", "both", "that", "partner", "object_pronoun", "aide"})

Names = Iterator[str]
Actor = Literal["mutual", "first", "last"]  # which of the two in the clause acts


class Reading(NamedTuple):
    """A clause with the event that it reports, and who acts by the rules."""

    clause: Clause
    event: Event | None
    rule: Actor


def features(clause: Clause, event: Event | None, rule: Actor) -> set[str]:
    """The features of a clause and its event; `rule`: who acts by the rules."""
    reading = Reading(clause, event, rule)
    language = clause.lexicon.language
    names = {"bias", f"rule {rule}", f"language {language}", f"language {language}, rule {rule}"}
    for family in FAMILIES:
        names.update(family(reading))
    return names


def _of_actors(reading: Reading) -> Names:
    """The case and the form of each actor, and both cases."""
    clause, event = reading.clause, reading.event
    language, text = clause.lexicon.language, clause.folded_text
    speech, names = clause.cues_of("speech"), clause.document.name_cases
    both: list[str | None] = []
    for position, span in (("first", clause.first), ("last", clause.last)):
        case = case_in(clause, span, event)
        both.append(case)
        yield f"{position} {case}"
        yield f"{position} {case}, rule {reading.rule}"
        yield f"{position} is {_form(span)}"
        yield f"{position} ends {language} {text[span.start : span.end][-2:]}"
        if cases := names.get(span.start):
            yield f"{position} may be in {cases}"
        if speech and any(_is_beside(span, cue.start, cue.end) for cue in speech):
            yield f"{position} beside speech"
    yield f"cases {both}"
    if event is not None:
        yield f"cases {both}, {event.place}, {event.cue.payload.direction}"


def _of_name_cases(reading: Reading) -> Names:
    """Whether the forms of the names tell subject from object."""
    clause, event, rule = reading
    cases = clause.document.name_cases
    if not cases:
        return
    forms = [_subject_or_object(cases.get(span.start)) for span in (clause.first, clause.last)]
    if any(forms):
        yield f"forms {forms}"
        yield f"forms {forms}, {event.place if event else None}"
        yield f"forms {forms}, rule {rule}"


def _subject_or_object(cases: str | None) -> str:
    if not cases:
        return ""
    return "subject" if NOMINATIVE in cases else "object"


def _form(span: ActorSpan) -> str:
    return span.kind if span.start < span.end else "omission"


def _is_beside(span: ActorSpan, start: int, end: int) -> bool:
    return -_BESIDE <= start - span.end <= _BESIDE or 0 <= span.start - end <= _BESIDE


def _of_joint(reading: Reading) -> Names:
    """How the two are joined, and what stands between them."""
    clause = reading.clause
    yield from _of_gap(clause)
    if clause.coordinated:
        yield "coordinated"
    if clause.is_quote_by_last:
        yield "quote by last"
    if "," in clause.gap or "،" in clause.gap:
        yield "comma between"
    if '"' in clause.gap:
        yield "quote between"


def _of_gap(clause: Clause) -> Names:
    """The words beside the two, between them, where those say how a sentence is built."""
    lexicon, words = clause.lexicon, clause.gap_words
    for position, word in zip(("first", "last"), (words[0], words[-1]) if words else (), strict=False):
        if word in lexicon.function_words or lexicon.kinds_by_word[word]:
            yield f"gap {position} {lexicon.language} {word}"


def _of_event(reading: Reading) -> Names:
    """What the event is, and where it stands."""
    clause, event, rule = reading
    if event is None:
        yield "no event"
        yield f"no event, rule {rule}"
        return
    group = event.cue.payload
    yield f"direction {group.direction} {event.place}"
    for position, span in (("first", clause.first), ("last", clause.last)):
        yield from _from_actor_to_event(clause, event, position, span)


def _from_actor_to_event(clause: Clause, event: Event, position: str, span: ActorSpan) -> Names:
    """What stands between an actor and the act."""
    follows = event.cue.start >= span.end
    low, high = (span.end, event.cue.start) if follows else (event.cue.end, span.start)
    aside = _ASIDE.match(clause.folded_text, low, high)
    cut = "cut" if EDGE.search(clause.folded_text, aside.end() if aside else low, high) else "whole"
    place = f"{position} {'before' if follows else 'after'} event"
    yield f"{place}, {cut}"
    yield f"{place}, {cut}, {event.cue.payload.direction}"
    yield f"{place}, {cut}, {clause.case_of(span)}"


def _of_acts(reading: Reading) -> Names:
    """Where all the acts of the sentence stand, and what tells who the two are to each other."""
    clause = reading.clause
    for cue in clause.sentence.cues:
        group = cue.payload
        if group.kind in {"event", "tie"}:
            place = clause.place_of(cue)
            yield f"{group.id} {place}"
            yield f"{group.direction} {place}"
        elif group.kind in _ROLES:
            yield f"{group.kind} {clause.place_of(cue)}"


def _of_wordings(reading: Reading) -> Names:
    """Which of the two the words around them make the actor, and how surely, where both are named."""
    clause = reading.clause
    if clause.has_pronoun or "omission" in (_form(clause.first), _form(clause.last)):
        return
    shares = actor_shares(clause)
    for rank, (actor, share) in enumerate(shares.items()):
        if rank == 0:
            yield f"wording first {actor}"
        yield f"wording {actor} {max(0, int(2 * math.log2(max(share, _LEAST_SHARE) / _LEAST_SHARE)))}"


Family = Callable[[Reading], Names]
FAMILIES: tuple[Family, ...] = (_of_actors, _of_name_cases, _of_joint, _of_event, _of_acts, _of_wordings)
