"""Matches: whether what passes between two states passes between their teams ("Iran beat Syria 2-0")."""

import re
from collections.abc import Collection, Sequence

from dyadwatch.tagging.actors.resolution import Actors
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import Sentence
from dyadwatch.tagging.events.fitting import Event
from dyadwatch.tagging.lexicons.sport import SportWord, sport_words
from dyadwatch.tagging.watches.watch import SIDES, STATE

_SCORE = re.compile(r"(?<![\d:.-])\d{1,3} ?[-–:] ?\d{1,3}(?![\d:.-])")
_READ = 8  # sentences at the start of a text, by which it is about sport
_LEAST = 2  # of which as many have words of sport
# What teams do, by the types of the words that say it of states: they beat, meet and defend.
_OF_TEAMS = frozenset({None, "ASSAULT", "CONSULT", "RETREAT"})
_OF = (" ", "'s ")  # between a state and what is its


def is_match(clause: Clause, events: Sequence[Event], actors: Actors) -> bool:
    """Whether the clause tells of a match of two states that it names, or of a man of one's team."""
    if not all(STATE in actors.kinds[side] for side in SIDES) or not _are_names(clause):
        return False
    of_sport = _starts(clause.sentence, "sport")
    plays = _starts(clause.sentence, "play").union(cue.start for cue in clause.cues_of("win"))
    if any(_is_beside(clause, start) for start in of_sport):
        return True  # "the Iran coach said Syria had defended well"
    if not _may_be_of_teams(events, plays):
        return False
    is_told = of_sport and (plays or not events)
    return bool(is_told) or _is_scored(clause, events, plays) or _is_about_sport(clause)


def _may_be_of_teams(events: Sequence[Event], plays: Collection[int]) -> bool:
    """Whether the best fitting event is nothing that states alone do; `plays`: where words for what teams do
    begin."""
    return all(one.cue.payload.type in _OF_TEAMS or one.cue.start in plays for one in events[:1])


def _is_scored(clause: Clause, events: Sequence[Event], plays: Collection[int]) -> bool:
    """Whether a score stands in a sentence of who wins or loses; of a meeting it may be two days."""
    if not plays or any(one.cue.payload.type == "CONSULT" for one in events):
        return False
    return _SCORE.search(clause.folded_text, clause.sentence.start, clause.sentence.end) is not None


def _are_names(clause: Clause) -> bool:
    return clause.a.kind == clause.b.kind == "name" and not clause.has_one_word_for_both


def _starts(sentence: Sentence, kind: SportWord) -> set[int]:
    """Where the words of sport of a kind begin in a sentence."""
    words = sport_words(sentence.lexicon.language).find(sentence.folded_text, sentence.start)
    return {word.start for word in words if word.payload == kind}


def _is_beside(clause: Clause, start: int) -> bool:
    """Whether a word follows one of the two as what he is of ("the Iran coach")."""
    return any(clause.folded_text[span.end : start] in _OF for span in (clause.a, clause.b))


def _is_about_sport(clause: Clause) -> bool:
    """Whether the beginning of the text is: its words of sport stand in more than one sentence."""
    sentences = clause.document.sentences
    first = [sentences[index] for index in range(min(_READ, len(sentences)))]
    return sum(bool(_starts(one, "sport")) for one in first) >= _LEAST
