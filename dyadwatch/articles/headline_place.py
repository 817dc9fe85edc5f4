"""Where on a page something stands, seen from its headline."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles.byline_lines import Line
from dyadwatch.articles.headings import following

_IS_AWAY = re.compile(
    r"comment|related|recommend|sidebar|footer|teaser|card|popular|trending|most-?read|newsletter|widget"
    r"|carousel|promo|read-?more|more-|latest|disqus|reply|\bnav|menu|list-item|caption|credit|copyright|rail",
    re.IGNORECASE,
)
_AWAY_TAGS = frozenset(("aside", "nav", "footer", "form", "figure", "blockquote"))
NO_TEXT = frozenset(("script", "style", "svg", "noscript", "template", "option"))
_BEFORE, _MAX_BLOCK = 3, 30  # blocks before the headline, elements of one
_WINDOW, _LEAD, _PARAGRAPHS = 120, 100, 2  # elements after the headline; characters, number of paragraphs
_MIN_PLAIN, _MAX_PLAIN, _MAX_PLAIN_WORDS = 3, 160, 16  # characters and words of a line that nothing marks


class HeadlinePlace:
    """What stands around the headline."""

    def __init__(self, heading: HtmlElement | None, closing: AbstractSet[HtmlElement] = frozenset()) -> None:
        """`closing` are the elements that stand just below the text."""
        self._closing = closing
        self._above = (
            {} if heading is None else {one: level for level, one in enumerate(heading.iterancestors())}
        )
        before = () if heading is None else islice(_preceding(heading), _BEFORE)
        self._before = {element for one in before for element in islice(one.iter(), _MAX_BLOCK)}
        self._after = {} if heading is None else _near(heading)

    def place(self, element: HtmlElement, *, is_closing: bool = False) -> Iterator[str]:
        """Where an element stands, or a line of it below the text."""
        if is_closing:
            yield "closing"
        elif element in self._after:
            yield f"near {self._after[element]}"
        elif element in self._before:
            yield "before"
        else:
            yield "closing" if element in self._closing else "far"
        is_away = False
        for ancestor in (element, *element.iterancestors()):
            if ancestor in self._above:
                yield f"shared {min(self._above[ancestor], 6)}"
                break
            if ancestor.tag in _AWAY_TAGS or _IS_AWAY.search(f"{ancestor.get('class')} {ancestor.get('id')}"):
                is_away = True
        if is_away:
            yield "away"

    def place_of_all(self, elements: list[HtmlElement], above: HtmlElement) -> set[str]:
        """Where elements stand if it is in one place, else where that stands which holds them."""
        first, last = set(self.place(elements[0])), set(self.place(elements[-1]))
        return first if first == last else set(self.place(above))

    def lines(self, shown: list[Line], read: AbstractSet[HtmlElement]) -> Iterator[Line]:
        """The short lines between headline and text, but for what stands in elements that were read
        already."""
        for line in shown:
            is_short = _MIN_PLAIN < len(line.text) < _MAX_PLAIN and len(line.text.split()) < _MAX_PLAIN_WORDS
            elements = [element for _, element in line.parts]
            if is_short and self._after.get(elements[0]) == 0 and read.isdisjoint(elements):
                yield line


def _near(heading: HtmlElement) -> dict[HtmlElement, int]:
    """The elements after a headline, each with the number of paragraphs between."""
    after: dict[HtmlElement, int] = {}
    if (heading.tail or "").strip():
        after[heading.getparent()] = 0
    paragraphs = 0
    for element in islice(following(heading), _WINDOW):
        if element.tag == "p" and len("".join(element.itertext())) > _LEAD:
            paragraphs += 1
            if paragraphs > _PARAGRAPHS:
                break
        after[element] = paragraphs
    return after


def _preceding(element: HtmlElement) -> Iterator[HtmlElement]:
    """The blocks before an element, the nearer first, within the three that hold it."""
    for ancestor in islice((element, *element.iterancestors()), 3):
        yield from ancestor.itersiblings(preceding=True)
