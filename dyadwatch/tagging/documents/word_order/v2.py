"""Verb second: German, Dutch. The subject follows the verb where something else opens the sentence."""

import re

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.documents.word_order.verb_medial import (
    first_is_in_relative_clause,
    first_is_object_before,
)
from dyadwatch.tagging.lexicons.lexicon import Cue

_WORD = re.compile(r"[\w'-]+")
_NEXT_WORD = re.compile(r"\s*([\w'-]+)")
_EDGE = re.compile(r"""[,;:.!?()"\u2014،؛؟]""")


def _subject_follows(
    document: Document, sentence: Sentence, verb: tuple[int, int], _actor: ActorSpan
) -> bool:
    """Whether the verb opens the sentence, or a word does that puts the subject after it."""
    word = _NEXT_WORD.match(document.folded_text, sentence.start, verb[0])
    return word is None or word.group(1) in document.lexicon.fronting_words


def _has_other_subject(clause: Clause, cue: Cue) -> bool:
    place = clause.place_of(cue)
    if place == "before":
        return _is_verb_of_another(clause, cue)
    if place == "after" or clause.case_of(clause.last, cue) == "by":
        return False
    return first_is_object_before(clause, cue, _subject_follows) or first_is_in_relative_clause(clause, cue)


def _is_verb_of_another(clause: Clause, cue: Cue) -> bool:
    """Whether a subject of its own stands before the verb (a cue written in lower case) and both actors."""
    text, lexicon, begin = clause.folded_text, clause.lexicon, clause.sentence.start
    if not clause.document.is_lower(cue.start):
        return False
    edges = (edge.end() for edge in _EDGE.finditer(text, begin, cue.start))
    words = _WORD.findall(text, max(edges, default=begin), cue.start)
    if not words or words[0] in lexicon.fronting_words or words[-1] in lexicon.determiners:
        return False  # a word after an article is no verb ("de kritiek van K op A")
    return lexicon.markers.get(words[0], "of") == "of"


V2 = WordOrder(
    verb_before_subject=True,
    verb="between",
    subject_follows=_subject_follows,
    has_other_subject=_has_other_subject,
    negation_follows_verb=True,
)
