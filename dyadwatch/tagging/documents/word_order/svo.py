"""Subject, verb, object: English, Spanish, French, Italian, Portuguese, Russian, Ukrainian, Polish,
Hebrew."""

import re
from itertools import pairwise

from dyadwatch.tagging.documents.case_marking import only_markers_between
from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence
from dyadwatch.tagging.documents.object_position import stands_as_object
from dyadwatch.tagging.documents.word_order.order import WordOrder
from dyadwatch.tagging.documents.word_order.verb_medial import (
    first_is_in_relative_clause,
    first_is_object_before,
)
from dyadwatch.tagging.lexicons.lexicon import Cue, Lexicon
from dyadwatch.tagging.watches.name_cases import NOMINATIVE

_WORD = re.compile(r"[\w&'-]+")
_NEXT_WORD = re.compile(r"\s*([\w'-]+)")
_OPENING_WORDS = 3  # words of a phrase that opens a sentence
_PHRASE_WORDS = 3  # of one before a verb: more have room for a subject; fewer do where nouns have no article
_OPENING_PHRASE = 8  # words of one that a comma ends
_TITLES = 3  # words between a comma and an actor
_WORDS_BEFORE_NOUN = 3
_OBJECTS = frozenset({"to", "with"})
_PARTNER_CASES = frozenset({"to", "with", "from"})
# Groups of cues whose object is a person, named directly after them.
_TRANSITIVE = frozenset({"host", "praise", "criticise", "threaten", "meet", "urge", "phone"})


def _owns_cue(clause: Clause, cue: Cue) -> bool:
    """A cue after both needs to be mutual or to have a pronoun for its object; one before both is a noun or
    participle, not the verb of another subject."""
    place = clause.place_of(cue)
    if place == "after":
        return (
            cue.payload.direction == "mutual"
            or (clause.coordinated and cue.payload.is_joint)
            or any(pronoun.start >= clause.last.end for pronoun in clause.cues_of("object_pronoun"))
        )
    return place == "between" or _owns_cue_before(clause, cue)


def _owns_cue_before(clause: Clause, cue: Cue) -> bool:
    if clause.is_quote_by_last:
        return True
    case = clause.case_of(clause.first)
    if case in _PARTNER_CASES and (clause.coordinated or case == clause.case_of(clause.last)):
        return clause.introduced_by_between  # "X wrote to A and to K"
    if clause.introduced_by_between or not clause.lexicon.determiners:
        return True
    return not _is_verb_of_opening_subject(clause, cue) and _is_noun(clause, cue)


def _is_verb_of_opening_subject(clause: Clause, cue: Cue) -> bool:
    """Whether a noun with an article opens the sentence, and an actor follows the cue ("The envoy briefed A
    before")."""
    lexicon, first = clause.lexicon, clause.first
    opening = _WORD.search(clause.folded_text, clause.sentence.start, cue.start)
    return (
        opening is not None
        and opening.group() in lexicon.determiners
        and opening.group() not in lexicon.markers
        and first.kind != "pronoun"
        and first.start - cue.end == 1
    )


def _is_noun(clause: Clause, cue: Cue) -> bool:
    """Whether a cue opens the sentence, or a determiner, preposition or possessive stands before it."""
    lexicon = clause.lexicon
    words = _WORD.findall(clause.folded_text, clause.sentence.start, cue.start)[-_WORDS_BEFORE_NOUN:]
    return (
        not words
        or words[-1].endswith("'s")
        or any(word in lexicon.function_words or word in lexicon.subjects.circumstances for word in words)
    )


def _subject_follows(document: Document, sentence: Sentence, verb: tuple[int, int], actor: ActorSpan) -> bool:
    """Whether what stands before an actor only opens the sentence ("With regret K ..."): a preposition with a
    word or two, none of them an act; or that and the verb whose subject it is."""
    if document.lexicon.inverts_subjects and _is_inverted(document, sentence, verb[0], actor):
        return True
    words = document.folded_text[sentence.start : verb[1]].split()
    return (
        1 < len(words) <= _OPENING_WORDS
        and words[0] in document.lexicon.markers
        and not any(sentence.start <= cue.start < verb[1] for cue in sentence.cues_of("event"))
    )


def _is_inverted(document: Document, sentence: Sentence, verb: int, actor: ActorSpan) -> bool:
    """Whether an actor after a verb is its subject, as his case says or an object after him ("Ayer cerró K la
    frontera"), and nothing that may be one stands before the verb."""
    word = _NEXT_WORD.match(document.folded_text, actor.end, sentence.end)
    lexicon, cases = document.lexicon, document.name_cases.get(actor.start)
    if cases:
        is_subject = cases == NOMINATIVE
    else:
        is_subject = word is not None and (
            word.group(1) in lexicon.determiners or lexicon.markers.get(word.group(1)) in _OBJECTS
        )
    return is_subject and _has_no_subject(document, sentence.start, verb)


def _has_other_subject(clause: Clause, cue: Cue) -> bool:
    if clause.place_of(cue) != "between" or clause.case_of(clause.last, cue) == "by":
        return False  # "X, elected under K, met A", but "A was received by K"
    return (
        _third_person_speaks(clause, cue)
        or first_is_object_before(clause, cue, _subject_follows)
        or first_is_in_relative_clause(clause, cue)
    )


def _third_person_speaks(clause: Clause, cue: Cue) -> bool:
    """Whether someone else is named directly after a word of saying, or "that", between the first actor and
    the cue ("K said X would ...")."""
    for opener in clause.cues_of("speech", "that"):
        if clause.first.end <= opener.start and opener.end < cue.start:
            word = _NEXT_WORD.match(clause.folded_text, opener.end, cue.start)
            if word and _is_third_person(clause, word.start(1), word.group(1)):
                return True
    return False


def _has_other_object(clause: Clause, cue: Cue) -> bool:
    """Whether the cue between the two names someone else as its object ("K thanked X for defending A")."""
    group = cue.payload
    if clause.place_of(cue) != "between" or group.id not in _TRANSITIVE or group.type is None:
        return False
    word = _NEXT_WORD.match(clause.folded_text, cue.end, clause.last.start)
    if word is None or not _is_third_person(clause, word.start(1), word.group(1)):
        return False
    rest = clause.folded_text[word.end() : clause.last.start].split()
    return len(rest) > 1 and not any(map(clause.lexicon.joins, rest))


def _is_third_person(clause: Clause, offset: int, word: str) -> bool:
    """Whether a capitalised word is a name that is neither the actors', nor their countries', nor a title or
    day."""
    return (
        clause.document.is_upper(offset)
        and offset not in clause.places
        and not any(span.start <= offset < span.end for span in (clause.a, clause.b))
        and not clause.lexicon.knows(word, "title", "after_name")
    )


def _first_is_object(clause: Clause) -> bool:
    """Whether the first actor is the object of another subject ("X briefed K after seeing A")."""
    return (
        len(clause.gap_words) > 1
        and clause.case_of(clause.first) != "of"
        and stands_as_object(clause.document, clause.sentence, clause.first, _subject_follows)
    )


def _first_is_fronted(clause: Clause) -> bool:
    """Whether the first actor stands in a phrase that only opens the sentence ("With A gone, K has lost
    ...")."""
    first, last, text = clause.first, clause.last, clause.folded_text
    opening = text[clause.sentence.start : first.start].split()
    if clause.has_pronoun or not 0 < len(opening) <= _OPENING_WORDS:
        return False
    comma = text.rfind(",", first.end, last.start)
    if comma < 0 or len(text[comma : last.start].split()) > _TITLES:
        return False
    return opening[0] in clause.lexicon.markers


def _drops_subject(document: Document, sentence: Sentence, span: ActorSpan) -> bool:
    """Whether an act with a determiner leads to the actor ("a visit to K is planned"), or a verb without a
    subject, where verbs need none beside them (Spanish "elogió a K", "por la tarde se reunió con K")."""
    text, lexicon = document.folded_text, document.lexicon
    for cue in sentence.cues_of("event"):
        if cue.end > span.start:
            continue
        if (
            lexicon.drops_subjects
            and only_markers_between(document, cue.end, span.start)
            and _has_no_subject(document, sentence.start, cue.start)
        ):
            return True
        if not text[cue.end : span.start].strip(" -"):
            words = text[sentence.start : cue.start].split()
            return bool(words) and words[-1] in lexicon.determiners
    return False


def _has_no_subject(document: Document, start: int, verb: int) -> bool:
    """Whether what stands before a verb, but for auxiliaries, is nothing, or only a phrase for where, when or
    how, or a word that opens a sentence."""
    lexicon = document.lexicon
    comma = document.folded_text.rfind(",", start, verb)
    words = list(_WORD.finditer(document.folded_text, max(start, comma + 1), verb))
    while words and words[-1].group() in lexicon.subjects.auxiliaries:
        words.pop()
    longest = _PHRASE_WORDS if lexicon.determiners else _PHRASE_WORDS - 1
    if comma >= 0:
        if words:
            return False
        words, longest = list(_WORD.finditer(document.folded_text, start, comma)), _OPENING_PHRASE
    if not words:
        return True
    named = (
        after
        for before, after in pairwise(words)
        if document.is_upper(after.start())
        and before.group() not in lexicon.function_words | lexicon.subjects.circumstances
    )
    return len(words) <= longest and _opens_phrase(lexicon, words[0].group()) and not any(named)


def _opens_phrase(lexicon: Lexicon, word: str) -> bool:
    """Whether a word opens a phrase for where, when or how, or is one."""
    return (
        word in lexicon.subjects.circumstances
        or lexicon.markers.get(word) in _PARTNER_CASES
        or lexicon.knows(word, "opener", "day")
    )


SVO = WordOrder(
    verb="between",
    subject_follows=_subject_follows,
    has_other_subject=_has_other_subject,
    has_other_object=_has_other_object,
    owns_cue=_owns_cue,
    first_is_object=_first_is_object,
    first_is_fronted=_first_is_fronted,
    drops_subject=_drops_subject,
    noun_follows_objects=True,
    others_speak_between=False,
)
