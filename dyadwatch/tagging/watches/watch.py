"""A watch as the tagger uses it: frozen, expanded, checked. Made only by `parse_watch`."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")
Surfaces = Mapping[str, tuple[str, ...]]  # language ("und": any) -> surfaces, patterns expanded


@dataclass(frozen=True, slots=True)
class Role:
    """An office that stands for its holder between two dates (`until` exclusive, None: open). With `needs_country`
    the text must name the actor's country or the actor nearby; `former` names who has left an office."""

    text: Surfaces
    start: date | None
    until: date | None
    needs_country: bool
    former: bool = False


@dataclass(frozen=True, slots=True)
class Namesake:
    """Surfaces to refuse. `shadows`: once a text names it, the actor's bare aliases mean it, not the actor."""

    text: Surfaces
    shadows: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the two. `names` are unambiguous, `aliases` (bare surnames) depend on context and on the period in
    which they are used of this actor; `metonyms` (a capital, a state) raise state-level mentions only; `country`
    holds the words that tie a role to the actor; `aides` count only as bearers of a message; `descriptions` ("the eye doctor") mean the actor only where
    the text names him as well, and then like a pronoun."""

    name: str
    qid: str | None
    pronouns: Literal["he", "she", "it"]
    names: Surfaces
    aliases: Surfaces
    aliases_from: date | None
    aliases_until: date | None
    roles: tuple[Role, ...]
    namesakes: tuple[Namesake, ...]
    metonyms: Surfaces
    country: Surfaces
    aides: Surfaces
    descriptions: Surfaces = field(default_factory=dict)

    @property
    def left_office(self) -> date | None:
        """The day on which the last office ended; None while one is open, and for an organisation, whose heads come
        and go."""
        last = max((role.until for role in self.roles if role.until is not None), default=None)
        if last is None or self.pronouns == "it":
            return None
        held = any(role.until is None and not role.former for role in self.roles)
        return None if held else last


@dataclass(frozen=True)
class Watch:
    """Two actors and what is said between them. `threshold` is the least confidence of a mention that counts;
    `cues` adds words per language to the shipped lexicons, keyed by cue id."""

    id: str
    title: str
    version: int
    a: Actor
    b: Actor
    threshold: float = 0.5
    cues: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @functools.cached_property
    def left_office(self) -> date | None:
        """The first day on which one of the two had left his last office."""
        return min((day for actor in (self.a, self.b) if (day := actor.left_office)), default=None)

    def actor(self, side: Side) -> Actor:
        return self.a if side == "a" else self.b
