"""Aliases: whether a bare surname means the actor, someone named before, or someone whose longer name it is
part of."""

import re
from bisect import bisect_left
from collections.abc import Collection
from difflib import SequenceMatcher
from itertools import groupby

from dyadwatch.model.mentions import Reason
from dyadwatch.tagging.actors.neighbours import is_title_case, stands_beside, word_before
from dyadwatch.tagging.actors.surfaces import GazetteerMatch, Surfaces, overlaps, period_of
from dyadwatch.tagging.lexicons.lexicon import CASED
from dyadwatch.tagging.lexicons.matcher import START
from dyadwatch.text.sentences import first_line

_EXPANSION = 120  # folded characters before an acronym in which its words stand
_LEAST_CONSONANTS = 3
_ALIKE = 0.8  # of the letters of two spellings; Bashar and Bushra share two thirds
_VOWELS = re.compile(r"[aeiouy'-]")
_SAME_SOUND = str.maketrans("ckqwv", "kkkvv")
_IN_A_PLACE = re.compile(r"\w+'[dt][ae]")  # in Turkish; people are seldom places
_WORD_AFTER = re.compile(r"[ ]([\w'-]+)")


def refuse_alias(surfaces: Surfaces, alias: GazetteerMatch) -> Reason | None:
    """Why a bare surname does not mean the actor: the nearest full name before it decides, else the first of
    the text, else the period in which the surname is used of the actor. An acronym is no surname."""
    if alias.payload.capitals:
        return "namesake" if _abbreviates_another(surfaces, alias) else _expired(surfaces, alias)
    if _is_part_of_other_name(surfaces, alias):
        return "other_person"
    antecedent = _antecedent(surfaces, alias)
    if antecedent is not None:
        return None if antecedent.payload.kind == "name" else "namesake"
    if stands_beside(surfaces, alias, "late", after=False):
        return None
    return _expired(surfaces, alias)


def _expired(surfaces: Surfaces, alias: GazetteerMatch) -> Reason | None:
    actor, period = surfaces.actor_of(alias), period_of(surfaces.document, alias.start)
    return None if overlaps(actor.aliases_from, actor.aliases_until, period) else "expired_role"


def _abbreviates_another(surfaces: Surfaces, alias: GazetteerMatch) -> bool:
    """Whether the text introduces an acronym as that of someone else ("International Cricket Council
    (ICC)")."""
    text, acronym = surfaces.document.folded_text, surfaces.document.folded_text[alias.start : alias.end]
    bracket = text.find(f" ({acronym})")
    if bracket < 0 or any(other.end == bracket for other in surfaces.all):
        return False
    words = re.split(r"[ -]", text[max(0, bracket - _EXPANSION) : bracket])
    minor = surfaces.document.lexicon.function_words
    major = [word for word in words if word not in minor]
    return acronym in {"".join(word[:1] for word in some[-len(acronym) :]) for some in (words, major)}


def _antecedent(surfaces: Surfaces, alias: GazetteerMatch) -> GazetteerMatch | None:
    """The full name that a bare surname stands for: the nearest before it, else the actor's wherever it
    stands, else, in a headline, the first. A namesake named after the actor has his paragraph only, and the
    surname then means the actor again."""
    document, identifying = surfaces.document, surfaces.identifying[alias.payload.side]
    if not identifying:
        return _only_bearer(surfaces, alias)
    before = bisect_left(identifying, alias.start, key=START)
    first_name = surfaces.first_names[alias.payload.side]
    if not before:
        if alias.start < len(first_line(document.text)):
            return identifying[0]
        return first_name
    nearest = identifying[before - 1]
    if nearest.payload.kind == "name" or first_name is None or first_name.start >= alias.start:
        return nearest
    paragraphs = {document.paragraph_starts[document.sentence_at(one.start)] for one in (nearest, alias)}
    return first_name if len(paragraphs) == 2 else nearest


def _only_bearer(surfaces: Surfaces, alias: GazetteerMatch) -> GazetteerMatch | None:
    """The namesake of that surname ("Piotr Duda") in a text that names the actor neither in full nor by an
    office: one before it or, of a headline, the first."""
    document = surfaces.document
    bearer = surfaces.bearers[alias.payload.side].get(document.folded_text[alias.start : alias.end])
    if bearer is None or alias.start < len(first_line(document.text)):
        return bearer
    return bearer if bearer.start < alias.start else None


def _is_part_of_other_name(surfaces: Surfaces, alias: GazetteerMatch) -> bool:
    """Whether a bare surname belongs to a longer name of someone else ("Omar Asad", "Assad Khan")."""
    sentence = surfaces.sentence_of(alias)
    document = surfaces.document.localized(sentence)
    before = word_before(document, alias.start, sentence.start)
    if before and document.lexicon.knows(before.group(1), "title_she"):
        return surfaces.actor_of(alias).pronouns == "he"
    if before and before.group(1) in surfaces.watch.first_words[alias.payload.side]:
        before = None  # his own given name: "Recep Erdogan"
    if before and before.group(1) in document.lexicon.given_names and not document.is_lower(before.start(1)):
        return True
    if document.language not in CASED:
        return False
    after = _WORD_AFTER.match(document.folded_text, alias.end, sentence.end)
    return (
        _is_given_name(surfaces, alias, before, sentence.start) or _is_family_name(surfaces, alias, after)
    ) and not is_title_case(document, sentence)


def _is_own_given_name(word: str, first_words: Collection[str]) -> bool:
    """Whether a word is another spelling of the first of the actor's names, in Latin letters ("Moammar",
    "Muammar")."""
    return any(_is_spelt_alike(word, one) for one in first_words)


def _is_spelt_alike(word: str, other: str) -> bool:
    """Whether two words have the same consonants, and most of their letters in common."""
    consonants = _consonants(word)
    return (
        len(consonants) >= _LEAST_CONSONANTS
        and consonants == _consonants(other)
        and SequenceMatcher(None, word, other).ratio() >= _ALIKE
    )


def _consonants(word: str) -> str:
    letters = (letter for letter, _ in groupby(word.translate(_SAME_SOUND)))
    return _VOWELS.sub("", "".join(letters))


def _is_given_name(surfaces: Surfaces, alias: GazetteerMatch, word: re.Match[str] | None, start: int) -> bool:
    """Whether the word before a surname, which does not open the sentence at `start`, is a given name."""
    if word is None or word.start(1) <= start or "'" in word.group(1):
        return False
    lexicon = surfaces.sentence_of(alias).lexicon
    return (
        _is_unknown_name(surfaces, alias, word, "title")
        and not lexicon.knows(word.group(1), "no_name")
        and not _is_own_given_name(word.group(1), surfaces.watch.first_words[alias.payload.side])
    )


def _is_family_name(surfaces: Surfaces, alias: GazetteerMatch, word: re.Match[str] | None) -> bool:
    """Whether the word after a surname is a family name."""
    if word is None or len(word.group(1)) == 1:
        return False
    is_place = surfaces.document.language == "tr" and _IN_A_PLACE.fullmatch(word.group(1))
    return not is_place and _is_unknown_name(surfaces, alias, word, "after_name")


def _is_unknown_name(surfaces: Surfaces, alias: GazetteerMatch, word: re.Match[str], kind: str) -> bool:
    """Whether a word beside a surname is capitalised, and neither a word of `kind`, nor part of another
    surface or a country explains why."""
    document, (start, end) = surfaces.document.localized(surfaces.sentence_of(alias)), word.span(1)
    return (
        document.is_upper(start)
        and not (kind == "title" and word.group(1).endswith("'s"))
        and start not in surfaces.places
        and not document.lexicon.knows(word.group(1), kind)
        and not any(other.start < end and start < other.end for other in surfaces.near(alias))
    )
