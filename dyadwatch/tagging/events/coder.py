"""The event coder: which PLOVER events a clause reports between its two actors, the main one first.

Rules choose the events whose cues fit the two best (fitting, selection). A linear ranker (features, ranker)
weighs their choice against every other type that something in the sentence speaks for: a cue of the lexicon,
whether it fits the two or not, and in English the acts that finer classes of cues make. Where the caller
knows that there is an event, the likeliest type is it (`likeliest_event`). Of a clause that may report none
(`code_events`), a type that fits the two stands where the sentence has cues of no other; else the likeliest
is it, if it is likely enough.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.context import context
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.english_acts import Act, EnglishActs, Span, read_acts
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.features import (
    NONE,
    UNSPOKEN,
    ClauseSignals,
    by_zone,
    features,
    features_in_news,
)
from dyadwatch.tagging.events.fitting import BARE_DENIAL, Event, event_at, fitting_events
from dyadwatch.tagging.events.meant import as_meant, condolence_of, is_contest, is_meant_otherwise
from dyadwatch.tagging.events.modality import is_planned
from dyadwatch.tagging.events.polarity import is_called_off
from dyadwatch.tagging.events.ranker import Ranking, rank, reasons, shipped_weights
from dyadwatch.tagging.events.selection import companion, governing, select_events
from dyadwatch.tagging.events.wordings import heaviest_word, type_shares
from dyadwatch.tagging.lexicons.groups import Group
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import SPAN, Match
from dyadwatch.tagging.lexicons.topics import topics
from dyadwatch.tagging.watches.watch import Side

_REASONS = 12
# The least share of a type of a clause that may report no event: a higher one makes the types that are said
# right more often, and leaves more events without one.
_LIKELY = 0.2
# How many times likelier none may be than the likeliest type: what is said of the two without an act that
# can be coded, a tie or a greeting, is often worded like one. Out of fold, texts with such labels gain .006
# to .04 in types by it, others lose less than .01.
_LIKELIER_NONE = 2
# Groups of words by which something else may be done: what one tells or writes may accuse, ask or refuse.
_MEANS = frozenset({"told", "letter"})
# Planned acts of these types are AGREE (PLOVER manual, AGREE).
_COOPERATIVE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})


@dataclass(frozen=True, slots=True)
class CodedEvent:
    """An event, its confidence in [0, 1], and the features that weigh most for or against it, heaviest
    first."""

    event: Event
    confidence: float
    reasons: Mapping[str, float]


def code_events(clause: Clause, fitting: Sequence[Event] | None = None) -> list[Event]:
    """The events that a clause reports, the main one first, at most two; where no type is likely, the tie
    that fits the two best, if one does. `fitting`: its fitting events, best first, where they are known."""
    fitting = fitting_events(clause) if fitting is None else fitting
    if condolence := condolence_of(clause, fitting):
        return [condolence]
    if not fitting and is_contest(clause):
        return []
    chosen = choose_events(clause, fitting)
    if chosen and is_certain(clause, fitting, chosen):
        return as_meant(clause, chosen)
    main = governing(clause, fitting) or _likely_event(clause, fitting, chosen)
    if main is None:
        return [event for event in fitting if event.cue.payload.type is None][:1]
    return as_meant(clause, [main, *_companions(clause, main, fitting)])


def is_certain(clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event]) -> bool:
    """Whether the sentence has cues of one type alone, and the one chosen is no word of how something else
    was said, or the two have but a meeting that is called off, or what the word chosen means beside others is
    plain. Words for "not" and names of the two are no such cues."""
    if is_meant_otherwise(clause, chosen[0]):
        return True
    types = {
        cue.payload.type
        for cue in clause.cues_of("event")
        if cue.payload.id != BARE_DENIAL
        and not any(actor.start <= cue.start and cue.end <= actor.end for actor in (clause.a, clause.b))
    }
    if len(types) <= 1:
        return chosen[0].cue.payload.id not in _MEANS
    acts = [event.cue for event in fitting if event.cue.payload.type]
    return {cue.payload.type for cue in acts} == {"CONSULT"} and is_called_off(clause, acts[0])


def _likely_event(clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event]) -> Event | None:
    """The likeliest of the events that the clause may report."""
    signals = gather_signals(clause, fitting, chosen)
    if signals is None:
        return None
    by_label = features_in_news(signals)
    label = likely_label(rank(by_label, shipped_weights(), context(signals)), by_label)
    return _event(signals, label) if label else None


def likely_label(ranking: Ranking, by_label: Mapping[str, Iterable[str]]) -> str | None:
    """The first label that something speaks for, if it is likely enough by itself and against NONE."""
    least = max(_LIKELY, dict(ranking).get(NONE, 0.0) / _LIKELIER_NONE)
    return next(
        (
            label
            for label, share in ranking
            if label != NONE and share >= least and UNSPOKEN not in by_label[label]
        ),
        None,
    )


def likeliest_event(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], *, actor: Side | None = None
) -> CodedEvent | None:
    """The main event, where there is one: what it most likely is; None where nothing speaks for any.
    `actor` acts, where that is known. An empty span is an actor that the sentence leaves out."""
    signals = gather_signals(clause, fitting, chosen, actor)
    by_label = features(signals, marked=True) if signals else {}
    if signals is None or not by_label:
        return None
    weights = shipped_weights()
    label, share = rank(by_label, weights, context(signals))[0]
    return CodedEvent(_event(signals, label), share, reasons(by_label[label], weights.features, _REASONS))


def choose_events(clause: Clause, fitting: Sequence[Event]) -> list[Event]:
    """The events that the rules choose, best first; planned cooperation is AGREE."""
    return [_coded_as_plan(clause, event) for event in select_events(fitting, clause.sentence)]


def _companions(clause: Clause, main: Event, fitting: Sequence[Event]) -> list[Event]:
    """The event beside the main one, if there is one, unless it is the same."""
    second = companion(main, fitting, clause.sentence)
    if second is None or SPAN(second.cue) == SPAN(main.cue):
        return []
    second = _coded_as_plan(clause, second)
    return [] if second.cue.payload.type == main.cue.payload.type else [second]


def gather_signals(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], actor: Side | None = None
) -> ClauseSignals | None:
    """What the features of a clause are made of; None where it names neither actor."""
    acting, other = _roles(clause, fitting, chosen, actor)
    spans = _span(acting), _span(other)
    if not any(spans):
        return None
    cues = [
        (cue, _zone(clause, cue, acting, other))
        for cue in clause.cues_of("event")
        if not any(actor.start <= cue.start and cue.end <= actor.end for actor in (acting, other))
    ]  # without what is part of a name: Hebrew "India" is spelled as "thanked"
    english = _english_acts(clause, *spans) if clause.document.language == "en" else None
    about = _topics(clause, acting, other)
    return ClauseSignals(clause, fitting, chosen, by_zone(cues), about, type_shares(clause), english)


def _roles(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], actor: Side | None
) -> tuple[ActorSpan, ActorSpan]:
    """Who acts, and upon whom; of a mutual act, the first upon the second."""
    if actor is not None:
        return (clause.a, clause.b) if actor == "a" else (clause.b, clause.a)
    who = direction(clause, chosen[0] if chosen else None, fitting)
    if who == "mutual":
        return clause.first, clause.last
    return (clause.a, clause.b) if who == "a->b" else (clause.b, clause.a)


def _span(actor: ActorSpan) -> Span | None:
    return (actor.start, actor.end) if actor.start < actor.end else None


def _zone(clause: Clause, cue: Cue, acting: ActorSpan, other: ActorSpan) -> str:
    if acting.start <= cue.start < acting.end:
        return "actor"
    if other.start <= cue.start < other.end:
        return "recipient"
    if cue.start < clause.first.start:
        return "before"
    return "after" if cue.start >= clause.last.end else "between"


def _topics(clause: Clause, *actors: ActorSpan) -> list[Cue]:
    """The words of what acts are about, in the passage, but not in the names of the actors."""
    low, high = clause.passage
    return [
        cue
        for cue in topics(clause.lexicon.language).find(clause.folded_text[low:high], low)
        if not any(cue.start < actor.end and actor.start < cue.end for actor in actors)
    ]


def _english_acts(clause: Clause, actor: Span | None, recipient: Span | None) -> EnglishActs:
    low, high = clause.passage
    moved = [(span[0] - low, span[1] - low) if span else None for span in (actor, recipient)]
    return read_acts(clause.folded_text[low:high], moved[0], moved[1], english_cues())


def _coded_as_plan(clause: Clause, event: Event) -> Event:
    """The event, as AGREE where it is a planned act of cooperation."""
    group = event.cue.payload
    if group.type not in _COOPERATIVE or not is_planned(clause, event):
        return event
    return replace(event, cue=replace(event.cue, payload=replace(group, type="AGREE", mode=None)))


def _event(signals: ClauseSignals, label: str) -> Event:
    """The event of a label: that of the English act, else as chosen, else of the cue that fits best or, where
    none does, counts first, or of the first word of its topic, or of the word that speaks most for it. What
    is told or written stays as chosen: the words of the lexicon know by which means."""
    first = next((event.cue.payload for event in signals.chosen), None)
    if first and first.id in _MEANS and first.type == label:
        return signals.chosen[0]
    if signals.english and (act := _act(signals.english, label)):
        return event_at(signals.clause, _cue_of_act(signals, signals.english, act))
    for event in (*signals.chosen, *signals.fitting):
        if event.cue.payload.type == label:
            return event
    others = (*(cue for cue, _ in signals.cues), *signals.topics, _wording(signals.clause, label))
    return event_at(signals.clause, next(cue for cue in others if cue.payload.type == label))


def _wording(clause: Clause, label: str) -> Cue:
    """The word that speaks most for a type, as a cue with a group of its own."""
    return Match(*heaviest_word(clause, label), Group(f"wording_{label.lower()}", "event", label))


def _act(english: EnglishActs, label: str) -> Act | None:
    """The first act of a label."""
    if english.main and english.main.type == label:
        return english.main
    for act in (*english.acts, *english.all_acts):
        if act.type == label:
            return act
    cues = english_cues()
    for cue in english.cues:
        for name in cue.classes:
            if name in cues.types and cues.types[name] == label:
                return Act(cues.types[name], name, cue)
    return next(
        (Act(frame.type, frame.name, parts[0]) for frame, parts in english.frames if frame.type == label),
        None,
    )


def _cue_of_act(signals: ClauseSignals, english: EnglishActs, act: Act) -> Cue:
    """An English act as a cue of the document, with a group of its own."""
    low, _ = signals.clause.passage
    start, end = english.span_of(act.cue)
    cues = english_cues()
    # the mode that the act's cue stands for, else the first that a cue of the sentence does
    mode = cues.mode_of(act.type, (act.cue, *english.chain, *english.cues))
    way = cues.directions.get(act.name, "subject")
    return Match(low + start, low + end, Group(act.name, "event", act.type, mode, way))
