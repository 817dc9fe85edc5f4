"""What a word for an act means beside other words of its clause: what must be done is a demand, what is told
to somebody else is no talk of the two, an occasion is not the act done at it, and a letter that mourns is a
letter of condolence, which has no type; who wins a contest does no violence, an attack that is quoted is one
in words, and what will not be done is refused."""

import re
from collections.abc import Sequence
from dataclasses import replace

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event, event_at
from dyadwatch.tagging.lexicons.lexicon import Cue

DEMAND = "demand"  # the id of what is asked of the subject
_REACH = 40  # folded characters between "must" and what must be done
_DENIED = 40  # folded characters between "will" and the "no" of what will not be
_QUOTED = re.compile(r'[^:"]{0,40}: ?"')  # what stands between an attack and the words that are its weapon
_SCORE = re.compile(r"(?<![\d:.-])\d{1,3} ?[-:\u2013] ?\d{1,3}(?!\d|[:.-]\d)")
_VIOLENCE = "ASSAULT"
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
    kept = [
        _refused(clause, _in_words(clause, _demanded(clause, event)))
        for event in events
        if not (
            _is_told_to_others(clause, event.cue) or _is_won(clause, event) or _is_naming(clause, event.cue)
        )
    ]
    if len(kept) > 1:
        kept = [event for event in kept if not _is_occasion(clause, event.cue)] or kept[:1]
    return kept


def is_meant_otherwise(clause: Clause, event: Event) -> bool:
    """Whether the words beside the one for an act say for certain that another is meant, or none."""
    return _is_won(clause, event) or _is_demanded(clause, event)


def _is_demanded(clause: Clause, event: Event) -> bool:
    """Whether one must do something together with the other."""
    return (
        event.cue.payload.type == "COOPERATE"
        and not clause.coordinated
        and any(_governs(clause, cue, event.cue) for cue in clause.cues_of("obligation"))
    )


def _demanded(clause: Clause, event: Event) -> Event:
    """What one must do together with the other is asked of the former ("Iran must cooperate with the
    IAEA")."""
    group = event.cue.payload
    if not _is_demanded(clause, event):
        return event
    asked = replace(group, id=DEMAND, type="REQUEST", mode=None, direction="reversed")
    return replace(event, cue=replace(event.cue, payload=asked))


def _is_won(clause: Clause, event: Event) -> bool:
    """Whether a word for violence says who wins a contest, of the two or of others ("saw A beat C")."""
    if event.cue.payload.type != _VIOLENCE or not _overlaps(event.cue, clause.cues_of("win")):
        return False
    verb_between = word_order_of(clause.lexicon).verb == "between"
    return is_contest(clause) or (verb_between and event.place == "after" and not clause.coordinated)


def is_contest(clause: Clause) -> bool:
    """Whether a clause says who wins a contest: a match, an election."""
    return bool(clause.cues_of("win")) and (
        bool(clause.cues_of("contest"))
        or _SCORE.search(clause.folded_text, clause.sentence.start, clause.sentence.end) is not None
    )


def _is_naming(clause: Clause, cue: Cue) -> bool:
    """Whether a word for calls says what one calls the other (Spanish 'llamó "ladrona" a A')."""
    return cue.payload.mode == "phone" and clause.folded_text.startswith(' "', cue.end)


def _in_words(clause: Clause, event: Event) -> Event:
    """An attack by what one is quoted to say of the other ("A attacks K: 'He lied'")."""
    words = clause.cues_of("attack_word")
    if event.cue.payload.type != _VIOLENCE or not _overlaps(event.cue, words):
        return event
    acts = [cue for cue in clause.cues_of("event") if cue.payload.type == _VIOLENCE]
    if not all(_overlaps(cue, words) for cue in acts):
        return event
    if not _QUOTED.match(clause.folded_text, max(clause.last.end, event.cue.end), clause.sentence.end):
        return event
    return _as_group(clause, event, "criticise")


def _refused(clause: Clause, event: Event) -> Event:
    """What is announced and denied at once is refused ("A said that K would get no licence")."""
    cue = event.cue
    if cue.payload.type != "AGREE" or not _overlaps(cue, clause.cues_of("planned", "hypothetical")):
        return event
    for word in clause.cues_of("negation"):
        if (
            word.payload.id != "weak_negation"
            and 0 <= word.start - cue.end <= _DENIED
            and not EDGE.search(clause.folded_text, cue.end, word.start)
        ):
            return _as_group(clause, event, "reject")
    return event


def _as_group(clause: Clause, event: Event, group: str) -> Event:
    return replace(event, cue=replace(event.cue, payload=clause.lexicon.groups[group]))


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
