"""Groups of cues: words of one meaning, and their entries in each language, read from languages/*.yaml."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dyadwatch.tagging.lexicons.matcher import Entry
from dyadwatch.tagging.lexicons.patterns import expand, spellings
from dyadwatch.tagging.lexicons.proclitics import LANGUAGES_WITH_PROCLITICS
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.package_yaml import read_strings

# Kinds that compete for the same words; the others may overlap.
_LAYERS = {
    "event": "relation",
    "tie": "relation",
    "no_event": "relation",
    "emphatic": "negation",
    "no_speech": "speech",
}
# Kinds of words for men, with those of words that stand for a woman and for a body.
OF_WOMEN = {
    "pronoun": "pronoun_she",
    "object_pronoun": "object_pronoun_she",
    "possessive": "possessive_she",
}
OF_BODIES = {"pronoun": "pronoun_it", "object_pronoun": "object_pronoun_it", "possessive": "possessive_it"}
_KEPT_GROUPS = 20_000  # of separable verbs
_SEPARATION = " \u2026 "  # in the pattern of a separable verb, for what stands before its particle or phrase
_FORMS = re.compile("<([^<>]+)>")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Words with one meaning; of each there is one object. `kind` says what they are to the rules (event,
    tie, negation, ...); an event has a PLOVER `type` and `mode`; `direction` says who acts: subject, reversed
    (the object acts), or mutual. `particle` is the rest of a separable verb ("setzte ... aus")."""

    id: str
    kind: str
    type: str | None = None
    mode: str | None = None
    direction: str = "subject"
    particle: str | None = None
    layer: str = field(init=False)  # words of which compete with each other

    def __post_init__(self) -> None:
        object.__setattr__(self, "layer", _LAYERS.get(self.kind, self.kind))

    @property
    def is_joint(self) -> bool:
        """Whether two who are named together do it with each other: they meet, or talk by phone."""
        return self.direction == "mutual" or self.mode == "phone"


# Surfaces in lines, by what they stand for and whether any ending of theirs is meant.
Packed = Mapping[tuple[Group, bool], str]


@functools.cache
def cue_groups() -> Mapping[str, Group]:
    """The groups of cues, which all languages have, by their ids."""
    return {
        key: Group(key, item["kind"], item.get("type"), item.get("mode"), item.get("direction", "subject"))
        for key, item in read_yaml("groups").items()
    }


@functools.cache
def read_yaml(name: str) -> Mapping[str, Any]:
    """The data of languages/NAME.yaml, in strings."""
    document: Mapping[str, Any] = read_strings("dyadwatch.tagging.lexicons", f"languages/{name}.yaml")
    return document


@functools.cache
def shipped_cues(language: str) -> Mapping[str, Packed]:
    """The shipped cues, by group; pronouns that have no form for women are those for men."""
    cues = read_yaml(language)["cues"]
    cues = {women: cues[men] for men, women in OF_WOMEN.items() if men in cues} | cues
    forms = read_yaml(language).get("forms", {})
    return {
        key: _pack(entries_of(_with_forms(cues.get(key, ()), forms), group, language))
        for key, group in cue_groups().items()
    }


def _with_forms(patterns: Iterable[str], forms: Mapping[str, str]) -> Iterator[str]:
    """Patterns with the forms of verbs in place of their names ("critic<ar>")."""
    return (_FORMS.sub(lambda match: forms[match[1]], pattern) for pattern in patterns)


def _pack(entries: Iterable[Entry[Group]]) -> Packed:
    """Entries in a tenth of the memory, for as long as the process runs."""
    surfaces: dict[tuple[Group, bool], dict[str, None]] = defaultdict(dict)
    for entry in entries:
        surfaces[entry.payload, entry.open_end][entry.surface] = None
    return {key: "\n".join(some) for key, some in surfaces.items()}


def unpack(packed: Packed, language: str) -> Iterator[Entry[Group]]:
    """The entries that were packed."""
    proclitics = language in LANGUAGES_WITH_PROCLITICS
    for (group, open_end), surfaces in packed.items():
        for surface in surfaces.split("\n"):
            yield Entry(surface, group, open_end, proclitics, group.particle or "")


def entries_of(patterns: Iterable[str], group: Group, language: str) -> Iterator[Entry[Group]]:
    """The entries of patterns for one group."""
    return (entry for pattern in patterns for entry in _entries(pattern, group, language))


@functools.lru_cache(_KEPT_GROUPS)
def _with_particle(group: Group, particle: str) -> Group:
    return replace(group, particle=particle)


def _entries(pattern: str, group: Group, language: str) -> list[Entry[Group]]:
    """A cue's entries; `*` at the end stands for any ending of the word."""
    entries = []
    for surface_form in expand(pattern):
        verb, _, particle = surface_form.partition(_SEPARATION)
        if particle:
            entries += _entries(verb, _with_particle(group, fold_surface(particle)), language)
            continue
        for spelling in spellings(surface_form):
            surface = fold_surface(spelling.removesuffix("*"))
            proclitics, needs = language in LANGUAGES_WITH_PROCLITICS, group.particle or ""
            entries.append(Entry(surface, group, spelling.endswith("*"), proclitics, needs))
    return entries
