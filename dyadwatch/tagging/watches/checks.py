"""Checks: what is allowed in a watch and probably not meant, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from typing import Any, NamedTuple

from dyadwatch.errors import FieldError, json_pointer
from dyadwatch.tagging.lexicons.inflection import frequent_words
from dyadwatch.tagging.lexicons.lexicon import LANGUAGES, lexicon
from dyadwatch.tagging.lexicons.patterns import expand
from dyadwatch.tagging.watches.bodies import country_of
from dyadwatch.tagging.watches.watch import SIDES, Side, Watch
from dyadwatch.text.folding import fold_surface
from dyadwatch.text.language import CODES, primary

_TABLES = ("names", "aliases", "metonyms", "country", "aides", "descriptions")
_NAMING = ("names", "aliases")
_LANGUAGES_READ = 2  # in which the name of a person is looked for among those of countries
_ACTING = ("event", "tie", "speech", "pronoun", "object_pronoun", "negation", "no_name")
# Of what stands behind the names of companies alone; two letters that are words elsewhere have their dots.
_COMPANY_ENDINGS = """
inc incorporated ltd limited llc llp plc corp corporation co company holding holdings group gmbh ag kg kgaa
s.a s.p.a s.r.l s.l n.v b.v a.g a.s a.ş oyj pty pte sarl srl spa oao ооо оао пао зао
"""
_PARTS = frozenset(_COMPANY_ENDINGS.split())


class _Pattern(NamedTuple):
    """A pattern of an actor, and where it stands."""

    side: Side
    table: str
    language: str
    keys: tuple[object, ...]
    text: str


def check_watch(watch: Watch, document: Mapping[str, Any]) -> list[FieldError]:
    """What of a watch is probably not meant; `document` is what it was made of."""
    patterns = list(_patterns(document))
    of_both = _names(patterns, "a") & _names(patterns, "b")
    warnings = [*_languages(patterns), *_kinds(watch), *_split_names(patterns, document)]
    for pattern in patterns:
        is_person = watch.actor(pattern.side).pronouns != "it"
        for detail, code in _faults(pattern, of_both, is_person=is_person):
            warnings.append(FieldError(json_pointer(pattern.keys), detail, code))
    return warnings


def _patterns(document: Mapping[str, Any]) -> Iterator[_Pattern]:
    for side in SIDES:
        actor = document["actors"][side]
        tables: list[tuple[tuple[object, ...], str, Mapping[str, list[str]]]] = [
            ((table,), table, actor.get(table, {})) for table in _TABLES
        ]
        for kind in ("roles", "namesakes"):
            tables += [((kind, at, "text"), kind, one["text"]) for at, one in enumerate(actor.get(kind, ()))]
        for keys, table, texts in tables:
            for language, items in texts.items():
                for number, text in enumerate(items):
                    where = ("actors", side, *keys, language, number)
                    yield _Pattern(side, table, language, where, text)


def _names(patterns: Sequence[_Pattern], side: Side) -> set[str]:
    """What an actor is called by name, folded."""
    return {
        fold_surface(surface)
        for pattern in patterns
        if pattern.side == side and pattern.table in _NAMING
        for surface in expand(pattern.text)
    }


def _languages(patterns: Sequence[_Pattern]) -> Iterator[FieldError]:
    """Keys of languages that no text is identified as, or not by that code."""
    for keys in dict.fromkeys(pattern.keys[:-1] for pattern in patterns if pattern.language != "und"):
        language = str(keys[-1])
        code = primary(language)
        if code not in CODES:
            detail = f"{language} is no language that a text can be in: take its BCP 47 code, or und for any"
            yield FieldError(json_pointer(keys), detail, "unknown_language")
        elif language.partition("-")[0] != code and code != "no":
            detail = f"texts in this language are of {code}, not of {language}"
            yield FieldError(json_pointer(keys), detail, "unknown_language")


def _kinds(watch: Watch) -> Iterator[FieldError]:
    """Bodies that no word for their kind can stand for, and countries that are called a man or a woman."""
    for side in SIDES:
        actor = watch.actor(side)
        first_names = dict(islice(actor.names.items(), _LANGUAGES_READ))
        if actor.pronouns != "it" and country_of(first_names, {}):
            detail = f'{actor.name} is the name of a country, which is "it"'
            yield FieldError(json_pointer(("actors", side, "pronouns")), detail, "not_a_person")
        if actor.pronouns == "it" and not actor.kinds:
            detail = (
                f"{actor.name} is of no kind: give a person pronouns (he or she), and a body a kind (state,"
                " company, ...), by which texts may call it"
            )
            if actor.country:
                detail += "; a state acts through those whom its country describes"
            yield FieldError(json_pointer(("actors", side, "name")), detail, "unknown_kind")


def _split_names(patterns: Sequence[_Pattern], document: Mapping[str, Any]) -> Iterator[FieldError]:
    """Names that a comma without quotes splits: what stands behind names of companies alone, and two items
    that are one name of the actor."""
    for before, pattern in pairwise(patterns):
        if pattern.table not in _NAMING or before.keys[:-1] != pattern.keys[:-1]:
            continue
        words = pattern.text.casefold().split()
        whole = sorted([*before.text.casefold().split(), *words])
        actor = document["actors"][pattern.side]
        names = [actor["name"], *chain.from_iterable(actor["names"].values())]
        is_whole = pattern.table == "names" and any(
            sorted(name.casefold().split()) == whole for name in names
        )
        if is_whole or _PARTS.issuperset(word.strip(".") for word in words):
            detail = f"{pattern.text} is part of a name: a name that holds a comma needs quotes"
            yield FieldError(json_pointer(pattern.keys), detail, "comma")


def _faults(pattern: _Pattern, of_both: set[str], *, is_person: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a pattern, and the code of that."""
    if pattern.table != "namesakes" and any(comma in pattern.text for comma in ",،"):
        yield "holds a comma: two names are written as two, each in quotes", "comma"
    if pattern.table not in _NAMING:
        return
    for surface in expand(pattern.text):
        folded = fold_surface(surface)
        if folded in of_both:
            yield f"{surface} is a name of both actors", "of_both"
        if not surface.isalpha() or surface.isupper():
            continue
        if _is_common_word(pattern.language, folded):
            yield f"{surface} is a common word, found in many texts about others", "common_word"
        elif is_person and pattern.table == "names":
            yield from _bare_given_name(surface, folded)


def _bare_given_name(surface: str, folded: str) -> Iterator[tuple[str, str]]:
    if any(folded in lexicon(language).given_names for language in LANGUAGES):
        detail = "is a given name, which many bear: a name that holds a comma needs quotes"
        yield f"{surface} {detail}", "given_name"


def _is_common_word(language: str, word: str) -> bool:
    codes = LANGUAGES if language == "und" else (primary(language),)
    return any(
        word in lexicon(code).function_words
        or word in frequent_words(code)
        or lexicon(code).knows(word, *_ACTING)
        for code in codes
        if code in LANGUAGES
    )
