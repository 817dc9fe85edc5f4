"""Name cases: in which grammatical cases each surface of an actor may stand, in the languages that inflect
names."""

from collections.abc import Iterable, Mapping

from dyadwatch.tagging.lexicons.inflection import Bearer, inflections
from dyadwatch.text.folding import fold_surface

NOMINATIVE = "n"

_OF_OBJECTS = frozenset("da")

Surfaces = Mapping[str, Iterable[str]]  # by language


def name_cases(tables: Iterable[tuple[Bearer, Surfaces]]) -> Mapping[str, str]:
    """Folded surface -> the letters of its cases (those of inflection.yaml, and NOMINATIVE), in order. A
    surface is a base form unless it is a form of one that stands before it; one of a language without cases
    is left out."""
    cases: dict[str, set[str]] = {}
    pairs = list(tables)
    languages = {language.partition("-")[0] for _, table in pairs for language in table}
    for bearer, table in pairs:
        for language, surfaces in table.items():
            for surface in surfaces:
                for inflection in inflections(language, surface, languages).values():
                    forms = list(inflection.by_case(surface, of=bearer))
                    if forms and NOMINATIVE not in cases.setdefault(fold_surface(surface), {NOMINATIVE}):
                        continue
                    for case, form in forms:
                        cases.setdefault(fold_surface(form), set()).add(case)
    return {surface: "".join(sorted(some)) for surface, some in cases.items() if some}


def is_oblique(cases: str) -> bool:
    """Whether a name in some cases is an object: it may be none of a subject, and one of an object."""
    return NOMINATIVE not in cases and not _OF_OBJECTS.isdisjoint(cases)
