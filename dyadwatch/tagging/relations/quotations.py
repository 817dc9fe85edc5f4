"""Quotations: whether one of the two is spoken to in what the other is quoted to say ('"Mr K, open the
straits," A said'), or somebody else says something of both ('"A and K know nothing," she said')."""

import re

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan

_QUOTATION = re.compile(r'"([^"\n]+)"')
_LEAST = 8  # folded characters of a quotation beside the name, which may be a brand's alone
_OPENS = re.compile(r" ?(?:[\w'-]+ ){0,4}|.*, (?:[\w'-]+ ){0,2}")  # the quotation, up to who is spoken to
_ENDS = re.compile(r"[,،!]|[.?]?$")  # what follows him
_DASHES = ("-", "\u2013", "\u2014")
_NEAR = 24  # folded characters between a speaker and the word of saying
_LEADS = re.compile(r"[:,،]? ?\"")  # from a speaker to what he says


def is_addressed(clause: Clause) -> bool:
    """Whether a quotation of one of the two opens or breaks off with the name of the other, set off by
    commas."""
    if clause.has_pronoun or '"' not in clause.sentence.folded_text:
        return False
    sentence = clause.sentence
    return any(
        _calls(clause, quotation.span(1), listener) and _says(clause, quotation.span(), speaker)
        for quotation in _QUOTATION.finditer(clause.folded_text, sentence.start, sentence.end)
        for listener, speaker in ((clause.first, clause.last), (clause.last, clause.first))
    )


def is_said_of_both(clause: Clause) -> bool:
    """Whether both are named side by side in a quotation of somebody else."""
    if not clause.coordinated or clause.introduced_by_between or clause.gap.strip() in _DASHES:
        return False
    sentence = clause.sentence
    return any(
        quotation.start(1) <= clause.first.start and clause.last.end <= quotation.end(1)
        for quotation in _QUOTATION.finditer(clause.folded_text, sentence.start, sentence.end)
    ) and bool(clause.cues_of("speech", "reporting"))


def _calls(clause: Clause, quoted: tuple[int, int], listener: ActorSpan) -> bool:
    """Whether what is quoted calls the listener, alone or with a few words before his name."""
    low, high = quoted
    is_inside = low <= listener.start < listener.end <= high
    if not is_inside or high - low - (listener.end - listener.start) < _LEAST:
        return False
    opens = _OPENS.fullmatch(clause.folded_text, low, listener.start)
    return opens is not None and _ENDS.match(clause.folded_text, listener.end, high) is not None


def _says(clause: Clause, quotation: tuple[int, int], speaker: ActorSpan) -> bool:
    """Whether the speaker stands outside, beside a word of saying or directly before the quotation."""
    low, high = quotation
    if low <= speaker.start < high:
        return False
    return _LEADS.fullmatch(clause.folded_text, speaker.end, low + 1) is not None or any(
        min(abs(cue.start - speaker.end), abs(speaker.start - cue.end)) <= _NEAR
        for cue in clause.cues_of("speech", "reporting")
        if not low <= cue.start < high
    )
