"""What a language has for finding the subject of a word of saying."""

from typing import NamedTuple


class SubjectWords(NamedTuple):
    """What tells the subject of a word of saying from what else stands before it: `circumstances` are
    prepositions of phrases for where, when and how that are no markers; `auxiliaries` may stand between a
    subject and its verb, and `copulas` make that passive; `clause_endings` are those of verbs that end a
    clause within another (Turkish -dığını). `plural_verbs` are nouns unless their subject is plural ("an
    annual report"): one with a `plural_ending`, or of the `plurals`."""

    circumstances: frozenset[str]
    auxiliaries: frozenset[str]
    copulas: frozenset[str]
    clause_endings: tuple[str, ...]
    have_capitals: bool  # does every noun?
    plural_verbs: frozenset[str]
    plural_ending: str
    plurals: frozenset[str]
