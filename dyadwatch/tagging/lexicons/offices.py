"""Offices: what posts and callings are called, by which a text names their holders."""

import functools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dyadwatch.tagging.lexicons.groups import read_yaml
from dyadwatch.tagging.lexicons.inflection import inflections
from dyadwatch.tagging.lexicons.matcher import Automaton, Entry, Match, longest
from dyadwatch.tagging.lexicons.patterns import expand, spellings
from dyadwatch.tagging.lexicons.proclitics import LANGUAGES_WITH_PROCLITICS
from dyadwatch.text.folding import fold_surface

_INFLECTED = frozenset({"pl", "ru", "uk", "tr"})


class Office(NamedTuple):
    """An office, by the first of its words; `special`: what begins a compound of which that is the head
    ("Außen" of "Außenminister"); `known`: whether its article is written together with it."""

    name: str
    special: str
    known: bool


OfficeWord = Match[Office]  # a word for one, as it stands in a text


class Offices(NamedTuple):
    """The offices of a language, folded (the fields of offices.yaml, which explains them)."""

    definite: frozenset[str]
    article: str
    copulas: frozenset[str]
    adjectives: tuple[str, ...]
    of: frozenset[str]
    automaton: Automaton[Office]

    @property
    def has_cases(self) -> bool:
        """Whether case forms say what its articles and prepositions say elsewhere ("мэр Y")."""
        return bool(self.adjectives) and not self.definite and not self.article

    def find(self, folded_text: str) -> list[OfficeWord]:
        """The words for offices in a folded text, in order; of overlapping ones the longest."""
        return longest(self.automaton.find(folded_text))


@functools.cache
def offices(language: str) -> Offices | None:
    """The offices of a language; None where none are known."""
    table = read_yaml("offices").get(language)
    if table is None:
        return None
    article = fold_surface(table.get("article", ""))
    return Offices(
        definite=_words(table, "definite"),
        article=article,
        copulas=_words(table, "is"),
        adjectives=tuple(sorted(_words(table, "adjectives"))),
        of=_words(table, "of"),
        automaton=Automaton(dict.fromkeys(_entries(language, table["offices"], article))),
    )


def _words(table: Mapping[str, str], field: str) -> frozenset[str]:
    return frozenset(map(fold_surface, table.get(field, "").split()))


def _entries(language: str, listed: str, article: str) -> Iterator[Entry[Office]]:
    proclitics = language in LANGUAGES_WITH_PROCLITICS
    for words in listed.split(";"):
        heads = [min(expand(word.strip()), key=len) for word in words.split(",")]
        name = fold_surface(heads[0])
        for word, head in zip(words.split(","), heads, strict=True):
            for surface, special in _surfaces(language, word.strip(), fold_surface(head)):
                known = not article or any(part.startswith(article) for part in surface.split(" ")[1:])
                yield Entry(surface, Office(name, special, known), proclitics=proclitics)
                if article and not known:
                    yield Entry(article + surface, Office(name, special, known=True), proclitics=proclitics)


def _surfaces(language: str, word: str, head: str) -> Iterator[tuple[str, str]]:
    """The forms and spellings of one word for an office, folded, with what each has before its head."""
    for base in expand(word):
        special = fold_surface(base).partition(head)[0] if head in fold_surface(base) else ""
        for form in (base, *_forms(language, base)):
            for spelling in spellings(form):
                yield fold_surface(spelling), special


def _forms(language: str, word: str) -> Iterator[str]:
    inflection = inflections(language, word, ()).get(language)
    if inflection is None or language not in _INFLECTED:
        return
    if inflection.cases:
        yield from (form for _, form in inflection.by_case(word, of="man"))
    else:
        yield from inflection.forms(word, of="man", not_base=())
