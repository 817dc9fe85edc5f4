"""What a language has for finding the subject of a word of saying, and what describes a noun."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dyadwatch.text.folding import fold_surface

_LEAST_LETTERS = 4  # of a verb with others fused before it


class SubjectWords(NamedTuple):
    """What tells the subject of a word of saying from what else stands before it: `circumstances` are
    prepositions of phrases for where, when and how that are no markers; `auxiliaries` may stand between a
    subject and its verb, and `copulas` make that passive; `clause_endings` are those of verbs that end a
    clause within another (Turkish -dığını). `plural_verbs` are nouns unless their subject is plural ("an
    annual report"): one with a `plural_ending`, or of the `plurals`. `outside` are words that neither begin
    nor end what names a subject."""

    circumstances: frozenset[str]
    auxiliaries: frozenset[str]
    copulas: frozenset[str]
    clause_endings: tuple[str, ...]
    have_capitals: bool  # does every noun?
    plural_verbs: frozenset[str]
    plural_ending: str
    plurals: frozenset[str]
    outside: frozenset[str]


class DescriptionLetters(NamedTuple):
    """The letters of a verb that say that it describes a noun: `relative_letters` are fused before it and say
    "who", `participle_endings` end a form of it that does, and `description_endings` one that stands before
    the noun."""

    relative_letters: tuple[str, ...]
    participle_endings: tuple[str, ...]
    description_endings: tuple[str, ...]

    def say_who(self, word: str, *, is_next: bool) -> bool:
        """Whether a word after a noun, or next to it, is such a verb by its first letters or its last."""
        opens = is_next and len(word) >= _LEAST_LETTERS and word.startswith(self.relative_letters)
        return opens or word.endswith(self.participle_endings)


def words_of(document: Mapping[str, Any], field: str) -> frozenset[str]:
    """The words of a field of a language's data, folded."""
    return frozenset(fold_surface(word) for word in document.get(field, "").split())


def read_subject_words(document: Mapping[str, Any]) -> SubjectWords:
    return SubjectWords(
        words_of(document, "circumstances"),
        words_of(document, "auxiliaries"),
        words_of(document, "copulas"),
        tuple(sorted(words_of(document, "clause_endings"))),
        document.get("nouns") == "capitals",
        words_of(document, "plural_verbs"),
        document.get("plural_ending", ""),
        words_of(document, "plurals"),
        words_of(document, "outside_subjects"),
    )


def read_description_letters(document: Mapping[str, Any]) -> DescriptionLetters:
    return DescriptionLetters(*[tuple(words_of(document, field)) for field in DescriptionLetters._fields])
