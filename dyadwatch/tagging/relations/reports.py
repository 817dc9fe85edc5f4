"""Reports: what a sentence says before it comes to what somebody reports of the two ("A spokesman for the
government said on Monday that ...")."""

import re

from dyadwatch.tagging.documents.case_marking import only_titles_between
from dyadwatch.tagging.documents.clause import Clause

_BREAK = re.compile("[;؛.!?]")
_NEAR = 24  # folded characters from a word of saying to "that": "on Monday", "in Geneva"


def report_start(clause: Clause) -> int:
    """Where in a sentence its report of the two begins: after a word of saying and "that", or directly before
    the first of the two; where the sentence begins, if nobody else reports or he reports of himself as well
    ("the envoy said that he ...").

    Who reports does nothing to the two: he is no third party, and no aide through whom one of them acts."""
    sentence, first = clause.sentence.start, clause.first
    sayings = [cue for cue in clause.cues_of("speech") if sentence < cue.start and cue.end < first.start]
    if not sayings:
        return sentence
    said = sayings[-1].end
    if any(said <= pronoun.start < clause.last.start for pronoun in clause.cues_of("pronoun")):
        return sentence
    thats = (cue.end for cue in clause.cues_of("that") if said <= cue.start <= said + _NEAR)
    start = next(thats, said)
    goes_on = _BREAK.search(clause.folded_text, start, first.start) is None
    return start if goes_on and only_titles_between(clause.document, start, first.start) else sentence
