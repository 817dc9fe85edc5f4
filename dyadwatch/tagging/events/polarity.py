"""Polarity: what is ended, eased or called off is the opposite act ("lifted the sanctions", "halted aid")."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.lexicons.groups import Group
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import SPAN

_SUBJECT_FOLLOWS = frozenset(
    {"v2", "vso"}
)  # word orders in which a subject may stand between verb and object
_NAME = 3  # words of its name
_OBJECT = 4  # words from a verb to its object at most: "lifted all the remaining sanctions"
_SUBJECT = 8  # words from a subject to its verb at most: "the sanctions on A were last night lifted"
_NOT_OBJECT = frozenset({"from", "to", "by", "with", "and"})  # cases of what is no part of an object

_PRESSURE = frozenset({"SANCTION", "COERCE", "REQUEST", "ACCUSE", "THREATEN"})
_MEASURES = frozenset({"SANCTION", "COERCE"})  # pressure that lasts, and so can be halted
_FORCE = frozenset({"ASSAULT", "MOBILIZE"})
_COOPERATION = frozenset({"CONSULT", "SUPPORT", "COOPERATE", "AID", "AGREE"})
# Types of acts upon which whatever is halted depends ("threatened to halt aid").
_GOVERNING = frozenset({"REQUEST", "THREATEN", "REJECT"})

_HALTING = frozenset({"halt", "halted"})
# Kinds of verbs that end, ease or call off.
_ENDING = _HALTING | {"lift", "lifted", "call_off", "called_off"}


def cues_by_polarity(clause: Clause) -> Sequence[Cue]:
    """The cues of events and ties; those of acts that are ended or eased as the opposite act."""
    cues = clause.cues_of("event", "tie")
    if not clause.sentence.has_cue_of(_ENDING):
        return cues
    changed: dict[Cue, Cue] = {}
    for verb in clause.cues_of("lift", "halt"):
        _change(clause, verb, _objects(clause, verb, cues), cues, changed)
    for verb in clause.cues_of("lifted", "halted"):
        _change(clause, verb, _subjects(clause, verb, cues), cues, changed)
    if changed:
        cues = [changed.get(cue, cue) for cue in cues]
    verbs = clause.cues_of("call_off", "called_off")
    return _with_meetings(clause, verbs, cues) if verbs else cues


def _with_meetings(clause: Clause, verbs: Sequence[Cue], cues: Sequence[Cue]) -> Sequence[Cue]:
    """The cues, where a meeting that is called off is a meeting, and the verb no other act."""
    meetings = [cue for cue in cues if cue.payload.type == "CONSULT" and is_called_off(clause, cue)]
    result = []
    for cue in cues:
        verb = next((verb for verb in verbs if _overlap(cue, verb)), None)
        if verb is not None and _ends_in_meeting(clause, verb, cue):
            result.append(replace(cue, payload=clause.lexicon.groups["meet"]))
        elif verb is None or not meetings or cue in meetings:
            result.append(cue)
    return result


def _ends_in_meeting(clause: Clause, verb: Cue, cue: Cue) -> bool:
    """Whether a cue is a verb that calls off with the meeting that it does ("отменил встречу")."""
    lexicon, text = clause.lexicon, clause.folded_text
    rest = text[cue.start : verb.start] + text[verb.end : cue.end]
    return bool(rest.strip()) and any(word.payload.type == "CONSULT" for word in lexicon.find(rest))


def _overlap(one: Cue, other: Cue) -> bool:
    return one.start < other.end and other.start < one.end


def is_called_off(clause: Clause, act: Cue) -> bool:
    """Whether a verb says of an act that it does not take place ("cancelled the talks with A")."""
    verbs = clause.cues_of("call_off", "called_off")
    if not verbs:
        return False
    if any(_overlap(act, verb) and _ends_in_meeting(clause, verb, act) for verb in verbs):
        return True
    cues = [cue for cue in clause.cues_of("event", "tie") if cue.payload.type == act.payload.type]
    objects = (_objects(clause, verb, cues) for verb in clause.cues_of("call_off"))
    nearest = [next(acts, None) for acts in objects]
    nearest += [_last_act(clause, verb, cues) for verb in clause.cues_of("called_off")]
    return any(one is not None and SPAN(one) == SPAN(act) for one in nearest)


def _last_act(clause: Clause, verb: Cue, cues: Sequence[Cue]) -> Cue | None:
    """The last act before a verb in the same part of the sentence, with whatever is said of it between ("the
    talks of A and K in May were cancelled")."""
    for cue in reversed(cues):
        if cue.end <= verb.start:
            return cue if _words_between(clause, cue.end, verb.start) is not None else None
    return None


def _objects(clause: Clause, verb: Cue, cues: Sequence[Cue]) -> Iterator[Cue]:
    """What may be the object of a verb, the nearest first."""
    return (cue for cue in cues if verb.end <= cue.start and _is_object(clause, verb, cue))


def _subjects(clause: Clause, verb: Cue, cues: Sequence[Cue]) -> Iterator[Cue]:
    """What may be the subject of a verb in the passive, the nearest first."""
    return (cue for cue in reversed(cues) if cue.end <= verb.start and _is_subject(clause, verb, cue))


def _change(
    clause: Clause, verb: Cue, objects: Iterator[Cue], cues: Sequence[Cue], changed: dict[Cue, Cue]
) -> None:
    """Notes the opposite of what a verb ends, if that has one; also for cues in the verb itself, which by
    itself may say that something was withdrawn."""
    halts = verb.payload.kind in _HALTING
    nearest = next(objects, None)
    if nearest is None or (halts and _is_governed(clause, verb)) or _calls_off(clause, verb, nearest):
        return
    kind = _halted(nearest.payload) if halts else _lifted(nearest.payload)
    if kind:
        group = replace(nearest.payload, kind="event", type=kind, mode=None, direction="subject")
        for cue in (nearest, *(cue for cue in cues if _is_same_act(cue, verb))):
            changed[cue] = replace(cue, payload=group)


def _calls_off(clause: Clause, verb: Cue, act: Cue) -> bool:
    """Whether a verb says that a meeting does not take place, which makes it no other act."""
    return act.payload.type == "CONSULT" and any(
        _overlap(cue, verb) for cue in clause.cues_of("call_off", "called_off")
    )


def _is_same_act(cue: Cue, verb: Cue) -> bool:
    return cue.start < verb.end and cue.end > verb.start and cue.payload.type in _MEASURES


def _halted(group: Group) -> str | None:
    if group.type in _COOPERATION or group.id == "ally":
        return "SANCTION"
    return "CONCEDE" if group.type in _MEASURES else None


def _lifted(group: Group) -> str | None:
    if group.type in _FORCE:
        return "RETREAT"
    return "CONCEDE" if group.type in _PRESSURE else None


def _is_governed(clause: Clause, verb: Cue) -> bool:
    return any(cue.end <= verb.start and cue.payload.type in _GOVERNING for cue in clause.cues_of("event"))


def _is_object(clause: Clause, verb: Cue, cue: Cue) -> bool:
    between = [actor for actor in (clause.a, clause.b) if verb.end <= actor.start < cue.start]
    if between and clause.lexicon.word_order not in _SUBJECT_FOLLOWS:
        return False  # "in the end A abandoned K"
    words = _words_between(clause, verb.end, cue.start)
    markers = clause.lexicon.markers
    return (
        words is not None
        and len(words) < _OBJECT + _NAME * len(between)
        and all(markers.get(word) not in _NOT_OBJECT for word in words)
    )


def _is_subject(clause: Clause, verb: Cue, cue: Cue) -> bool:
    words = _words_between(clause, cue.end, verb.start)
    return (
        words is not None and len(words) < _SUBJECT and not any(clause.lexicon.joins(word) for word in words)
    )


def _words_between(clause: Clause, start: int, end: int) -> list[str] | None:
    """The words between two offsets; None where punctuation stands among them."""
    text = clause.folded_text
    return None if EDGE.search(text, start, end) else text[start:end].split()
