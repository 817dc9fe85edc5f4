"""The event coder: which PLOVER events a clause reports between its two actors, the main one first.

Rules choose the events whose cues fit the two best (fitting, selection). English has finer classes of cues
and sentences coded by experts to learn from: there a linear ranker (features, ranker) weighs the rules'
choice against every other type that something in the sentence speaks for. Where the caller knows that there
is an event, the ranker decides (`likeliest_event`). Of a clause that may report none (`code_events`), it
decides where cues of several types fit, and where none does, if it is fairly sure of an act that itself fits
the two; a single fitting type stands, since it proved to be right more often in news about a watched pair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.english_acts import Act, EnglishActs, Span, names_act, read_acts
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.features import CHOSEN, ClauseSignals, Features, by_zone, features, label_of
from dyadwatch.tagging.events.fitting import Event, event_at, fit_cue, fitting_events
from dyadwatch.tagging.events.modality import is_planned
from dyadwatch.tagging.events.ranker import Ranking, rank, reasons, shipped_weights
from dyadwatch.tagging.events.selection import companion, select_events
from dyadwatch.tagging.lexicons.lexicon import Cue, Group
from dyadwatch.tagging.lexicons.matcher import Match
from dyadwatch.tagging.watches.watch import Side

_REASONS = 12
# Shares of the ranker: below the first the rules are right more often; from the second, a fitting English act
# counts where no cue of the lexicon fits (ADR 11).
_UNSURE = 0.5
_LIKELY = 0.6
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
    """The events that a clause reports, the main one first, at most two; none where nothing fits the two
    actors. `fitting`: its fitting events, best first, where they are known."""
    fitting = fitting_events(clause) if fitting is None else fitting
    chosen = choose_events(clause, fitting)
    types = {event.cue.payload.type for event in fitting} - {None}
    if clause.document.language != "en" or len(types) == 1:
        return chosen
    if not types:
        event = _english_event_between(clause, fitting)
        return [event] if event else []
    ranked = _rank_labels(gather_signals(clause, fitting, chosen))
    by_rules = chosen[0].cue.payload.type
    if ranked is None or ranked.label == by_rules:
        return chosen
    likeliest = _event(ranked.signals, ranked.label)
    if likeliest.cue.payload.type == by_rules:
        return chosen
    return [likeliest, *_companions(clause, likeliest, fitting)]


def _english_event_between(clause: Clause, fitting: Sequence[Event]) -> Event | None:
    """The likeliest event, if an English act stands for it that is between the two and fits them as a cue
    of the lexicon must."""
    if not names_act(clause.gap, english_cues()):
        return None
    ranked = _rank_labels(gather_signals(clause, fitting, ()))
    if ranked is None or ranked.share < _LIKELY:
        return None
    likeliest = _event(ranked.signals, ranked.label)
    return likeliest if likeliest.place == "between" and fit_cue(clause, likeliest.cue) else None


def likeliest_event(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], *, actor: Side | None = None
) -> CodedEvent | None:
    """The main event, where there is one: what it most likely is; None where nothing speaks for any.
    `actor` acts, where that is known. An empty span is an actor that the sentence leaves out."""
    if clause.document.language != "en":
        return _by_rules(chosen[0]) if chosen else None
    signals = gather_signals(clause, fitting, chosen, actor)
    if signals is None:
        return _by_rules(chosen[0]) if chosen else None
    ranked = _rank_labels(signals)
    if ranked is None:
        return None
    heaviest = reasons(ranked.by_label[ranked.label], shipped_weights(), _REASONS)
    return CodedEvent(_event(signals, ranked.label), ranked.share, heaviest)


class _Ranked(NamedTuple):
    """The best label of a clause, its share, and what they come from."""

    label: str
    share: float
    signals: ClauseSignals
    by_label: Features


def _rank_labels(signals: ClauseSignals | None) -> _Ranked | None:
    """None where nothing speaks for any label."""
    if signals is None or not (by_label := features(signals)):
        return None
    return _Ranked(*best_event(rank(by_label, shipped_weights()), by_label), signals, by_label)


def choose_events(clause: Clause, fitting: Sequence[Event]) -> list[Event]:
    """The events that the rules choose, best first; planned cooperation is AGREE."""
    return [_coded_as_plan(clause, event) for event in select_events(fitting, clause.sentence)]


def best_event(ranking: Ranking, by_label: Features) -> tuple[str, float]:
    """The first of a ranking or, where its share is small, the one that the rules choose."""
    if ranking[0][1] >= _UNSURE:
        return ranking[0]
    return next((item for item in ranking if CHOSEN in by_label[item[0]]), ranking[0])


def _by_rules(event: Event) -> CodedEvent:
    """The less an event costs, the surer it is."""
    confidence = 1 / (1 + max(0.0, event.cost))
    return CodedEvent(event, confidence, {f"cue {event.place}": confidence})


def _companions(clause: Clause, main: Event, fitting: Sequence[Event]) -> list[Event]:
    """The event beside the main one, if there is one, unless it is the same."""
    second = companion(main, fitting, clause.sentence)
    if second is None or second.cue[:2] == main.cue[:2]:
        return []
    second = _coded_as_plan(clause, second)
    return [] if second.cue.payload.type == main.cue.payload.type else [second]


def gather_signals(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], actor: Side | None = None
) -> ClauseSignals | None:
    """What the features of an English clause are made of; None where it names neither actor."""
    acting, other = _roles(clause, fitting, chosen, actor)
    spans = _span(acting), _span(other)
    if not any(spans):
        return None
    cues = [(cue, _zone(clause, cue, acting, other)) for cue in clause.cues_of("event")]
    return ClauseSignals(clause, chosen, by_zone(cues), _english_acts(clause, *spans))


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


def _bounds(clause: Clause) -> tuple[int, int]:
    """The passage that is read: the sentence, or more where the second actor stands outside."""
    return (
        min(clause.sentence.start, clause.first.start),
        max(clause.sentence.end, clause.last.end),
    )


def _english_acts(clause: Clause, actor: Span | None, recipient: Span | None) -> EnglishActs:
    low, high = _bounds(clause)
    moved = [(span[0] - low, span[1] - low) if span else None for span in (actor, recipient)]
    return read_acts(clause.folded_text[low:high], moved[0], moved[1], english_cues())


def _coded_as_plan(clause: Clause, event: Event) -> Event:
    """The event, as AGREE where it is a planned act of cooperation."""
    group = event.cue.payload
    if group.type not in _COOPERATIVE or not is_planned(clause, event):
        return event
    return event._replace(cue=event.cue._replace(payload=group._replace(type="AGREE", mode=None)))


def _event(signals: ClauseSignals, label: str) -> Event:
    """The event of a label: that of the English act, else as chosen, else of the lexicon cue that counts
    first."""
    if act := _act(signals.english, label):
        return event_at(signals.clause, _cue_of_act(signals, act))
    for event in signals.chosen:
        if label_of(event.cue.payload.type or "") == label:
            return event
    cue = next(cue for cue, _ in signals.cues if label_of(cue.payload.type or "") == label)
    return event_at(signals.clause, cue)


def _act(english: EnglishActs, label: str) -> Act | None:
    """The first act of a label; YIELD is what the first of its acts is."""
    if english.main and label_of(english.main.type) == label:
        return english.main
    for act in (*english.acts, *english.all_acts):
        if label_of(act.type) == label:
            return act
    cues = english_cues()
    for cue in english.cues:
        for name in cue.classes:
            if name in cues.types and label_of(cues.types[name]) == label:
                return Act(cues.types[name], name, cue)
    return next(
        (
            Act(frame.type, frame.name, parts[0])
            for frame, parts in english.frames
            if label_of(frame.type) == label
        ),
        None,
    )


def _cue_of_act(signals: ClauseSignals, act: Act) -> Cue:
    """An English act as a cue of the document, with a group of its own."""
    low, _ = _bounds(signals.clause)
    start, end = signals.english.span_of(act.cue)
    cues = english_cues()
    # the mode that the act's cue stands for, else the first that a cue of the sentence does
    mode = cues.mode_of(act.type, (act.cue, *signals.english.chain, *signals.english.cues))
    way = cues.directions.get(act.name, "subject")
    return Match(low + start, low + end, Group(act.name, "event", act.type, mode, way))
