"""Object position: whether a verb or a preposition before an actor makes it an object."""

import re
from collections.abc import Callable, Collection

from dyadwatch.tagging.documents.case_marking import affixed_case
from dyadwatch.tagging.documents.document import ActorSpan, Document, Sentence

_LAST_WORD = re.compile(r"([\w'-]+)([^\w'-]*)$")
_EDGE = re.compile(r"""[,;:.!?()"\u2014،؛؟]""")
_NEAR = 40  # folded characters
_STEPS = 6  # words before an actor
_OBJECT_CASES = frozenset({"to", "with", "object"})
# Kinds of words after which an actor is the subject of what follows.
_SUBJECT_OPENERS = frozenset({"that", "speech", "break", "clause", "opener", "relative"})

# (document, sentence, start and end of a verb or preposition, an actor after it) -> whether he is its subject
SubjectFollows = Callable[[Document, Sentence, tuple[int, int], ActorSpan], bool]


def stands_as_object(
    document: Document, sentence: Sentence, span: ActorSpan, subject_follows: SubjectFollows
) -> bool:
    """Whether the words before an actor make it the object of a verb or preposition, not a subject."""
    if affixed_case(document, span) in _OBJECT_CASES:
        return True
    lexicon, offset, perfect = document.lexicon, span.start, False
    for _ in range(_STEPS):
        end, (offset, word, after) = offset, _last_word(document.folded_text, sentence.start, offset)
        if not word or (after != " " and _EDGE.search(after)):
            return False
        if case := lexicon.markers.get(word):
            return case != "and" and not _is_topic(document, sentence, span, offset)
        kinds = lexicon.kinds_by_word[word]
        if not kinds.isdisjoint(_SUBJECT_OPENERS):
            return perfect and "relative" in kinds  # "X, who toppled A"
        perfect = "late" in kinds
        if _may_govern(document, kinds, offset, word):
            return not subject_follows(document, sentence, (offset, end - len(after)), span)
    return False


def _last_word(text: str, start: int, end: int) -> tuple[int, str, str]:
    """The last word of text[start:end], as far as it is looked at: where it begins, the word, and what
    follows it; empty where there is none."""
    low = max(start, end - _NEAR)
    space = text.rfind(" ", low, max(low, end - 1))
    if space >= 0 and text[end - 1] == " " and (word := text[space + 1 : end - 1]).isalpha():
        return space + 1, word, " "  # as most do, and soon seen
    # From the last space, since the search is quadratic in the words before.
    match = _LAST_WORD.search(text, space + 1, end) if space >= 0 else None
    match = match or _LAST_WORD.search(text, low, end)
    return (match.start(1), match[1], match[2]) if match else (end, "", "")


def _is_topic(document: Document, sentence: Sentence, span: ActorSpan, offset: int) -> bool:
    """Whether the phrase of a preposition at `offset` opens the sentence and a comma follows ("For K, losing
    A ...")."""
    return offset == sentence.start and document.folded_text[span.end : span.end + 2] == ", "


def _may_govern(document: Document, kinds: Collection[str], offset: int, word: str) -> bool:
    """Whether a word of some kinds is an act, or, written in lower case and neither a title nor a determiner,
    a verb or preposition."""
    if "event" in kinds:
        return True
    return "title" not in kinds and word not in document.lexicon.determiners and document.is_lower(offset)
