"""Direction by rule: who of the two acts on whom. What else the clause says is weighed in acting.py."""

import re
from collections.abc import Sequence

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.constructions import doer, is_invited, subject
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.plover import quad_class
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.watches.name_cases import is_oblique
from dyadwatch.tagging.watches.watch import Side

_PUNCTUATION = re.compile(r"[,;:.!?()\u060c\u061f\u2014]")
_VISIT_COST = 0.8
_CONFLICTS = frozenset({"verbal_conflict", "material_conflict"})
_RECEIVED = frozenset({"hosted_by", "aided_by", "praised_by", "criticised_by", "investigated_by"})
_BETWEEN_PRONOUNS = 2  # words: "he sent him"
_BETWEEN_NAMES = 6  # words
_BESIDE = 12  # folded characters between an act and a pronoun for its object


def direction(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """Who acts on whom in `event`; `events` are all of the clause."""
    span = doer(clause, event)
    return by(span.side) if span else direction_of_event(clause, event, events)


def direction_of_event(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """The same where no construction tells who acts."""
    if event is None:
        return _undirected(clause)
    if event.place == "before" and clause.is_quote_by_last:
        return by(clause.last.side)
    if event.cue.payload.id == "meet" and not clause.introduced_by_between:
        event = _visit(events) or event  # who came is the actor
    if _is_mutual(clause, event):
        return "mutual"
    actor = _actor(clause, event)
    return by(_other(actor) if _is_reversed(clause, event) else actor)


def _is_mutual(clause: Clause, event: Event) -> bool:
    """Whether the two do it together, or to each other."""
    are_one = clause.introduced_by_between or clause.coordinated or clause.has_one_word_for_both
    return are_one or event.cue.payload.direction == "mutual"


def _is_reversed(clause: Clause, event: Event) -> bool:
    """Whether the one to whom it is done acts, by the words for it."""
    group = event.cue.payload
    if group.id == "praised_by" and event.place == "before" and clause.case_of(clause.last) == "to":
        return False  # "the support of K for A"
    if group.id == "host" and is_invited(clause, event):
        return False  # "K invited A"
    return group.direction == "reversed"


def _visit(events: Sequence[Event]) -> Event | None:
    return next((one for one in events if one.cue.payload.mode == "visit" and one.cost <= _VISIT_COST), None)


def by(side: Side) -> Direction:
    """One side acts on the other."""
    return "a->b" if side == "a" else "b->a"


def _other(side: Side) -> Side:
    return "b" if side == "a" else "a"


def _undirected(clause: Clause) -> Direction:
    """Without a cue: the first acts on the second where a few words with neither comma nor possessive
    stand between ("K called A ...", "K to A: ...", "he sent him ..."), else they are in a state."""
    words = clause.gap_words
    if (
        word_order_of(clause.lexicon).verb != "between"
        or clause.coordinated
        or not _may_act(clause, words)
        or not 0 < len(words) <= _BETWEEN_NAMES
        or _is_nominal(clause, words)
    ):
        return "mutual"
    return by(clause.first.side)


def _may_act(clause: Clause, words: Sequence[str]) -> bool:
    """Whether names, or two pronouns close together, are subject and object."""
    pronouns = [clause.a.kind, clause.b.kind].count("pronoun")
    return pronouns == 0 or (pronouns == 2 and len(words) <= _BETWEEN_PRONOUNS)


def _is_nominal(clause: Clause, words: Sequence[str]) -> bool:
    """Whether the words between belong to a noun phrase or to two clauses."""
    lexicon = clause.lexicon
    return (
        clause.gap.startswith("'")
        or _PUNCTUATION.search(clause.gap) is not None
        or lexicon.markers.get(words[-1]) == "of"
        or lexicon.knows(words[0], "opener")
    )


def _actor(clause: Clause, event: Event) -> Side:
    """Who acts: whom a pronoun stands for, else by the cases of the actors."""
    if clause.pronoun_acts(event.cue) and event.cue.payload.direction == "subject":
        return clause.first.side
    if span := subject(clause, event):
        return span.side
    return clause.last.side if is_content_about_first(clause, event) else _actor_by_case(clause, event)


def is_content_about_first(clause: Clause, event: Event) -> bool:
    """Whether the first says of the last what the latter does to him ("denied that K had ordered him to
    leave")."""
    return (
        event.place == "after"
        and not (clause.has_pronoun or clause.coordinated)
        and event.cue.payload.direction == "subject"
        and bool(clause.cues_between("that"))
        and bool(clause.cues_between("speech", "negation", "reporting"))
        and any(
            clause.last.end <= word.start
            and min(word.end, event.cue.end) + _BESIDE >= max(word.start, event.cue.start)
            for word in clause.cues_of("object_pronoun")
        )
    )


def _actor_by_case(clause: Clause, event: Event) -> Side:
    """Who acts: by the case of an actor, else the one that stands first."""
    cases = _cases(clause, event)
    group = event.cue.payload
    requested = group.type == "REQUEST"  # something is requested from the other
    received = group.id in _RECEIVED and not is_invited(clause, event)
    for side, case in cases.items():
        if case == "by" or (case == "from" and not requested):
            return _other(side) if received else side
    if group.direction != "reversed":
        for side, case in cases.items():
            if case in {"to", "object", "from"}:
                return _other(side)
    fronted = word_order_of(clause.lexicon).first_is_fronted(clause) or is_fronted_object(clause, event)
    return clause.last.side if fronted else clause.first.side


def _cases(clause: Clause, event: Event) -> dict[Side, str | None]:
    """The cases of the actors that do not belong to another act."""
    return {
        span.side: case_in(clause, span, event)
        for span in (clause.a, clause.b)
        if not _belongs_to_later_act(clause, span, event)
    }


def case_in(clause: Clause, span: ActorSpan, event: Event | None) -> str | None:
    """The case of an actor in an event. A preposition that is part of its words says who receives it ("a
    letter to K") or does it ("fined by K"), unless the one to whom it is done acts ("was received by K") or
    it is a verb's ("stood by K")."""
    if event is None:
        return clause.case_of(span)
    group = event.cue.payload
    if group.direction != "subject":
        return clause.case_of(span, event.cue)
    case = clause.case_of(span)
    if case == "by" and quad_class(group.type) not in _CONFLICTS and not is_invited(clause, event):
        return clause.case_of(span, event.cue)
    return case


def is_fronted_object(clause: Clause, event: Event) -> bool:
    """Whether the first actor opens the sentence in the form of an object, and the other does not have it
    (Russian "Асада критикует Хаменеи")."""
    document, first = clause.document, clause.first
    return (
        is_oblique(document.name_cases.get(first.start, ""))
        and not is_oblique(document.name_cases.get(clause.last.start, ""))
        and clause.case_of(clause.last) is None
        and event.place != "before"
        and not document.folded_text[clause.sentence.start : first.start].strip(' "-')
    )


def _belongs_to_later_act(clause: Clause, span: ActorSpan, event: Event) -> bool:
    """Whether another act stands between the cue and an actor, whose case then comes from it ("visited X,
    where he was received by K"); not the verb of a passive about it ("an offer of K was rejected by A")."""
    return event.cue.end < span.start and any(
        event.cue.end < cue.start
        and cue.end < span.start
        and cue.payload.type is not None
        and not _is_its_passive(clause, event, cue)
        for cue in clause.cues_of("event")
    )


def _is_its_passive(clause: Clause, event: Event, verb: Cue) -> bool:
    """Whether a verb later in the same part of the sentence says in the passive what is done to an event."""
    between = clause.folded_text[event.cue.end : verb.start]
    words = between.split()
    return (
        bool(words)
        and words[-1] in clause.lexicon.subjects.copulas
        and not any(map(clause.lexicon.joins, words))
        and not EDGE.search(between)
    )
