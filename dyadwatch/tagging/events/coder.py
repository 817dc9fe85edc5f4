"""The event coder: which PLOVER events a clause reports between its two actors, main one first.

Rules choose the events whose cues fit the two best (fitting, selection); a linear ranker weighs them, with what else the
sentence holds, against the other types and against no event at all (features, ranker). The same for every language;
English adds its finer cue classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.direction import direction
from dyadwatch.tagging.events.english_acts import Act, EnglishActs, Span, actor_order, read_acts
from dyadwatch.tagging.events.english_cues import EnglishCue, english_cues
from dyadwatch.tagging.events.features import (
    CHOSEN,
    NO_EVENT,
    YIELD,
    Evidence,
    Features,
    by_zone,
    features,
    label_of,
)
from dyadwatch.tagging.events.fitting import Event, event_at, fitting_events
from dyadwatch.tagging.events.modality import is_planned
from dyadwatch.tagging.events.ranker import Ranking, rank, reasons, shipped_weights
from dyadwatch.tagging.events.selection import companion, select_events
from dyadwatch.tagging.lexicons.lexicon import Cue, Group
from dyadwatch.tagging.lexicons.matcher import Match
from dyadwatch.tagging.watches.watch import Side

_REASONS = 12
_CERTAIN = 0.9  # the share that an event needs where no cue fits the two
_UNSURE = 0.5  # a share below which the rules are right more often
# Planned acts of these types are AGREE (PLOVER manual, AGREE).
_COOPERATIVE = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID"})


@dataclass(frozen=True, slots=True)
class Coding:
    """The events that a clause reports, main one first, at most two; without one, what it may be all the same, for a
    caller who knows that there is an event (`likeliest`). `confidence`: the share of the first in 1; `reasons`: the
    features that weigh most for or against it."""

    events: tuple[Event, ...]
    likeliest: Event | None
    confidence: float
    reasons: Mapping[str, float]


def code_events(
    clause: Clause, fitting: Sequence[Event] | None = None, *, actor: Side | None = None
) -> Coding:
    """The events of a clause. `fitting` are its fitting events, best first, where they are known; `actor` acts, where that
    is known. An empty span is an actor that the sentence leaves out."""
    fitting = fitting_events(clause) if fitting is None else fitting
    chosen = [coded_as_plan(clause, event) for event in select_events(fitting, clause.sentence)]
    evidence = gather_evidence(clause, fitting, chosen, actor)
    by_label, weights = features(evidence), shipped_weights()
    ranking = rank(by_label, weights)
    if len(ranking) == 1:
        return Coding((), None, 0.0, {})  # nothing speaks for any event
    label, confidence = best_event(ranking, by_label)
    main = _event(evidence, label)
    why = reasons(by_label[label], weights, _REASONS)
    is_reported = reports_event(ranking, by_label)
    events = (main, *_companions(clause, main, fitting)) if is_reported else ()
    return Coding(events, main, confidence, why)


def best_event(ranking: Ranking, by_label: Features) -> tuple[str, float]:
    """The likeliest event with its share: the first of the ranking or, where its share is small, the one that the rules
    choose."""
    first = next(item for item in ranking if item[0] != NO_EVENT)
    if first[1] >= _UNSURE:
        return first
    return next((item for item in ranking if CHOSEN in by_label[item[0]]), first)


def reports_event(ranking: Ranking, by_label: Features) -> bool:
    """Whether a clause reports an event at all; where no cue fits the two, only if that is almost certain."""
    label, share = ranking[0]
    if any(CHOSEN in names for names in by_label.values()):
        return label != NO_EVENT
    return label != NO_EVENT and share >= _CERTAIN


def _companions(clause: Clause, main: Event, fitting: Sequence[Event]) -> list[Event]:
    """The event beside the main one, if there is one, unless it is the same."""
    second = companion(main, fitting, clause.sentence)
    if second is None or second.cue[:2] == main.cue[:2]:
        return []
    second = coded_as_plan(clause, second)
    return [] if second.cue.payload.type == main.cue.payload.type else [second]


def gather_evidence(
    clause: Clause, fitting: Sequence[Event], chosen: Sequence[Event], actor: Side | None = None
) -> Evidence:
    """What the features of a clause are made of."""
    acting, other = _roles(clause, fitting, chosen, actor)
    spans = _span(acting), _span(other)
    english = _english_acts(clause, *spans) if clause.document.language == "en" and any(spans) else None
    return Evidence(
        clause=clause,
        chosen=chosen,
        has_tie=any(event.cue.payload.kind == "tie" for event in fitting),
        cues=by_zone([(cue, _zone(clause, cue, acting, other)) for cue in clause.cues_of("event")]),
        english=english,
        order=actor_order(*spans),
    )


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


def coded_as_plan(clause: Clause, event: Event) -> Event:
    """The event, as AGREE where it is a planned act of cooperation."""
    group = event.cue.payload
    if group.type not in _COOPERATIVE or not is_planned(clause, event):
        return event
    return replace(event, cue=event.cue._replace(payload=group._replace(type="AGREE", mode=None)))


def _event(evidence: Evidence, label: str) -> Event:
    """The event of a label: as chosen, else of the English act, else of the lexicon cue that counts first. Which of
    CONCEDE and RETREAT it is, English acts tell better."""
    act = _act(evidence.english, label) if evidence.english else None
    if act is None or label != YIELD:
        for event in evidence.chosen:
            if label_of(event.cue.payload.type or "") == label:
                return _with_english_mode(event, evidence)
    if act is not None:
        return event_at(evidence.clause, _cue_of_act(evidence, act))
    cue = next(cue for cue, _ in evidence.cues if label_of(cue.payload.type or "") == label)
    return event_at(evidence.clause, cue)


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


def _cue_of_act(evidence: Evidence, act: Act) -> Cue:
    """An English act as a cue of the document, with a group of its own."""
    assert evidence.english is not None  # noqa: S101
    low, _ = _bounds(evidence.clause)
    start, end = evidence.english.span_of(act.cue)
    mode = _english_mode(evidence.english, act.type, act.cue)
    way = english_cues().directions.get(act.name, "subject")
    return Match(low + start, low + end, Group(act.name, "event", act.type, mode, way))


def _english_mode(english: EnglishActs, event_type: str, cue: EnglishCue | None) -> str | None:
    """The mode that the cue of the act stands for, else the first that a cue of the sentence does."""
    return english_cues().mode_of(event_type, (*([cue] if cue else ()), *english.chain, *english.cues))


def _with_english_mode(event: Event, evidence: Evidence) -> Event:
    group = event.cue.payload
    if group.mode or evidence.english is None:
        return event
    mode = _english_mode(evidence.english, group.type or "", None)
    return replace(event, cue=event.cue._replace(payload=group._replace(mode=mode)))
