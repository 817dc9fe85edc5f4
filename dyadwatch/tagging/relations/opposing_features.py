"""The features of a clause that speak against a relation between its actors."""

import re
from collections.abc import Sequence

from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.case_marking import only_markers_between, only_titles_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, within
from dyadwatch.tagging.documents.word_order import word_order_of
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.tagging.relations.clause_breaks import is_broken, last_is_in_adverbial_clause
from dyadwatch.tagging.relations.describing import describes_outsider
from dyadwatch.tagging.relations.matches import is_match
from dyadwatch.tagging.relations.quotations import is_said_of_both
from dyadwatch.tagging.relations.talked_about import is_talked_about
from dyadwatch.tagging.relations.third_parties import (
    done_by_third_party,
    done_to_third_party,
    passes_through_aide,
)

_FAR = 160  # folded characters
_DISPLAY_NEAR = 14  # folded characters
_POSSESSED = 4  # folded characters between whose something is and what it is
_BESIDE = 12  # folded characters between a speaker and the word of saying
_MAX_LIST_GAP = 60  # folded characters
_AFTER_LIST = 24  # folded characters
_ASIDE = re.compile(r" ?\([^()]{0,20}\)")
_LIST_SEPARATOR = re.compile(r"[,،;]")
_FOUR_WORDS = re.compile(r"\w+ \w+ \w+ \w+")
_LAST_WORD = re.compile(r"[\w'-]+$")
_COMMAS = (",", "،")


def opposing_features(
    clause: Clause, events: Sequence[Event], actors: Actors, reference: str | None
) -> set[str]:
    """`reference`: how an actor that is not named was found."""
    others = within(actors.others, clause.sentence)
    through_aide = passes_through_aide(clause, within(actors.aides, clause.sentence), actors.persons)
    features = {
        "clause_break": is_broken(clause) or last_is_in_adverbial_clause(clause),
        "enumeration": _is_enumerated(clause),
        "display": reference != "joint" and _is_displayed(clause, events),
        "far": clause.last.start - clause.first.end > _FAR,
        "coordinated": clause.coordinated and not clause.introduced_by_between,
        "neither": clause.coordinated and _is_negated(clause),
        "other_subject": bool(events) and done_by_third_party(clause, events[0], others),
        "other_object": bool(events) and done_to_third_party(clause, events[0]),
        "talked about": is_talked_about(clause, events),
        "describes outsider": describes_outsider(clause),
        "said of both": not events and is_said_of_both(clause),
        "match": is_match(clause, events, actors),
        "aide": through_aide,
        "message": through_aide and bool(clause.cues_of("message")),
        "fate": speaks_of_fate(clause),
    }
    return {name for name, present in features.items() if present}


def _is_negated(clause: Clause) -> bool:
    """Whether a negation stands directly before the two ("neither A nor K")."""
    return any(0 <= clause.first.start - cue.end <= 1 for cue in clause.cues_of("negation"))


def speaks_of_fate(clause: Clause) -> bool:
    """Whether one of the two only says something of what befell the other ("K called A's fall a plot")."""
    fates = clause.cues_of("fate")
    return bool(fates) and any(
        any(_befell(clause, cue, of) for cue in fates) and _speaks(clause, speaker)
        for speaker, of in ((clause.a, clause.b), (clause.b, clause.a))
    )


def _befell(clause: Clause, fate: Cue, actor: ActorSpan) -> bool:
    if fate.end <= actor.start:
        return only_markers_between(clause.document, fate.end, actor.start)
    return 0 <= fate.start - actor.end <= _POSSESSED


def _speaks(clause: Clause, actor: ActorSpan) -> bool:
    """Whether a word of saying or judging stands directly beside an actor, as its verb does, or ends what he
    opens."""
    opens = word_order_of(clause.lexicon).verb == "after" and actor is clause.first
    after_comma = opens and clause.gap.startswith(",")
    return any(
        (0 <= cue.start - actor.end <= _BESIDE and "," not in clause.folded_text[actor.end : cue.start])
        or (cue.end <= actor.start and only_titles_between(clause.document, cue.end, actor.start))
        or ((after_comma or (opens and cue.payload.kind == "judge")) and clause.last.end <= cue.start)
        for cue in clause.cues_of("speech", "reporting", "judge")
    )


def _is_displayed(clause: Clause, events: Sequence[Event]) -> bool:
    """Whether the clause is about an image or a list of the two, not about them."""
    displays = clause.cues_of("display")
    if not events or not displays:
        return bool(displays or clause.cues_of("precedent"))
    return any(
        0 <= span.start - cue.end <= _DISPLAY_NEAR for cue in displays for span in (clause.a, clause.b)
    )


def _is_enumerated(clause: Clause) -> bool:
    """Whether the two stand in a list of three or more."""
    gap = _ASIDE.sub("", clause.gap) if "(" in clause.gap else clause.gap
    if _may_have_items(gap):
        return any(map(clause.lexicon.joins, gap.split()))
    if clause.lexicon.joins(" ".join(gap.split())) and _follows_name_and_comma(clause):
        return True  # "X (9), A (8) and K (7)"
    last = clause.last
    comma_after = clause.folded_text.startswith(",", last.end)
    if gap.strip() in _COMMAS:
        rest = clause.folded_text[last.end : last.end + _AFTER_LIST].split(maxsplit=1)
        return comma_after or (bool(rest) and clause.lexicon.joins(rest[0]))
    return clause.coordinated and comma_after and _LIST_SEPARATOR.search(gap) is not None


def _may_have_items(gap: str) -> bool:
    """Whether a short text between the two has more than a comma, and may have further items of a list."""
    is_short = len(gap) < _MAX_LIST_GAP and gap.strip() not in _COMMAS
    return is_short and _LIST_SEPARATOR.search(gap) is not None and not _FOUR_WORDS.search(gap)


def _follows_name_and_comma(clause: Clause) -> bool:
    """Whether a comma stands before the two, and before that, as far as letters tell, a name."""
    start = clause.sentence.start
    before = clause.folded_text[start : clause.first.start].rstrip()
    if not before.endswith(_COMMAS):
        return False
    blanked = _ASIDE.sub(lambda match: " " * len(match.group()), before[:-1])
    word = _LAST_WORD.search(blanked.rstrip())
    return word is not None and not clause.document.is_lower(start + word.start())
