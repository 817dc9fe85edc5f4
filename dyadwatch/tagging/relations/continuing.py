"""Going on: the sentences of a text that relates the two which name one of them, or both, and are no evidence
by their own words.

A clause alone seldom says that it goes on about the two ("Putin thanked his colleague. ... Erdogan will fly
home on Friday."); where it stands in the text does. Such a sentence is weighed once all clauses are, by
features of its own; `continuing.json` has their weights, fitted by benchmarks/train_continuing.py.
"""

import functools
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dyadwatch.tagging.actors.memory import other_side
from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence, within
from dyadwatch.tagging.events.fitting import fitting_events
from dyadwatch.tagging.events.weighing import read_weights
from dyadwatch.tagging.relations.features import length_class
from dyadwatch.tagging.relations.scoring import Candidate, probability
from dyadwatch.tagging.watches.watch import Side

_LEAST_SENTENCES = 3  # of a text; with fewer, it says too little around a sentence
_FARTHEST = 4  # sentences from which on one that is related is far
_ACT, _NO_ACT = "act", "no act"
_MOST_DOUBT = 5  # log-odds against a clause from which up all are alike
_QUOTE = re.compile(r"[\"“”„«»「」『』]")


class Continuation(NamedTuple):
    """A sentence that may go on about the two: the clause taken for it, and its features but the one of
    `features_with_act`, for which all its cues are looked up."""

    clause: Clause
    features: set[str]

    def features_with_act(self) -> set[str]:
        """All its features: with whether it names an act."""
        names_act = any(cue.payload.type for cue in self.clause.cues_of("event"))
        return {*self.features, _ACT if names_act else _NO_ACT}


@functools.cache
def shipped_weights() -> Mapping[str, float]:
    """Feature -> weight in log-odds, fitted by benchmarks/train_continuing.py."""
    return read_weights("continuing.json", __package__)


def go_on(
    document: Document,
    actors: Actors,
    candidates: Sequence[Candidate],
    threshold: float,
    headline: frozenset[Side],
) -> list[Candidate]:
    """The candidates of a text in order, those below the threshold of confidence by what the text says around
    them where that is more; and one for each sentence that goes on and has none."""
    by_sentence = {one.sentence.index: one for one in candidates}
    weights = shipped_weights()
    for one in continuations(document, actors, candidates, threshold, headline):
        known = [weights[name] for name in one.features if name in weights]
        most = max(math.fsum((*known, weights.get(act, 0.0))) for act in (_ACT, _NO_ACT))
        if probability(most) < threshold:
            continue  # as most, whether they name an act or not
        weighed = {name: weights[name] for name in one.features_with_act() if name in weights}
        if probability(math.fsum(weighed.values())) >= threshold:
            events = tuple(fitting_events(one.clause))
            by_sentence[one.clause.sentence.index] = Candidate(one.clause, events, weighed, "person")
    return [by_sentence[index] for index in sorted(by_sentence)]


def continuations(
    document: Document,
    actors: Actors,
    candidates: Sequence[Candidate],
    threshold: float,
    headline: frozenset[Side],
) -> Iterator[Continuation]:
    """The sentences that name an actor in a text that relates the two in others; `headline`: the sides that
    it names."""
    certain = [one.sentence.index for one in candidates if one.confidence >= threshold]
    if not certain or len(document.sentences) < _LEAST_SENTENCES:
        return
    alone = {one.sentence.index: one for one in candidates}
    named = document.by_sentence(actors.spans)
    sides = {index: {span.side for span in spans} for index, spans in named.items()}
    text = _of_text(document, headline)
    for index in named.keys() - set(certain):
        sentence = document.sentences[index]
        if document.is_related(sentence):
            continue
        candidate = alone.get(index)
        clause = candidate.clause if candidate else _clause(document, sentence, named[index][0])
        names = text.union(
            _of_sentence(document, sentence, sides[index]),
            _of_others(actors, sentence),
            _of_neighbours(index, certain, sides),
            (_doubt(candidate),),
        )
        yield Continuation(clause, names)


def _of_text(document: Document, headline: frozenset[Side]) -> set[str]:
    has_headline = "\n" in document.folded_text
    return {"goes on", f"headline names {len(headline)}" if has_headline else "no headline"}


def _clause(document: Document, sentence: Sentence, named: ActorSpan) -> Clause:
    """A clause that leaves out the other actor."""
    omitted = ActorSpan(sentence.end, sentence.end, other_side(named.side), "pronoun")
    a, b = (named, omitted) if named.side == "a" else (omitted, named)
    return Clause(document.localized(sentence), sentence, a, b)


def _of_sentence(document: Document, sentence: Sentence, sides: set[Side]) -> Iterator[str]:
    yield "names one" if len(sides) == 1 else "names both"
    yield f"length {length_class(sentence)}"
    start, end = sentence.source
    if _QUOTE.search(document.text, start, end):
        yield "quotation"


def _of_others(actors: Actors, sentence: Sentence) -> Iterator[str]:
    yield "another person" if within(actors.others, sentence) else "nobody else"


def _of_neighbours(index: int, certain: Sequence[int], sides: Mapping[int, set[Side]]) -> Iterator[str]:
    """How far the sentences are that relate the two, 0 where there are none; whom the one before names."""
    at = bisect_left(certain, index)
    since = index - certain[at - 1] if at else 0
    until = certain[at] - index if at < len(certain) else 0
    yield f"since related {min(_FARTHEST, since)}"
    yield f"until related {min(_FARTHEST, until)}"
    before = sides.get(index - 1)
    if before:
        if before == sides[index]:
            yield "named just before"
        elif len(sides[index]) == 1 and len(before) == 1:
            yield "other just before"


def _doubt(candidate: Candidate | None) -> str:
    """How unlikely its clause alone relates the two: log-odds against it, rounded up."""
    if candidate is None:
        return "no clause"
    doubt = math.ceil(-candidate.log_odds)
    return f"doubt {max(0, min(_MOST_DOUBT, doubt))}"
