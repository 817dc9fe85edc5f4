"""Bodies: of what kind the body is that a watch names, and its acronyms, from its names and countries."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain, product

from dyadwatch.tagging.lexicons.bodies import body_kinds
from dyadwatch.tagging.lexicons.countries import country_code
from dyadwatch.tagging.lexicons.lexicon import CASED, lexicon
from dyadwatch.tagging.watches.watch import STATE, Actor, Side, Surfaces
from dyadwatch.text.folding import fold_surface

_STEM = 3  # letters that a country and its adjective share
_MIN_ACRONYM = 3  # letters
_MAX_ACRONYM = 6
_WITH_ACRONYMS = CASED | {"de", "und"}


def infer_kinds(names: Surfaces, country: Surfaces) -> frozenset[str]:
    """The kinds of a body by its names: a state where one says nothing but its country, or is that of one
    ("France", whose adjective begins otherwise), else what its words are used for."""
    stems = {word[:_STEM] for surface in chain.from_iterable(country.values()) for word in _words(surface)}
    kinds: set[str] = set()
    for language, surfaces in names.items():
        for surface in surfaces:
            words = _words(surface)
            if all(word[:_STEM] in stems or STATE in body_kinds(language, word) for word in words):
                return frozenset({STATE})
            kinds.update(chain.from_iterable(body_kinds(language, word) for word in words))
    return frozenset({STATE}) if country and country_of(names, country) else frozenset(kinds - {STATE})


def country_of(names: Surfaces, country: Surfaces) -> str | None:
    """The code of the country that has one of the names, in its language or, for `und`, in one of those in
    which there are words for the country."""
    for language, surfaces in names.items():
        languages = (*country, "en") if language == "und" else (language,)
        for one, surface in product(dict.fromkeys(languages), surfaces):
            if code := country_code(one, surface):
                return code
    return None


def add_acronyms(actors: Mapping[Side, Actor]) -> dict[Side, Actor]:
    """Both actors, those that are bodies with the initials of their names as aliases, where the watch gives
    these as nothing else."""
    taken = {
        fold_surface(surface)
        for actor in actors.values()
        for _, _, table in actor.tables()
        for surface in chain.from_iterable(table.values())
    }
    return {
        side: replace(actor, aliases=_with_acronyms(actor, taken)) if actor.pronouns == "it" else actor
        for side, actor in actors.items()
    }


def _with_acronyms(actor: Actor, taken: Collection[str]) -> Surfaces:
    aliases = dict(actor.aliases)
    for language, surfaces in actor.names.items():
        acronyms = chain.from_iterable(_acronyms(language, surface) for surface in surfaces)
        fresh = dict.fromkeys(acronym for acronym in acronyms if fold_surface(acronym) not in taken)
        if fresh:
            aliases[language] = (*aliases.get(language, ()), *fresh)
    return aliases


def _acronyms(language: str, surface: str) -> Iterator[str]:
    """The initials of a name, with those of its prepositions and articles ("TfL") and without ("IAEA")."""
    if not surface[:1].isupper() or language not in _WITH_ACRONYMS:
        return
    words = surface.replace("-", " ").split()
    minor = lexicon("en" if language == "und" else language).function_words
    initials = [word[0].lower() if fold_surface(word) in minor else word[0].upper() for word in words]
    acronym = "".join(initials)
    for letters in (acronym, "".join(filter(str.isupper, initials))):
        if letters.isalpha() and _MIN_ACRONYM <= len(letters) <= _MAX_ACRONYM:
            yield letters


def _words(surface: str) -> list[str]:
    return fold_surface(surface).replace("-", " ").split()
