"""Resolution: which surfaces of a document mean the actors; namesakes, expired roles, metonyms and others are
refused."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from dyadwatch.model.mentions import Reason, SurfaceKind
from dyadwatch.tagging.actors.descriptions import described_by_kind, described_by_office
from dyadwatch.tagging.actors.neighbours import word_before
from dyadwatch.tagging.actors.other_persons import other_persons
from dyadwatch.tagging.actors.refusals import refuse
from dyadwatch.tagging.actors.surfaces import GazetteerMatch, Surfaces, find_surfaces
from dyadwatch.tagging.documents.document import ActorSpan, Document, actor_span
from dyadwatch.tagging.lexicons.bodies import KINDS, body_kinds
from dyadwatch.tagging.lexicons.inflection import has_cases
from dyadwatch.tagging.watches.gazetteer import PERSON_KINDS
from dyadwatch.tagging.watches.watch import SIDES, STATE, Actor, Side, Watch

_COMMA = re.compile(r"[,\u060c.;:\u2014]")
_NOT_THE_ACTOR = frozenset({"aide", "description"})  # kinds of surfaces that are context only
_OFFICES = frozenset({"role", "organ"})  # kinds of surfaces by which their holder acts
_INTRODUCED_WITHIN = 300  # folded characters in which a description may precede the name
_TITLE_REACH = 24  # folded characters between a role and the name of its holder


class Actors(NamedTuple):
    """Where a document mentions both actors, in order."""

    spans: tuple[ActorSpan, ...]  # by name, alias or role
    metonyms: tuple[ActorSpan, ...]
    aides: tuple[ActorSpan, ...]
    descriptions: tuple[ActorSpan, ...]  # by words that mean an actor whom the text names elsewhere
    others: tuple[ActorSpan, ...]  # persons who are neither; their side means nothing
    places: frozenset[int]  # where words for the actors' countries begin
    persons: frozenset[Side]  # the sides that are people, not bodies
    pronouns: Mapping[Side, str]  # he, she or it
    kinds: Mapping[Side, frozenset[str]]  # what kinds of bodies they may be
    refusals: tuple[tuple[ActorSpan, Reason], ...] = ()


def resolve(document: Document, watch: Watch, matches: Sequence[GazetteerMatch]) -> Actors:
    """The actors that the matches of a watch mean, and what was refused, with the reason."""
    surfaces = find_surfaces(document, watch, matches)
    spans: list[ActorSpan] = []
    metonyms: list[ActorSpan] = []
    refusals: list[tuple[ActorSpan, Reason]] = []
    inflected = has_cases(document.language)
    for surface in surfaces.all:
        kind = surface.payload.kind
        if kind in _NOT_THE_ACTOR:
            continue
        span = _span(surface)
        reason = refuse(surfaces, surface)
        if reason is None:
            spans.append(span)
            if inflected and kind in PERSON_KINDS:
                name = document.folded_text[span.start : span.end]
                document.name_cases[span.start] = watch.name_cases[span.side].get(name, "")
            continue
        if reason == "metonym":
            metonyms.append(span)
        if kind != "metonym":
            refusals.append((span, reason))
    spans = _without_titles(document, spans, watch.persons)
    others = other_persons(document, spans, _of_kind(surfaces, "aide", "namesake"))
    kinds = {side: _kinds(document, watch.actor(side), side, spans) for side in SIDES}
    described = [span for span in _of_kind(surfaces, "description") if _is_introduced(span, spans)]
    spans = sorted([*spans, *described_by_office(document, spans, others, watch.persons)])
    return Actors(
        spans=tuple(spans),
        metonyms=tuple(metonyms),
        aides=_of_kind(surfaces, "aide"),
        descriptions=(*described, *described_by_kind(document, spans, kinds)),
        others=others,
        places=surfaces.places,
        persons=watch.persons,
        pronouns=watch.pronouns,
        kinds=kinds,
        refusals=tuple(refusals),
    )


def _kinds(document: Document, actor: Actor, side: Side, spans: Sequence[ActorSpan]) -> frozenset[str]:
    """The kinds of bodies that an actor may be: those of the watch, else those that the text calls it by
    ("the regulator X"), else any but a state."""
    if actor.pronouns != "it" or actor.kinds:
        return actor.kinds
    for span in spans:
        before = word_before(document, span.start, 0) if span.side == side else None
        kinds = body_kinds(document.language, before.group(1)) if before else None
        if kinds:
            return kinds
    return KINDS - {STATE}


def _span(surface: GazetteerMatch) -> ActorSpan:
    entry = surface.payload
    kind: SurfaceKind = "role" if entry.kind in _OFFICES else "name"
    return actor_span((surface.start, surface.end, entry.side, kind))


def _of_kind(surfaces: Surfaces, *kinds: str) -> tuple[ActorSpan, ...]:
    matches = [surface for surface in surfaces.all if surface.payload.kind in kinds]
    return tuple(ActorSpan(one.start, one.end, one.payload.side, "pronoun") for one in matches)


def _is_introduced(description: ActorSpan, spans: Sequence[ActorSpan]) -> bool:
    """Whether the actor was named before, or is at most a few lines later."""
    latest = description.start + _INTRODUCED_WITHIN
    return any(span.side == description.side and span.start < latest for span in spans)


def _without_titles(
    document: Document, spans: Sequence[ActorSpan], persons: Collection[Side]
) -> list[ActorSpan]:
    """A role directly followed by the holder's name is one mention, the name; what stands for a body is such
    a title only of what follows at once."""
    result = []
    for position, span in enumerate(spans):
        if span.kind == "role":
            following = spans[position + 1 : position + 3]
            if span.side in persons:
                holder = next((other for other in following if other.kind == "name"), None)
            else:
                holder = next((other for other in following if other.start - span.end == 1), None)
            if holder is not None and _is_title_of(document, span, holder):
                continue
        result.append(span)
    return result


def _is_title_of(document: Document, role: ActorSpan, name: ActorSpan) -> bool:
    return (
        role.side == name.side
        and 0 <= name.start - role.end <= _TITLE_REACH
        and not _COMMA.search(document.folded_text, role.end, name.start)
    )
