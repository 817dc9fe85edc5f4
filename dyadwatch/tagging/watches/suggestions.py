"""Suggestions: names that a watch lacks, as far as its own names tell them: bare names, other spellings,
names in other letters, those of the holders of offices too, and of countries in other languages. Nothing that
is found already, by case or spelling, is suggested."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from dyadwatch.errors import FieldError, InvalidInput, json_pointer
from dyadwatch.tagging.lexicons.countries import country_code, country_name
from dyadwatch.tagging.lexicons.inflection import inflections
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.tagging.lexicons.organs import is_organ
from dyadwatch.tagging.lexicons.patterns import spellings
from dyadwatch.tagging.lexicons.transliteration import (
    Transliteration,
    language_of,
    other_spellings,
    script_of,
    transliterated_languages,
    transliterations,
)
from dyadwatch.tagging.watches.bodies import country_of
from dyadwatch.tagging.watches.watch import SIDES, STATE, Actor, Surfaces, Watch
from dyadwatch.text.folding import fold_surface

SuggestionKind = Literal["bare_name", "spelling", "transliteration", "country_name"]
_NAMES = ("names",)
_ALIASES = ("aliases",)
_EASTERN = 3  # syllables of a name whose family comes first, each a word ("Moon Jae-in")
_SHORT = 4  # letters of the first and of the last of them


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name to add at a `pointer` into the document. `is_sure` says that it follows from the others by rule;
    else it is a guess to be checked."""

    pointer: str
    text: str
    kind: SuggestionKind
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of an actor: in which table (its keys in the document), under which language."""

    table: tuple[object, ...]
    language: str
    text: str
    kind: SuggestionKind
    is_sure: bool = True


def suggest(watch: Watch, languages: Collection[str] = ()) -> list[Suggestion]:
    """What to add to the names of a watch, in the order of the pointers: in the languages in which it has
    words, and in `languages`. Raises InvalidInput where nothing is known of a language."""
    _check_languages(languages)
    taken: set[str] = set()
    known = set(languages)
    for side in SIDES:
        for _, _, table in watch.actor(side).tables():
            known.update(table)
            surfaces = chain.from_iterable(table.values())
            taken.update(fold_surface(spelling) for surface in surfaces for spelling in spellings(surface))
    suggestions = []
    for side in SIDES:
        for name in _proposals(watch.actor(side), known):
            folded = fold_surface(name.text)
            if folded not in taken:
                taken.add(folded)
                pointer = json_pointer(("actors", side, *name.table, name.language))
                suggestions.append(Suggestion(pointer, name.text, name.kind, name.is_sure))
    return sorted(suggestions, key=lambda suggestion: suggestion.pointer)


def suggested_languages() -> list[str]:
    """The languages in which names are suggested."""
    return sorted({*transliterated_languages(), *LANGUAGES})


def _check_languages(languages: Collection[str]) -> None:
    known = suggested_languages()
    for language in languages:
        if language not in known:
            detail = f"{language} is no language that names are suggested in: {', '.join(known)}"
            error = FieldError("/language", detail, "not_allowed")
            raise InvalidInput(detail, errors=[error])


def _proposals(actor: Actor, languages: Collection[str]) -> Iterator[_Name]:
    """The names that an actor might have."""
    for name in _main_names(actor):
        if actor.pronouns != "it" and (bare := _bare_name(actor, name)):
            yield bare
        for one in (name, _bare(name)):
            for spelling in other_spellings(one.text):
                yield replace(one, text=spelling, kind="spelling")
            for written in transliterations(one.text, _origin(actor, one.language)):
                if written.language in languages and not _has_name(actor, written):
                    yield _Name(one.table, written.language, written.name, "transliteration", written.is_sure)
    yield from _country_names(actor, languages)
    yield from _holders(actor, languages)


def _origin(actor: Actor, language: str) -> str | None:
    """The language whose spelling a name follows that stands under `language`: that, or that of the actor's
    country where the name stands under English or under no language."""
    if language not in ("en", "und"):
        return language
    codes = (country_code(one, surface) for one, some in actor.country.items() for surface in some)
    return next((language_of(code) for code in codes if code), None)


def _state(actor: Actor) -> str | None:
    """The code of the country that an actor is, None for another."""
    may_be = STATE in actor.kinds or (actor.pronouns == "it" and not actor.kinds)
    return country_of(actor.names, actor.country) if may_be else None


def _country_names(actor: Actor, languages: Collection[str]) -> Iterator[_Name]:
    """What a state is called in the languages in which it has no name."""
    code = _state(actor)
    for language in LANGUAGES if code else ():
        if language in languages and language not in actor.names:
            yield _Name(_NAMES, language, country_name(language, code or ""), "country_name")


def _holders(actor: Actor, languages: Collection[str]) -> Iterator[_Name]:
    """The names of those who act for a body, in the letters of other languages."""
    for number, role in enumerate(actor.roles if actor.pronouns == "it" else ()):
        scripts = {script_of(surface) for surface in chain.from_iterable(role.text.values())}
        for language in ("und", *languages):
            for surface in filter(_is_full_name, _base_forms(role.text, language, languages)):
                for written in transliterations(surface, _origin(actor, language)):
                    if written.language in languages and script_of(written.name) not in scripts:
                        table = ("roles", number, "text")
                        yield _Name(table, written.language, written.name, "transliteration", written.is_sure)


def _base_forms(texts: Surfaces, language: str, languages: Collection[str]) -> list[str]:
    """The surfaces of a language that are case forms neither of one before them nor of one under `und`: forms
    stand behind what they are derived from."""
    own = texts.get(language, ())
    derived: set[str] = set()
    bases = []
    for surface in own if language == "und" else (*texts.get("und", ()), *own):
        if surface in derived:
            continue
        bases.append(surface)
        for inflection in inflections(language, surface, languages).values():
            derived.update(inflection.forms(surface, of="man", not_base=()))
    return [surface for surface in own if surface in bases]


def _is_full_name(surface: str) -> bool:
    """Whether a role is the name of a person: two words or more, each with a capital, none for an office."""
    words = surface.split()
    return len(words) > 1 and all(
        word[0].isupper() and not any(is_organ(language, fold_surface(word)) for language in LANGUAGES)
        for word in words
    )


def _main_names(actor: Actor) -> Iterator[_Name]:
    """The first name of an actor in each script, as far as its letters tell what others write: the names of
    states and most bodies are translated."""
    scripts, is_state = set(), STATE in actor.kinds or _state(actor) is not None
    for language, surfaces in actor.names.items():
        for surface in surfaces:
            script = script_of(surface)
            if actor.pronouns == "it" and (is_state or " " in surface or surface.isupper()):
                continue
            if script and script not in scripts:
                scripts.add(script)
                yield _Name(_NAMES, language, surface, "bare_name")


def _has_name(actor: Actor, written: Transliteration) -> bool:
    """Whether an actor has names in a language, or names for all that are in its script."""
    for_all = (*actor.names.get("und", ()), *actor.aliases.get("und", ()))
    own = (*actor.names.get(written.language, ()), *actor.aliases.get(written.language, ()))
    return bool(own) or any(script_of(surface) == script_of(written.name) for surface in for_all)


def _bare_name(actor: Actor, name: _Name) -> _Name | None:
    """The family name alone, where an actor has no alias in its script."""
    script = script_of(name.text)
    if any(script_of(alias) == script for aliases in actor.aliases.values() for alias in aliases):
        return None
    return _bare(name)


def _bare(name: _Name) -> _Name:
    """The family name: the last word with its particles ("von der Leyen"); of a name of the East, the
    first."""
    words = name.text.split()
    syllables = name.text.replace("-", " ").split()
    if len(syllables) == _EASTERN and len(words[0]) <= _SHORT and len(words[-1].split("-")[-1]) <= _SHORT:
        bare = words[0]
    else:
        start = len(words) - 1
        while start > 1 and words[start - 1].islower():
            start -= 1
        bare = " ".join(words[start:])
    return replace(name, table=_ALIASES, text=bare)
