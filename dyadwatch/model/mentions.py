"""Mentions: what a text says about the two actors of a watch, with the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["person", "mediated", "state"]
Direction = Literal["a->b", "b->a", "mutual"]
Modality = Literal["asserted", "reported", "hypothetical", "negated", "historical"]
SurfaceKind = Literal["name", "role", "pronoun"]
QuadClass = Literal["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"]


@dataclass(frozen=True, slots=True)
class Surface:
    """An actor as written: code point offsets into the text, and how it was resolved."""

    surface: str
    start: int
    end: int
    kind: SurfaceKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that carries the relation: a W3C Web Annotation TextQuoteSelector (quote, prefix, suffix) and
    TextPositionSelector (start, end) in one; `text[start:end] == quote`, in Unicode code points."""

    quote: str
    start: int
    end: int
    prefix: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who makes the claim where the narrator does not: the speaker as written, and the word that says so."""

    speaker: str
    cue: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of the relationship of a watch in a text.

    `event_type` is one of PLOVER's 16 codes, None for a plain tie; `mode` PLOVER's mode of it; `score` PLOVER's
    conflict-cooperation score (-10 to 10); `confidence` in [0, 1], made of `features` (name -> weight);
    `actors` maps "a" and "b" to their surfaces in or near the evidence; `rules` are the ids of those that fired.
    """

    watch: str
    watch_version: int
    tagger_version: str
    level: Level
    event_type: str | None
    mode: str | None
    quad_class: QuadClass | None
    score: float | None
    direction: Direction
    modality: Modality
    attribution: Attribution | None
    actors: Mapping[str, tuple[Surface, ...]]
    evidence: Evidence
    confidence: float
    features: Mapping[str, float]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a text says about one watch. `relationship` is the person-level verdict, `score` its strength in [0, 1]
    (also below the threshold); `mentions` are in order of the text; `actors` maps "a" and "b" to every surface of
    that actor in the text, evidence or not."""

    watch: str
    relationship: bool
    score: float
    mentions: tuple[Mention, ...]
    actors: Mapping[str, tuple[Surface, ...]]


@dataclass(frozen=True, slots=True)
class TaggedText:
    """What a text says about each watch whose actors it names; `language` is BCP 47, None where unknown."""

    language: str | None
    watches: Mapping[str, Tagged]
