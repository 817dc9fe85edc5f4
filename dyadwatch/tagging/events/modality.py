"""How an event is reported by the rules: negated, hypothetical, historical, reported or asserted."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from dyadwatch.model.mentions import Modality
from dyadwatch.tagging.documents.clause import EDGE, Clause
from dyadwatch.tagging.documents.document import MAX_FLASHBACK
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.events.polarity import is_called_off
from dyadwatch.tagging.lexicons.exact_spellings import exact_spellings, reflexives
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.lexicons.matcher import SPAN

_STRONG_EDGE = re.compile(r"[;\u061b\u2014]")
_WORD = re.compile(r"[\w'-]+")
_BEFORE = 140  # folded characters before an act in which a word of modality may begin
_NEGATION_AFTER = 60  # the same after a verb whose negation follows it
_OPENING = 30  # folded characters in which a sentence says when
_UNCUT = frozenset({0, 2})  # punctuation marks that part no words: none, or two around an insertion
_WEAK = "weak_negation"  # the group of words that seldom deny the sentence's own act
_MEETINGS = frozenset({"CONSULT", "AGREE"})  # types of meetings, which may be planned
_REFUSAL = "reject"  # the group of which a word for "not" or for later may be a part
_OF_HEARSAY = frozenset({"hypothetical", "planned"})  # kinds of which words of hearsay may be a part
_LASTING = frozenset({"AID", "SUPPORT"})  # types that go on over time, as ties do

Sign = Literal[
    "denied before", "denied after", "called off", "doubted", "planned", "question", "recalled", "past year",
    "over", "attributed", "hearsay",
]  # fmt: skip
_MODALITY_OF: Mapping[Sign, Modality] = {
    "denied before": "negated",
    "denied after": "negated",
    "called off": "negated",
    "doubted": "hypothetical",
    "planned": "hypothetical",
    "question": "hypothetical",
    "recalled": "historical",
    "past year": "historical",
    "over": "historical",
    "attributed": "reported",
    "hearsay": "reported",
}


def signs(clause: Clause, event: Event | None, *, reported: bool, over: date | None) -> list[Sign]:
    """What speaks against an event that is simply asserted, in the order of PLOVER's auxiliary modes: the
    first counts for most. `reported`: someone else says so; `over`: the day on which an actor's last office
    ended, since a tie reported later belongs to the past."""
    anchor = event.cue.start if event else clause.last.start
    negations = _negations(clause, anchor)
    possible, planned = _doubts(clause, "hypothetical"), _doubts(clause, "planned")
    holds: dict[Sign, bool] = {
        "denied before": _is_near(clause, negations, anchor, event),
        "denied after": _is_negated_after(clause, negations, anchor),
        "called off": event is not None
        and event.cue.payload.type in _MEETINGS
        and is_called_off(clause, event.cue),
        "doubted": _is_near(clause, possible, anchor, event),
        "planned": _is_near(clause, planned, anchor, event) or _is_put_off(clause, planned, event),
        "question": _is_question(clause),
        "recalled": _is_recalled(clause, anchor if event else clause.sentence.end),
        "past year": _is_of_past_year(clause),
        "over": _is_over(clause, event, over),
        "attributed": reported,
        "hearsay": bool(clause.cues_of("hearsay")),
    }
    return [sign for sign, is_so in holds.items() if is_so]


def modality(telling: Sequence[Sign]) -> Modality:
    """What the first of the signs says of an event."""
    return _MODALITY_OF[telling[0]] if telling else "asserted"


def is_planned(clause: Clause, event: Event) -> bool:
    """Whether an act is yet to come, and neither negated nor merely possible: PLOVER then codes AGREE."""
    anchor = event.cue.start
    planned = _doubts(clause, "planned")
    is_later = _is_near(clause, planned, anchor, event) or _is_put_off(clause, planned, event)
    if not is_later or _is_question(clause):
        return False
    others = [*_doubts(clause, "hypothetical"), *_negations(clause, anchor)]
    return not _is_near(clause, others, anchor, event)


def _is_put_off(clause: Clause, planned: Sequence[Cue], event: Event | None) -> bool:
    """Whether a word for what is to come ends the part of the sentence that tells of an act, with no other
    between them ("a meeting of A and K is planned")."""
    return event is not None and any(
        event.cue.end <= cue.start
        and not is_called_off(clause, event.cue)
        and not EDGE.search(clause.folded_text, event.cue.end, cue.start)
        and not any(event.cue.end <= act.start < cue.start for act in clause.cues_of("event", "tie"))
        for cue in planned
    )


def _is_negated_after(clause: Clause, negations: Sequence[Cue], anchor: int) -> bool:
    """Whether a negation follows in the same clause, where it may (German, Dutch)."""
    return (
        bool(negations)
        and word_order_of(clause.lexicon).negation_follows_verb
        and any(
            anchor < cue.start <= anchor + _NEGATION_AFTER
            and not EDGE.search(clause.folded_text, anchor, cue.start)
            for cue in negations
        )
    )


def _clause_start(clause: Clause, anchor: int) -> int:
    """Where the part of the sentence that holds `anchor` begins: after a semicolon or a dash."""
    ends = [edge.end() for edge in _STRONG_EDGE.finditer(clause.folded_text, clause.sentence.start, anchor)]
    return max(ends, default=clause.sentence.start)


def _negations(clause: Clause, anchor: int) -> Sequence[Cue]:
    """Words of denial in the part of the sentence that holds `anchor`."""
    negations = [cue for cue in clause.cues_of("negation") if cue.payload.id != _WEAK]
    if not negations:
        return ()
    begin = _clause_start(clause, anchor)
    return [cue for cue in negations if cue.start >= begin]


def _doubts(clause: Clause, kind: str) -> Sequence[Cue]:
    """Words for what may be or is to come."""
    return [cue for cue in clause.cues_of(kind) if is_meant(clause, cue)]


def is_meant(clause: Clause, cue: Cue) -> bool:
    """Whether a word that has another meaning, or another spelling has, is the cue. Hearsay is neither
    doubted nor planned."""
    hearsay = clause.cues_of("hearsay") if cue.payload.kind in _OF_HEARSAY else ()
    return (
        _is_written(clause, cue)
        and not _is_reflexive(clause, cue)
        and not any(cue.start < other.end and other.start < cue.end for other in hearsay)
    )


def _is_reflexive(clause: Clause, cue: Cue) -> bool:
    """Whether a word for "if" stands directly before an act, within its part of the sentence, and so is the
    pronoun that belongs to that (Portuguese "K se encontrou com A")."""
    text = clause.folded_text
    if text[cue.start : cue.end] not in reflexives(clause.lexicon.language):
        return False
    if text[cue.start - 1] == "-" or any(actor.end == cue.start - 1 for actor in (clause.a, clause.b)):
        return True
    before = text[clause.sentence.start : cue.start].rstrip()
    opens = not before or EDGE.match(before[-1]) is not None
    return not opens and any(cue.end + 1 == act.start for act in clause.cues_of("event", "tie"))


def _is_written(clause: Clause, cue: Cue) -> bool:
    """Whether a word stands in the text with the accents and small letters that make it the cue ("würde" is
    not "wurde", nor "irá" the "Irã" of a country)."""
    spellings = exact_spellings(clause.lexicon.language)
    spelling = spellings.get(clause.folded_text[cue.start : cue.end]) if spellings else None
    if spelling is None:
        return True
    low, high = clause.document.folding.source(cue.start, cue.end)
    written = clause.document.text[low:high]
    opens = cue.start == clause.sentence.start or written.isupper()
    return (written.lower() if opens else written) == spelling


def _is_question(clause: Clause) -> bool:
    return clause.folded_text[clause.sentence.end - 1] in "?؟"


def _is_near(clause: Clause, cues: Sequence[Cue], anchor: int, event: Event | None) -> bool:
    """Whether one of the cues stands near enough to an act to bear on it."""
    if not cues:
        return False
    reach = word_order_of(clause.lexicon).modal_reach + (event.cue.end - anchor if event else 0)
    return any(
        -_BEFORE <= cue.start - anchor <= reach
        and not (event and _is_part_of(cue, event.cue))
        and not _denies_another(clause, cue, anchor)
        for cue in cues
    )


def _denies_another(clause: Clause, cue: Cue, anchor: int) -> bool:
    """Whether a negation before an act is parted from it by a punctuation mark, and so denies another ("not
    for long, K met A"). Words of saying deny all that follows ("denied that, at any time, K met A")."""
    return (
        cue.payload.kind == "negation"
        and len(EDGE.findall(clause.folded_text, cue.end, anchor)) not in _UNCUT
        and not any(cue.start < saying.end and saying.start < cue.end for saying in clause.cues_of("speech"))
    )


def _is_part_of(cue: Cue, act: Cue) -> bool:
    """Whether a cue is a part of an act's that is meant so ("will not accept"); the same word may be both
    ("visitará"), and the act a form of the verb ("recibirá a")."""
    inside = act.start <= cue.start and cue.end <= act.end and SPAN(cue) != SPAN(act)
    return inside and act.payload.id == _REFUSAL


def _is_recalled(clause: Clause, anchor: int) -> bool:
    """Whether a word says that it was long ago."""
    cues = clause.cues_of("historical")
    return bool(cues) and not all(_is_in_relative_clause(clause, cue, anchor) for cue in cues)


def _is_over(clause: Clause, event: Event | None, over: date | None) -> bool:
    """Whether a tie is told of after an actor's last office ended."""
    published = clause.document.published
    lasting = event is None or event.cue.payload.kind == "tie" or event.cue.payload.type in _LASTING
    return over is not None and published is not None and published > over and lasting


def _is_of_past_year(clause: Clause) -> bool:
    """Whether the last year that the sentence names, or the one that a flashback opens with, is long past."""
    if clause.document.published is None:
        return False
    year = clause.document.published.year
    if clause.sentence.years:
        return clause.sentence.years[-1] < year - 1
    return _is_in_flashback(clause, year)


def _is_in_flashback(clause: Clause, year: int) -> bool:
    """Whether an earlier sentence of this paragraph, or one of the paragraph before, opens with a year
    long past ("In the summer of 2012 ..."), and no later year and no day of the week was named since."""
    document, here = clause.document, clause.sentence.index
    starts = document.paragraph_starts
    first = starts[here]
    begin = starts[first - 1] if first else 0
    for index in range(here, max(begin, here - MAX_FLASHBACK) - 1, -1):
        earlier = document.sentences[index]
        if earlier.years:
            opening = earlier.folded_text[:_OPENING]
            leads = first <= index or starts[index] == index
            return (
                leads and earlier.years[-1] < year - 1 and any(str(one) in opening for one in earlier.years)
            )
        if any(clause.lexicon.knows(word, "day") for word in _WORD.findall(earlier.folded_text)):
            return False
    return False


def _is_in_relative_clause(clause: Clause, cue: Cue, anchor: int) -> bool:
    """Whether a word stands in a clause that only says who someone is, and that ends before the act ("K,
    who had once been president, asked ...")."""
    text = clause.folded_text
    for relative in clause.cues_of("relative"):
        if relative.end <= cue.start and "," not in text[relative.end : cue.start]:
            return text.find(",", cue.end, anchor) >= 0
    return False
