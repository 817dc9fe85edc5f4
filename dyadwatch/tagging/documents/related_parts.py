"""Where the links to other articles stand that a scraped text still holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from dyadwatch.tagging.lexicons.lexicon import Cue
from dyadwatch.text import story_labels
from dyadwatch.text.folding import Folded

_MAX_LINKS = 8  # paragraphs after a heading for links, beyond which all is links
_PROSE = 200  # folded characters of a paragraph that is no link
_SHORT_LINE = re.compile(r"^[^\n]{2,60}$", re.MULTILINE)
_STOPS = (".", "!", "…", "。")

Part = tuple[int, int]  # folded offsets


def related_parts(
    text: str,
    folding: Folded,
    words: Iterable[Sequence[Cue]],
    starts: Sequence[int],
    paragraph_starts: Sequence[int],
) -> Iterator[Part]:
    """From each heading such as "Read also" after the first third of a text to the next paragraph of prose,
    if one of the few lines after it is one; else to the end. What follows a heading that is a line by itself
    is never prose of the article. `words`: those of the text, by sentence; `starts` and `paragraph_starts`:
    those of the sentences."""
    length = len(folding.text)
    named = {word.start for some in words for word in some if word.payload.kind == "related"}
    labels = {folding.folded(start) for start in _labels(text)}
    end = length // 3
    for heading in sorted(named | labels):
        if heading > end:
            after = [first for first in dict.fromkeys(paragraph_starts) if starts[first] > heading]
            end = _prose_after(after[1:] if heading in labels else after, starts, length)
            yield heading, end


def _labels(text: str) -> Iterator[int]:
    """Where lines begin, after the first third of a text, that label other stories and say nothing else."""
    for match in _SHORT_LINE.finditer(text, len(text) // 3):
        line = match.group().strip()
        if story_labels.kind(line) in story_labels.STORIES and not line.endswith(_STOPS):
            yield match.start()


def _prose_after(paragraphs: Sequence[int], starts: Sequence[int], length: int) -> int:
    """Where the article goes on among the next paragraphs: links are short, prose has several sentences."""
    for first, following in pairwise([*paragraphs, len(starts)][: _MAX_LINKS + 1]):
        end = starts[following] if following < len(starts) else length
        if following - first > 1 and end - starts[first] >= _PROSE:
            return starts[first]
    return length
