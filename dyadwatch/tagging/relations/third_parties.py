"""Third parties: whether what a clause tells is done by, with, to or through someone else."""

import re
from collections.abc import Collection, Sequence
from typing import TypeVar

from dyadwatch.tagging.documents.case_marking import only_markers_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.documents.word_order.verb_medial import is_set_off
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.relations.reports import report_start
from dyadwatch.tagging.watches.watch import Side

_WORD = re.compile(r"[\w'-]+")
_EDGE = re.compile(r"[,.;:!?؟،]")
_POSSESSED = re.compile(r"'\w{1,3} (?:[\w-]+ ){0,2}")
_AIDE_NEAR = 32  # folded characters

Span = TypeVar("Span", Cue, ActorSpan)


def done_by_third_party(clause: Clause, event: Event, others: Sequence[ActorSpan]) -> bool:
    """Whether someone else does it; `others` are the persons in the sentence who are neither."""
    order = word_order_of(clause.lexicon)
    return order.has_other_subject(clause, event.cue) or _first_is_apposition(clause, others)


def _first_is_apposition(clause: Clause, others: Sequence[ActorSpan]) -> bool:
    """Whether the first actor only says who the subject is ("X, named as a successor to K, spent a day with
    A")."""
    if clause.first.kind == "pronoun" or not is_set_off(clause):
        return False
    return any(
        other.end <= clause.first.start and clause.folded_text.startswith(", ", other.end) for other in others
    )


def done_to_third_party(clause: Clause, event: Event) -> bool:
    """Whether it is done to someone else, or together with someone else, and the second actor is but the
    topic ("K and the premier disagreed about A")."""
    if word_order_of(clause.lexicon).has_other_object(clause, event.cue):
        return True
    if event.place != "between" or event.cue.payload.direction != "mutual":
        return False
    words = clause.folded_text[clause.first.end : event.cue.start].split()
    return len(words) > 1 and clause.lexicon.joins(words[0]) and not _leads_to_last(clause, event.cue.end)


def _leads_to_last(clause: Clause, start: int) -> bool:
    """Whether what stands between an act and the second actor only belongs to his name ("met with the Syrian
    president A")."""
    lexicon = clause.lexicon
    return all(
        clause.document.is_upper(word.start())
        or word.start() in clause.places
        or word.group() in lexicon.markers
        or word.group() in lexicon.determiners
        or lexicon.knows(word.group(), "title")
        for word in _WORD.finditer(clause.folded_text, start, clause.last.start)
    )


def passes_through_aide(clause: Clause, aides: Sequence[ActorSpan], persons: Collection[Side]) -> bool:
    """Whether an aide, not the actor, meets the other: "adviser to K", "K's envoy", or one of `aides` by
    name, but not one who is mourned. Bodies act through their people, so only `persons` have aides."""
    cues = clause.cues_of("aide")
    if not cues and not aides:
        return False
    told_from = report_start(clause)
    cues, aides = _at_work(clause, cues, told_from), _at_work(clause, aides, told_from)
    spans = [span for span in (clause.a, clause.b) if span.side in persons]
    if any(_is_aide_of(clause, cue.start, cue.end, span) for cue in cues for span in spans):
        return True
    return any(_acts_in(clause, aide) for aide in aides) or bool(aides and cues)


def _at_work(clause: Clause, aides: Sequence[Span], told_from: int) -> Sequence[Span]:
    """The aides who may act: neither one who reports nor one who is mourned."""
    mourning = clause.cues_of("mourning")
    end = mourning[0].start if mourning else clause.sentence.end
    return [aide for aide in aides if told_from <= aide.start < end]


def _acts_in(clause: Clause, aide: ActorSpan) -> bool:
    """Whether an aide may be the subject: named before the actors, and not in a clause of his own ("V was
    there when K received A")."""
    low, high = aide.end, clause.first.start
    return low <= high and not any(low <= cue.start < high for cue in clause.cues_of("clause", "break"))


def _is_aide_of(clause: Clause, start: int, end: int, actor: ActorSpan) -> bool:
    """Whether the word for an aide at start:end is that of an actor's."""
    if end <= actor.start:
        gap = clause.folded_text[end : actor.start]
        if gap == " " and _is_title(clause, clause.folded_text[start:end]):
            return False
        near = len(gap) <= _AIDE_NEAR and not _EDGE.search(gap)
        return near and only_markers_between(clause.document, end, actor.start)
    return actor.end <= start and _possesses(clause, actor, start)


def _is_title(clause: Clause, words: str) -> bool:
    """Whether words directly before an actor are his own ("Prime Minister K"), because his aide would need a
    word that says whose he is ("envoy of K")."""
    lexicon = clause.lexicon
    return lexicon.has_genitive_marker and words.rpartition(" ")[2] not in lexicon.markers


def _possesses(clause: Clause, actor: ActorSpan, offset: int) -> bool:
    """Whether what begins at an offset is the actor's ("K's envoy"; German without an apostrophe, Chinese
    with a word of its own)."""
    gap = clause.folded_text[actor.end : offset]
    if clause.lexicon.suffixes.get(gap.strip()) == "of":
        return True
    endings = clause.lexicon.genitive_endings
    bare = gap == " " and clause.folded_text.endswith(endings, actor.start, actor.end)
    return bare or _POSSESSED.fullmatch(gap) is not None
