"""Asides: clauses that name the two without telling of anything between them, whatever acts they name."""

import re

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import Document, Sentence
from dyadwatch.tagging.relations.opposing_features import speaks_of_fate

_END = re.compile(r"[.!?\u2026:;\u3002]\W*$")
_MAX_WORDS = 14  # of an image's alternative text


def is_aside(clause: Clause) -> bool:
    """Whether the clause says only what befell one of the two, or names one to compare the other with."""
    return speaks_of_fate(clause) or is_precedent(clause)


def is_precedent(clause: Clause) -> bool:
    """Whether one of the two stands in a comparison with the other alone ("as A did before him")."""
    return any(
        (cue.start <= span.start and span.end <= cue.end) or 0 <= span.start - cue.end <= 1
        for cue in clause.cues_of("precedent")
        for span in (clause.a, clause.b)
    )


def is_image_text(document: Document, sentence: Sentence) -> bool:
    """Whether a sentence is what publishers' systems write beside an image: a line of a text, not its first,
    in small letters alone and without an end, where the text has capitals ("xi jinping kim jong un")."""
    start, end = sentence.source
    text = document.text
    line = text[start:end].strip()
    if not line == line.lower() != line.upper():
        return False
    before = text[:start].rstrip(" ")
    return (
        before.endswith("\n")
        and text[end:].lstrip(" ")[:1] in ("", "\n")
        and not _END.search(line)
        and len(line.split()) <= _MAX_WORDS
        and before != before.lower()
    )
