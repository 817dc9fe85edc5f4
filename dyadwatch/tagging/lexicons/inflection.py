"""Inflection: the case forms of names and offices, from their base forms, in the languages that have them."""

import functools
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from dyadwatch.text.folding import fold_surface
from dyadwatch.text.package_yaml import read_strings

_MAX_WORDS = 8  # of a surface that takes endings
_MAX_PARTICLE = 3  # letters of a word in lower case within a name ("de", "фон")

_EASTERN = 3  # words of an Eastern name ("Ким Чен Ын")
_FAMILY_FIRST = 4  # letters of the first of them at most

_CYRILLIC = frozenset(map(chr, range(0x400, 0x530)))

# Whose surface it is: that of a man (and of an office), a woman, a body, or the word for a country.
Bearer = Literal["man", "woman", "body", "country"]
Cases = Sequence[Sequence[str]]  # for each case, the forms of a word


@dataclass(frozen=True, slots=True)
class _Ending:
    """For the words that end so: how many letters give way to the forms of each case."""

    replaced: int
    cases: Cases

    def inflect(self, word: str) -> Cases:
        stem = word[: len(word) - self.replaced]
        return [[word if form == "=" else stem + form for form in forms] for forms in self.cases]


@dataclass(frozen=True, slots=True)
class Inflection:
    """How one language inflects names (the fields of inflection.yaml, which explains them)."""

    inflects_each: bool
    cases: str
    script: str
    letters: frozenset[str]
    adjectives: tuple[str, ...]
    nouns: Mapping[str, _Ending]
    women: Mapping[str, _Ending]
    lone: Mapping[str, _Ending]
    article: str
    feminine: tuple[str, ...]
    masculine: frozenset[str]
    frequent: frozenset[str]
    least: int
    harmony: Mapping[str, str]
    voiceless: str

    def forms(self, surface: str, *, of: Bearer, not_base: Collection[str]) -> list[str]:
        """The case forms of a surface that means `of`; none where a word that would change is `not_base`
        (folded)."""
        words = _words(surface)
        changing = self._changing(words)
        if any(fold_surface(words[index]) in not_base for index in changing):
            return []
        if len(words) == 1 and len(surface) < self.least:
            return []
        result = dict.fromkeys(form for _, form in self._in_cases(words, changing, of))
        if of == "country" or words[0].islower():
            result |= dict.fromkeys(self._lone_forms(words))
        return [form for form in result if form != surface and fold_surface(form) not in self.frequent]

    def by_case(self, surface: str, *, of: Bearer) -> Iterator[tuple[str, str]]:
        """The letters of cases, each with a form that a surface which means `of` has in it; none where the
        cases of the language are not told apart."""
        words = _words(surface)
        for case, form in self._in_cases(words, self._changing(words), of):
            if case < len(self.cases):
                yield self.cases[case], form

    def word_forms(self, word: str) -> Iterator[str]:
        """Every form that a word may have, as a man's name or a woman's."""
        for woman in (False, True):
            for forms in self._inflect(word, woman=woman):
                yield from forms

    def _changing(self, words: Sequence[str]) -> set[int]:
        """The words that take a case: the adjectives at the beginning and the noun that follows and, where
        that is a name, the names after it."""
        last = len(words) - 1
        first = next(
            (at for at, word in enumerate(words) if at == last or not word.endswith(self.adjectives)), last
        )
        changing = set(range(first + 1)) if self.inflects_each or first == last else {*range(first), last}
        if not self.inflects_each or not _name_part(words[first])[:1].isupper():
            return changing
        for index in range(first + 1, len(words)):
            if words[index][:1].isupper():
                changing.add(index)
            elif len(words[index]) > _MAX_PARTICLE:
                break
        return changing

    def _in_cases(self, words: Sequence[str], changing: set[int], of: Bearer) -> Iterator[tuple[int, str]]:
        """The numbers of cases, each with a form in it."""
        woman = of == "woman" or self._names_woman(words)
        for some in self._changes(words, changing, of):
            forms = [
                self._inflect(word, woman=woman and word[:1].isupper()) if index in some else []
                for index, word in enumerate(words)
            ]
            yield from _agreeing(words, forms)

    def _changes(self, words: Sequence[str], changing: set[int], of: Bearer) -> Iterator[set[int]]:
        """Which words may change together: all that do; of a body, those up to its noun, since names after it
        may depend on it; of a name of the East, whose family comes first, the last one."""
        yield changing
        if not self.inflects_each or len(changing) < 2:
            return
        if of == "body":
            noun = next((at for at in sorted(changing) if not words[at].endswith(self.adjectives)), None)
            if noun is not None and noun < max(changing):
                yield set(range(noun + 1))
        elif len(words[0]) <= _FAMILY_FIRST and len(words) == _EASTERN and words[0][:1].isupper():
            yield {len(words) - 1}

    def _names_woman(self, words: Sequence[str]) -> bool:
        """Whether the name begins with a woman's given name."""
        first = words[0].lower()
        return (
            len(words) > 1
            and bool(self.feminine)
            and first.endswith(self.feminine)
            and not first.endswith(self.adjectives)
            and first not in self.masculine
        )

    def _inflect(self, word: str, *, woman: bool) -> Cases:
        part = _name_part(word)
        if not part.replace("'", "").isalpha() or _is_acronym(part):
            return []
        ending = (woman and _longest(self.women, part)) or _longest(self.nouns, part)
        if ending is None:
            return []
        return [[self._harmonize(form) for form in forms] for forms in ending.inflect(word)]

    def _harmonize(self, form: str) -> str:
        """A form with vowels of its ending that agree with the last one before it."""
        if not self.harmony:
            return form
        letters: list[str] = []
        vowels, before = "", ""
        for letter in form:
            if letter in "AID" and vowels:
                hardened = "t" if before in self.voiceless else "d"
                letters.append({"A": vowels[0], "I": vowels[1], "D": hardened}[letter])
            else:
                letters.append(letter)
            before = letter.lower()
            vowels = self.harmony.get(before, vowels)
        return "".join(letters)

    def _lone_forms(self, words: Sequence[str]) -> list[str]:
        ending = _longest(self.lone, words[0]) if len(words) == 1 else None
        if ending is None:
            return []
        forms = [words[0], *(form for forms in ending.inflect(words[0]) for form in forms)]
        return forms + [self._with_other_article(form) for form in forms] if self.article else forms

    def _with_other_article(self, form: str) -> str:
        return form.removeprefix(self.article) if form.startswith(self.article) else self.article + form


def inflections(language: str, surface: str, languages: Collection[str]) -> Mapping[str, Inflection]:
    """By language, the inflection that a surface of an actor takes: that of its own language or, for `und`,
    of those that its letters show, else of those of its script among the `languages` of the actor."""
    if surface.count(" ") >= _MAX_WORDS:
        return {}
    own = language.partition("-")[0]
    codes = _languages_by_letters(surface, languages) if own == "und" else [own]
    return {code: _inflections()[code] for code in codes if code in _inflections()}


def _languages_by_letters(surface: str, languages: Collection[str]) -> list[str]:
    letters = set(unicodedata.normalize("NFC", surface).lower())
    own = [code for code, inflection in _inflections().items() if letters & inflection.letters]
    if own:
        return own
    script = "cyrillic" if letters & _CYRILLIC else "latin"
    of_script = [code for code, inflection in _inflections().items() if inflection.script == script]
    of_actor = [code for code in of_script if code in languages]
    return of_actor or (of_script if script != "latin" else [])


def _words(surface: str) -> list[str]:
    return unicodedata.normalize("NFC", surface).split(" ")


def _agreeing(words: Sequence[str], forms: Sequence[Cases]) -> Iterator[tuple[int, str]]:
    """For each case, by its number, the words in their forms; a word without forms stays as it is, and one
    with fewer cases than others takes its first."""
    for case in range(max(map(len, forms), default=0)):
        choices = (
            (cases[case] if case < len(cases) else cases[0]) if cases else [word]
            for word, cases in zip(words, forms, strict=True)
        )
        yield from ((case, " ".join(choice)) for choice in product(*choices))


def _name_part(word: str) -> str:
    """The part of a compound that is inflected."""
    return word.rpartition("-")[2]


def _is_acronym(word: str) -> bool:
    return len(word) == 1 or 2 * sum(letter.isupper() for letter in word) > len(word)


def _longest(endings: Mapping[str, _Ending], word: str) -> _Ending | None:
    if word in endings:  # a name of its own
        return endings[word]
    lower = "^" + word.lower()
    return next((endings[lower[start:]] for start in range(len(lower)) if lower[start:] in endings), None)


@functools.cache
def _inflections() -> Mapping[str, Inflection]:
    document = read_strings("dyadwatch.tagging.lexicons", "languages/inflection.yaml")
    return {code: _inflection(language) for code, language in document.items()}


def _inflection(document: Mapping[str, Any]) -> Inflection:
    return Inflection(
        inflects_each=document["inflects"] == "each",
        cases=document.get("cases", ""),
        script=document["script"],
        letters=frozenset(document.get("letters", "")),
        adjectives=tuple(document.get("adjectives", "").split()),
        nouns=_endings(document.get("nouns", {})),
        women=_endings(document.get("women", {})),
        lone=_endings(document.get("lone", {})),
        article=document.get("article", ""),
        feminine=tuple(document.get("feminine", "").split()),
        masculine=frozenset(document.get("masculine", "").split()),
        frequent=frozenset(fold_surface(word) for word in document.get("frequent", "").split()),
        least=int(document.get("least", 0)),
        harmony=document.get("harmony", {}),
        voiceless=document.get("voiceless", ""),
    )


def _endings(table: Mapping[str, str]) -> Mapping[str, _Ending]:
    endings = {}
    for keys, forms in table.items():
        cases = [case.split("/") for case in forms.split()]
        for key in keys.split():
            kept, _, replaced = key.partition("|")
            endings[kept + replaced] = _Ending(len(replaced), cases)
    return endings


def has_cases(language: str) -> bool:
    """Whether the cases of names are told apart in a language."""
    inflection = _inflections().get(language)
    return inflection is not None and bool(inflection.cases)


def frequent_words(language: str) -> Collection[str]:
    """Common words of a language that look like forms of names, folded."""
    inflection = _inflections().get(language)
    return inflection.frequent if inflection else frozenset()
