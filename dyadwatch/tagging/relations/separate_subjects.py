"""Separate subjects: whether each of the two has a clause of his own, or both are only counted together, so
that nothing passes between them ("A votes, B burns"; "two absentees: A and B")."""

import re
from collections.abc import Iterator, Sequence

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import PRONOUNS

_SEPARATOR = re.compile(r"[,;،؛]")
_WORD = re.compile(r"[\w'-]+")
_FEW = 2  # words after the two that tell nothing of them
# Of the second actor: what he says or thinks of what the first one does.
_ANSWERS = ("speech", "reporting", "judge", "negation")
_OBJECTS = frozenset({"answer", *(kind for kind in PRONOUNS if kind.startswith("object"))})


def separate_subjects(clause: Clause, events: Sequence[Event]) -> Iterator[str]:
    """Features of how the two parts of a sentence stand beside each other."""
    if clause.has_pronoun:
        return
    act = "act" if events else "no act"
    if ";" in clause.gap or "؛" in clause.gap:
        yield "semicolon between"
    if is_counted(clause):
        yield f"counted, {act}"
    if not clause.coordinated:
        yield from _apart(clause, act)
    elif not events and _follows_colon(clause) and _ends_after(clause):
        yield "named after colon"


def _apart(clause: Clause, act: str) -> Iterator[str]:
    if _have_own_clauses(clause):
        yield "own clauses answered" if _answers(clause) else f"own clauses, {act}"
    elif _is_joined_apart(clause):
        yield f"joined apart, {act}"


def _have_own_clauses(clause: Clause) -> bool:
    """Whether a comma with something before it stands directly before the second actor, who has words after
    him, and the first is a subject."""
    separators = [one.start() for one in _SEPARATOR.finditer(clause.gap)]
    if not separators or not clause.gap[: separators[0]].strip():
        return False
    return (
        _only_leads(clause, clause.gap[separators[-1] + 1 :])
        and not _ends_after(clause)
        and not _is_object(clause, clause.first)
    )


def _is_joined_apart(clause: Clause) -> bool:
    """Whether a conjunction with something before it stands directly before the second actor ("A in Rome and
    B in Paris")."""
    lexicon, words = clause.lexicon, clause.gap_words
    fused = bool(lexicon.fused_conjunctions) and clause.case_of(clause.last) == "and"
    if fused:
        return bool(words) and not _ends_after(clause)
    last = max((at for at, word in enumerate(words) if lexicon.joins(word)), default=0)
    return last > 0 and _only_leads(clause, " ".join(words[last + 1 :])) and not _ends_after(clause)


def _only_leads(clause: Clause, words: str) -> bool:
    """Whether words before the second actor are but his titles, articles, and a conjunction."""
    lexicon = clause.lexicon
    return all(
        word in lexicon.determiners or lexicon.joins(word) or lexicon.knows(word, "title")
        for word in _WORD.findall(words)
    )


def _is_object(clause: Clause, span: ActorSpan) -> bool:
    return word_order_of(clause.lexicon).stands_as_object(clause.document, clause.sentence, span)


def _ends_after(clause: Clause) -> bool:
    return len(_WORD.findall(clause.folded_text, clause.last.end, clause.sentence.end)) < _FEW


def _answers(clause: Clause) -> bool:
    """Whether the second actor's part says what he thinks of the first one's, or means him by a pronoun."""
    words = clause.document.words.get(clause.sentence.index, ())
    cues = (*clause.cues_of(*_ANSWERS), *(word for word in words if word.payload.kind in _OBJECTS))
    return any(cue.start >= clause.last.end for cue in cues)


def is_counted(clause: Clause) -> bool:
    """Whether a word for "both" or "as well as" opens the two."""
    return any(0 <= clause.first.start - cue.end <= 5 for cue in clause.cues_of("both"))


def _follows_colon(clause: Clause) -> bool:
    before = clause.folded_text[clause.sentence.start : clause.first.start]
    return ":" in before and _only_leads(clause, before[before.rfind(":") :])
