"""What speaks for an event type in a sentence with two marked actors: named features, each there or not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from dyadwatch.tagging.events.event_types.cues import Cue, Cues, Framed
from dyadwatch.tagging.events.event_types.stems import Token, stem, tokens
from dyadwatch.tagging.events.plover import EVENT_TYPES

Span = tuple[int, int]  # folded offsets

_APPOSITION = 25  # tokens that a remark in commas after an actor may have
_MODALS = ("will", "not", "must", "say", "try", "cond")
_NEGATED = 3  # tokens between a negation and what it denies


class Act(NamedTuple):
    """A cue or frame that tells an event type: the type, the
    class or the classes of the frame, its first cue."""

    type: str
    by: str
    cue: Cue


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with its actors: tokens, the zone of each (actor, recipient, before, between, after), all
    cues, those that may tell what is done in the order in which they are to be believed (`chain`), the
    frames, and what cues and frames tell, in the order of the chain (`acts`) and anywhere (`all_acts`)."""

    order: str
    tokens: Sequence[Token]
    zones: Sequence[str]
    cues: Sequence[Cue]
    chain: Sequence[Cue]
    frames: Sequence[Framed]
    acts: Sequence[Act]
    all_acts: Sequence[Act]


def mark(folded: str, actor: Span | None, recipient: Span | None, cues: Cues) -> Marked:
    """A folded sentence, read with respect to its two actors; None for one that it does not name."""
    words = tokens(folded)
    zones = _zones(words, actor, recipient)
    stems = [stem(word.text) for word in words]
    found: list[Cue] = []
    start = 0
    for zone, run in groupby(zones):
        end = start + sum(1 for _ in run)
        found += cues.find(stems, start, end, zone)
        start = end
    order = _order(actor, recipient)
    chain = _chain(order, words, zones, found)
    frames = cues.framed(found)
    acts, all_acts = _acts(chain, frames, cues), _acts(found, frames, cues)
    return Marked(order, words, zones, found, chain, frames, acts, all_acts)


def _order(actor: Span | None, recipient: Span | None) -> str:
    if actor is None or recipient is None:
        return "actor alone" if actor else "recipient alone" if recipient else "neither"
    return "actor first" if actor < recipient else "recipient first"


def _zones(words: Sequence[Token], actor: Span | None, recipient: Span | None) -> list[str]:
    """The zone of each word; of one actor alone, what follows is what may be between."""
    named = [span for span in (actor, recipient) if span]
    first = min((start for start, _ in named), default=0)
    last = max((end for _, end in named), default=0)
    follows = "between" if recipient is None else "after"
    zones: list[str] = []
    for start, _, _ in words:
        if actor and actor[0] <= start < actor[1]:
            zones.append("actor")
        elif recipient and recipient[0] <= start < recipient[1]:
            zones.append("recipient")
        else:
            zones.append("before" if start < first else follows if start >= last else "between")
    return zones


def _chain(order: str, words: Sequence[Token], zones: Sequence[str], found: Sequence[Cue]) -> list[Cue]:
    """Between the two after a remark in commas, then in the recipient and after, or, where the recipient
    stands first as in the passive, after and before."""
    start = _after_remark(words, zones, found)
    chain = [cue for cue in found if cue.zone == "between" and cue.start >= start]
    rest = ("after", "before") if order.startswith("recipient") else ("recipient", "after")
    return chain + [cue for zone in rest for cue in found if cue.zone == zone]


def _after_remark(words: Sequence[Token], zones: Sequence[str], found: Sequence[Cue]) -> int:
    """The first token between the actors that is not part of ", a group close to ...,"."""
    try:
        start = zones.index("between")
    except ValueError:
        return 0
    if words[start].text != ",":
        return start
    for index in range(start + 1, min(start + _APPOSITION, len(words))):
        if zones[index] == "between" and words[index].text == ",":
            later = any(cue.zone == "between" and cue.start > index for cue in found)
            return index + 1 if later else start
    return start


def _acts(chain: Sequence[Cue], frames: Sequence[Framed], cues: Cues) -> list[Act]:
    """What the cues of a chain tell, one after the other; a cue
    within the frame of an earlier one tells nothing."""
    framed: dict[Cue, Framed] = {}
    for item in frames:
        known = framed.get(item.cues[0])
        if known is None or _precedence(item) > _precedence(known):
            framed[item.cues[0]] = item
    acts: list[Act] = []
    taken: set[Cue] = set()
    for cue in chain:
        if cue in taken:
            continue
        frame = framed.get(cue)
        if frame is not None:
            taken.update(frame.cues)
            acts.append(Act(frame.frame.type, "+".join(frame.frame.classes), cue))
            continue
        name = next((name for name in cue.classes if name in cues.types), None)
        if name is not None:
            acts.append(Act(cues.types[name], name, cue))
    return acts


def _precedence(item: Framed) -> tuple[int, int, str, tuple[str, ...]]:
    """Of frames that begin with one cue the longest counts, then that whose parts stand nearest."""
    reach = item.cues[-1].end - item.cues[0].start
    return len(item.frame.classes), -reach, item.frame.type, item.frame.classes


def judge(marked: Marked) -> Act | None:
    """What the rules alone say: the first act of the chain, with
    what denies it or puts it off; None without one."""
    if not marked.acts:
        return None
    act = marked.acts[0]
    before = [cue for cue in marked.chain if cue.start <= act.cue.start]
    quad = EVENT_TYPES[act.type].quad_class
    if quad.endswith("cooperation") and any(
        "not" in cue.classes and 0 <= act.cue.start - cue.start <= _NEGATED for cue in before
    ):
        return Act("REJECT", f"{act.by}+not", act.cue)
    if any("will" in cue.classes for cue in before):
        if quad.endswith("cooperation"):
            return Act("AGREE", f"{act.by}+will", act.cue)
        if quad == "material_conflict":
            return Act("THREATEN", f"{act.by}+will", act.cue)
    return act


def features(marked: Marked, judged: Act | None, cues: Cues) -> list[str]:
    """The names of the features that a marked sentence has, each once, always in the same order."""
    named = ["always", f"order={marked.order}", f"between={min(4, _length(marked) // 4)}"]
    if judged is not None:
        named += [f"rule={judged.type}", f"rule by={judged.by}"]
    named += [*_of_cues(marked, cues), *_of_typed(marked, cues)]
    for told in (_of_frames, _of_chain, _of_acts):
        named += told(marked)
    return list(dict.fromkeys(named))


def _length(marked: Marked) -> int:
    return sum(
        zone == "between" and word.text[0].isalpha()
        for word, zone in zip(marked.tokens, marked.zones, strict=True)
    )


def _of_frames(marked: Marked) -> Iterator[str]:
    for frame, parts in marked.frames:
        yield f"frame={'+'.join(frame.classes)}"
        yield f"frame tells {frame.type}"
        yield f"frame {parts[0].zone} tells {frame.type}"


def _of_cues(marked: Marked, cues: Cues) -> Iterator[str]:
    for cue in marked.cues:
        for name in cue.classes:
            yield f"anywhere={name}"
            yield f"{cue.zone}={name}"
            if name in cues.types:
                yield f"{cue.zone} has {cues.types[name]}"


def _of_chain(marked: Marked) -> Iterator[str]:
    for place, cue in enumerate(marked.chain[:4], 1):
        for name in cue.classes:
            yield f"cue {place}={name}"
    for left, right in pairwise(marked.chain):
        for name in left.classes:
            for other in right.classes:
                yield f"then={name}>{other}"


def _of_acts(marked: Marked) -> Iterator[str]:
    """What cues and frames tell, a frame as one."""
    for act in marked.all_acts:
        yield f"{act.cue.zone} tells {act.type}"
    for place, act in enumerate(marked.acts[:3], 1):
        yield f"act {place}={act.by}"
        yield f"act {place} tells {act.type}"
        yield f"act {place} {act.cue.zone} tells {act.type}"
    yield from _of_first("act", [(act.type, act.cue) for act in marked.acts], marked)


def _of_typed(marked: Marked, cues: Cues) -> Iterator[str]:
    """What cues tell, each by itself, whether in a frame or not."""
    typed = [(name, cue) for cue in marked.chain if (name := cues.type_of(cue)) is not None]
    for place, (_, cue) in enumerate(typed[:3], 1):
        for name in cue.classes:
            if name in cues.types:
                yield f"typed {place}={name}"
                yield f"typed {place} tells {cues.types[name]}"
                yield f"typed {place} {cue.zone} tells {cues.types[name]}"
    yield from _of_first("typed", typed, marked)


def _of_first(kind: str, told: Sequence[tuple[str, Cue]], marked: Marked) -> Iterator[str]:
    """What stands before the first of some acts, and what kind of act follows it."""
    if not told:
        yield f"no {kind}"
        return
    first, start = told[0][0], told[0][1].start
    before = {name for cue in marked.chain if cue.start < start for name in cue.classes}
    modals = [modal for modal in _MODALS if modal in before]
    for modal in modals:
        yield f"{modal} before {kind} {first}"
        yield f"{modal} before {kind} of {_side(first)}"
    if not modals:
        yield f"plain {kind} {first}"
    if len(told) > 1:
        yield f"{kind} {first}, then {told[1][0]}"
        yield f"{kind} {first}, then {_side(told[1][0])}"


def _side(event_type: str) -> str:
    quad = EVENT_TYPES[event_type].quad_class
    return "cooperation" if quad.endswith("cooperation") else quad
