"""Selection by rule: which of the fitting events a clause reports, at most two, one of them a meeting."""

from collections.abc import Sequence

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import Sentence
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.groups import Group
from dyadwatch.tagging.lexicons.lexicon import Cue

_SECOND_COST = 0.75
_NEXT = 12  # folded characters
# Types whose object is often another act ("refused the request", "threatened to withhold").
_TAKES_ACT_AS_OBJECT = frozenset({"REJECT", "THREATEN", "SANCTION"})
# Types of verbs that have other acts for their content ("asked A to withdraw his troops"), and of those acts.
_GOVERNING = frozenset({"REQUEST", "ACCUSE", "THREATEN"})
_CONTENT = frozenset({"AID", "SANCTION", "RETREAT", "COERCE", "ASSAULT", "MOBILIZE", "PROTEST"})
_CONTENT_REACH = 60  # folded characters from such a verb to its content
# Groups that only say by what means another act is done.
_MEANS = frozenset({"letter"})
# Groups of requests that matter less than the help that they order.
_ORDERS = frozenset({"order"})


def select_events(events: Sequence[Event], sentence: Sentence | None = None) -> list[Event]:
    """The typed events that the clause reports, the main one first; `events` are best first. In `sentence`
    a pronoun may say that a distant act is done to one of the two."""
    acts = _without_means_and_content([event for event in events if event.cue.payload.type])
    if not acts:
        return []
    first = next((event for event in acts if event.cue.payload.type in _TAKES_ACT_AS_OBJECT), acts[0])
    if first.cue.payload.type == "SANCTION":
        first = _easing(first, acts, sentence) or first
    if first.cue.payload.id in _ORDERS:
        first = next((event for event in acts if event.cue.payload.type == "AID"), first)
    second = _companion(first, acts, sentence)
    return [first] if second is None else [first, second]


def _easing(measure: Event, acts: Sequence[Event], sentence: Sentence | None) -> Event | None:
    """The act that eases a measure: its verb governs the measure ("lifted the sanctions"), so it stands
    before it, or after it where verbs end the sentence."""
    verb_final = sentence is not None and sentence.lexicon.word_order == "sov"
    for event in acts:
        if event.cue.payload.type == "CONCEDE" and (event.cue.start > measure.cue.start) == verb_final:
            return event
    return None


def governing(clause: Clause, events: Sequence[Event]) -> Event | None:
    """The act that has all others for its content, where verbs end their clauses: nothing but words stands
    between a demand, an accusation or a threat and what it is about."""
    acts = [event for event in events if event.cue.payload.type]
    verb = next((event for event in acts if _governs(event.cue.payload)), None)
    if verb is None or clause.lexicon.word_order != "sov":
        return None
    others = [event.cue for event in acts if event.cue.payload.type != verb.cue.payload.type]
    return verb if others and all(_is_content(clause, verb.cue, cue) for cue in others) else None


def _governs(group: Group) -> bool:
    return group.type in _GOVERNING and group.id not in _ORDERS


def _is_content(clause: Clause, verb: Cue, cue: Cue) -> bool:
    """Whether an act may be the content of another, from which only a few words, and no conjunction, part
    it."""
    low, high = min(verb.end, cue.end), max(verb.start, cue.start)
    between = clause.folded_text[low:high]
    return (
        cue.payload.type in _CONTENT
        and low <= high
        and len(between) <= _CONTENT_REACH
        and not EDGE.search(between)
        and not any(map(clause.lexicon.joins, between.split()))
    )


def companion(main: Event, events: Sequence[Event], sentence: Sentence | None = None) -> Event | None:
    """The event that the clause reports beside the main one, if any; `events` are best first."""
    acts = _without_means_and_content([event for event in events if event.cue.payload.type])
    return _companion(main, acts, sentence)


def _companion(main: Event, acts: Sequence[Event], sentence: Sentence | None) -> Event | None:
    for event in acts:
        close = event.cost <= _SECOND_COST or _has_pronoun_object(sentence, event)
        if close and _are_separate(main, event):
            return event
    return None


def _without_means_and_content(events: Sequence[Event]) -> Sequence[Event]:
    """Without letters, where they carry an act of its own, and without meetings that are only asked for
    ("urged A to talk to his opponents")."""
    acts = events
    if any(event.cue.payload.type != "CONSULT" for event in events):
        acts = [event for event in events if event.cue.payload.id not in _MEANS]
    requests = [event.cue.start for event in acts if event.cue.payload.type == "REQUEST"]
    if not requests:
        return acts
    first = min(requests)
    return [event for event in acts if event.cue.payload.id != "meet" or event.cue.start < first]


def _has_pronoun_object(sentence: Sentence | None, event: Event) -> bool:
    """Whether a pronoun beside the cue says that it is done to one of the two ("received A and called him
    a hero")."""
    return (
        sentence is not None
        and event.place == "after"
        and any(
            word.start - event.cue.end >= -_NEXT and word.end - event.cue.start <= _NEXT
            for word in sentence.cues_of("object_pronoun")
        )
    )


def _are_separate(first: Event, second: Event) -> bool:
    """Whether the second event stands for itself, not for what is requested, refused or threatened."""
    types = (first.cue.payload.type, second.cue.payload.type)
    return types[0] != types[1] and "CONSULT" in types and not set(types) & _TAKES_ACT_AS_OBJECT
