"""Case marking: which grammatical case the words and letters around an actor give it.

A case is from, to, by, with, between, and, of or object, however a language marks it: by a preposition, a
postposition, a fused prefix or suffix, or an ending (the tables of lexicons.Lexicon)."""

import re

from dyadwatch.tagging.documents.document import ActorSpan, Document
from dyadwatch.tagging.lexicons.lexicon import Cue

_WORD = re.compile(r"[\w'-]+")
_LETTERS_BEFORE = re.compile(r"\w+$")
_SUFFIX = re.compile(r"'\w+| \w+")
_LAST_WORD = re.compile(r"([\w'-]+)\W{1,2}$")
_MAX_PREFIX = 4  # letters
_MAX_PHRASE = 24  # folded characters
_NEAR = 40  # folded characters in which the word before an actor is looked for
_STEPS = 3  # words before an actor: titles and articles may stand between it and its marker
_TITLES = 3  # words


def case_of(document: Document, span: ActorSpan, cue: Cue | None = None) -> str | None:
    """The case of an actor; a preposition that belongs to `cue` ("praised by") is the cue's and gives
    none."""
    affix_case, marker_case, offset = document.cases.get(span) or _cases(document, span)
    return affix_case or (None if cue is not None and cue.start <= offset < cue.end else marker_case)


def affixed_case(document: Document, span: ActorSpan) -> str | None:
    """The case that a fused prefix, a suffix or an ending gives an actor."""
    return _cases(document, span)[0]


def _cases(document: Document, span: ActorSpan) -> tuple[str | None, str | None, int]:
    """The case by an affix, the case by a marker, and where the marker begins."""
    cases = document.cases.get(span)
    if cases is None:
        cases = document.cases[span] = (_case_by_affix(document, span), *_case_by_marker(document, span))
    return cases


def _case_by_affix(document: Document, span: ActorSpan) -> str | None:
    lexicon = document.lexicon
    return (
        (lexicon.prefixes and _case_by_prefix(document, span))
        or (lexicon.suffixes and _case_by_suffix(document, span))
        or (lexicon.endings and _case_by_ending(document, span))
        or None
    )


def _case_by_prefix(document: Document, span: ActorSpan) -> str | None:
    text, lexicon = document.folded_text, document.lexicon
    fused = _fused_letters(text, span.start)
    contracted = (one for one in lexicon.contracted_prefixes if text.startswith(one, span.start, span.end))
    return lexicon.prefixes.get(fused + next(contracted, ""))


def _case_by_suffix(document: Document, span: ActorSpan) -> str | None:
    after = _SUFFIX.match(document.folded_text, span.end)
    return document.lexicon.suffixes.get(after.group().strip()) if after else None


def _case_by_ending(document: Document, span: ActorSpan) -> str | None:
    surface = document.folded_text[span.start : span.end]
    if span.kind != "pronoun" and " " in surface.strip():
        return None
    return next((case for ending, case in document.lexicon.endings.items() if surface.endswith(ending)), None)


def _fused_letters(text: str, offset: int) -> str:
    """The letters of the same word before an offset."""
    if text[offset - 1 : offset] == " ":
        return ""
    before = _LETTERS_BEFORE.search(text, max(0, offset - _MAX_PREFIX), offset)
    return before.group() if before else ""


def _case_by_marker(document: Document, span: ActorSpan) -> tuple[str | None, int]:
    """The case that the words before an actor give it, and where the one word that does so begins (else
    -1)."""
    offset, lexicon = span.start, document.lexicon
    near = document.folded_text[max(0, offset - _MAX_PHRASE) : offset].rstrip()
    for words, case in lexicon.marker_phrases.items():
        if near.endswith(words):
            return case, -1
    for _ in range(_STEPS):
        word, offset = _word_before(document.folded_text, offset)
        if word in lexicon.markers:
            return lexicon.markers[word], offset
        if not (lexicon.knows(word, "title") or word in lexicon.determiners):
            break
    return None, -1


def _word_before(text: str, end: int) -> tuple[str, int]:
    """The word that ends one or two characters before an offset, and where it begins; empty where there is
    none."""
    low = max(0, end - _NEAR)
    low = max(low, text.rfind(" ", low, max(low, end - 2)) + 1)  # or the search would try every word before
    if text[end - 1 : end] == " " and (word := text[low : end - 1]).isalpha():
        return word, low  # as most do, and soon seen
    match = _LAST_WORD.search(text, low, end)
    return (match.group(1), match.start(1)) if match else ("", end)


def only_markers_between(document: Document, start: int, end: int) -> bool:
    """Whether only markers and titles stand between two offsets ("adviser to President ...")."""
    words = [match.group() for match in _WORD.finditer(document.folded_text, start, end)]
    return all(word in document.lexicon.markers or document.lexicon.knows(word, "title") for word in words)


def only_titles_between(document: Document, start: int, end: int) -> bool:
    """Whether at most a few titles and determiners stand between two offsets."""
    lexicon = document.lexicon
    words = [match.group() for match in _WORD.finditer(document.folded_text, start, end)]
    return len(words) <= _TITLES and all(
        word not in lexicon.markers and (lexicon.knows(word, "title") or word in lexicon.determiners)
        for word in words
    )
