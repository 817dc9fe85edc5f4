"""Named features of a clause: what speaks for and against each event type that it may report, and for none.

A feature is a string, present or not; `weights.json` has its weight, fitted by benchmarks/train_events.py. To
add one, add a line to a family below, or a family to FAMILIES, and fit again.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.english_acts import Act, EnglishActs
from dyadwatch.tagging.events.english_cues import english_cues
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.plover import EVENT_TYPES
from dyadwatch.tagging.events.wordings import Shares
from dyadwatch.tagging.lexicons.lexicon import Cue

_MODALS = ("will", "not", "must", "say", "try", "cond")
_RANKS = 3  # later ones are alike
_ZONES = ("between", "recipient", "after", "before", "actor")  # in the order in which cues count
_COST_STEPS = 5
_GAP_WORDS = 4

UNSPOKEN = "unspoken"  # the feature of a label that nothing speaks for
NONE = "none"  # the label of a clause that reports none of the events that something in it speaks for
_LEAST_SHARE = 0.7  # of a type that words alone speak for
_EVEN = 17  # labels: a share is measured by what each would have if all were alike
_MAX_SHARE, _MAX_RANK = 8, 4  # the last classes
_NEAR, _MAX_NEAR = 12, 5  # folded characters of a class of distances, and the last class

Features = dict[str, dict[str, None]]  # label -> features, each once and in order
Labelled = Iterator[tuple[str, str]]  # label, feature


@valueclass(frozen=True, slots=True)
class ClauseSignals:
    """What the features are made of. `chosen`: the events that the rules of fitting and selection take;
    `cues`: the event cues of the lexicon with their zones, in the order in which they count; `topics`: words
    of what acts are about, with the types that they speak for; `shares`: how much all its words speak for
    each type, the likeliest first; `english`: the acts by finer classes."""

    clause: Clause
    fitting: Sequence[Event]
    chosen: Sequence[Event]
    cues: Sequence[tuple[Cue, str]]
    topics: Sequence[Cue]
    shares: Shares
    english: EnglishActs | None

    @property
    def passage(self) -> str:
        """The folded text that is read: the sentence, or more where the second actor stands outside."""
        low, high = self.clause.passage
        return self.clause.folded_text[low:high]


def features(signals: ClauseSignals, *, marked: bool = False) -> Features:
    """The features of each label that something in the clause speaks for. `marked`: the two are known to have
    an event; then each feature also has a weight for such clauses."""
    by_label: Features = defaultdict(dict)
    for family in FAMILIES:
        for label, feature in family(signals):
            by_label[label][feature] = None
    order = signals.english.order if signals.english else "not English"
    shares = _of_shares(signals.shares)
    for label, names in by_label.items():
        names.update(dict.fromkeys(shares.get(label, ())))
        names[f"is {label}"] = None
        names[f"{order}, {label}"] = None
        if marked:
            names.update(dict.fromkeys([f"marked, {name}" for name in names]))
    return by_label


def features_in_news(signals: ClauseSignals) -> Mapping[str, Iterable[str]]:
    """The features of every label of a clause that may report no event: what stands there may mean a type
    that nothing speaks for by itself, and so no other."""
    by_label, shares = features(signals), _of_shares(signals.shares)
    unspoken = {
        label: [f"is {label}", UNSPOKEN, *shares.get(label, ())]
        for label in EVENT_TYPES
        if label not in by_label
    }
    return {**by_label, **unspoken, NONE: [*none_features(signals.fitting), *shares.get(NONE, ())]}


def none_features(fitting: Sequence[Event]) -> list[str]:
    """The features of NONE, from the events that fit the two."""
    has_tie = any(event.cue.payload.type is None for event in fitting)
    return [f"is {NONE}", f"{NONE}, tie"] if has_tie else [f"is {NONE}"]


def by_zone(cues: Sequence[tuple[Cue, str]]) -> list[tuple[Cue, str]]:
    """Cues with their zones, in the order in which they count."""
    return sorted(cues, key=lambda item: (_ZONES.index(item[1]), item[0].start))


def _of_lexicon_cues(signals: ClauseSignals) -> Labelled:
    """Where the event cues of the lexicon stand, whether they fit the two or not."""
    seen: dict[str, int] = {}
    for cue, zone in signals.cues:
        group = cue.payload
        label = group.type or ""
        if label not in seen:
            rank = seen[label] = min(len(seen), _RANKS)
            yield label, f"word {rank}"
            yield label, f"word {rank} {zone}"
        yield label, f"word {zone}"
        yield label, f"word={group.id}"


def _of_chosen_events(signals: ClauseSignals) -> Labelled:
    """What the rules choose, how well it fits, and whether another act is the main one."""
    main = signals.english.main if signals.english else None
    words = len(signals.clause.gap_words) // _GAP_WORDS
    for rank, event in enumerate(signals.chosen):
        group = event.cue.payload
        label = group.type or ""
        yield label, f"chosen {rank}"
        yield label, f"chosen {rank} {group.id}"
        yield label, f"chosen {rank} {event.place}"
        yield label, f"chosen {rank} cost {min(4, int(event.cost * _COST_STEPS))}"
        if signals.english is None:
            yield label, f"chosen {rank} by lexicon"
        elif main is None:
            yield label, f"chosen {rank} alone"
        elif main.type != label:
            yield label, f"chosen {rank} against main"
        if signals.clause.coordinated:
            yield label, f"chosen {rank} coordinated"
        if rank == 0:
            yield label, f"chosen gap {min(4, words)}"
            yield label, "chosen only" if len(signals.chosen) == 1 else "chosen with another"


def _of_places(signals: ClauseSignals) -> Labelled:
    """Where each cue of the lexicon stands to the two."""
    clause = signals.clause
    verb = word_order_of(clause.lexicon).verb
    for cue, _ in signals.cues:
        group, place = cue.payload, clause.place_of(cue)
        label = group.type or ""
        yield label, f"cue {place}, verb {verb}"
        yield label, f"cue {place} {group.direction}"
        if clause.coordinated:
            yield label, f"cue {place} {group.direction} coordinated"
        to_first, to_last = (
            max(0, cue.start - actor.end, actor.start - cue.end) for actor in (clause.first, clause.last)
        )
        yield label, f"cue near {min(_MAX_NEAR, min(to_first, to_last) // _NEAR)}"
        yield label, f"cue near {'first' if to_first <= to_last else 'last'}"


def _of_topics(signals: ClauseSignals) -> Labelled:
    """Of which types there are words of what their acts are about, where no cue fits: next to one they only
    mislead, but as part of the context."""
    if signals.fitting:
        return
    counts = Counter(topic.payload for topic in signals.topics)
    for group, count in counts.items():
        label = group.type or ""
        yield label, "topic"
        yield label, "topic again" if count > 1 else "topic once"
        yield label, group.id


def _of_wordings(signals: ClauseSignals) -> Labelled:
    """The type that the words of the clause most speak for by themselves."""
    label, share = next(iter(signals.shares.items()), (NONE, 0.0))
    if label != NONE and share >= _LEAST_SHARE:
        yield label, "wording"


def _of_shares(shares: Shares) -> Mapping[str, Sequence[str]]:
    """How much the words of a clause speak for each label, by itself and among all."""
    return {
        label: (
            f"wording {min(_MAX_SHARE, max(0, int(2 * math.log2(share * _EVEN) + 2)))}",
            f"wording rank {min(_MAX_RANK, rank)}",
        )
        for rank, (label, share) in enumerate(shares.items())
    }


def _of_main_act(signals: ClauseSignals) -> Labelled:
    english = signals.english
    if english is None:
        return
    if main := english.main:
        label = main.type
        yield label, "main"
        yield label, f"main={main.name}"
        if main.type != english.acts[0].type:
            yield label, "main turned"
        if english.tokens.texts[main.cue.end : main.cue.end + 1] == ["that"]:
            yield label, "main that"  # "denied that A met K"


def _of_acts(signals: ClauseSignals) -> Labelled:
    """The acts of the chain by rank, all acts by zone."""
    if signals.english is None:
        return
    ranks: dict[str, int] = {}
    for act in signals.english.acts:
        label = act.type
        if label in ranks:
            yield label, "act again"
            continue
        rank = ranks[label] = min(len(ranks), _RANKS)
        yield label, f"act {rank}"
        yield label, f"act {rank} {act.cue.zone}"
        yield label, f"act={act.name}"
        yield label, f"act {rank}={act.name}"
        if "+" in act.name:
            yield label, f"act {rank} framed"
    for act in signals.english.all_acts:
        yield act.type, act.cue.zone
        yield act.type, f"{act.cue.zone}={act.name}"


def _of_cues(signals: ClauseSignals) -> Labelled:
    """The cues of the chain by rank, whether in a frame or not, and the frames."""
    if signals.english is None:
        return
    types = english_cues().types
    ranks: dict[str, int] = {}
    for cue in signals.english.chain:
        classes = [name for name in cue.classes if name in types]
        if not classes or (label := types[classes[0]]) in ranks:
            continue
        rank = ranks[label] = min(len(ranks), _RANKS)
        yield label, f"cue {rank}"
        yield label, f"cue {rank} {cue.zone}"
        for name in classes:
            yield label, f"cue={name}"
    for frame, cues in signals.english.frames:
        yield frame.type, "frame"
        yield frame.type, f"frame={frame.name}"
        yield frame.type, f"frame {cues[0].zone}"


def _of_sequence(signals: ClauseSignals) -> Labelled:
    """What stands before the first act of the chain, and which act follows it."""
    if signals.english is None or not signals.english.acts:
        return
    acts = signals.english.acts
    first = acts[0].type
    modals = _modals_before(signals.english, acts[0])
    for label in _labels(signals.english):
        if label != first:
            yield label, f"{label} after {first}"
            yield label, f"{_side(label)} after {_side(first)}"
        for modal in modals:
            yield label, f"{modal} before {_side(first)}: {_side(label)}"
            yield label, f"{modal} before {first}: {label}"
    if not modals:
        yield first, "plain act"
    if len(acts) > 1:
        second = acts[1].type
        yield first, f"{first} then {second}"
        yield first, f"{_side(first)} then {_side(second)}"


def _labels(english: EnglishActs) -> list[str]:
    """The labels that the acts, cues and frames speak for, in order."""
    types = english_cues().types
    event_types = {act.type for act in english.all_acts}
    event_types.update(types[name] for cue in english.chain for name in cue.classes if name in types)
    event_types.update(frame.type for frame, _ in english.frames)
    if english.main:
        event_types.add(english.main.type)
    return sorted(event_types)


def _modals_before(english: EnglishActs, first: Act) -> list[str]:
    before = {name for cue in english.chain if cue.start < first.cue.start for name in cue.classes}
    return [modal for modal in _MODALS if modal in before]


def _side(label: str) -> str:
    """Cooperation, or one of the two quad classes of conflict."""
    quad = EVENT_TYPES[label].quad_class
    return "cooperation" if quad.endswith("cooperation") else quad


FAMILIES: tuple[Callable[[ClauseSignals], Labelled], ...] = (
    _of_lexicon_cues,
    _of_chosen_events,
    _of_places,
    _of_topics,
    _of_wordings,
    _of_main_act,
    _of_acts,
    _of_cues,
    _of_sequence,
)
