"""Named features of a clause and the event that it reports: what tells how the event is stated.

A feature is a string, present or not; `modality.json` has its weights, fitted by
benchmarks/train_modality.py. To add one, add a line to a family below, or a family to FAMILIES, and fit
again. They are the same for every language.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.modality import Sign, is_meant, modality

_KINDS = frozenset({"negation", "hypothetical", "planned", "historical", "hearsay", "that"})
_SOURCES = frozenset({"speech", "reporting", "according", "attributed"})
_ENDED = frozenset({"halt", "halted", "lift", "lifted", "call_off", "called_off"})
_BEARING = _KINDS | _SOURCES | _ENDED | {"last_year"}
_DISTANCES = (3, 15, 40)  # folded characters from a word to the event: beside it, near, in reach, far
_MAX_MARKS = 3  # the fewer punctuation marks a sentence has, the surer the rules are
_YEAR = re.compile(r"(?<!\d)(?:19[4-9]|20[0-4])\d(?!\d)")
_JALALI_YEAR = re.compile(r"(?<!\d)1[34]\d\d(?!\d)")
_JALALI_EPOCH = 621
_MAX_AGE = 3  # years
_LABEL = 4  # folded characters: less before a sentence holds no year
_BACK = 4  # sentences in which a text says what year it tells of

Names = Iterator[str]


class Reading(NamedTuple):
    """A clause with its event, what the rules say of it, where the event stands, and the punctuation marks of
    the sentence."""

    clause: Clause
    signs: Sequence[Sign]
    start: int
    end: int
    edges: list[int]


def features(clause: Clause, event: Event | None, signs: Sequence[Sign]) -> set[str]:
    """The features of a clause and its event; `signs`: what the rules say."""
    sentence = clause.sentence
    act = event.cue if event else clause.last
    start, end = act.start, act.end
    edges = [edge.start() for edge in EDGE.finditer(clause.folded_text, sentence.start, sentence.end)]
    reading = Reading(clause, signs, start, end, edges)
    names: set[str] = set()
    for family in FAMILIES:
        names.update(family(reading))
    return names


def _of_rules(reading: Reading) -> Names:
    """What the rules say, each and together."""
    yield "bias"
    yield f"rule {modality(reading.signs)}"
    yield f"rule {modality(reading.signs)}, marks {min(_MAX_MARKS, len(reading.edges))}"
    yield from reading.signs
    yield f"signs: {', '.join(reading.signs)}"


def _of_cues(reading: Reading) -> Names:
    """Where the words of the lexicon that bear on modality stand, by their kind and by their group."""
    clause = reading.clause
    for cue in clause.sentence.cues:
        kind, group = cue.payload.kind, cue.payload.id
        if kind not in _BEARING or not is_meant(clause, cue):
            continue
        place, where = clause.place_of(cue), [*_where(reading, cue.start, cue.end)]
        for name in {kind, group} if kind in _KINDS else (group,):
            yield f"{name} {place}"
            yield from (f"{name} {one}" for one in where)


def _where(reading: Reading, start: int, end: int) -> Names:
    """Where a word stands with respect to the event, and to the part of the sentence between punctuation
    marks around it."""
    edges = reading.edges
    between = bisect_left(edges, start)
    if start < reading.end and reading.start < end:
        yield "of event"
    if start < reading.start:
        side, distance = "before", reading.start - end
        marks = bisect_left(edges, reading.start) - between
    else:
        side, distance = "after", start - reading.end
        marks = between - bisect_left(edges, reading.end)
    near = bisect_left(_DISTANCES, distance)
    yield f"{side} event, distance {near}"
    yield f"{'in' if marks <= 0 else side} part"
    if side == "after" and near == 0:
        yield f"right after event, verb {word_order_of(reading.clause.lexicon).verb}"


def _of_punctuation(reading: Reading) -> Names:
    """The punctuation marks of the sentence that tell a quote, a heading or a question."""
    sentence = reading.clause.sentence
    text = sentence.folded_text
    colon = text.find(":")
    if colon >= 0:
        yield f"colon {'before' if sentence.start + colon < reading.start else 'after'} event"
    if '"' in text:
        yield "quotes"
    yield f"ends {'word' if text[-1].isalnum() else text[-1]}"


def _of_time(reading: Reading) -> Names:
    """How long before the day of publication the years are that the sentence, its label and the sentences
    before it name."""
    document, sentence = reading.clause.document, reading.clause.sentence
    if document.published is None:
        yield "undated"
        return
    year, index = document.published.year, sentence.index
    begin = document.sentences[index - 1].end if index else 0
    label = (
        _YEAR.findall(document.folded_text, begin, sentence.start) if begin + _LABEL < sentence.start else []
    )
    years = list(sentence.years)
    if document.language == "fa":
        years += [int(one) + _JALALI_EPOCH for one in _JALALI_YEAR.findall(sentence.folded_text)]
    told = [one for number in range(max(0, index - _BACK), index) for one in document.sentences[number].years]
    for name, named in (("label", label), ("sentence", years), ("text", told)):
        if named:
            yield f"{name} of {max(-1, min(_MAX_AGE, year - int(named[-1])))} years before"


Family = Callable[[Reading], Names]
FAMILIES: tuple[Family, ...] = (_of_rules, _of_cues, _of_punctuation, _of_time)
