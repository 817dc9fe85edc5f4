"""Subject, verb, object, where who the act is aimed at may stand before its verb: Chinese ("X to Y
expressed thanks")."""

from dataclasses import replace

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order.svo import SVO
from dyadwatch.tagging.lexicons.lexicon import Cue

_PREPOSED = frozenset({"to", "with", "object", "from", "by"})


def _owns_cue(clause: Clause, cue: Cue) -> bool:
    """A cue after both is theirs as well where a preposition leads the second to it."""
    aimed = clause.place_of(cue) == "after" and clause.case_of(clause.last) in _PREPOSED
    return aimed or SVO.owns_cue(clause, cue)


COVERB = replace(SVO, owns_cue=_owns_cue)
