"""A watch as the tagger uses it: immutable, valid, its patterns expanded. Made by `parse_watch`."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dyadwatch.tagging.lexicons.inflection import Bearer
from dyadwatch.tagging.watches.name_cases import name_cases
from dyadwatch.text.folding import fold_surface

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")
BEARERS: Mapping[str, Bearer] = {"he": "man", "she": "woman", "it": "body"}  # by pronoun
STATE = "state"  # the kind of a body
Surfaces = Mapping[str, tuple[str, ...]]  # language ("und": any) -> surfaces, patterns expanded


@dataclass(frozen=True, slots=True)
class Role:
    """An office that stands for its holder between two dates (`until` exclusive; None: open). With
    `needs_country` it counts only near the actor's country or name; `former` marks titles of someone who has
    left office."""

    text: Surfaces
    start: date | None
    until: date | None
    needs_country: bool
    former: bool = False


@dataclass(frozen=True, slots=True)
class Namesake:
    """Surfaces that mean someone or something else. `shadows`: after it the actor's aliases mean the
    namesake."""

    text: Surfaces
    shadows: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the two actors, a person or a body (`pronouns` is "it") of one of the `kinds` of bodies.yaml, or
    of none of them.

    `names` are unambiguous; `aliases` (bare surnames) depend on context and on the period in which they are
    used of this actor; `metonyms` (a capital, a state) give state-level mentions only; `country` holds the
    words that tie a role to the actor; `aides` count only as bearers of a message; `descriptions` ("the eye
    doctor") are resolved as pronouns are, and only where the text names the actor as well."""

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
    kinds: frozenset[str] = frozenset()

    @property
    def left_office(self) -> date | None:
        """The day on which the last office ended; None while one is held, and for a body, whose heads come
        and go."""
        last = max((role.until for role in self.roles if role.until is not None), default=None)
        holds_office = any(role.until is None and not role.former for role in self.roles)
        return None if self.pronouns == "it" or holds_office else last

    def naming_tables(self) -> Iterator[tuple[Bearer, Surfaces]]:
        """The surfaces by which the actor is named, with whose name they are."""
        yield BEARERS[self.pronouns], self.names
        yield BEARERS[self.pronouns], self.aliases
        yield from (("man", role.text) for role in self.roles)

    def tables(self) -> Iterator[tuple[str, int, Surfaces]]:
        """The surfaces by kind, with their number in the list of roles or namesakes."""
        yield "name", 0, self.names
        yield "alias", 0, self.aliases
        yield "metonym", 0, self.metonyms
        yield "country", 0, self.country
        yield "aide", 0, self.aides
        yield "description", 0, self.descriptions
        for index, role in enumerate(self.roles):
            yield "role", index, role.text
        for index, namesake in enumerate(self.namesakes):
            yield "namesake", index, namesake.text


@dataclass(frozen=True)
class Watch:
    """Two actors. `threshold` is the confidence from which a mention counts; `cues` adds words to the shipped
    lexicons, by language and id of the group. With `level` "state" what the states of two people do is a
    relationship as well. A sentence that has one of the `phrases` (folded) is no evidence. `sources` maps a
    host to the least score of its articles that counts, above 1 where none does."""

    id: str
    title: str
    version: int
    a: Actor
    b: Actor
    threshold: float = 0.5
    cues: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    level: Literal["person", "state"] = "person"
    phrases: tuple[str, ...] = ()
    sources: Mapping[str, float] = field(default_factory=dict)

    def least_score(self, host: str) -> float:
        """What an article of a host, or of one that it is below, must reach to count."""
        labels = host.split(".") if self.sources else ()
        names = (".".join(labels[at:]) for at in range(len(labels)))
        return next((self.sources[name] for name in names if name in self.sources), 0.0)

    @functools.cached_property
    def left_office(self) -> date | None:
        """The day on which the first of the two left his last office; None while neither has."""
        return min((day for actor in (self.a, self.b) if (day := actor.left_office)), default=None)

    @functools.cached_property
    def states(self) -> frozenset[Side]:
        """The sides that are states, which act through those who are called by their country."""
        return frozenset(side for side in SIDES if STATE in self.actor(side).kinds)

    @functools.cached_property
    def pronouns(self) -> Mapping[Side, str]:
        """What each actor is called: he, she or it."""
        return {side: self.actor(side).pronouns for side in SIDES}

    @functools.cached_property
    def persons(self) -> frozenset[Side]:
        """The sides that are people, not bodies."""
        return frozenset(side for side in SIDES if self.pronouns[side] != "it")

    @functools.cached_property
    def first_words(self) -> Mapping[Side, frozenset[str]]:
        """The words that each actor's names begin with, folded: given names."""
        return {
            side: frozenset(
                fold_surface(surface).split()[0]
                for surfaces in self.actor(side).names.values()
                for surface in surfaces
                if " " in surface
            )
            for side in SIDES
        }

    @functools.cached_property
    def name_cases(self) -> Mapping[Side, Mapping[str, str]]:
        """By side, in which cases each surface by which an actor is named may stand: name_cases.py."""
        return {side: name_cases(self.actor(side).naming_tables()) for side in SIDES}

    def actor(self, side: Side) -> Actor:
        return self.a if side == "a" else self.b
