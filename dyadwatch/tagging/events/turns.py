"""Turns of a transcript: whose words a sentence is that follows a label ("THE SPOKESMAN: He met nobody.")."""

import re

from dyadwatch.model.mentions import Attribution
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.text.folding import fold_surface

# At the start of a line, or, where one begins with another turn, after a sentence.
_LABEL = re.compile(r"(?:^|(?<=[.!?…؟]\s))([^\W\d_][^\W\d]*(?:[ .'’-]+[^\W\d_]+){0,4}): ", re.MULTILINE)
_SPEAKERS = 2  # that a transcript has at least; a lone label is a dateline, or says what a headline is about
_UNCASED_WORDS = 2  # of a label in a script without capitals, at most
_REACH = 2_000  # characters from a sentence to the label of its turn, and to one of another


def turn_speaker(clause: Clause) -> Attribution | None:
    """Who has the turn in which the clause stands; None outside of transcripts, and where one of the two
    has."""
    document, (start, end) = clause.document, clause.sentence.source
    text = document.text
    line = text.rfind("\n", max(0, start - _REACH), start) + 1
    if text.find(":", line, end) < 0:
        return None
    first = document.folding.source(*clause.first[:2])[0]
    # A label may be a part of the sentence.
    turns = _labels(text, line, first if start < first < end else start)
    if not turns or len({turn.group(1) for turn in _labels(text, line - _REACH, end + _REACH)}) < _SPEAKERS:
        return None
    speaker = turns[-1].group(1)
    words = fold_surface(speaker).split()
    actors = {
        word for one in (clause.a, clause.b) for word in clause.folded_text[one.start : one.end].split()
    }
    return None if actors.intersection(words) else Attribution(speaker, ":", None)


def _labels(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Labels in capitals; in a script without, short ones that open their lines."""
    labels = _LABEL.finditer(text, max(0, start), end)
    return [label for label in labels if label.group(1).isupper() or _is_uncased(label)]


def _is_uncased(label: re.Match[str]) -> bool:
    words = label.group(1)
    opens_line = label.string[max(0, label.start() - 1) : label.start()] in {"", "\n"}
    return opens_line and words.upper() == words.lower() and len(words.split()) <= _UNCASED_WORDS
