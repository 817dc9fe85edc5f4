"""The lines around the text of a page, among which a signature may stand: those before its first long line in
the same container, and those after its last."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, takewhile

from lxml.html import HtmlElement

from dyadwatch.articles.byline_lines import Line, block
from dyadwatch.text.words import word_key

_FEW = 8  # lines that are looked at before a text, and after it
_MIN_LINE, _MIN_LINES = 100, 2  # characters of a text's line, and such lines
_MAX_LONE = 60  # characters of a signature
_MAX_TOLD = 100  # lines of a text whose words are looked at
_EMPHASIS = frozenset(("b", "strong"))
_SIGNING = frozenset(("address", "cite", "em", "i"))
_TO_THE_RIGHT = re.compile(r"text-align:\s*(?:right|end)|\b(?:text-(?:right|end)|align-?right|right)\b")
_IN_BRACKETS = re.compile(r"^[(（\[【][^()（）\[\]【】]*[)）\]】]\W?$|^[-–—]+\s")

_Box = tuple[object, object]


class TextEdges:
    """The first and the last long line of the text among the lines of a page, as far as it has one."""

    def __init__(self, shown: Sequence[Line]) -> None:
        self._shown = shown
        places = [place for place, line in enumerate(shown) if len(line.text) > _MIN_LINE]
        boxes = [_box(shown[place]) for place in places]
        sizes: Counter[_Box] = Counter()
        for place, box in zip(places, boxes, strict=True):
            sizes[box] += len(shown[place].text)
        best = max(sizes, key=lambda box: sizes[box], default=None)
        self._text = [place for place, box in zip(places, boxes, strict=True) if box == best]
        if len(self._text) < _MIN_LINES:
            self._text = []
        self.closing = set(self._closing())

    def tells(self, name: str) -> bool:
        """Whether a name is in the text: who wrote it is hardly named there."""
        return f" {word_key(name)} " in self._words

    @cached_property
    def _words(self) -> str:
        texts = (self._shown[place].text for place in self._text[:_MAX_TOLD])
        return f" {word_key(' '.join(texts))} "

    def alone(self) -> Iterator[tuple[HtmlElement, str, str, str]]:
        """Short lines before the first and after the last long one, each with its element, its place
        ("first", "last"), and that with how the line is set off. Between these stand
        subheadings; with a link they lead to others."""
        if not self._text:
            return
        first, last = self._text[0], self._text[-1]
        holder = _holder(self._shown[first])
        before = [line for line in self._shown[max(first - _FEW, 0) : first] if _holder(line) is holder]
        for name, few in (("first", before), ("last", self._after(last))):
            for line in few:
                if 1 < len(line.text) <= _MAX_LONE and not _has_link(line):
                    form = _form(line, name)
                    yield line.parts[0][1], line.text, name, f"{form} sole" if self._is_sole(line) else form

    def _after(self, last: int) -> Iterator[Line]:
        """The lines after the last of the text, up to a long one, within what holds the text's container."""
        around = _holder(self._shown[last]).getparent()
        following = islice(self._shown, last + 1, last + 1 + _FEW)
        for line in takewhile(lambda one: len(one.text) <= _MIN_LINE, following):
            if around is None or around in line.parts[0][1].iterancestors():
                yield line

    def _is_sole(self, line: Line) -> bool:
        """Whether a line alone follows the text in its container: lists and parts of other kinds are more."""
        last = self._text[-1]
        holder = _holder(self._shown[last])
        below = [one for one in self._shown[last + 1 :][:_FEW] if holder in _around(one)]
        return below == [line] or (not below and self._shown[last + 1 : last + 2] == [line])

    def _closing(self) -> Iterator[HtmlElement]:
        """The elements of these lines, and those that hold them and nothing of the text."""
        if not self._text:
            return
        last = self._text[-1]
        text = set(self._shown[last].parts[0][1].iterancestors()) | {self._shown[last].parts[0][1]}
        for line in self._after(last):
            for _, element in line.parts:
                yield from takewhile(lambda one: one not in text, (element, *element.iterancestors()))


def _holder(line: Line) -> HtmlElement:
    """The container of a line: what holds its paragraph, or the block itself."""
    around = block(line.parts[0][1])
    return around.getparent() if around.tag in {"p", "li"} else around


def _around(line: Line) -> set[HtmlElement]:
    return {line.parts[0][1], *line.parts[0][1].iterancestors()}


def _box(line: Line) -> _Box:
    holder = _holder(line)
    return holder.tag, holder.get("class")


def _has_link(line: Line) -> bool:
    return any(part.tag == "a" or next(part.iterancestors("a"), None) is not None for _, part in line.parts)


def _form(line: Line, place: str) -> str:
    """How the markup of a line, and the marks around it, set it off."""
    within = [{one.tag for one in _branch(part)} for _, part in line.parts]
    if all(not tags.isdisjoint(_EMPHASIS) for tags in within):
        return f"{place} bold"
    around = block(line.parts[0][1])
    is_right = any(
        _TO_THE_RIGHT.search(f"{one.get('style')} {one.get('align')} {one.get('class')}".lower())
        for one in (around, *islice(around.iterancestors(), 1))
    )
    is_italic = all(not tags.isdisjoint(_SIGNING) for tags in within)
    is_signed = is_right or is_italic or _IN_BRACKETS.search(line.text)
    return f"{place} signed" if is_signed else f"{place} plain"


def _branch(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those around it up to the block of its line."""
    around = block(element)
    yield from takewhile(lambda one: one is not around, (element, *element.iterancestors()))
    yield around
