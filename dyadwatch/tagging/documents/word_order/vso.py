"""Verb, subject, object: Arabic."""

import re

from dyadwatch.tagging.documents.case_marking import only_titles_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.lexicons.lexicon import Cue

_WORD = re.compile(r"[\w'-]+")
_SUBJECT_WORDS = 3
_PARTNER_CASES = frozenset({"from", "to", "with"})


def _has_other_subject(clause: Clause, _cue: Cue) -> bool:
    """Whether the first actor only describes the subject ("met X, close to K, A"), or a verb with its subject
    stands before the first actor, and another verb joined to it between the two."""
    first, last, text = clause.first, clause.last, clause.folded_text
    if clause.case_of(first) in _PARTNER_CASES and only_titles_between(
        clause.document, first.end, last.start
    ):
        return clause.case_of(last) is None  # "met X, close to K, A"
    conjunctions = clause.lexicon.fused_conjunctions
    words = _WORD.findall(text, first.end, last.start)
    if not any(len(word) > 2 and word.startswith(conjunctions) for word in words):
        return False
    for verb in clause.cues_of("event", "speech"):
        subject = list(_WORD.finditer(text, verb.end, first.start))
        if verb.end <= first.start and 0 < len(subject) <= _SUBJECT_WORDS:
            return all(_may_be_subject(clause, word) for word in subject)
    return False


def _may_be_subject(clause: Clause, word: re.Match[str]) -> bool:
    """Whether a word between a verb and an actor may belong to a subject of its own."""
    return (
        word.group() not in clause.lexicon.markers
        and word.start() not in clause.places
        and not clause.lexicon.knows(word.group(), "title", "event", "speech", "opener")
    )


VSO = WordOrder(
    verb="before",
    has_other_subject=_has_other_subject,
    speaker="after",
)
