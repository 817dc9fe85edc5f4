"""Verb, subject, object: Arabic."""

import re

from dyadwatch.tagging.documents.case_marking import only_titles_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon

_WORD = re.compile(r"[\w'-]+")
_NEXT_WORD = re.compile(r" ([\w'-]+)")
_SUBJECT_WORDS = 3
_PARTNER_CASES = frozenset({"from", "to", "with"})
# Groups of verbs of which a person is the object.
_TRANSITIVE = frozenset({"meet", "host", "praise", "phone"})


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


def _has_no_object(document: Document, sentence: Sentence, span: ActorSpan) -> bool:
    """Whether the clause ends after an actor, or goes on with a preposition."""
    word = _NEXT_WORD.match(document.folded_text, span.end, sentence.end)
    lexicon = document.lexicon
    return (
        word is None
        or word.group(1) in lexicon.subjects.circumstances
        or lexicon.markers.get(word.group(1), "and") != "and"
        or lexicon.knows(word.group(1), "day")
    )


def _subject_follows(document: Document, sentence: Sentence, verb: tuple[int, int], actor: ActorSpan) -> bool:
    """Whether the verb opens the sentence, and the actor stands directly after it."""
    if not only_titles_between(document, verb[1], actor.start):
        return False
    words = _WORD.findall(document.folded_text, sentence.start, verb[0])
    return all(_may_open(document.lexicon, word) for word in words)


def _may_open(lexicon: Lexicon, word: str) -> bool:
    """Whether a word may open a sentence before its verb."""
    return (
        word in lexicon.fused_conjunctions
        or word in lexicon.subjects.auxiliaries
        or lexicon.knows(word, "opener", "day")
    )


def _drops_subject(document: Document, sentence: Sentence, span: ActorSpan) -> bool:
    """Whether a verb that takes a person for its object opens the sentence, and the actor alone follows it
    ("and met A there"): as its subject he would leave it without an object."""
    text, lexicon = document.folded_text, document.lexicon
    for cue in sentence.cues_of("event"):
        if cue.payload.id in _TRANSITIVE and cue.end <= span.start:
            before = _WORD.findall(text, sentence.start, cue.start)
            between = _WORD.findall(text, cue.end, span.start)
            return (
                all(_may_open(lexicon, word) for word in before)
                and (len(between) <= 1 or all(lexicon.knows(word, "title") for word in between))
                and _has_no_object(document, sentence, span)
            )
    return False


VSO = WordOrder(
    verb="before",
    subject_follows=_subject_follows,
    drops_subject=_drops_subject,
    has_other_subject=_has_other_subject,
    speaker="after",
)
