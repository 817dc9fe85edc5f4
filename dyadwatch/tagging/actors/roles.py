"""Roles: whether an office means the actor, who must have held it at the time and be its holder here."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

from dyadwatch.model.mentions import Reason
from dyadwatch.tagging.actors.neighbours import is_title_case, word_before
from dyadwatch.tagging.actors.surfaces import GazetteerMatch, Surfaces, overlaps, period_of
from dyadwatch.tagging.documents.document import Document
from dyadwatch.tagging.lexicons.lexicon import CASED
from dyadwatch.tagging.lexicons.matcher import START
from dyadwatch.tagging.lexicons.organs import is_organ
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS
from dyadwatch.tagging.watches.watch import Actor, Role, Side

_NAME_BEFORE = re.compile(r"([\w'-]+),? $")
_TWO_WORDS_AFTER = re.compile(r",? ([\w'-]+) ([\w'-]+)")
_LEAVING = timedelta(days=30)  # in which the press tells how an office ended
_LAST_END = date.max - _LEAVING
_LONG_WORD = re.compile(r"\w{4,}")
_STOP = re.compile(r"[.;:!?\u061f\u2014]")
_HOLDER_REACH = 12  # folded characters after a role in which its holder is named
_NEAR = 40  # folded characters
_NAMES_LOOKED_AT = 8
_SENTENCES_BEFORE = 2  # of a role, in which the country may be named
_SENTENCES_AFTER = 1


def refuse_role(surfaces: Surfaces, surface: GazetteerMatch) -> Reason | None:
    """Why an office does not mean the actor: not held at the time, given to another, not tied to the
    country."""
    role = surfaces.actor_of(surface).roles[surface.payload.number]
    if not _is_held(surfaces, surface, role):
        return "expired_role"
    if _is_held_by_other(surfaces, surface) or (role.needs_country and not _is_tied(surfaces, surface)):
        return "other_person"
    return "namesake" if _is_shadowed(surfaces, surface) else None


def _is_held(surfaces: Surfaces, surface: GazetteerMatch, role: Role) -> bool:
    """Whether a role is held at the time that its sentence tells of. The holder's own name is more than an
    office: a year in a sentence before does not date it, and reports of how his office ended are of him;
    where the office itself is the actor, until another holds it."""
    document = surfaces.document
    if not _is_own_name(surfaces, surface):
        return overlaps(role.start, role.until, period_of(document, surface.start))
    until = role.until and _end_of_reports(role.until, surfaces.actor_of(surface))
    return overlaps(role.start, until, period_of(document, surface.start, flashback=False))


def _end_of_reports(until: date, actor: Actor) -> date:
    successors = () if actor.pronouns == "it" else actor.roles
    starts = (role.start for role in successors if role.start is not None and role.start >= until)
    return min([min(until, _LAST_END) + _LEAVING, *starts])


def _is_own_name(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether a role is the name of a person: no word for the country or an office and, where names have
    capitals, those alone."""
    document = surfaces.document.localized(surfaces.sentence_of(surface))
    for match in _LONG_WORD.finditer(document.folded_text, surface.start, surface.end):
        word, offset = match.group(), match.start()
        if offset in surfaces.places or is_organ(document.language, word) is not False:
            return False
        if document.language in CASED and not document.is_upper(offset):
            return False
    return True


def _is_tied(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether the actor's country is named nearby, the actor anywhere (by his bare name: nearby), or the
    other one in the same sentence."""
    side = surface.payload.side
    low, high = _surroundings(surfaces.document, surface.start)
    sentence = surfaces.sentence_of(surface)
    other_side: Side = "b" if side == "a" else "a"
    return (
        surfaces.first_names[side] is not None
        or _any_between(surfaces.countries[side], low, high)
        or _any_between(surfaces.aliases[side], low, high)
        or _any_between(surfaces.persons[other_side], sentence.start, sentence.end)
    )


def _any_between(starts: Sequence[int], low: int, high: int) -> bool:
    return bisect_left(starts, low) < bisect_left(starts, high)


def _surroundings(document: Document, offset: int) -> tuple[int, int]:
    """The span of the sentences around an offset."""
    here, sentences = document.sentence_at(offset), document.sentences
    first = max(0, here - _SENTENCES_BEFORE)
    last = min(len(sentences) - 1, here + _SENTENCES_AFTER)
    return sentences[first].start, sentences[last].end


def _is_shadowed(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether this sentence or the one before names a shadowing namesake, and the text has not named the
    actor."""
    identifying = surfaces.identifying[surface.payload.side]
    before = bisect_left(identifying, surface.start, key=START)
    if not before or any(other.payload.kind == "name" for other in identifying[:before][-_NAMES_LOOKED_AT:]):
        return False
    document = surfaces.document
    return document.sentence_at(surface.start) - document.sentence_at(identifying[before - 1].start) <= 1


def _is_held_by_other(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    """Whether a role is given to another by name ("the Syrian president, Ahmed ...") or by country
    ("Libya's")."""
    document = surfaces.document.localized(surfaces.sentence_of(surface))
    if _namesake_follows(surfaces, surface):
        return True
    before = word_before(document, surface.start, 0)
    if before and before.group(1).endswith("'s") and before.start(1) not in surfaces.places:
        return document.is_upper(before.start(1))
    if before and _is_whose_of_elsewhere(document, before.start(1), surfaces.places):
        return True
    return _other_name_follows(surfaces, surface, document)


def _namesake_follows(surfaces: Surfaces, surface: GazetteerMatch) -> bool:
    return any(
        other.payload.kind == "namesake"
        and 0 <= other.start - surface.end <= _HOLDER_REACH
        and not _STOP.search(surfaces.document.folded_text, surface.end, other.start)
        for other in surfaces.near(surface)
    )


def _is_whose_of_elsewhere(document: Document, offset: int, places: frozenset[int]) -> bool:
    """Whether a relative pronoun at an offset ("whose") follows the name of somewhere else."""
    pronoun = _LONG_WORD.match(document.folded_text, offset)
    if pronoun is None or not document.lexicon.knows(pronoun.group(), "relative"):
        return False
    before = _NAME_BEFORE.search(document.folded_text, max(0, offset - _NEAR), offset)
    return before is not None and document.is_upper(before.start(1)) and before.start(1) not in places


def _other_name_follows(surfaces: Surfaces, surface: GazetteerMatch, document: Document) -> bool:
    """Whether two capitalised words that are no surface of an actor follow a role, where names alone have
    capitals."""
    if document.language not in CASED:
        return False
    after = _TWO_WORDS_AFTER.match(document.folded_text, surface.end)
    if not after or not document.is_upper(after.start(1)) or not document.is_upper(after.start(2)):
        return False
    if any(
        other.start < after.end(2) + _HOLDER_REACH
        and other.end > after.start(1)
        and other.payload.kind in PERSON_KINDS
        for other in surfaces.near(surface)
    ):
        return False
    explained = document.lexicon.knows(after.group(1), "after_name")
    return not explained and not is_title_case(document, surfaces.sentence_of(surface))
