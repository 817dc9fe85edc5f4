"""Which cues of a clause tell what passes between its two actors, and who acts on whom."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dyadwatch.model.mentions import Direction
from dyadwatch.tagging.documents.clause import Clause, Place
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import Match
from dyadwatch.tagging.watches.watch import Side

_PUNCTUATION = re.compile(r"[,;:.!?()\u060c\u061f\u2014]")
_REACH = 90  # folded characters: a cue farther from the pair says nothing about it
_VISIT_COST = 0.8
_MAX_GAP_OF_OBJECTS = 5  # words
_NOUN_REACH = 12  # folded characters
_NOUN_CUES = 2
_BETWEEN_PRONOUNS = 2  # words: "he sent him"
_BETWEEN_NAMES = 6  # words
_BESIDE = 12  # folded characters
_MATERIAL = frozenset({"PROTEST", "MOBILIZE", "COERCE", "ASSAULT"})


@dataclass(frozen=True, slots=True)
class Event:
    """A cue that relates the two actors, where it stands with
    respect to them, and how well it fits (lower is better)."""

    cue: Cue
    place: Place
    cost: float


def code_events(clause: Clause) -> list[Event]:
    """The cues that say what passes between the two, best first."""
    breaks = [cue.start for cue in clause.cues_of("break")]
    fitting = (_fit(clause, cue, breaks) for cue in clause.cues_of("event", "tie"))
    events = [event for event in fitting if event is not None]
    if not any(event.cue.payload.type == "CONSULT" for event in events):
        events += _speech_to_addressee(clause)
    if not events and word_order_of(clause.lexicon).noun_follows_objects:
        events += _noun_after_objects(clause)
    return sorted(events, key=lambda event: (event.cost, event.cue.start))


def _noun_after_objects(clause: Clause) -> list[Event]:
    """Nouns soon after the second actor ("gave A a promise"),
    where only a few words stand between the two."""
    words = clause.gap.split()
    if clause.coordinated or len(words) > _MAX_GAP_OF_OBJECTS or _PUNCTUATION.search(clause.gap):
        return []
    if any(clause.lexicon.knows(word, "opener") for word in words):
        return []  # "asked K why A ..."
    last = clause.last
    reach = last.end + 2 * _NOUN_REACH
    events: list[Event] = []
    for cue in sorted(clause.cues_of("event", "tie")):
        if last.end < cue.start <= reach and not _PUNCTUATION.search(clause.folded_text, last.end, cue.start):
            events.append(Event(cue, "after", 0.6 + 0.1 * len(events)))
            reach = cue.end + _NOUN_REACH  # "a message of congratulation"
    return events[:_NOUN_CUES]


def _speech_to_addressee(clause: Clause) -> list[Event]:
    """A word of saying with one actor as its speaker and the other as its addressee."""
    if not any(clause.case_of(span) == "to" for span in (clause.a, clause.b)):
        return []
    group = clause.lexicon.groups["told"]
    verb_first = word_order_of(clause.lexicon).verb == "before"
    for cue in clause.cues_of("speech"):
        event = _fit(clause, Match(cue.start, cue.end, group), [])
        if event is not None and (event.place != "before" or verb_first):
            return [event]
    return []


def _fit(clause: Clause, cue: Cue, breaks: list[int]) -> Event | None:
    """The cue as an event of the two; None where it cannot be one."""
    if _overlaps(clause, cue):
        return None
    place, gap = clause.place_of(cue), _gap(clause, cue)
    low, high = min(cue.start, clause.first.start), max(cue.end, clause.last.end)
    if gap > _REACH or any(low < offset < high for offset in breaks) or _is_about_others(clause, cue):
        return None
    if clause.coordinated and not clause.introduced_by_between and not cue.payload.is_joint:
        return None
    order = word_order_of(clause.lexicon)
    if not order.owns_cue(clause, cue):
        return None
    # A verb that ends its clause is the last of the sentence; elsewhere the nearest cue says most.
    distance = clause.sentence.end - cue.end if order.verb == "after" else gap
    cost = distance / _REACH + (0.0 if place == order.verb else 0.15 if place == "between" else 0.6)
    if cue.payload.kind == "tie":
        cost += 0.35
    return Event(cue, place, cost)


def _overlaps(clause: Clause, cue: Cue) -> bool:
    """Whether a cue lies across an actor."""
    first, last = clause.first, clause.last
    return cue.start < last.end and first.start < cue.end and not first.end <= cue.start < last.start


def _gap(clause: Clause, cue: Cue) -> int:
    """The folded characters between the pair and a cue outside it; 0 for a cue between."""
    return max(0, clause.first.start - cue.end, cue.start - clause.last.end)


def _is_about_others(clause: Clause, cue: Cue) -> bool:
    """Whether a cue is plainly not about the two."""
    material = cue.payload.type in _MATERIAL and not _is_done_to_other(clause, cue)
    return material or _opens_clause_after(clause, cue)


def _is_done_to_other(clause: Clause, cue: Cue) -> bool:
    """Whether violence or unrest is plainly done by one of the two to the other, named beside the word for
    it: most such words in a sentence about the two have someone else for their object."""
    if clause.has_pronoun or clause.coordinated:
        return False
    last = clause.last
    return min(abs(cue.start - last.end), abs(last.start - cue.end)) <= _BESIDE


def _opens_clause_after(clause: Clause, cue: Cue) -> bool:
    """Whether a clause begins between a cue of meeting and the
    second actor ("received reports that A ...")."""
    group = cue.payload
    return (
        group.type == "CONSULT"
        and group.id != "told"
        and any(cue.end <= that.start < clause.last.start for that in clause.cues_of("that"))
    )


def direction(clause: Clause, event: Event | None, events: Sequence[Event] = ()) -> Direction:
    """Who acts on whom in `event`; `events` are all of the clause."""
    if event is None:
        return _undirected(clause)
    if event.place == "before" and clause.is_quote_by_last:
        return _by(clause.last.side)
    if event.cue.payload.id == "meet" and not clause.introduced_by_between:
        visits = (one for one in events if one.cue.payload.mode == "visit" and one.cost <= _VISIT_COST)
        event = next(visits, event)  # who came is the actor
    if clause.introduced_by_between or clause.coordinated or event.cue.payload.direction == "mutual":
        return "mutual"
    actor = _actor(clause, event)
    return _by(_other(actor) if event.cue.payload.direction == "reversed" else actor)


def _by(side: Side) -> Direction:
    return "a->b" if side == "a" else "b->a"


def _other(side: Side) -> Side:
    return "b" if side == "a" else "a"


def _undirected(clause: Clause) -> Direction:
    """Without a cue: the first acts on the second where a few words with neither comma nor possessive stand
    between ("K called A ...", "K to A: ...", "he sent him ..."), else they are in a state."""
    words = clause.gap.split()
    if (
        word_order_of(clause.lexicon).verb != "between"
        or clause.coordinated
        or not _may_act(clause, words)
        or not 0 < len(words) <= _BETWEEN_NAMES
        or _is_nominal(clause, words)
    ):
        return "mutual"
    return _by(clause.first.side)


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
    """Who acts: by the case of an actor, else the one that stands first."""
    cases = {
        span.side: clause.case_of(span, event.cue)
        for span in (clause.a, clause.b)
        if not _belongs_to_later_act(clause, span, event)
    }
    group = event.cue.payload
    requested = group.type == "REQUEST"  # something is requested from the other
    received = group.id == "hosted_by"  # by the host
    for side, case in cases.items():
        if case == "by" or (case == "from" and not requested):
            return _other(side) if received else side
    if group.direction != "reversed":
        for side, case in cases.items():
            if case in {"to", "object", "from"}:
                return _other(side)
    fronted = word_order_of(clause.lexicon).first_is_fronted(clause)
    return clause.last.side if fronted else clause.first.side


def _belongs_to_later_act(clause: Clause, span: ActorSpan, event: Event) -> bool:
    """Whether another act stands between the cue and an actor, whose
    case then comes from it ("visited X, where he was received by K")."""
    return any(
        event.cue.end < cue.start and cue.end < span.start and cue.payload.type is not None
        for cue in clause.cues_of("event")
    )
