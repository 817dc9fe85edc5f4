"""What differs between two texts of one article, and whether that is a revision of it.

Pages change whenever they are served: the time of an update, counts of readers, advertisements. Such a change
makes no version. Texts are compared by paragraphs, and paragraphs that were reworded by words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dyadwatch import dates
from dyadwatch.articles.boilerplate import is_boilerplate, is_counter, is_margin
from dyadwatch.model.articles import DiffPart
from dyadwatch.text.folding import fold_surface

_MAX_WORDS = 4_000  # of a passage whose words are compared; a longer one was replaced as a whole
_TOKEN = re.compile(r"\s*\S+|\s+\Z")
_WORD = re.compile(r"\w+(?:[:.,/-]\d+)*")
_MAX_PAIRS = 2_500  # of paragraphs to compare; a text with more was written anew
_LABEL = 5  # words before a date in which its label may stand
_SIMILAR = 0.5  # of the words of two paragraphs, from which on one is the other reworded


@dataclass(frozen=True, slots=True)
class Revision:
    """What two texts of an article differ in, apart from what changes by itself: `paragraphs` that one of
    them has and the other does not, and whether the words of others were changed."""

    paragraphs: tuple[str, ...] = ()
    is_reworded: bool = False

    def __bool__(self) -> bool:
        return bool(self.paragraphs) or self.is_reworded


def compare(old: str, new: str) -> Revision:
    """How `new` revises `old`."""
    before, after = _paragraphs(old), _paragraphs(new)
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    removed = [text for text in dict.fromkeys(before) if gone[text] and not _is_volatile(text)]
    added = [text for text in dict.fromkeys(after) if come[text] and not _is_volatile(text)]
    if len(removed) * len(added) > _MAX_PAIRS:
        return Revision((*removed, *added), is_reworded=True)
    paragraphs: list[str] = []
    is_reworded = False
    others = {text: Counter(_words(text)) for text in added}
    for text in removed:
        other = _most_similar(Counter(_words(text)), others)
        if other is None:
            paragraphs.append(text)
            continue
        del others[other]
        is_reworded = is_reworded or _is_reworded(text, other)
    return Revision((*paragraphs, *others), is_reworded)


def lacks(text: str, sentences: Iterable[str]) -> bool:
    """Whether the words of a sentence do not stand in a text any more."""
    words = f" {' '.join(_words(text))} "
    return any(f" {' '.join(_words(sentence))} " not in words for sentence in sentences)


def diff(old: str, new: str) -> tuple[DiffPart, ...]:
    """The words that were kept, removed and added, in order. Those kept and added are together `new`, those
    kept and removed `old`."""
    parts: list[DiffPart] = []
    for part in _differences(_lines(old), _lines(new), by_words=True):
        if parts and parts[-1].op == part.op:
            parts[-1] = DiffPart(part.op, parts[-1].text + part.text)
        else:
            parts.append(part)
    return tuple(parts)


def count_words(parts: Sequence[DiffPart]) -> dict[str, int]:
    """How many words a difference adds and removes."""
    return {
        op: sum(len(_WORD.findall(part.text)) for part in parts if part.op == op)
        for op in ("added", "removed")
    }


def is_similar(old: str, new: str) -> bool:
    """Whether two texts may be one article's: they share half of their words."""
    before, after = Counter(_words(old)), Counter(_words(new))
    return 2 * (before & after).total() >= _SIMILAR * (before.total() + after.total())


def _differences(old: list[str], new: list[str], *, by_words: bool) -> Iterator[DiffPart]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield DiffPart("kept", before)
            continue
        words = _TOKEN.findall(before), _TOKEN.findall(after)
        if by_words and tag == "replace" and max(map(len, words)) <= _MAX_WORDS:
            yield from _differences(*words, by_words=False)
            continue
        if before:
            yield DiffPart("removed", before)
        if after:
            yield DiffPart("added", after)


def _lines(text: str) -> list[str]:
    """The paragraphs with what parts them, so that joined they are the text."""
    return [part for part in re.split(r"(?<=\n)(?=[^\n])", text) if part]


def _paragraphs(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split("\n")) if part]


def _is_volatile(text: str) -> bool:
    """Whether a paragraph may come and go without the article being revised."""
    return is_boilerplate(text) or is_margin(text) or is_counter(text) or dates.is_stamp(text)


def _words(text: str) -> list[str]:
    """The words without regard to case, marks and forms of letters."""
    return [fold_surface(word) for word in _WORD.findall(text)]


def _most_similar(words: Counter[str], others: Mapping[str, Counter[str]]) -> str | None:
    def similarity(other: str) -> float:
        counts = others[other]
        return 2 * (words & counts).total() / max(1, words.total() + counts.total())

    best = max(others, key=similarity, default=None)
    return best if best is not None and similarity(best) >= _SIMILAR else None


def _is_reworded(old: str, new: str) -> bool:
    """Whether other words than times of updates were changed."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > _MAX_WORDS:
        return before != after
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        if tag != "equal" and not (_is_update_time(before, i, j) and _is_update_time(after, k, m)):
            return True
    return False


def _is_update_time(words: list[str], start: int, end: int) -> bool:
    changed = words[start:end]
    return not changed or (
        dates.is_stamp(" ".join(changed))
        and dates.tells_of_update(" ".join(words[max(0, start - _LABEL) : end]))
    )
