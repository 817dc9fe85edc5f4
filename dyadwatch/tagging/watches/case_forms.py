"""Case forms: those of the names, offices and places of a watch beside their base forms, in the languages
that inflect them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from dyadwatch.tagging.lexicons.inflection import Inflection, inflections
from dyadwatch.tagging.watches.watch import Actor, Side, Surfaces
from dyadwatch.text.folding import fold_surface

MAX_CASE_FORMS = 2_000  # of an actor
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
    forms = {side: _case_forms(side, actor, kinds) for side, actor in actors.items()}
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


def _case_forms(side: Side, actor: Actor, kinds: Mapping[str, set[_Kind]]) -> list[_Forms]:
    """The case forms of each table of an actor, without surfaces of another of the `kinds`."""
    tables = [table for _, _, table in actor.tables()]
    languages = {language.split("-")[0] for table in tables for language in table}
    own_forms = _own_forms(tables, languages)
    forms: list[dict[str, list[str]]] = [{} for _ in tables]
    left = MAX_CASE_FORMS
    for index, kind, language, code, inflection, surface in _by_certainty(actor, languages):
        if not left:
            break
        woman = actor.pronouns == "she" and kind in _NAMES
        more = inflection.forms(surface, woman=woman, not_base=own_forms[code])
        own = {(side, kind)}
        fresh = [form for form in more if kinds.get(fold_surface(form), own) <= own][:left]
        left -= len(fresh)
        forms[index].setdefault(language, []).extend(fresh)
    return list(forms)


def _by_certainty(
    actor: Actor, languages: Collection[str]
) -> Iterator[tuple[int, str, str, str, Inflection, str]]:
    """The surfaces that take endings, with the number of their table, its kind, and the language of the
    forms; last those of any language."""
    for any_language in (False, True):
        for index, (kind, _, table) in enumerate(actor.tables()):
            for language, code, inflection, surface in _inflecting(table, languages):
                if (language == "und") is any_language:
                    yield index, kind, code if any_language else language, code, inflection, surface


def _own_forms(tables: Sequence[Surfaces], languages: Collection[str]) -> Mapping[str, Collection[str]]:
    """The words of surfaces that are forms of others of them, folded, by language: endings that the watch
    gives itself."""
    forms_by_word: dict[str, dict[str, set[str]]] = {}  # by language
    for table in tables:
        for _, code, inflection, surface in _inflecting(table, languages):
            forms = forms_by_word.setdefault(code, {})
            for word in surface.split():
                if word not in forms:
                    forms[word] = {fold_surface(form) for form in inflection.word_forms(word)}
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


def _inflecting(table: Surfaces, languages: Collection[str]) -> Iterator[tuple[str, str, Inflection, str]]:
    """The surfaces of a table that take endings: the language given, the one that inflects, and how."""
    for language, surfaces in table.items():
        for surface in surfaces:
            for code, inflection in inflections(language, surface, languages).items():
                yield language, code, inflection, surface
