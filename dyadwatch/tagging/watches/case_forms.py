"""Case forms: those of the names, offices and places of a watch beside their base forms, in the languages
that inflect them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from dyadwatch.tagging.lexicons.inflection import Bearer, Inflection, inflections
from dyadwatch.tagging.watches.watch import BEARERS, Actor, Side, Surfaces
from dyadwatch.text.folding import fold_surface

MAX_CASE_FORMS = 2_000  # of an actor, and surfaces that they are made of
_NAMES = frozenset({"name", "alias"})  # kinds of surfaces

_Forms = Mapping[str, Sequence[str]]  # by language
_Kind = tuple[Side, str]


def add_case_forms(actors: Mapping[Side, Actor]) -> dict[Side, Actor]:
    """Both actors with the case forms of their surfaces: none that the watch gives as something else, none
    that would be a name of both, and of each actor no more than MAX_CASE_FORMS, those of surfaces whose
    language is given first."""
    kinds: dict[str, set[_Kind]] = {}  # by folded surface
    for side, actor in actors.items():
        for kind, _, table in actor.tables():
            for surface in chain.from_iterable(table.values()):
                kinds.setdefault(fold_surface(surface), set()).add((side, kind))
    languages = frozenset(
        language.partition("-")[0]
        for actor in actors.values()
        for _, _, table in actor.tables()
        for language in table
    )
    forms = {side: _case_forms(side, actor, kinds, languages) for side, actor in actors.items()}
    of_both = set.intersection(*(_names(actors[side], forms[side]) for side in actors))
    return {side: _extend(actor, forms[side], of_both) for side, actor in actors.items()}


def _names(actor: Actor, forms: Sequence[_Forms]) -> set[str]:
    """The forms of an actor's names and aliases, folded."""
    tables = zip(actor.tables(), forms, strict=True)
    return {
        fold_surface(form)
        for (kind, _, _), more in tables
        if kind in _NAMES
        for form in chain.from_iterable(more.values())
    }


def _extend(actor: Actor, forms: Sequence[_Forms], without: Collection[str]) -> Actor:
    pairs = zip(actor.tables(), forms, strict=True)
    tables = iter([_joined(table, more, without) for (_, _, table), more in pairs])
    return replace(
        actor,
        names=next(tables),
        aliases=next(tables),
        metonyms=next(tables),
        country=next(tables),
        aides=next(tables),
        descriptions=next(tables),
        roles=tuple(replace(role, text=next(tables)) for role in actor.roles),
        namesakes=tuple(replace(namesake, text=next(tables)) for namesake in actor.namesakes),
    )


def _joined(table: Surfaces, forms: _Forms, without: Collection[str]) -> Surfaces:
    joined = dict(table)
    for language, more in forms.items():
        fresh = (form for form in more if fold_surface(form) not in without)
        joined[language] = tuple(dict.fromkeys((*joined.get(language, ()), *fresh)))
    return joined


def _case_forms(
    side: Side, actor: Actor, kinds: Mapping[str, set[_Kind]], languages: Collection[str]
) -> list[_Forms]:
    """The case forms of each table of an actor, without surfaces of another of the `kinds`; those of any
    language in `languages`. An adjective is no form of a name that it looks like ("polski", of "Polska")."""
    bases = list(islice(_bases(actor, languages), MAX_CASE_FORMS))
    own_forms = {
        is_country: _own_forms([base for base in bases if (base.kind == "country") is is_country])
        for is_country in (False, True)
    }
    forms: list[dict[str, list[str]]] = [{} for _ in actor.tables()]
    left = MAX_CASE_FORMS
    for base in bases:
        bearer = _bearer(actor, base.kind)
        given = own_forms[base.kind == "country"][base.code]
        more = base.inflection.forms(base.surface, of=bearer, not_base=given)
        own = {(side, base.kind)}
        fresh = [form for form in more if kinds.get(fold_surface(form), own) <= own][:left]
        left -= len(fresh)
        forms[base.table].setdefault(base.language, []).extend(fresh)
    return list(forms)


def _bearer(actor: Actor, kind: str) -> Bearer:
    if kind in _NAMES:
        return BEARERS[actor.pronouns]
    return "country" if kind == "country" else "man"


class _Base(NamedTuple):
    """A surface that takes endings: of which table, in which language, and how that (`code`) inflects."""

    table: int
    kind: str
    language: str
    code: str
    inflection: Inflection
    surface: str


def _bases(actor: Actor, languages: Collection[str]) -> Iterator[_Base]:
    """The surfaces that take endings, last those of any language."""
    for any_language in (False, True):
        for index, (kind, _, table) in enumerate(actor.tables()):
            for language in table:
                if (language == "und") is not any_language:
                    continue
                for surface in table[language]:
                    for code, inflection in inflections(language, surface, languages).items():
                        if not (inflection.nouns or kind == "country"):
                            continue
                        yield _Base(
                            index, kind, code if any_language else language, code, inflection, surface
                        )


def _own_forms(bases: Sequence[_Base]) -> Mapping[str, Collection[str]]:
    """The words that are forms of others, folded, by language: endings that the watch gives itself."""
    forms_by_word: dict[str, dict[str, set[str]]] = {}  # by language
    for base in bases:
        forms = forms_by_word.setdefault(base.code, {})
        for word in base.surface.split():
            if word not in forms:
                forms[word] = {fold_surface(form) for form in base.inflection.word_forms(word)}
    return {code: _of_others(forms) for code, forms in forms_by_word.items()}


def _of_others(forms: Mapping[str, set[str]]) -> Collection[str]:
    """The words that are forms of others which are none themselves."""
    words = {fold_surface(word) for word in forms}
    result: set[str] = set()
    for word, others in forms.items():
        folded = fold_surface(word)
        if folded not in result:
            result |= (others & words) - {folded}
    return result
