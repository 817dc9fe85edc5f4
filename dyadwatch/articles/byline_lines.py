"""The lines that a page shows, and those of them that may be its byline though nothing marks them since a
word such as "by" introduces them."""

from collections.abc import Iterator
from functools import cache

from lxml.html import HtmlElement

from dyadwatch.articles import byline_names
from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import one_line

_SHOWN = ".//text()[not(ancestor::script or ancestor::noscript)]"
_TEXTS, _HELD_TEXTS = path(_SHOWN, smart_strings=False), path(_SHOWN)
_INLINE = frozenset(
    (
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "img", "ins", "label",
        "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    )
)  # fmt: skip
_CELLS = frozenset(("dt", "td", "th"))
_MAX_LINES = 60
_MAX_TEXT, _MAX_LABEL = 300, 25  # characters of a line, a label


class Line:
    """What a page shows in one line: the texts of which it is made, each with the element that holds it."""

    def __init__(self, parts: list[tuple[str, HtmlElement]]) -> None:
        self.parts = parts
        self.text = _joined([text for text, _ in parts])

    def holder(self, text: str) -> HtmlElement:
        """The element in which what begins with `text` is written."""
        return next((element for part, element in self.parts if text[:8] in part), self.parts[0][1])


def text_of(element: HtmlElement) -> str:
    """The text of an element in lines, as its children part it; the words of one name on one line."""
    return _joined(list(filter(None, map(one_line, _TEXTS(element)))))


def _joined(texts: list[str]) -> str:
    is_name = 1 < len(texts) < 4 and all(text.isalpha() and text.istitle() for text in texts)
    return (" " if is_name else "\n").join(texts)


def lines(tree: HtmlElement) -> list[Line]:
    """The lines of a page: what blocks and line breaks part. A headline is none."""
    body = tree.find(".//body")
    found: list[Line] = []
    parts: list[tuple[str, HtmlElement]] = []
    block_of = cache(block)
    last = None
    for raw in () if body is None else _HELD_TEXTS(body):
        before = raw.getparent()
        owner = before.getparent() if raw.is_tail else before
        around = block_of(owner)
        if around is not last or (raw.is_tail and isinstance(before.tag, str) and before.tag not in _INLINE):
            found.append(Line(parts))
            parts = []
        last = around
        if (text := one_line(raw)) and around.tag != "h1":
            parts.append((text, owner))
    return [line for line in (*found, Line(parts)) if line.parts]


def block(element: HtmlElement) -> HtmlElement:
    """The innermost element around an element, or itself, that is more than a part of a line."""
    while element.tag in _INLINE:
        element = element.getparent()
    return element


def after_by(shown: list[Line]) -> Iterator[tuple[HtmlElement, str, str]]:
    """What follows a word that stands before names: in its line, or in the next one where it is alone in an
    element, such as a cell of a table or a list; each with how it is introduced."""
    count = 0
    for place, line in enumerate(shown):
        text = line.text
        if len(text) > _MAX_TEXT:
            continue
        rest = byline_names.from_by(text)
        if not rest and _is_label(line, shown[place - 1 : place]):
            following = (one.text for one in shown[place + 1 : place + 3])
            rest = next((text for text in following if any(map(str.isalnum, text))), "")
            yield line.parts[0][1], rest[:_MAX_TEXT], "label"
        elif rest:
            yield line.holder(rest), rest, "kind" if byline_names.begins_with_kind(rest) else "line"
        count += bool(rest)
        if count >= _MAX_LINES:
            return


def _is_label(line: Line, before: list[Line]) -> bool:
    """Whether a line is a label of names: a word before names, or a role, with a colon or in a cell of its
    own; without these a word that does not follow a name, as roles do."""
    text = line.text
    if len(text) > _MAX_LABEL or len(text) < 2:
        return False
    if text[-1] in ":：" or block(line.parts[0][1]).tag in _CELLS:
        return byline_names.is_label(text) or byline_names.is_role_of_writer(text)
    holder = block(line.parts[0][1]).getparent()
    beside = (one.text for one in before if holder in one.parts[0][1].iterancestors())
    return byline_names.is_label(text) and not any(map(byline_names.is_name_alone, beside))
