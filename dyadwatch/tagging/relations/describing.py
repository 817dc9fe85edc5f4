"""Describing: whether the second actor stands only in what describes somebody else, to whom an act of the
first is done ("fined a company that trades with K", "met the lawyer who defended K")."""

import re
from collections.abc import Iterator

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import SPAN

_WORD = re.compile(r"[\w'-]+")
_MARKS = re.compile(r"[,،;؛:\"]")
_MOST_WORDS = 5  # between a word for somebody and what opens his description
_LAST_WORDS = 2  # of a description, between which and the word for somebody an article may stand
_GOALS = ("to", "object")
_POSSESSIVES = frozenset({"possessive", "possessive_she", "possessive_it"})
_POSSESSED = 16  # folded characters from whose somebody is to the word for him


def describes_outsider(clause: Clause) -> bool:
    """Whether the second actor stands in the description of somebody who is neither of the two."""
    outsiders = clause.cues_of("outsider")
    if not outsiders or clause.has_pronoun or clause.coordinated or _is_handed(clause):
        return False
    return any(
        not _is_possessed(clause, one)
        and (_ends_description(clause, one) if one.start >= clause.last.end else _is_described(clause, one))
        for one in outsiders
        if one.start >= clause.first.end
    )


def _is_handed(clause: Clause) -> bool:
    """Whether somebody is sent or given to the second actor."""
    return clause.case_of(clause.last) in _GOALS and bool(clause.cues_of("handing"))


def _is_possessed(clause: Clause, outsider: Cue) -> bool:
    """Whether he is said to be somebody's, who may act through him ("its lawyer")."""
    words = clause.document.words.get(clause.sentence.index, ())
    return any(
        word.payload.kind in _POSSESSIVES and 0 <= outsider.start - word.end <= _POSSESSED for word in words
    )


def _is_described(clause: Clause, outsider: Cue) -> bool:
    """Whether a description that opens after him goes on to the second actor."""
    for start, end in _openings(clause, outsider):
        words, rest = clause.folded_text[outsider.end : start], clause.folded_text[end : clause.last.start]
        if (
            len(words.split()) <= _MOST_WORDS
            and not _MARKS.search(words.rstrip(" ,،"))
            and not _MARKS.search(rest)
            and not any(map(clause.lexicon.joins, rest.split()))
        ):
            return True
    return False


def _openings(clause: Clause, outsider: Cue) -> Iterator[tuple[int, int]]:
    """Where a description may open after a word for somebody: at a relative pronoun, after a comma where it
    may be an article; at a word that only describes; or at a verb that says "who" by its letters."""
    says_that = {SPAN(cue) for cue in clause.cues_of("that")} if _may_say(clause, outsider) else ()
    for cue in clause.cues_of("relative", "describing", "that"):
        is_between = outsider.end <= cue.start and cue.end <= clause.last.start
        if is_between and SPAN(cue) not in says_that and not _is_article(clause, cue):
            yield SPAN(cue)
    letters = clause.lexicon.descriptions
    for place, word in enumerate(_WORD.finditer(clause.folded_text, outsider.end, clause.last.start)):
        if letters.say_who(word[0], is_next=place == 0):
            yield word.span()


def _is_article(clause: Clause, cue: Cue) -> bool:
    """Whether a word may be an article rather than a relative pronoun, before which a comma would stand."""
    may_be_either = cue.payload.kind == "relative" and clause.lexicon.subjects.have_capitals
    return may_be_either and not clause.folded_text.endswith(", ", 0, cue.start)


def _may_say(clause: Clause, outsider: Cue) -> bool:
    """Whether "that" after somebody may begin what is said, to him or by him."""
    if clause.cues_between("speech", "reporting"):
        return True
    acts = (cue for cue in clause.cues_of("event") if cue.end <= outsider.start)
    return word_order_of(clause.lexicon).verb_before_subject and not any(acts)


def _ends_description(clause: Clause, outsider: Cue) -> bool:
    """Whether a description that stands before him ends with the second actor's clause (Turkish "K ile iş
    yapan şirket")."""
    endings = clause.lexicon.descriptions.description_endings
    if not endings:
        return False
    between = clause.folded_text[clause.last.end : outsider.start]
    words = between.split()
    return (
        0 < len(words) <= _MOST_WORDS
        and not _MARKS.search(between)
        and any(word.endswith(endings) for word in words[-_LAST_WORDS:])
    )
