"""Countries: what they are called in the languages of the lexicons, as Unicode's locale data (CLDR) say."""

import functools
from collections.abc import Mapping

from babel import Locale

from dyadwatch.tagging.lexicons.lexicon import LANGUAGES
from dyadwatch.text.folding import fold_surface

# Codes of ISO's form that are no countries: unions, currencies' and pseudo-locales'.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def country_code(language: str, name: str) -> str | None:
    """The ISO 3166 code of the country that has this name in a language; None for another name, and where
    nothing is known of the language."""
    code = language.partition("-")[0]
    return _codes(code).get(fold_surface(name)) if code in LANGUAGES else None


def country_name(language: str, code: str) -> str:
    """What a country is called in one of LANGUAGES."""
    return _names(language)[code]


@functools.cache
def _names(language: str) -> Mapping[str, str]:
    """By code; without what stands in brackets ("Myanmar (Burma)")."""
    territories = Locale(language).territories
    return {
        code: name.partition(" (")[0].partition("（")[0]
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


@functools.cache
def _codes(language: str) -> Mapping[str, str]:
    return {fold_surface(name): code for code, name in _names(language).items()}
