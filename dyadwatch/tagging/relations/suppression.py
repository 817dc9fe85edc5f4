"""What was found and is no alert, with the reason: it makes every silence of the tagger auditable."""

from collections.abc import Iterable, Sequence

from dyadwatch.model.mentions import Reason, Suppressed
from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.document import Reading, Sentence, inside
from dyadwatch.tagging.relations.scoring import Candidate

MOST = 50  # kept per text
# The feature that spoke most against a sentence gives the reason; the first that it has counts.
_REASONS: tuple[tuple[str, Reason], ...] = (
    ("display", "portrait"),
    ("enumeration", "list"),
    ("aide", "aide_only"),
    ("other_subject", "third_party"),
    ("other_object", "third_party"),
    ("clause_break", "separate_clauses"),
)


def suppressed(
    reading: Reading,
    actors: Actors,
    found: Sequence[Candidate],
    state: Sequence[Candidate],
    threshold: float,
) -> tuple[Suppressed, ...]:
    """Surfaces that mean someone else, and sentences that name both without relating them, in order of the text."""
    person = any(candidate.confidence >= threshold for candidate in found)
    items = [
        _surface(reading, hit.start, hit.end, reason, f"actors.{reason}") for hit, reason in actors.refused
    ]
    items += [
        _sentence(reading, candidate.sentence, *_why(candidate))
        for candidate in found
        if candidate.confidence < threshold and "same_sentence" in candidate.features
    ]
    if not person:
        items += [_sentence(reading, item.sentence, "state_only", "relate.metonym") for item in state]
    items += [
        _sentence(reading, sentence, "related_links", "reading.related")
        for sentence in _links(reading)
        if len({hit.side for hit in inside(actors.hits, sentence)}) == 2
    ]
    return tuple(sorted(set(items), key=lambda item: (item.start, item.end, item.rule))[:MOST])


def _why(candidate: Candidate) -> tuple[Reason, str]:
    for feature, reason in _REASONS:
        if feature in candidate.features:
            listed = any(cue.payload.id != "display" for cue in candidate.sentence.kind("display"))
            return ("list" if reason == "portrait" and listed else reason), f"relate.{feature}"
    return "co_mention", "relate.no_cue"


def _links(reading: Reading) -> Iterable[Sentence]:
    return (sentence for sentence in reading.sentences if sentence.start >= reading.void_from)


def _sentence(reading: Reading, sentence: Sentence, reason: Reason, rule: str) -> Suppressed:
    start, end = sentence.source
    return Suppressed(reason, reading.given[start:end], start, end, rule)


def _surface(reading: Reading, low: int, high: int, reason: Reason, rule: str) -> Suppressed:
    start, end = reading.folded.source(low, high)
    return Suppressed(reason, reading.given[start:end], start, end, rule)
