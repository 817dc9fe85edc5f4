"""Guards: what a watch refuses by a phrase of a sentence, or by where a text was published."""

from dataclasses import replace

from dyadwatch.model.mentions import Suppressed, Tagged
from dyadwatch.tagging.relations.scoring import Candidate
from dyadwatch.tagging.watches.watch import Watch


def refuse_phrases(
    watch: Watch, persons: list[Candidate], states: list[Candidate]
) -> tuple[tuple[list[Candidate], list[Candidate]], list[Candidate]]:
    """The candidates between persons and between states without those of sentences that have a refused
    phrase, and these."""
    if not watch.phrases:
        return (persons, states), []
    refused = [one for one in (*persons, *states) if _has_phrase(watch, one)]
    ids = {id(one) for one in refused}
    return (_without(persons, ids), _without(states, ids)), refused


def refuse_source(watch: Watch, tagged: Tagged, host: str) -> Tagged:
    """What a text of a host says; where the watch refuses that, nothing of it counts, and each mention is
    suppressed."""
    if tagged.score >= watch.least_score(host):
        return tagged
    refused = {
        Suppressed("source", one.evidence.quote, one.evidence.start, one.evidence.end, "guards.sources")
        for one in tagged.mentions
    }
    return replace(
        tagged,
        relationship=False,
        mentions=(),
        mention_count=0,
        events=(),
        suppressed=tuple(
            sorted({*tagged.suppressed, *refused}, key=lambda one: (one.start, one.end, one.rule))
        ),
    )


def _without(candidates: list[Candidate], ids: set[int]) -> list[Candidate]:
    return [one for one in candidates if id(one) not in ids]


def _has_phrase(watch: Watch, candidate: Candidate) -> bool:
    words = f" {' '.join(candidate.sentence.folded_text.split())} "
    return any(_within(phrase, words) for phrase in watch.phrases)


def _within(phrase: str, words: str) -> bool:
    """Whether a phrase stands in the words, not within one of them."""
    at = words.find(phrase)
    while at >= 0:
        if not words[at - 1].isalnum() and not words[at + len(phrase)].isalnum():
            return True
        at = words.find(phrase, at + 1)
    return False
