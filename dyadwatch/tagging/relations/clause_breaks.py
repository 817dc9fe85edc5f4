"""Clause breaks: whether the second actor stands in a clause that has nothing to do with the first."""

import re

from dyadwatch.tagging.documents.case_marking import only_titles_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.word_order import word_order_of

_SEMICOLON = re.compile(r"[;\u061b]")
_LAST_COMMA = re.compile(r"[,،]([^,،]*)$")
_NEXT_WORD = re.compile(r" ([\w'-]+)")
_POSSESSIVE = re.compile(r"'s?\b")
_TITLES = 2  # words between a conjunction and an actor


def is_broken(clause: Clause) -> bool:
    """Whether the second actor begins a clause of his own (", and K ...") that does not mention the first."""
    if _SEMICOLON.search(clause.gap) or clause.cues_between("break"):
        return True
    if _mentions_first_again(clause):
        return False
    if _verb_ends_first_clause(clause):
        return True
    comma = _LAST_COMMA.search(clause.gap)
    if comma is None or (clause.coordinated and comma.start() == 0):
        return False
    words = comma.group(1).split()
    if not words:
        return _last_is_subject_after_comma(clause)
    return clause.lexicon.joins(words[0]) and len(words) <= 1 + _TITLES


def _mentions_first_again(clause: Clause) -> bool:
    """Whether a word for the first actor follows the second, so that his clause is about the first as well;
    French and Italian write "him" as l' before the verb."""
    pronouns = clause.cues_of("object_pronoun")
    if pronouns and pronouns[-1].start >= clause.last.end:
        return True
    return "l'" in clause.sentence.folded_text and any(
        clause.folded_text[cue.start - 2 : cue.start] == "l'" for cue in clause.cues_of("event")
    )


def _verb_ends_first_clause(clause: Clause) -> bool:
    """Whether a verb between belongs to a clause that ends before the second actor ("X met A and K spoke",
    but not "A met X and K on Sunday")."""
    if not clause.cues_between("event", "speech"):
        return False
    markers = [clause.lexicon.markers.get(word) for word in clause.gap_words]
    order = word_order_of(clause.lexicon)
    joined = markers[-1:] == ["and"] and "between" not in markers
    if joined and (order.verb == "after" or _verb_follows_last(clause)):
        return True
    return order.second_has_own_clause(clause)


def _last_is_subject_after_comma(clause: Clause) -> bool:
    """Whether the second actor, directly after a comma, is the subject of what follows ("A visited D, K did
    not comment"), and not in apposition to the object of what stands before."""
    events = clause.cues_between("event")
    verb_final = word_order_of(clause.lexicon).verb == "after"
    if not events or verb_final or clause.cues_of("partner", "pronoun"):
        return False
    objects = clause.folded_text[events[-1].end : clause.last.start].strip(" ,،")
    return bool(objects) and _verb_follows_last(clause)


def _verb_follows_last(clause: Clause) -> bool:
    """Whether the word after the second actor may be a verb: no name, preposition or relative pronoun."""
    word = _NEXT_WORD.match(clause.folded_text, clause.last.end, clause.sentence.end)
    return (
        word is not None
        and not clause.document.is_upper(word.start(1))
        and word.group(1) not in clause.lexicon.markers
        and not clause.lexicon.knows(word.group(1), "relative")
    )


def last_is_in_adverbial_clause(clause: Clause) -> bool:
    """Whether the second actor is the subject of a clause that only says when or why ("..., a day after A
    spoke")."""
    last, clauses = clause.last, clause.cues_of("clause")
    if not clauses or last.kind == "pronoun" or _POSSESSIVE.match(clause.folded_text, last.end):
        return False
    if any(cue.start >= last.end for cue in clause.cues_of("object_pronoun")):
        return False
    return any(
        clause.first.end <= cue.start
        and cue.end <= last.start
        and only_titles_between(clause.document, cue.end, last.start)
        for cue in clauses
    )
