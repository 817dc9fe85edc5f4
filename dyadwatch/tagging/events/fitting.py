"""Fitting: which cues of a clause can be about its two actors, and how well each fits."""

import re
from collections.abc import Sequence

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.documents.clause import Clause, Place
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.polarity import cues_by_polarity
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import SPAN, Match

_PUNCTUATION = re.compile(r"[,;:.!?()\u060c\u061f\u2014]")
_REACH = 90  # folded characters: a cue farther from the pair says nothing about it
_MAX_GAP_OF_OBJECTS = 5  # words
BARE_DENIAL = "denial"  # the group of words for "not" that are acts
_NOUN_REACH = 12  # folded characters
_NOUN_CUES = 2
_BESIDE = 12  # folded characters
_MATERIAL = frozenset({"PROTEST", "MOBILIZE", "COERCE", "ASSAULT"})


@valueclass(frozen=True, slots=True)
class Event:
    """A cue that relates the two actors, where it stands with respect to them, and how well it fits (lower is
    better)."""

    cue: Cue
    place: Place
    cost: float


def fitting_events(clause: Clause) -> list[Event]:
    """The cues, ties among them, that can say what passes between the two; the best fitting first."""
    cues = cues_by_polarity(clause)
    events = [event for cue in cues if (event := fit_cue(clause, cue)) is not None]
    if len(events) > 1:
        events = _without_bare_denials(events)
    if not any(event.cue.payload.type == "CONSULT" for event in events):
        events += _speech_to_addressee(clause)
    if not events and word_order_of(clause.lexicon).noun_follows_objects:
        events += _noun_after_objects(clause, cues)
    return sorted(events, key=lambda event: (event.cost, event.cue.start))


def _without_bare_denials(events: list[Event]) -> list[Event]:
    """Without "not" as an act of refusal, where there is an act that it may deny."""
    acts = [event for event in events if event.cue.payload.id != BARE_DENIAL]
    return acts if any(event.cue.payload.type for event in acts) else events


def _noun_after_objects(clause: Clause, cues: Sequence[Cue]) -> list[Event]:
    """Nouns soon after the second actor ("gave A a promise"),
    where only a few words stand between the two."""
    words = clause.gap_words
    if clause.coordinated or len(words) > _MAX_GAP_OF_OBJECTS or _PUNCTUATION.search(clause.gap):
        return []
    if any(clause.lexicon.knows(word, "opener") for word in words):
        return []  # "asked K why A ..."
    last = clause.last
    reach = last.end + 2 * _NOUN_REACH
    events: list[Event] = []
    for cue in sorted(cues, key=SPAN):
        if last.end < cue.start <= reach and not _PUNCTUATION.search(clause.folded_text, last.end, cue.start):
            events.append(Event(cue, "after", 0.6 + 0.1 * len(events)))
            reach = cue.end + _NOUN_REACH  # "a message of congratulation"
    return events[:_NOUN_CUES]


def _speech_to_addressee(clause: Clause) -> list[Event]:
    """A word of saying with one actor as its speaker and the other as its addressee."""
    verbs = clause.cues_of("speech")
    if not verbs or not any(clause.case_of(span) == "to" for span in (clause.a, clause.b)):
        return []
    group = clause.lexicon.groups["told"]
    verb_first = word_order_of(clause.lexicon).verb == "before"
    for cue in verbs:
        event = _fit(clause, Match(cue.start, cue.end, group))
        if event is not None and (event.place != "before" or verb_first):
            return [event]
    return []


def fit_cue(clause: Clause, cue: Cue) -> Event | None:
    """The cue as an event of the two; None where it cannot be one."""
    return None if _is_cut_off(clause, cue) else _fit(clause, cue)


def _is_cut_off(clause: Clause, cue: Cue) -> bool:
    """Whether a word that ends a clause stands among the two and a cue."""
    breaks = clause.cues_of("break")
    if not breaks:
        return False
    low, high = min(cue.start, clause.first.start), max(cue.end, clause.last.end)
    return any(low < end.start < high for end in breaks)


def _fit(clause: Clause, cue: Cue) -> Event | None:
    """The same without regard to where clauses end."""
    if _overlaps(clause, cue) or _gap(clause, cue) > _REACH or _is_about_others(clause, cue):
        return None
    if clause.coordinated and not clause.introduced_by_between and not cue.payload.is_joint:
        return None
    return event_at(clause, cue) if word_order_of(clause.lexicon).owns_cue(clause, cue) else None


def event_at(clause: Clause, cue: Cue) -> Event:
    """A cue as an event of the two, whether it fits or not."""
    place, order = clause.place_of(cue), word_order_of(clause.lexicon)
    # A verb that ends its clause is the last of the sentence; elsewhere the nearest cue says most.
    distance = clause.sentence.end - cue.end if order.verb == "after" else _gap(clause, cue)
    cost = distance / _REACH + (0.0 if place == order.verb else 0.15 if place == "between" else 0.6)
    if cue.payload.kind == "tie":
        cost += 0.35
    return Event(cue, place, cost)


def _overlaps(clause: Clause, cue: Cue) -> bool:
    """Whether a cue lies across an actor, other than a pronoun that parts it ("sprach er mit A"), or that it
    is fused with (Arabic "received him")."""
    first, last = clause.first, clause.last
    if first.kind == "pronoun" and cue.end <= last.start:
        if cue.start < first.start and first.end < cue.end:
            return False
        if SPAN(cue) == SPAN(first) and clause.lexicon.fused_conjunctions:
            return False
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
    if clause.coordinated and cue.payload.is_joint:
        return not clause.has_pronoun
    if clause.has_pronoun or clause.coordinated:
        return False
    first, last = clause.first, clause.last
    if word_order_of(clause.lexicon).verb == "before" and 0 <= first.start - cue.end <= _BESIDE:
        return True  # where the verb opens its clause, the subject stands between it and its object
    return min(abs(cue.start - last.end), abs(last.start - cue.end)) <= _BESIDE


def _opens_clause_after(clause: Clause, cue: Cue) -> bool:
    """Whether a clause begins between a cue of meeting or telling and the second actor, whom it is then about
    ("received reports that A ...", "told the press that A ...")."""
    return cue.payload.type == "CONSULT" and any(
        cue.end <= that.start < clause.last.start for that in clause.cues_of("that")
    )
