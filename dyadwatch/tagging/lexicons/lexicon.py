"""Lexicons: what a language says with which words, as data (languages/*.yaml), compiled on first use."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from operator import itemgetter
from typing import Any, NamedTuple

import yaml

from dyadwatch.tagging.lexicons.matcher import PROCLITIC_LANGUAGES, Automaton, Entry, Found, longest
from dyadwatch.tagging.lexicons.patterns import expand, spellings
from dyadwatch.text.folding import fold_surface

LANGUAGES = ("en", "ar", "fa", "he", "ru", "tr", "fr", "de", "es", "it", "pt", "nl", "pl", "uk", "ur")

# Languages that write names, and little else, with a capital.
CASED = frozenset({"en", "fr", "es", "ru", "tr", "it", "pt", "nl", "pl", "uk"})

# Kinds that compete for the same words; every other kind is read beside the rest.
_LAYERS = {"event": "relation", "tie": "relation", "emphatic": "negation"}
_AROUND = frozenset({"title", "no_name", "after_name", "opener", "day"})
_BESIDE = frozenset({"metonym_before", "metonym_after", "metonym_hyphen", "late"})
REFERENCES = frozenset(
    {"pronoun", "object_pronoun", "partner", "descriptor", "joint", "sequel", "occasion", "answer"}
)
_APART = _AROUND | {"related"}
_REMEMBERED = 20_000


class Group(NamedTuple):
    """Words with one meaning. `kind` says which rule reads them (event, tie, negation, ...); an event has a PLOVER
    `type` and `mode`; `direction` says who acts: subject, reversed (the object acts), or mutual."""

    id: str
    kind: str
    type: str | None = None
    mode: str | None = None
    direction: str = "subject"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's words. `order` is that of the plain sentence (svo, vso, sov, v2); `markers` maps a word before
    an actor to its part (from, to, by, with, and, of); `prefixes`, `suffixes` and `endings` do so for what is fused
    before the actor, stands fused after it, or ends its last word; `fronted` holds words that, first in a sentence, put
    the subject after the verb, `since` those beside a year that is not the time told of ("since 1989", "born in 1965")."""

    language: str
    order: str
    groups: Mapping[str, Group]
    markers: Mapping[str, str]
    phrases: Mapping[str, str]  # the markers of several words
    prefixes: Mapping[str, str]
    suffixes: Mapping[str, str]
    endings: Mapping[str, str]
    determiners: frozenset[str]
    fronted: frozenset[str]
    since: frozenset[str]
    names: frozenset[str]
    small: frozenset[str]  # markers and determiners: the words that any text of the language is full of
    automaton: Automaton[Group]
    beside: Automaton[Group]  # words that, next to a name, say that it is not the actor himself
    references: Automaton[Group]  # words that stand for an actor, or for both
    around: Automaton[Group]  # words that say only what the word beside an actor is
    headings: Automaton[Group]  # those of links to other articles
    known: dict[str, frozenset[str]]  # kinds of the words asked for so far

    def find(self, folded: str, shift: int = 0) -> list[Found[Group]]:
        """The cues in a folded text, in order, in offsets moved by `shift`; within a longer cue of its layer the shorter
        says nothing."""
        layers: dict[str, list[Found[Group]]] = {}
        for found in self.automaton.find(folded, shift):
            layers.setdefault(_LAYERS.get(found.payload.kind, found.payload.kind), []).append(found)
        kept = [found for layer in layers.values() for found in (longest(layer) if len(layer) > 1 else layer)]
        kept.sort(key=itemgetter(0, 1))
        return kept

    def knows(self, word: str, kind: str) -> bool:
        """Whether a folded word alone, without a possessive, is a cue of a kind."""
        kinds = self.known.get(word)
        if kinds is None:
            bare = word.removesuffix("'s")
            kinds = frozenset(
                found.payload.kind
                for automaton in (self.automaton, self.around)
                for found in automaton.find(bare)
            )
            if len(self.known) < _REMEMBERED:
                self.known[word] = kinds
        return kind in kinds


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The shipped lexicon of one of LANGUAGES."""
    return extended(language, {})


def extended(language: str, words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """The shipped lexicon with more words for some of its groups."""
    document = _document(language)
    groups = {
        key: Group(key, item["kind"], item.get("type"), item.get("mode"), item.get("direction", "subject"))
        for key, item in _document("groups").items()
    }
    entries = []
    for key, group in groups.items():
        for pattern in (*document["cues"].get(key, ()), *words.get(key, ())):
            entries += _entries(pattern, group, language)
    return Lexicon(
        language,
        document["order"],
        groups,
        markers := _parts(document["markers"]),
        {words: part for words, part in markers.items() if " " in words},
        _parts(document.get("prefixes", {})),
        _parts(document.get("suffixes", {})),
        _parts(document.get("endings", {})),
        _words(document.get("determiners", "")),
        _words(document.get("fronted", "")),
        _words(document.get("since", "")),
        _words(document.get("given_names", "")),
        frozenset(markers) | _words(document.get("determiners", "")),
        Automaton(entry for entry in entries if entry.payload.kind not in _APART),
        Automaton(entry for entry in entries if entry.payload.kind in _BESIDE),
        Automaton(entry for entry in entries if entry.payload.kind in REFERENCES),
        Automaton(entry for entry in entries if entry.payload.kind in _AROUND),
        Automaton(entry for entry in entries if entry.payload.kind == "related"),
        {},
    )


@functools.cache
def lexicon_version() -> str:
    """A short hash of all that the shipped lexicons hold: the same words, the same version."""
    folder = files("dyadwatch.tagging.lexicons") / "languages"
    content = [(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    digest = hashlib.sha256()
    for name, data in sorted(content):
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:12]


@functools.cache
def agencies() -> Automaton[str]:
    """News agencies, with the name to show."""
    names = _document("persons")["agencies"]
    return Automaton(Entry(fold_surface(name), name, proclitics=True) for name in names)


def _parts(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {fold_surface(word): part for part, words in table.items() for word in words}


def _words(text: str) -> frozenset[str]:
    return frozenset(fold_surface(word) for word in text.split())


@functools.cache
def persons() -> Automaton[str]:
    """Surnames of public figures, who are third persons where no actor of a watch bears the name."""
    return Automaton(
        Entry(fold_surface(name), "person", proclitics=script in {"arabic", "hebrew"})
        for script, names in _document("persons").items()
        if script != "agencies"
        for name in names.split()
    )


@functools.cache
def _document(name: str) -> Mapping[str, Any]:
    text = (files("dyadwatch.tagging.lexicons") / "languages" / f"{name}.yaml").read_text(encoding="utf-8")
    # every value is a word: with YAML's own types "on" and "no" would be booleans
    document: Mapping[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (BaseLoader makes strings only)
    return document


def _entries(pattern: str, group: Group, language: str) -> list[Entry[Group]]:
    """A cue's entries; `*` at the end stands for any ending of the word."""
    entries = []
    for reading in expand(pattern):
        for spelling in spellings(reading):
            surface = fold_surface(spelling.removesuffix("*"))
            entries.append(Entry(surface, group, spelling.endswith("*"), language in PROCLITIC_LANGUAGES))
    return entries
