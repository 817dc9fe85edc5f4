"""What the orders with the verb between subject and object (SVO, V2) share: whose act a cue between the
actors is."""

import re

from dyadwatch.tagging.documents.case_marking import only_titles_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.object_position import SubjectFollows, stands_as_object
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon

_SET_OFF = re.compile(r"(?:'s?(?: [\w-]+){1,3})?,")
_CLAUSE_END = re.compile(r"\w, ")
_MESSAGE_NEAR = 4  # folded characters
_LEADING_WORDS = 4


def is_set_off(clause: Clause) -> bool:
    """Whether a comma follows the first actor, or what is his ("K's envoy,")."""
    return _SET_OFF.match(clause.folded_text, clause.first.end) is not None


def first_is_object_before(clause: Clause, cue: Cue, subject_follows: SubjectFollows) -> bool:
    """Whether the first actor is an object, and the sentence goes on from there to the cue with a subject of
    its own ("X, elected under K, thanked A"; "X thanked K and accused A")."""
    document, first = clause.document, clause.first
    case = clause.case_of(first)
    if first.kind == "pronoun" or (case in {"from", "by"} and not is_set_off(clause)):
        return False  # "a call by K to A"; but "X, received by K, met A"
    if _tells_a_message(clause) or clause.pronoun_acts(cue):
        return False
    return (case == "with" or _goes_on(clause, cue)) and stands_as_object(
        document, clause.sentence, first, subject_follows
    )


def _tells_a_message(clause: Clause) -> bool:
    """Whether the clause tells what the first actor's letter says, or what was brought from him ("X met A and
    gave him K's greetings")."""
    return any(
        cue.end <= clause.first.start or 0 <= cue.start - clause.last.end <= _MESSAGE_NEAR
        for cue in clause.cues_of("message")
    )


def _goes_on(clause: Clause, cue: Cue) -> bool:
    """Whether a clause, a comma or a conjunction between the first actor and the cue leads to the cue."""
    first, lexicon = clause.first, clause.lexicon
    gap = clause.folded_text[first.end : cue.start]
    return (
        any(first.end <= opener.start < cue.start for opener in clause.cues_of("clause"))
        or any(lexicon.knows(word, "opener") for word in gap.split())
        or _leads_on(lexicon, gap)
    )


def _leads_on(lexicon: Lexicon, gap: str) -> bool:
    """Whether a comma or a conjunction, not a relative pronoun directly after the actor, leads to the cue."""
    if "," in gap or "\u2014" in gap:
        after = gap.lstrip().lstrip(",").split()
        return not (after and gap.lstrip().startswith(",") and lexicon.knows(after[0], "relative"))
    return not lexicon.conjunctions.isdisjoint(gap.split()[-_LEADING_WORDS:])


def first_is_in_relative_clause(clause: Clause, cue: Cue) -> bool:
    """Whether the first actor stands in a relative clause that ends before the cue ("X, whom K trusts, met
    A")."""
    first, text = clause.first, clause.folded_text
    if not _CLAUSE_END.search(text, first.end, cue.start):
        return False
    return any(
        relative.end <= first.start
        and only_titles_between(clause.document, relative.end, first.start)
        and text[clause.sentence.start : relative.start].rstrip().endswith(",")
        for relative in clause.cues_of("relative")
    )
