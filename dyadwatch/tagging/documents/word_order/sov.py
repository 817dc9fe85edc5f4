"""Subject, object, verb: Persian, Turkish, Urdu. Verbs end their clauses; objects are marked."""

from dyadwatch.tagging.documents.case_marking import case_of
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.lexicons.lexicon import Cue

_OBJECT_CASES = frozenset({"object", "to", "with"})
_OPENING_WORDS = 3  # words before an object that leave no room for a subject
_AFTER_VERB = 24  # folded characters
_COMMAS = (",", "،")


def _has_other_subject(clause: Clause, _cue: Cue) -> bool:
    """Whether both actors are marked as objects: neither is the subject, unless a message goes between
    them."""
    if not {clause.case_of(clause.first), clause.case_of(clause.last)} <= _OBJECT_CASES:
        return False
    joined = len(clause.gap.split()) < 2
    return not joined and not clause.has_pronoun and not clause.cues_of("message")


def _second_has_own_clause(clause: Clause) -> bool:
    """Whether a comma, or a conjunction after a verb, ends the first actor's clause."""
    return clause.gap.rstrip().endswith(_COMMAS) or any(
        _leads_on(clause, cue.end) for cue in clause.cues_between("event")
    )


def _leads_on(clause: Clause, end: int) -> bool:
    """Whether a conjunction follows a verb, and no preposition the conjunction ("went to T and to K's
    house")."""
    after = clause.folded_text[end : end + _AFTER_VERB].split(maxsplit=2)
    return len(after) > 1 and clause.lexicon.joins(after[0]) and after[1] not in clause.lexicon.markers


def _drops_subject(document: Document, sentence: Sentence, span: ActorSpan) -> bool:
    """Whether the sentence opens with the actor as its object."""
    if case_of(document, span) not in _OBJECT_CASES:
        return False
    return len(document.folded_text[sentence.start : span.start].split()) <= _OPENING_WORDS


SOV = WordOrder(
    verb="after",
    has_other_subject=_has_other_subject,
    second_has_own_clause=_second_has_own_clause,
    drops_subject=_drops_subject,
    speaker="opening",
    modal_reach=60,
)
