"""The words beside a surface, and whether they are written as names are."""

import re

from dyadwatch.tagging.actors.surfaces import GazetteerMatch, Surfaces
from dyadwatch.tagging.documents.document import Document, Sentence

_WORD_BEFORE = re.compile(r"([\w'-]+)[ ]$")
_WORD = re.compile(r"\w{2,}")
_LONG_WORD = re.compile(r"\w{4,}")
_NEAR = 40  # folded characters in which the word before a surface is looked for
_HEADLINE_SAMPLE = 200  # folded characters
_MIN_TITLE_WORDS = 5
_TITLE_CASE_SHARE = 0.7  # of the words of a headline


def stands_beside(surfaces: Surfaces, surface: GazetteerMatch, kind: str, *, after: bool) -> bool:
    """Whether a cue of `kind` stands directly after, or before, a surface, in its sentence."""
    document = surfaces.document
    for cue in document.words.get(document.sentence_at(surface.start), ()):
        if (
            cue.payload.kind == kind
            and 0 <= (cue.start - surface.end if after else surface.start - cue.end) <= 1
        ):
            return True
    return False


def word_before(document: Document, offset: int, low: int) -> re.Match[str] | None:
    """The word directly before an offset, not before `low`."""
    low = max(low, offset - _NEAR)
    low = max(
        low, document.folded_text.rfind(" ", low, max(low, offset - 1)) + 1
    )  # or every word would be tried
    return _WORD_BEFORE.search(document.folded_text, low, offset)


def is_title_case(document: Document, sentence: Sentence) -> bool:
    """Whether a sentence is a headline whose words are mostly capitalised; in a short one all are, and one
    of those behind the first is no name ("Putin Meets Erdogan In Sochi")."""
    end = min(sentence.end, sentence.start + _HEADLINE_SAMPLE)
    words = [match.start() for match in _LONG_WORD.finditer(document.folded_text, sentence.start, end)]
    capitals = sum(map(document.is_upper, words))
    if len(words) >= _MIN_TITLE_WORDS:
        return capitals / len(words) > _TITLE_CASE_SHARE
    return capitals == len(words) and _capitalises_plain_word(document, sentence)


def _capitalises_plain_word(document: Document, sentence: Sentence) -> bool:
    """Whether a word that a name never is has a capital behind the first word."""
    lexicon, words = document.lexicon, _WORD.finditer(document.folded_text, sentence.start, sentence.end)
    return any(
        document.is_upper(word.start())
        and (word.group() in lexicon.function_words or "event" in lexicon.kinds_by_word[word.group()])
        for word in words
        if word.start() > sentence.start
    )
