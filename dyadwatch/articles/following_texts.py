"""The texts of a page in order, each with the element that holds it: outside of what holds none of an
article's."""

import re
from collections.abc import Iterator

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from dyadwatch.text.words import words

_AWAY = ("a", "aside", "figure", "footer", "form", "h1", "header", "nav")
_SENTENCE_END = re.compile(r"[.!?։。！？؟۔।…][\"')\]»”’]*\s*$")
_MIN_TEXT, _MIN_WORDS = 12, 5  # characters and words of a sentence that ends as one
_LONG = 80  # characters of a text that may go on in a link


def texts(tree: HtmlElement, headline: HtmlElement | None) -> Iterator[tuple[str, HtmlElement]]:
    """The texts that follow a headline, of the whole tree where there is none."""
    if headline is None:
        yield from _inside(tree)
        return
    for branch in (headline, *headline.iterancestors()):
        yield from _tail(branch)
        for one in branch.itersiblings():
            yield from _inside(one)
            yield from _tail(one)


def is_sentence(text: str) -> bool:
    """Whether a text, or a part of one before a link, is long or ends as a sentence does."""
    return len(text.strip()) >= _LONG or ends_sentence(text)


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence of some words does."""
    return (
        len(text) >= _MIN_TEXT and _SENTENCE_END.search(text) is not None and len(words(text)) >= _MIN_WORDS
    )


def _inside(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            if element is not tree:
                yield from _tail(element)
        elif element.tag in _AWAY:
            walk.skip_subtree()
        elif element.text:
            yield element.text, element


def _tail(element: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    holder = element.getparent()
    if element.tail and holder is not None:
        yield element.tail, holder
