"""Sources: whether the words that stand where a speaker may stand name one, and which of them do."""

import itertools
import re
from collections.abc import Iterable

from dyadwatch.tagging.documents.clause import Clause
from dyadwatch.tagging.lexicons.lexicon import Lexicon

WORD = re.compile(r"[\w'-]+")
_MAX_WORDS = 9
_SUBORDINATORS = ("relative", "clause", "that")
_SUPPOSING = ("negation", "hypothetical")
_PARTICLES = (*_SUBORDINATORS, "no_name", "opener", "negation", "break", "both")
_PRONOUNS = ("pronoun", "pronoun_she", "pronoun_it", "former", "latter")
_NAME = 3  # letters
_INITIALS = 4  # letters of all words: Urdu spells out "BBC" as three

Span = tuple[int, int]  # folded offsets


def source_in(clause: Clause, span: Span) -> Span | None:
    """The words of a span that name a source, without a day at their ends ("jeudi son avocat"); None where
    they are a part of a quote, a pronoun, or a fragment of another phrase."""
    source = without_days(clause, span)
    if source is None or _is_fragment(clause, source) or _is_quoted(clause, source):
        return None
    return source if _names_someone(clause, source) else None


def opens_clause(lexicon: Lexicon, word: str) -> bool:
    """Whether a word is a conjunction or begins a clause. What marks a case as well is the article of
    a language whose relative clauses follow commas ("ein Bericht der Zeitung")."""
    if lexicon.joins(word):
        return True
    return word not in lexicon.markers and lexicon.knows(word, *_SUBORDINATORS)


def is_pronoun(lexicon: Lexicon, word: str) -> bool:
    """Whether a word stands for someone named before; "his" of "his doctor" does not."""
    return word not in lexicon.determiners and lexicon.knows(word, *_PRONOUNS)


def trimmed(clause: Clause, start: int, end: int) -> Span | None:
    """A span without what is no letter or digit at its ends;
    None for one that is empty, or too long for a speaker."""
    text = clause.folded_text
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start == end or len(text[start:end].split()) > _MAX_WORDS:
        return None
    return start, end


def without_days(clause: Clause, span: Span) -> Span | None:
    """A span without the days that it begins or ends with, and what belongs to these ("this Monday", "в
    понедельник", Turkish "pazartesi günü")."""
    lexicon, words = clause.lexicon, list(WORD.finditer(clause.folded_text, *span))
    names = [word.group() for word in words]
    ending = _with_day(lexicon, reversed(names))
    opening = _with_day(lexicon, names)
    while opening and not (_is_day(lexicon, opening[-1]) or opening[-1] in lexicon.subjects.outside):
        opening.pop()  # what stands after the day leads to the name ("on Monday the minister")
    words = words[len(opening) : len(words) - len(ending)]
    return trimmed(clause, words[0].start(), words[-1].end()) if words else None


def _with_day(lexicon: Lexicon, words: Iterable[str]) -> list[str]:
    """The first words, as far as they are days and what may belong to these; none where no day is among
    them."""
    run = list(itertools.takewhile(lambda word: _is_day(lexicon, word) or _leads(lexicon, word), words))
    return run if any(_is_day(lexicon, word) for word in run) else []


def _is_day(lexicon: Lexicon, word: str) -> bool:
    return lexicon.knows(word, "day")


def _leads(lexicon: Lexicon, word: str) -> bool:
    """Whether a word may stand before a noun, and names nothing."""
    subjects = lexicon.subjects
    return word in lexicon.function_words or word in subjects.circumstances or word in subjects.outside


def _is_fragment(clause: Clause, span: Span) -> bool:
    """Whether a span is a pronoun, or begins or ends with a word that belongs to what stands outside it."""
    lexicon = clause.lexicon
    words = clause.folded_text[slice(*span)].split()
    outer = {words[0], words[-1]}
    return (
        is_pronoun(lexicon, words[0])
        or not outer.isdisjoint(lexicon.subjects.outside)
        or words[-1] in lexicon.subjects.auxiliaries
    )


def _is_quoted(clause: Clause, span: Span) -> bool:
    """Whether a span begins within a quote that holds more than a name: who says it stands outside."""
    text, start = clause.folded_text, clause.sentence.start
    before = text.count('"', start, span[0])
    if before % 2 == 0:
        return False
    opening, closing = text.rfind('"', start, span[0]), text.find('"', span[1])
    return opening < span[0] - 1 or closing < 0 or closing > span[1]


def _names_someone(clause: Clause, span: Span) -> bool:
    """Whether a span has more than particles, conjunctions and the like, and is no clause of its own: it
    denies and supposes nothing. Where nouns have capitals, it has one."""
    lexicon, is_lower = clause.lexicon, clause.document.is_lower
    words = list(WORD.finditer(clause.folded_text, *span))
    if lexicon.subjects.have_capitals and all(is_lower(word.start()) for word in words):
        return False
    names = [word.group() for word in words if not _is_particle(lexicon, word.group())]
    return (max(map(len, names), default=0) >= _NAME or len("".join(names)) >= _INITIALS) and not any(
        lexicon.knows(word.group(), *_SUPPOSING) for word in words
    )


def _is_particle(lexicon: Lexicon, word: str) -> bool:
    return word in lexicon.function_words or lexicon.knows(word, *_PARTICLES)
