"""What an English sentence reports around two actors: its cue classes in reading order, and the acts that
they make."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dyadwatch.model.values import valueclass
from dyadwatch.tagging.events.english_cues import Cues, EnglishCue, FrameMatch
from dyadwatch.tagging.events.english_stems import Tokens, stems, tokens
from dyadwatch.tagging.events.plover import EVENT_TYPES

Span = tuple[int, int]  # folded offsets

_APPOSITION = 25  # tokens in commas after an actor
_NEGATED = 3  # tokens between a negation and what it negates


class Act(NamedTuple):
    """An event type, the class or frame ("lift+ban") that stands for it, and the first cue of it."""

    type: str
    name: str
    cue: EnglishCue


@valueclass(frozen=True, slots=True)
class EnglishActs:
    """The acts of a passage. `order`: which actor stands first; `tokens` have offsets into the passage;
    `chain`: the cues that may be of the two actors, in the order in which they count; `acts`: the acts of
    the chain, `all_acts` those of all cues; `main`: the first act of the chain, with what negates it or
    puts it off."""

    order: str
    tokens: Tokens
    cues: Sequence[EnglishCue]
    chain: Sequence[EnglishCue]
    frames: Sequence[FrameMatch]
    acts: Sequence[Act]
    all_acts: Sequence[Act]
    main: Act | None

    def span_of(self, cue: EnglishCue) -> Span:
        """The offsets of a cue in the passage."""
        return self.tokens.starts[cue.start], self.tokens.ends[cue.end - 1]


def read_acts(passage: str, actor: Span | None, recipient: Span | None, cues: Cues) -> EnglishActs:
    """The acts of a folded passage; None for an actor that it does not name. Offsets are into the passage."""
    words = tokens(passage)
    zones = _zones(words.starts, actor, recipient)
    stemmed = stems(words.texts)
    matches = [cue for zone, start, end in zones for cue in cues.find(stemmed, start, end, zone)]
    order = actor_order(actor, recipient)
    chain = _chain(order, words.texts, zones, matches)
    frames = cues.find_frames(matches)
    by_first = _by_first(frames)
    all_acts = _acts(matches, by_first, cues)
    acts = _acts(chain, by_first, cues)
    if not all_acts:
        acts = all_acts = _weak_acts(chain, cues)
    return EnglishActs(order, words, matches, chain, frames, acts, all_acts, _main_act(chain, acts))


def actor_order(actor: Span | None, recipient: Span | None) -> str:
    """Which of the two stands first, or alone."""
    if actor is None or recipient is None:
        return "actor alone" if actor else "recipient alone" if recipient else "neither"
    return "actor first" if actor < recipient else "recipient first"


def _zones(starts: Sequence[int], actor: Span | None, recipient: Span | None) -> list[tuple[str, int, int]]:
    """The zones of a passage, each with its range of tokens. What follows an actor without recipient
    counts as between."""
    spans = sorted((span, name) for span, name in ((actor, "actor"), (recipient, "recipient")) if span)
    zones, done = [], 0
    for number, ((start, end), name) in enumerate(spans):
        first, last = bisect_left(starts, start, done), bisect_left(starts, end, done)
        zones += [("between" if number else "before", done, first), (name, first, last)]
        done = last
    return [*zones, ("between" if recipient is None else "after", done, len(starts))]


def _chain(
    order: str, words: Sequence[str], zones: Sequence[tuple[str, int, int]], cues: Sequence[EnglishCue]
) -> list[EnglishCue]:
    """The cues between the two, after a remark in commas; then those in the recipient and after it or,
    where the recipient stands first, as in the passive, those after and before."""
    start = _after_apposition(words, zones, cues)
    rest = ("after", "before") if order.startswith("recipient") else ("recipient", "after")
    between = [cue for cue in cues if cue.zone == "between" and cue.start >= start]
    return between + [cue for zone in rest for cue in cues if cue.zone == zone]


def _after_apposition(
    words: Sequence[str], zones: Sequence[tuple[str, int, int]], cues: Sequence[EnglishCue]
) -> int:
    """The first token between the actors that is not part of ", a group close to ...,"; a cue must follow
    it."""
    start, end = next(((low, high) for zone, low, high in zones if zone == "between"), (0, 0))
    if start == end or words[start] != ",":
        return start
    for index in range(start + 1, min(start + _APPOSITION, end)):
        if words[index] == ",":
            follows = any(cue.zone == "between" and cue.start > index for cue in cues)
            return index + 1 if follows else start
    return start


def _by_first(frames: Sequence[FrameMatch]) -> dict[EnglishCue, FrameMatch]:
    """The frame that counts of those that begin with a cue."""
    by_first: dict[EnglishCue, FrameMatch] = {}
    for match in frames:
        other = by_first.get(match.cues[0])
        if other is None or _precedence(match) > _precedence(other):
            by_first[match.cues[0]] = match
    return by_first


def _acts(chain: Sequence[EnglishCue], by_first: Mapping[EnglishCue, FrameMatch], cues: Cues) -> list[Act]:
    """One act per cue or frame; a cue within the frame of an earlier one makes none. `by_first`: the frames
    by their first cue."""
    acts: list[Act] = []
    framed: set[EnglishCue] = set()
    for cue in chain:
        if framed and cue in framed:
            continue
        if by_first and (framing := by_first.get(cue)):
            framed.update(framing.cues)
            acts.append(Act(framing.frame.type, framing.frame.name, cue))
        elif (name := cues.typed_class(cue)) is not None:
            acts.append(Act(cues.types[name], name, cue))
    return acts


def _weak_acts(chain: Sequence[EnglishCue], cues: Cues) -> list[Act]:
    return [
        Act(cues.weak_types[name], name, cue)
        for cue in chain
        for name in cue.classes
        if name in cues.weak_types
    ]


def _precedence(match: FrameMatch) -> tuple[int, int, str, tuple[str, ...]]:
    """Of frames that begin with one cue the longest counts, then the one whose parts stand nearest."""
    reach = match.cues[-1].end - match.cues[0].start
    return len(match.frame.classes), -reach, match.frame.type, match.frame.classes


def _main_act(chain: Sequence[EnglishCue], acts: Sequence[Act]) -> Act | None:
    if not acts:
        return None
    act = acts[0]
    before = [cue for cue in chain if cue.start <= act.cue.start]
    cooperative = EVENT_TYPES[act.type].quad_class.endswith("cooperation")
    if cooperative and any(
        "not" in cue.classes and 0 <= act.cue.start - cue.start <= _NEGATED for cue in before
    ):
        return Act("REJECT", f"{act.name}+not", act.cue)
    if any("will" in cue.classes for cue in before):
        if cooperative:
            return Act("AGREE", f"{act.name}+will", act.cue)
        if EVENT_TYPES[act.type].quad_class == "material_conflict":
            return Act("THREATEN", f"{act.name}+will", act.cue)
    return act
