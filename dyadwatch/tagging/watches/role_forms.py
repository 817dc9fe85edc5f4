"""Forms of roles: an office with one word for its country is found with the others ("North Korean leader",
"North Korea's leader", "leader of North Korea"), also where the actor is one ("Supreme Leader of Iran")."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from dyadwatch.tagging.lexicons.organs import is_organ
from dyadwatch.tagging.watches.watch import Actor, Surfaces
from dyadwatch.text.folding import fold_surface

MAX_ROLE_FORMS = 2_000  # of an actor
_MAX_COUNTRIES = 20  # words for a country in a language
_MAX_SURFACES = 200  # of a role in a language
_ADJECTIVE = re.compile(r"([a-zäöüß-]+sch)er? ")
_ENDING = 3  # letters that an adjective may have beside its base form
# How an office (h) and a word for its country (c) stand together, where no case is needed.
_FORMS: Mapping[str, Sequence[str]] = {
    "en": ("{c} {h}", "{c}'s {h}", "{h} of {c}"),
    "de": ("{c}s {h}", "{c}er {h}", "{c}e {h}", "{c}en {h}", "{h} von {c}"),
    "nl": ("{c} {h}", "{c}e {h}", "{h} van {c}"),
    "fr": ("{h} {c}", "{h} de {c}", "{h} du {c}", "{h} de la {c}", "{h} d'{c}", "{h} de l'{c}"),
    "es": ("{h} {c}", "{h} de {c}"),
    "pt": ("{h} {c}", "{h} de {c}", "{h} do {c}", "{h} da {c}"),
    "it": ("{h} {c}", "{h} di {c}", "{h} della {c}", "{h} del {c}", "{h} dell'{c}"),
    "tr": ("{c} {h}",),
    "fa": ("{h} {c}",),
}


def add_role_forms(actor: Actor) -> Actor:
    """The actor with the forms of his roles, and of names that are an office, no more than MAX_ROLE_FORMS."""
    left = MAX_ROLE_FORMS
    roles = []
    names = dict(actor.names)
    for language in filter(names.__contains__, _FORMS):
        offices = [name for name in names[language] if _names_office(language, name)]
        forms = list(islice(_forms(language, offices, actor.country), left))
        left -= len(forms)
        names[language] = tuple(dict.fromkeys((*names[language], *forms)))
    for role in actor.roles:
        text = dict(role.text)
        for language in filter(text.__contains__, _FORMS):
            forms = list(islice(_forms(language, text[language], actor.country), left))
            left -= len(forms)
            text[language] = tuple(dict.fromkeys((*text[language], *forms)))
        roles.append(replace(role, text=text))
    return replace(actor, names=names, roles=tuple(roles))


def _names_office(language: str, name: str) -> bool:
    return any(is_organ(language, fold_surface(word)) for word in name.split())


def _forms(language: str, surfaces: Sequence[str], country: Surfaces) -> Iterator[str]:
    words = (*country.get(language, ()), *country.get("und", ()), *_adjectives(language, surfaces))
    countries = tuple(dict.fromkeys(words))[:_MAX_COUNTRIES]
    offices = dict.fromkeys(_offices(language, surfaces[:_MAX_SURFACES], countries))
    for office, word, form in product(offices, countries, _FORMS[language]):
        yield form.format(h=office, c=word)


def _adjectives(language: str, surfaces: Iterable[str]) -> Iterator[str]:
    """The base forms of the German adjectives that surfaces begin with ("ungarischer Premier")."""
    for surface in surfaces if language == "de" else ():
        adjective = _ADJECTIVE.match(surface)
        if adjective:
            yield adjective.group(1)


def _offices(language: str, surfaces: Iterable[str], countries: Sequence[str]) -> Iterator[str]:
    """The offices in surfaces that begin or end with a word for the country."""
    stems = [(fold_surface(country), len(country.split())) for country in countries]
    ends = [form.removeprefix("{h} ") for form in _FORMS[language] if form.startswith("{h} ")]
    after = {fold_surface(end.format(c=country)) for end, country in product(ends, countries)}
    for surface in surfaces:
        words = surface.split()
        yield from _after_country(words, stems)
        # The longest end: "of North Korea" before "North Korea".
        office = next((at for at in range(1, len(words)) if fold_surface(" ".join(words[at:])) in after), 0)
        if office:
            yield " ".join(words[:office])


def _after_country(words: Sequence[str], stems: Iterable[tuple[str, int]]) -> Iterator[str]:
    for stem, length in stems:
        first = fold_surface(" ".join(words[:length]))
        if len(words) > length and first.startswith(stem) and len(first) - len(stem) <= _ENDING:
            yield " ".join(words[length:])
