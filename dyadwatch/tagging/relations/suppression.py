"""Suppression: what was found and raises no alert, with the reason, so that every silence can be audited."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from dyadwatch.model.mentions import Reason, Suppressed
from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.document import Document, Sentence, within
from dyadwatch.tagging.relations.scoring import Candidate

MAX_SUPPRESSED = 50  # per text
# The reason of a candidate is that of the first of these features that it has.
_REASONS: tuple[tuple[str, Reason], ...] = (
    ("image text", "portrait"),
    ("display", "portrait"),
    ("enumeration", "list"),
    ("aide", "aide_only"),
    ("other_subject", "third_party"),
    ("other_object", "third_party"),
    ("clause_break", "separate_clauses"),
)


def find_suppressed(
    document: Document,
    actors: Actors,
    person: Sequence[Candidate],
    state: Sequence[Candidate],
    threshold: float,
    refused: Sequence[Candidate] = (),
) -> tuple[Suppressed, ...]:
    """Surfaces that mean someone else, and sentences that have both without relating them, in order of the
    text.

    `person` are all candidates between the persons, `state` those between states that reach the threshold,
    `refused` those of sentences with a phrase that the watch refuses."""
    items = [
        _surface(document, span.start, span.end, reason, f"actors.{reason}")
        for span, reason in actors.refusals
    ]
    items += [
        _sentence(document, candidate.sentence, *_why(candidate))
        for candidate in person
        if candidate.confidence < threshold and "same_sentence" in candidate.features
    ]
    items += [_sentence(document, item.sentence, "phrase", "guards.phrases") for item in refused]
    if not any(candidate.confidence >= threshold for candidate in person):
        items += [_sentence(document, item.sentence, "state_only", "relate.metonym") for item in state]
    items += [
        _sentence(document, sentence, "related_links", "reading.related")
        for sentence in _related_links(document)
        if len({span.side for span in within(actors.spans, sentence)}) == 2
    ]
    return tuple(sorted(set(items), key=lambda item: (item.start, item.end, item.rule))[:MAX_SUPPRESSED])


def _why(candidate: Candidate) -> tuple[Reason, str]:
    for feature, reason in _REASONS:
        if feature in candidate.features:
            listed = any(cue.payload.id != "display" for cue in candidate.sentence.cues_of("display"))
            return ("list" if reason == "portrait" and listed else reason), f"relate.{feature}"
    return "co_mention", "relate.no_cue"


def _related_links(document: Document) -> Iterator[Sentence]:
    for start, end in document.related:
        first, following = (bisect_left(document.sentence_starts, offset) for offset in (start, end))
        yield from (document.sentences[index] for index in range(first, following))


def _sentence(document: Document, sentence: Sentence, reason: Reason, rule: str) -> Suppressed:
    start, end = sentence.source
    return Suppressed(reason, document.text[start:end], start, end, rule)


def _surface(document: Document, low: int, high: int, reason: Reason, rule: str) -> Suppressed:
    start, end = document.folding.source(low, high)
    return Suppressed(reason, document.text[start:end], start, end, rule)
