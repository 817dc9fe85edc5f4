"""Turns of a transcript: whose words a sentence is that follows a label ("THE SPOKESMAN: Nobody has met him.")."""

import re

from dyadwatch.model.mentions import Attribution
from dyadwatch.tagging.documents.clause import Clause

# At the start of a line, or, where one begins with another turn, after a sentence.
_LABEL = re.compile(r"(?:^|(?<=[.!?…؟]\s))([^\W\d_][^\W\d]*(?:[ .'’-]+[^\W\d_]+){0,4}): ", re.MULTILINE)
_SPEAKERS = 2  # that a transcript has at least; a lone label is a dateline, or says what a headline is about
_UNCASED_WORDS = 2  # of a label in a script without capitals, at most
_LONGEST_TURN = 2_000  # characters before a sentence


def turn_speaker(clause: Clause) -> Attribution | None:
    """Who has the turn in which the clause stands; None outside of transcripts, and where one of the two has."""
    text, (start, _) = clause.document.text, clause.sentence.source
    line = text.rfind("\n", max(0, start - _LONGEST_TURN), start) + 1
    turns = _labels(text[line:start]) if ":" in text[line:start] else []
    if not turns or len({turn.group(1) for turn in _labels(text)}) < _SPEAKERS:
        return None
    low, high = (line + offset for offset in turns[-1].span(1))
    source = clause.document.folding.source
    if any(low < end and begin < high for begin, end in (source(*one[:2]) for one in (clause.a, clause.b))):
        return None
    return Attribution(text[low:high], ":", None)


def _labels(text: str) -> list[re.Match[str]]:
    """Labels in capitals; in a script without, short ones that open their lines."""
    return [label for label in _LABEL.finditer(text) if label.group(1).isupper() or _is_uncased(label)]


def _is_uncased(label: re.Match[str]) -> bool:
    words, before = label.group(1), label.string[: label.start()]
    return (
        words.upper() == words.lower()
        and len(words.split()) <= _UNCASED_WORDS
        and (not before or before.endswith("\n"))
    )
