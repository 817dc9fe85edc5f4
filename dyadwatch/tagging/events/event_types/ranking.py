"""Which event type a sentence tells of between two marked
actors: rules over cues, weighed by a linear model."""

from collections.abc import Iterable
from dataclasses import dataclass

from dyadwatch.tagging.events.event_types.cues import Cue, Cues, english
from dyadwatch.tagging.events.event_types.features import Act, Marked, Span, features, judge, mark
from dyadwatch.tagging.events.event_types.model import shipped_model

# The model's class for CONCEDE and RETREAT, which the sentences that it learnt from code as one.
YIELD = "YIELD"
_YIELDS = ("CONCEDE", "RETREAT")
_REASONS = 12
_UNSURE = 0.4  # below it the model is right less often than the rules are


@dataclass(frozen=True, slots=True)
class Ranking:
    """The 16 types with their confidences (they add up to 1), best first. For the best one: its `mode`, the
    `features` that weigh most for or against it, the `rule` that fired (None: no cue tells an act), and
    `cue`, the folded span that it rests on (None where nothing tells an act)."""

    types: tuple[tuple[str, float], ...]
    mode: str | None
    features: dict[str, float]
    rule: str | None
    cue: Span | None


def rank_types(folded: str, actor: Span | None, recipient: Span | None) -> Ranking:
    """The event types that a folded English sentence may tell of between two spans of it.

    Pure. None stands for an actor that the sentence does not name. The spans are folded offsets (`fold`)."""
    cues, model = english(), shipped_model()
    marked = mark(folded, actor, recipient, cues)
    judged = judge(marked)
    named = features(marked, judged, cues)
    found = _trusting(model.confidences(named), judged)
    best = found[0][0]
    types = tuple(_parted(found, marked))
    cue = _cue(types[0][0], marked, judged)
    return Ranking(
        types=types,
        mode=_mode(types[0][0], cue, marked, cues),
        features=model.reasons(named, best, _REASONS),
        rule=judged.by if judged else None,
        cue=(marked.tokens[cue.start].start, marked.tokens[cue.end - 1].end) if cue else None,
    )


def _trusting(found: list[tuple[str, float]], judged: Act | None) -> list[tuple[str, float]]:
    """Where the model is unsure and a rule fired, the rule's type changes places with the model's best."""
    best, share = found[0]
    if judged is None or share >= _UNSURE:
        return found
    told = YIELD if judged.type in _YIELDS else judged.type
    shares = dict(found)
    shares[best], shares[told] = shares[told], share
    return sorted(shares.items(), key=lambda item: (-item[1], item[0] != told))


def _parted(found: Iterable[tuple[str, float]], marked: Marked) -> list[tuple[str, float]]:
    """Each class as a type: of CONCEDE and RETREAT the one that a cue tells takes what both have."""
    parted: list[tuple[str, float]] = []
    for name, share in found:
        if name == YIELD:
            told = _yielded(marked)
            parted += [(told, share), *((other, 0.0) for other in _YIELDS if other != told)]
        else:
            parted.append((name, share))
    return sorted(parted, key=lambda item: (-item[1], item[0]))


def _yielded(marked: Marked) -> str:
    """RETREAT where the first cue of yielding tells of an act, else CONCEDE."""
    told = (act.type for act in (*marked.acts, *marked.all_acts) if act.type in _YIELDS)
    return next(told, "CONCEDE")


def _cue(event_type: str, marked: Marked, judged: Act | None) -> Cue | None:
    """What the type rests on: the rule's cue where rule and
    model agree, else the first cue of the type, else any."""
    if judged is not None and judged.type == event_type:
        return judged.cue
    told = (act.cue for act in (*marked.acts, *marked.all_acts) if act.type == event_type)
    return next(told, judged.cue if judged else None)


def _mode(event_type: str, cue: Cue | None, marked: Marked, cues: Cues) -> str | None:
    """The mode that the type's cue tells, else the first that a cue of the sentence does."""
    modes = cues.modes.get(event_type, {})
    for at in (*([cue] if cue else ()), *marked.chain, *marked.cues):
        for mode, classes in modes.items():
            if not classes.isdisjoint(at.classes):
                return mode
    return None
