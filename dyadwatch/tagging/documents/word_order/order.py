"""What every word order answers, with the answers that most of them give."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from dyadwatch.tagging.documents.clause import Clause, Place
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.object_position import SubjectFollows, stands_as_object
from dyadwatch.tagging.lexicons.lexicon import Cue

OfCue = Callable[[Clause, Cue], bool]
OfClause = Callable[[Clause], bool]
OfSpan = Callable[[Document, Sentence, ActorSpan], bool]


def _always(_clause: Clause, _cue: Cue) -> bool:
    return True


def _never(*_: object) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class WordOrder:
    """`verb`: where the verb of a plain sentence stands with respect to subject and object. `speaker`: where
    who says something stands with respect to the verb of saying, "opening" being the words before the first
    comma. `modal_reach`: how far after the start of an act a word that denies it or puts it off may begin, in
    folded characters."""

    verb: Place
    has_other_subject: OfCue  # whether an act is done by neither of the two
    has_other_object: OfCue = _never  # whether an act is done to someone else
    owns_cue: OfCue = _always  # whether a cue can be said of the two at all
    subject_follows: SubjectFollows = _never  # whether a verb or preposition has its subject after it
    first_is_object: OfClause = _never  # whether the actor who stands first is an object
    first_is_fronted: OfClause = _never  # whether he stands in a phrase that only opens the sentence
    second_has_own_clause: OfClause = _never  # whether a verb ends the first actor's clause before the second
    drops_subject: OfSpan = _never  # whether the other actor is the subject that the sentence leaves out
    speaker: Literal["before", "after", "opening"] = "before"
    modal_reach: int = 4
    negation_follows_verb: bool = False
    verb_before_subject: bool = (
        False  # whether a subject may stand directly after its verb ("Dann traf er A")
    )
    noun_follows_objects: bool = False  # "gave A a promise"
    others_speak_between: bool = True  # whether a word of saying between the two may have another subject

    def stands_as_object(self, document: Document, sentence: Sentence, span: ActorSpan) -> bool:
        """Whether a verb or preposition makes an actor its object."""
        known = document.objects.get(span)
        if known is None:
            known = stands_as_object(document, sentence, span, self.subject_follows)
            document.objects[span] = known
        return known
