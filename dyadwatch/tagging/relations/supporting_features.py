"""The features of a clause that speak for a relation between its actors."""

import re
from collections.abc import Sequence

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.relations.quotations import is_addressed
from dyadwatch.tagging.relations.separate_subjects import is_counted

_ONE_WORD_FOR_BOTH = frozenset({"joint", "sequel", "act noun"})
# With one of these a clause needs no cue.
_CUELESS = frozenset(
    {"compound", "possessive", "joint", "between_markers", "partner", "sequel", "act noun", "exchange"}
)
_OBLIQUE = frozenset({"to", "with", "from", "by", "object"})
_COMPOUND = frozenset({"-", "—", "/"})
_POSSESSIVE = re.compile(r"'s? [\w' -]{0,30}")
_DIRECT = re.compile(r"(?:'\w{1,3})?(?:\s+[\w'-]+){0,6}\s+\w{0,2}'?|: (?:[\w.]+ )?")


def supporting_features(clause: Clause, events: Sequence[Event], reference: str | None) -> set[str]:
    """`reference`: how an actor that is not named was found."""
    names = _how_mentioned(reference)
    if clause.introduced_by_between:
        names.add("between_markers")
    if clause.gap in _COMPOUND:
        names.add("compound")
    if is_addressed(clause):
        names.add("addressed")
    if _POSSESSIVE.fullmatch(clause.gap) and not _has_conjunction(clause):
        names.add("possessive")
    elif not events and _is_direct(clause):
        names.add("direct")
    if events:
        names.add("cue_between" if events[0].place == "between" else "cue_beside")
        if events[0].cue.payload.kind == "tie":
            names.add("tie_cue")
    elif not names & _CUELESS:
        names.add("no_cue")
    return names


def _how_mentioned(reference: str | None) -> set[str]:
    if reference is None:
        return {"same_sentence"}
    return {reference} if reference in _ONE_WORD_FOR_BOTH else {reference, "coreference"}


def _is_direct(clause: Clause) -> bool:
    """Whether at most six words alone stand between, none of them a conjunction or of saying: then what they
    say is most likely said of the two, though no cue is known for it."""
    if clause.coordinated or clause.has_pronoun or not _DIRECT.fullmatch(clause.gap):
        return False
    if _has_conjunction(clause) or clause.case_of(clause.first) in _OBLIQUE:
        return False
    if word_order_of(clause.lexicon).first_is_object(clause):
        return False
    return not is_counted(clause) and not clause.cues_between("speech", "both", "display", "clause")


def _has_conjunction(clause: Clause) -> bool:
    """Whether a conjunction, alone or fused with a word, stands between the two."""
    lexicon, words = clause.lexicon, clause.gap_words
    if not lexicon.conjunctions.isdisjoint(words):
        return True
    fused = lexicon.fused_conjunctions
    return bool(fused) and any(word.startswith(fused) for word in words)
