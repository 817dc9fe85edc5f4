"""The context of a clause: what stands in it, whatever type that names. Each name has a weight for every
label (weights.json), fitted by benchmarks/train_events.py: beside a negation a meeting is less likely, and a
refusal more."""

from collections import Counter
from collections.abc import Iterator

from dyadwatch.tagging.events.features import NONE, ClauseSignals
from dyadwatch.tagging.events.plover import EVENT_TYPES

LABELS = (*EVENT_TYPES, NONE)  # in the order of their weights

_SIGNS = (
    "lift", "lifted", "halt", "halted", "call_off", "called_off", "negation", "hypothetical", "hearsay",
    "planned", "historical", "last_year", "emphatic", "obligation", "fate", "judge", "mourning", "precedent",
    "office", "aide", "message", "speech", "no_event", "reporting", "according", "attributed", "inserted",
    "that", "joint", "object_pronoun", "pronoun", "clause", "opener", "relative", "partner", "descriptor",
    "sequel", "answer", "day", "break", "occasion", "late", "tie", "display",
)  # fmt: skip
_MARKS = {'"': "quote", "?": "question", ":": "colon", "!": "exclamation"}
_LENGTH, _LONGEST = 60, 5  # folded characters of a class of lengths, and the last class


def context(signals: ClauseSignals) -> list[str]:
    """The names of what stands in a clause, each once."""
    families = (_cues, _signs, _topics, _marks, _shape)
    return list(dict.fromkeys(name for family in families for name in family(signals)))


def _cues(signals: ClauseSignals) -> Iterator[str]:
    for cue, zone in signals.cues:
        yield cue.payload.id
        yield f"{cue.payload.id} {zone}"


def _signs(signals: ClauseSignals) -> Iterator[str]:
    clause = signals.clause
    for cue in clause.cues_of(*_SIGNS):
        yield cue.payload.id
        yield f"{cue.payload.id} {clause.place_of(cue)}"


def _topics(signals: ClauseSignals) -> Iterator[str]:
    for group, count in Counter(topic.payload for topic in signals.topics).items():
        yield group.id
        if count > 1:
            yield f"{group.id} again"


def _marks(signals: ClauseSignals) -> Iterator[str]:
    passage = signals.passage
    for mark, name in _MARKS.items():
        if mark in passage:
            yield name
    if passage.lstrip().startswith('"'):
        yield "opens with a quote"
    if signals.clause.is_quote_by_last:
        yield "quote by last"


def _shape(signals: ClauseSignals) -> Iterator[str]:
    clause = signals.clause
    yield "fits" if signals.fitting else "no fit"
    if clause.coordinated:
        yield "coordinated"
    if clause.has_pronoun:
        yield "pronoun for one"
    kinds = len({cue.payload.type for cue, _ in signals.cues})
    yield "many types" if kinds > 1 else f"{kinds} types"
    yield f"length {min(_LONGEST, len(signals.passage) // _LENGTH)}"
