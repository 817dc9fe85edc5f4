"""What a word for an act means beside other words of its clause: what must be done is a demand, what is told
to somebody else is no talk of the two, an occasion is not the act done at it, and a letter that mourns is a
letter of condolence, which has no type."""

from collections.abc import Sequence
from dataclasses import replace

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.events.fitting import Event, event_at
from dyadwatch.tagging.lexicons.lexicon import Cue

DEMAND = "demand"  # the id of what is asked of the subject
_REACH = 40  # folded characters between "must" and what must be done
# What a letter of condolence is about is often violence.
_OF_THE_DEAD = frozenset({"CONSULT", "ASSAULT", None})


def condolence_of(clause: Clause, fitting: Sequence[Event]) -> Event | None:
    """The condolences that a letter of one to the other brings and nothing else."""
    words = clause.cues_of("mourning") or [
        cue for cue in clause.cues_of("tie") if cue.payload.id == "condole"
    ]
    if not words or not any(event.cue.payload.id == "letter" for event in fitting):
        return None
    others = [event.cue for event in fitting if not _overlaps(event.cue, words)]
    if not _OF_THE_DEAD.issuperset([cue.payload.type for cue in others]):
        return None
    return event_at(clause, replace(words[0], payload=clause.lexicon.groups["condole"]))


def _overlaps(cue: Cue, words: Sequence[Cue]) -> bool:
    return any(cue.start < word.end and word.start < cue.end for word in words)


def as_meant(clause: Clause, events: Sequence[Event]) -> list[Event]:
    """The events of a clause, the main one first, without those that their words do not report here."""
    kept = [_demanded(clause, event) for event in events if not _is_told_to_others(clause, event.cue)]
    if len(kept) > 1:
        kept = [event for event in kept if not _is_occasion(clause, event.cue)] or kept[:1]
    return kept


def _demanded(clause: Clause, event: Event) -> Event:
    """What one must do together with the other is asked of the former ("Iran must cooperate with the
    IAEA")."""
    group = event.cue.payload
    if group.type != "COOPERATE" or clause.coordinated:
        return event
    if not any(_governs(clause, cue, event.cue) for cue in clause.cues_of("obligation")):
        return event
    asked = replace(group, id=DEMAND, type="REQUEST", mode=None, direction="reversed")
    return replace(event, cue=replace(event.cue, payload=asked))


def _governs(clause: Clause, verb: Cue, act: Cue) -> bool:
    low, high = min(verb.end, act.end), max(verb.start, act.start)
    return high - low <= _REACH and not EDGE.search(clause.folded_text, low, high)


def _is_told_to_others(clause: Clause, cue: Cue) -> bool:
    """Whether somebody else is told what one says of the other ("told a weekly that A ...")."""
    if cue.payload.type != "CONSULT" or _overlaps(cue, clause.cues_of("message")):
        return False
    if not _overlaps(cue, clause.cues_of("speech", "reporting")):
        return False
    return any(cue.end < that.start < clause.last.start for that in clause.cues_of("that"))


def _is_occasion(clause: Clause, cue: Cue) -> bool:
    """Whether a meeting is but when another act was done ("signed it at a meeting")."""
    if cue.payload.type != "CONSULT":
        return False
    return any(word.start < cue.start and cue.end <= word.end for word in clause.cues_of("occasion")) or any(
        0 <= cue.start - word.end <= 1 for word in clause.cues_of("occasion_before")
    )
