"""Lexicons: the words of each language and what they mean, read from languages/*.yaml and compiled on first
use."""

import functools
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any
from weakref import WeakValueDictionary

from dyadwatch.tagging.lexicons.acting_words import ActingWords, read_acting_words
from dyadwatch.tagging.lexicons.groups import (
    OF_BODIES,
    OF_WOMEN,
    Group,
    cue_groups,
    entries_of,
    read_yaml,
    shipped_cues,
    unpack,
)
from dyadwatch.tagging.lexicons.matcher import SPAN, Automaton, Entry, Match, longest
from dyadwatch.tagging.lexicons.particles import end_of_particle
from dyadwatch.tagging.lexicons.subject_words import (
    DescriptionLetters,
    SubjectWords,
    read_description_letters,
    read_subject_words,
    words_of,
)
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.language import primary
from dyadwatch.text.news_agencies import NEWS_AGENCIES

LANGUAGES = ("en", "ar", "fa", "he", "ru", "tr", "fr", "de", "es", "it", "pt", "nl", "pl", "uk", "ur", "zh")

# Languages that write names, and little else, with a capital.
CASED = frozenset({"en", "fr", "es", "ru", "tr", "it", "pt", "nl", "pl", "uk"})

# Words that only say what the word beside an actor is.
_AROUND = frozenset({"title", "title_she", "no_name", "after_name", "opener", "day"})
_BESIDE = frozenset({"metonym_before", "metonym_after", "metonym_hyphen", "late"})
PRONOUNS = frozenset({*OF_WOMEN, *OF_WOMEN.values(), *OF_BODIES.values()})
# Words that refer to one of the two, or both, by where the sentence before names them.
OF_TWO = frozenset({"they", "they_bodies", "former", "latter", "one_of_two", "other_of_two"})
_ALONE = _AROUND | PRONOUNS | OF_TWO  # kinds that are asked of single words, and are no cues
_REFERENCES = (
    PRONOUNS | OF_TWO | {"partner", "descriptor", "joint", "sequel", "act_noun", "occasion", "answer"}
)
_OF_TEXT = _BESIDE | _REFERENCES | {"related"}  # kinds that are looked for in a text as a whole
# Kinds that `find` does not return.
_NO_CUES = _AROUND | OF_TWO | {"related", "act_noun", "possessive", *OF_WOMEN.values(), *OF_BODIES.values()}
_CACHED_WORDS = 20_000
_CASED_SCRIPTS_END = "\u0530"  # after Latin, Greek and Cyrillic letters; those from it on have no case


Cue = Match[Group]  # a cue of a lexicon as it stands in a text


class KindsByWord(dict[str, frozenset[str]]):
    """The kinds of the cues that a folded word alone is, without a possessive; those looked up so far."""

    def __init__(self, *automata: Automaton[Group]) -> None:
        self._automata = automata

    def __missing__(self, word: str) -> frozenset[str]:
        bare = word.removesuffix("'s")
        matches = (match for automaton in self._automata for match in automaton.find_alone(bare))
        kinds = frozenset(match.payload.kind for match in matches)
        if len(self) < _CACHED_WORDS:
            self[word] = kinds
        return kinds


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Lexicon:
    """The words of a language, folded, as its rules look them up.

    `word_order` is that of the plain sentence (see documents.word_order). `markers` maps a preposition or
    particle to the grammatical case it gives the actor after it (from, to, by, with, between, and, of,
    object); `postpositions` to that of the actor before it; `prefixes` are fused before the actor, `suffixes`
    stand fused or directly after, and `endings` end the actor's last word. `contracted_prefixes` are prefixes
    that have swallowed the first letters of the name (Arabic li- and the article)."""

    language: str
    word_order: str
    groups: Mapping[str, Group]
    markers: Mapping[str, str]
    marker_phrases: Mapping[str, str]  # the markers of several words
    postpositions: Mapping[str, str]
    prefixes: Mapping[str, str]
    contracted_prefixes: frozenset[str]
    suffixes: Mapping[str, str]
    endings: Mapping[str, str]
    conjunctions: frozenset[str]  # the markers that mean "and"
    fused_conjunctions: tuple[str, ...]  # the prefixes that do
    topic_markers: Mapping[str, frozenset[str]]  # "before" or "after" what is talked about ("about")
    descriptions: DescriptionLetters
    genitive_endings: tuple[str, ...]  # that make a name a possessor without an apostrophe
    determiners: frozenset[str]
    fronting_words: frozenset[str]  # at the start of a sentence they put the subject after the verb
    subjects: SubjectWords
    acting: ActingWords
    inverts_subjects: bool  # may a subject stand after its verb?
    drops_subjects: bool  # may a verb that opens a sentence have no subject beside it?
    since: frozenset[str]  # beside a year that only begins a period ("since 1989", "born in 1965")
    given_names: frozenset[str]
    function_words: frozenset[str]  # markers and determiners, of which every text of the language is full
    has_separable_verbs: bool
    has_particles: (
        bool  # is their rest a particle, which ends the clause, or an object, after which it may go on?
    )
    is_found_at_particle: bool  # do they stand where that does, which is their verb, parted from its object?
    automaton: Automaton[Group]
    words: Automaton[Group]  # see `find_words`
    kinds_by_word: KindsByWord

    def find(self, folded_text: str, shift: int = 0) -> list[Cue]:
        """The cues in a folded text, in order, with offsets moved by `shift`; of overlapping cues of one
        layer the longest."""
        cues = self.automaton.find(folded_text, shift)
        if self.has_separable_verbs:
            cues = self._with_particles(cues, folded_text, shift)
        return _longest_of_layers(cues)

    def _with_particles(self, cues: list[Cue], folded_text: str, shift: int) -> list[Cue]:
        """Without separable verbs whose particle does not follow, and without what else the words of a verb
        mean whose particle does."""
        others: list[Cue] = []
        separable: dict[Cue, None] = {}
        for cue in cues:
            particle = cue.payload.particle
            if not particle:
                others.append(cue)
            elif whole := self._whole(cue, particle, folded_text, shift):
                separable[whole] = None
        if not separable:
            return others
        taken = {(cue.start, cue.end, cue.payload.layer) for cue in separable}
        return [cue for cue in others if (cue.start, cue.end, cue.payload.layer) not in taken] + [*separable]

    def _whole(self, cue: Cue, particle: str, folded_text: str, shift: int) -> Cue | None:
        """A separable verb as it stands in the text; None where its particle does not follow it."""
        end = end_of_particle(folded_text, cue.end - shift, particle, anywhere=not self.has_particles)
        if end is None or not self.is_found_at_particle:
            return None if end is None else cue
        return replace(cue, start=end + shift - len(particle), end=end + shift)

    def find_words(self, folded_text: str) -> list[Cue]:
        """The words of a folded text that refer to an actor or to both, those that, next to a name, show that
        it is not the actor himself, the names of other persons, and the headings of links to other articles,
        in order; of overlapping words of a kind the longest."""
        return _longest_of_layers(self.words.find(folded_text))

    def knows(self, word: str, *kinds: str) -> bool:
        """Whether a folded word alone, without a possessive, is a cue of one of these kinds."""
        return not self.kinds_by_word[word].isdisjoint(kinds)

    @property
    def has_genitive_marker(self) -> bool:
        """Whether a word says whose something is ("envoy of K"), so that two nouns side by side do not."""
        return "of" in self.markers.values()

    def joins(self, word: str) -> bool:
        """Whether a folded word is a conjunction ("and")."""
        return word in self.conjunctions


def _longest_of_layers(cues: list[Cue]) -> list[Cue]:
    """Cues in order; of overlapping ones of one layer the longest."""
    cues.sort(key=SPAN)
    overlapping: set[str] = set()
    ends: dict[str, int] = {}  # of the last cue of each layer
    for cue in cues:
        layer = cue.payload.layer
        if cue.start < ends.get(layer, 0):
            overlapping.add(layer)
        ends[layer] = cue.end
    if overlapping:
        layers: dict[str, list[Cue]] = defaultdict(list)
        for cue in cues:
            layers[cue.payload.layer].append(cue)
        cues = []
        for layer, some in layers.items():
            cues += longest(some) if layer in overlapping else some
        cues.sort(key=SPAN)
    return cues


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The shipped lexicon of one of LANGUAGES."""
    return extend(language, {})


_compiled: WeakValueDictionary[tuple[object, ...], Lexicon] = WeakValueDictionary()


def extend(language: str, words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """The shipped lexicon of a language with more words for some of its groups. As long as somebody holds it,
    it is not compiled again: of many watches one changes, and takes most of its time for its words."""
    key = language, *sorted(words.items())
    held = _compiled.get(key)
    if held is None:
        held = _compiled[key] = _compile(language, words)
    return held


def _compile(language: str, words: Mapping[str, tuple[str, ...]]) -> Lexicon:
    document, groups = read_yaml(language), cue_groups()
    entries = dict.fromkeys(_entries(language, words))
    markers, prefixes = _cases(document, "markers"), _cases(document, "prefixes")
    determiners = words_of(document, "determiners")
    automaton = Automaton(entry for entry in entries if entry.payload.kind not in _NO_CUES)
    return Lexicon(
        language=language,
        word_order=document["order"],
        groups=groups,
        markers=markers,
        marker_phrases={words: case for words, case in markers.items() if " " in words},
        postpositions=_cases(document, "postpositions"),
        prefixes=prefixes,
        contracted_prefixes=words_of(document, "contracted_prefixes"),
        suffixes=_cases(document, "suffixes"),
        endings=_cases(document, "endings"),
        conjunctions=frozenset(_meaning_and(markers)),
        fused_conjunctions=tuple(_meaning_and(prefixes)),
        topic_markers=_topic_markers(document),
        descriptions=read_description_letters(document),
        genitive_endings=tuple(words_of(document, "genitive_endings")),
        determiners=determiners,
        fronting_words=words_of(document, "fronted"),
        subjects=read_subject_words(document),
        acting=read_acting_words(document),
        inverts_subjects="subjects" in document,
        drops_subjects=document.get("subjects") == "dropped",
        since=words_of(document, "since"),
        given_names=words_of(document, "given_names") - markers.keys(),
        function_words=frozenset(markers) | determiners,
        has_separable_verbs=any(one.payload.particle for one in entries),
        has_particles="parted" not in document,
        is_found_at_particle=document.get("parted") == "verbs",
        automaton=automaton,
        words=Automaton([*_of_kinds(entries, _OF_TEXT), *_persons()]),
        kinds_by_word=KindsByWord(automaton, Automaton(_of_kinds(entries, _ALONE))),
    )


def _entries(language: str, words: Mapping[str, tuple[str, ...]]) -> Iterator[Entry[Group]]:
    """The shipped entries of each group, and those of its other words."""
    for key, packed in shipped_cues(language).items():
        yield from unpack(packed, language)
        yield from entries_of(words.get(key, ()), cue_groups()[key], language)


def has_lexicon(language: str | None) -> bool:
    """Whether texts in `language` (BCP 47) are read with words of their own."""
    return primary(language) in LANGUAGES


def lexicon_language(language: str | None) -> str:
    """The lexicon to read a language with: its own, else English, whose words then rarely occur."""
    code = primary(language)
    return code if code in LANGUAGES else "en"


@functools.cache
def lexicon_version() -> str:
    """A short hash of the shipped lexicons: the same data, the same version."""
    folder = files("dyadwatch.tagging.lexicons") / "languages"
    content = [(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    digest = hashlib.sha256(repr(NEWS_AGENCIES).encode())
    for name, data in sorted(content):
        digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:12]


@functools.cache
def agencies() -> Automaton[str]:
    """News agencies, with their names as the text may spell them for payload."""
    spellings = (spelling for agency in NEWS_AGENCIES for spelling in agency.spellings)
    return Automaton(Entry(fold_surface(name), name, proclitics=True) for name in spellings)


def _cases(document: Mapping[str, Any], table: str) -> dict[str, str]:
    """A table {case: [words]} of a language's data, turned round."""
    return {fold_surface(word): case for case, words in document.get(table, {}).items() for word in words}


def _topic_markers(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    places = document["topic_markers"].items()
    return {place: frozenset(map(fold_surface, words)) for place, words in places}


def _of_kinds(entries: Iterable[Entry[Group]], kinds: frozenset[str]) -> list[Entry[Group]]:
    return [entry for entry in entries if entry.payload.kind in kinds]


def _meaning_and(cases: Mapping[str, str]) -> list[str]:
    return [words for words, case in cases.items() if case == "and"]


@functools.cache
def _persons() -> list[Entry[Group]]:
    """Surnames of public figures, who are other persons where no actor of a watch bears the name."""
    return [
        Entry(fold_surface(name), Group(person, "person"), proclitics=name > _CASED_SCRIPTS_END)
        for person, names in read_yaml("persons").items()
        for name in names.split()
    ]
