"""Named features of a clause: what speaks for and against a relation between its actors.

A feature is a string, present or not; `weights.json` has its weight, fitted by benchmarks/train_relations.py.
To add one, add a line to a family below, or a family to FAMILIES, and fit again.
"""

import functools
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Sentence, within
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.relations.opposing_features import opposing_features
from dyadwatch.tagging.relations.reports import report_start
from dyadwatch.tagging.relations.separate_subjects import separate_subjects
from dyadwatch.tagging.relations.supporting_features import supporting_features
from dyadwatch.tagging.watches.watch import SIDES

_NEAR = 12  # folded characters between an actor and a word beside him
_COST_STEPS = 4  # of the cost of an event, to 1
_MAX_COST = 6  # steps; dearer ones are alike
_GAP_WORDS = (0, 3, 8, 16)  # bounds of the classes of words between the actors
_LENGTHS = (60, 120, 200, 320)  # the same of the folded characters of a sentence
_RECENT = 3  # sentences
_TEXT_LENGTHS = (1, 3)  # bounds of the classes of the numbers of sentences of a text
_COMMAS = (",", "،", ";")
_FELLOW_WORDS = 6  # words, most of them titles, between two who are met
_TITLES = 2  # words between a comma and the second actor
_MAX_AFTER, _MAX_COMMAS, _MAX_CAPITALS = 3, 2, 5  # from which on numbers are alike
_ACTS = frozenset({"event", "tie"})
# Kinds of cues that say something of the clause wherever they stand.
_TELLING = frozenset(
    {
        "according", "aide", "both", "break", "clause", "display", "hearsay", "historical", "hypothetical",
        "joint", "message", "negation", "opener", "partner", "planned", "relative", "speech", "that",
    }
)  # fmt: skip
# Features that say something else where an event fits the two than where none does.
_CROSSED = frozenset(
    {
        "aide", "between_markers", "bodies", "both before", "both between", "clause_break",
        "comma between", "comma before last", "coordinated", "coreference", "display", "enumeration", "far",
        "first in case and", "headline", "message", "negation before", "negation between",
        "other person before", "other person between", "person and body", "possessive",
        "sentences 0", "sentences 1", "sentences 2", "speech between",
    }
)  # fmt: skip
# Features that say something else of persons than of bodies, for whom their people act.
_OF_PERSONS = frozenset({"aide", "aide before", "aide between", "message", "possessive", "no_cue"})
_OBJECTS = frozenset({"both as objects", "first as object", "last as object", "no object"})
_WHO = ("bodies", "person and body", "persons")
_WITH_ACT = {name: f"{name}, act" for name in _CROSSED}
_WITHOUT_ACT = {name: f"{name}, no act" for name in _CROSSED}
_OF_WHOM = tuple({name: f"{name}, {who}" for name in _OF_PERSONS} for who in _WHO)


class Context(NamedTuple):
    """What a clause is seen in: the actors of its document, whether the headline names both, how an actor
    that the clause does not name was found, and how many sentences ago the text last related the two."""

    actors: Actors
    headline: bool = False
    reference: str | None = None
    since_related: int | None = None


Names = Iterator[str]


def features(clause: Clause, events: Sequence[Event], context: Context) -> set[str]:
    """The features of a clause; `events` are those that fit the two, best first."""
    names = {"bias", *supporting_features(clause, events, context.reference)}
    names |= opposing_features(clause, events, context.actors, context.reference)
    if "aide" in names:
        names.discard("possessive")  # "K's minister" is the aide
    for family in FAMILIES:
        names.update(family(clause, events, context))
    crossed = _WITH_ACT if events else _WITHOUT_ACT
    names.update([crossed[name] for name in names & _CROSSED])
    if "aide" in names:
        names.update([f"aide, {name}" for name in names & _OBJECTS])
    of_persons = _OF_WHOM[len(context.actors.persons)]
    names.update([of_persons[name] for name in names & _OF_PERSONS])
    return names


def _of_events(_clause: Clause, events: Sequence[Event], _context: Context) -> Names:
    """Where the events stand that fit the two, and how well the best one does."""
    for event in events[:3]:
        yield f"event {event.place}"
    if events:
        yield f"event costs {min(_MAX_COST, int(events[0].cost * _COST_STEPS))}"


def _of_cues(clause: Clause, _events: Sequence[Event], _context: Context) -> Names:
    """The words for acts and ties, whether they fit the two or not, and others that tell something."""
    told_from = report_start(clause)
    for cue in clause.sentence.cues:
        kind = cue.payload.kind
        is_act = kind in _ACTS
        if (not is_act and kind not in _TELLING) or (kind == "aide" and cue.end <= told_from):
            continue
        place = clause.place_of(cue)
        if not is_act:
            yield _at(kind, place)
            continue
        yield _at(cue.payload.type or "tie", place)
        yield _at("act", place)
        if _is_beside(cue, clause.first) or _is_beside(cue, clause.last):
            yield _at("act beside,", place)


@functools.cache
def _at(what: str, place: str) -> str:
    return f"{what} {place}"


def _is_beside(cue: Cue, actor: ActorSpan) -> bool:
    """Whether a word stands directly before or after an actor."""
    return -_NEAR <= cue.start - actor.end <= _NEAR or -_NEAR <= actor.start - cue.end <= _NEAR


def _of_other_persons(clause: Clause, _events: Sequence[Event], context: Context) -> Names:
    told_from = report_start(clause)
    for other in within(context.actors.others, clause.sentence):
        if other.end <= told_from:
            continue
        if other.end <= clause.first.start:
            yield "other person before"
        elif other.start >= clause.last.end:
            yield "other person after"
        else:
            yield "fellow object" if _is_joined_to_last(clause, other) else "other person between"


def _is_joined_to_last(clause: Clause, other: ActorSpan) -> bool:
    """Whether what is done to somebody else is done to the second actor as well ("met X and K")."""
    words = clause.folded_text[other.end : clause.last.start].replace(",", " ").split()
    return 0 < len(words) <= _FELLOW_WORDS and clause.lexicon.joins(words[0])


def _of_actors(clause: Clause, _events: Sequence[Event], context: Context) -> Names:
    """How each actor stands in the clause, and what the two are."""
    for position, span in (("first", clause.first), ("last", clause.last)):
        yield f"{position} by {_form(span)}"
        yield f"{position} in case {clause.case_of(span)}"
    yield _objects(clause)
    if len(within(context.actors.spans, clause.sentence)) > len(SIDES):
        yield "named again"
    yield _WHO[len(context.actors.persons)]


def _form(span: ActorSpan) -> str:
    return span.kind if span.start < span.end else "omission"


def _objects(clause: Clause) -> str:
    """Which of the two verbs and prepositions make objects."""
    order = word_order_of(clause.lexicon)
    first, last = [
        span.start < span.end and order.stands_as_object(clause.document, clause.sentence, span)
        for span in (clause.first, clause.last)
    ]
    if first:
        return "both as objects" if last else "first as object"
    return "last as object" if last else "no object"


def _of_length(clause: Clause, _events: Sequence[Event], _context: Context) -> Names:
    yield f"gap {_class(len(clause.gap_words), _GAP_WORDS)}"
    if "," in clause.gap or "،" in clause.gap:
        yield "comma between"
    comma = max(map(clause.gap.rfind, _COMMAS))
    if comma >= 0 and len(clause.gap[comma + 1 :].split()) <= _TITLES:
        yield "comma before last"
    yield f"length {length_class(clause.sentence)}"


def _of_rest(clause: Clause, _events: Sequence[Event], _context: Context) -> Names:
    """What else the sentence has: words behind the two, and names, as far as capitals tell."""
    rest = clause.folded_text[clause.last.end : clause.sentence.end]
    yield f"words after {min(_MAX_AFTER, len(rest.split(maxsplit=_MAX_AFTER)))}"
    yield f"commas after {min(_MAX_COMMAS, rest.count(',') + rest.count('،'))}"
    start, end = clause.sentence.source
    words = clause.document.text[start:end].split()[1:]
    capitals = [word for word in words if word[0].isupper() and len(word) > 1]
    yield f"capitals {min(_MAX_CAPITALS, len(capitals))}"


def length_class(sentence: Sentence) -> int:
    return _class(sentence.end - sentence.start, _LENGTHS)


def _class(value: int, bounds: Sequence[int]) -> int:
    """The number of bounds that a value exceeds."""
    return bisect_left(bounds, value)


def _of_document(clause: Clause, _events: Sequence[Event], context: Context) -> Names:
    """How its actors were found, how long the text is, and what it said before. Who wrote one sentence to be
    judged chose it because it is hard; a text of many that names both is more often about them."""
    yield f"found by {context.reference or 'names'}"
    if context.reference == "further quotation":
        yield "pronoun quoted" if clause.first.start < clause.first.end else "nobody quoted"
    yield f"sentences {_class(len(clause.document.sentences), _TEXT_LENGTHS)}"
    if context.headline:
        yield "headline"
    if context.since_related is not None:
        if context.since_related == 1:
            yield "related just before"
        if context.since_related <= _RECENT:
            yield "related before"


def _of_subjects(clause: Clause, events: Sequence[Event], context: Context) -> Names:
    """Whether each of the two has a clause of his own, or both are only counted."""
    side, end = clause.first.side, clause.last.end
    spans = within(context.actors.spans, clause.sentence)
    if not any(span.side == side and span.start >= end for span in spans):
        yield from separate_subjects(clause, events)


FAMILIES: tuple[Callable[[Clause, Sequence[Event], Context], Names], ...] = (
    _of_events,
    _of_cues,
    _of_other_persons,
    _of_actors,
    _of_length,
    _of_rest,
    _of_document,
    _of_subjects,
)
