"""Talked about: whether one of the two is only the topic of a talk that somebody has with others."""

from collections.abc import Sequence

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan
from dyadwatch.tagging.events.fitting import Event

_REACH = 60  # folded characters beside an actor in which a marker and titles stand
_TITLES = 3  # words
_MARKER_WORDS = range(1, 5)


def is_talked_about(clause: Clause, events: Sequence[Event]) -> bool:
    """Whether a word for a topic stands directly before or after one of the two ("held talks on K",
    "discussed K") where the act is a talk, and nothing is quoted that judges him."""
    if clause.coordinated or not events or events[0].cue.payload.type != "CONSULT":
        return False
    if '"' in clause.folded_text[clause.sentence.start : clause.sentence.end]:
        return False
    return any(
        span.start < span.end and (_is_marked_before(clause, span) or _is_marked_after(clause, span))
        for span in (clause.first, clause.last)
    )


def _is_marked_before(clause: Clause, actor: ActorSpan) -> bool:
    markers = clause.lexicon.topic_markers.get("before", frozenset())
    low = max(clause.sentence.start, actor.start - _REACH)
    words = clause.folded_text[low : actor.start].split()
    for _ in range(_TITLES):
        found = markers & {" ".join(words[-count:]) for count in _MARKER_WORDS}
        if found:
            return not any(_is_part_of_act(clause, marker) for marker in found)
        if not words or not _belongs_to_name(clause, words.pop()):
            break
    return False


def _is_part_of_act(clause: Clause, marker: str) -> bool:
    """Whether the verb of an act or a tie ends with a word for a topic ("called on K", "depends on K"), other
    than one for talking ("spoke about K")."""
    return any(
        act.payload.id != "meet" and clause.folded_text.endswith(f" {marker}", act.start, act.end)
        for act in clause.cues_of("event", "tie")
    )


def _belongs_to_name(clause: Clause, word: str) -> bool:
    return word in clause.lexicon.determiners or clause.lexicon.knows(word, "title")


def _is_marked_after(clause: Clause, actor: ActorSpan) -> bool:
    markers = clause.lexicon.topic_markers.get("after", frozenset())
    words = clause.folded_text[actor.end : actor.end + _REACH].split() if markers else []
    return any(" ".join(words[:count]) in markers for count in _MARKER_WORDS)
