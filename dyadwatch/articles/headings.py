"""Headlines that are no h1: a lesser heading, or an element of any kind that shows the title."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch import dates
from dyadwatch.articles.metadata import element_text
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.text.folding import UNSPACED
from dyadwatch.text.words import word_key

_LESSER = ("h2", "h3")
_HEADINGS = frozenset(("h1", *_LESSER))
_OTHERS = ("h3", "h4", "h5", "h6", "div", "p", "font", "b", "strong", "span", "td", "big", "center", "a")
_REPLIES = re.compile(r"\b(?:comments?|respond|repl(?:y|ies))\b", re.IGNORECASE)
_AWAY = frozenset(("a", "aside", "footer", "nav", "form"))
_UNSPACED = re.compile(f"[{UNSPACED}]")
_LABEL_WORDS, _PER_LETTER = 2, 0.4  # words of a label at most, and what a letter of scripts without blanks is
_MAX_HEADINGS, _MAX_LENGTH = 20, 400  # headings looked at, characters of one
_MIN_TEXT = 100  # characters that follow a headline before the next heading
_MAX_MARKS = 8  # characters by which a title and the text that shows it differ


def is_label(text: str) -> bool:
    """Whether a text has no more words than the name of a section."""
    words = word_key(text).split()
    return sum(_PER_LETTER if _UNSPACED.match(word) else 1 for word in words) <= _LABEL_WORDS


def lesser(tree: HtmlElement, page: PageIdentity) -> HtmlElement | None:
    """The first lesser heading that is no label, no date and no link to another page, with text under it."""
    for heading in islice(tree.iter(*_LESSER), _MAX_HEADINGS):
        text = element_text(heading)
        if is_label(text) or len(text) > _MAX_LENGTH or dates.is_stamp(text) or _leads_away(heading, page):
            continue
        if _length_below(heading) >= _MIN_TEXT:
            return heading
    return None


def unmarked(tree: HtmlElement, title: str | None) -> Iterator[HtmlElement]:
    """The elements that are no h1 or h2 and hold the title and nothing else."""
    key = word_key(title or "")
    if is_label(key):
        return
    most = len(title or "") + _MAX_MARKS
    texts = ((one, (one.text or "")[: 2 * _MAX_LENGTH].strip()) for one in tree.iter(*_OTHERS))
    yield from (one for one, text in texts if _MAX_MARKS < len(text) <= most and word_key(text) == key)


def _leads_away(heading: HtmlElement, page: PageIdentity) -> bool:
    links = [*islice(heading.iter("a"), _MAX_HEADINGS), *heading.iterancestors("a")]
    return any(not page.is_address(link.get("href") or "") for link in links) or any(
        one.tag in _AWAY - {"a"} or _REPLIES.search(f"{one.get('id') or ''} {one.get('class') or ''}")
        for one in heading.iterancestors()
    )


def _length_below(heading: HtmlElement) -> int:
    """The characters between a heading and the next."""
    length = 0
    for element in following(heading):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _HEADINGS or length >= _MIN_TEXT:
            break
        length += len((element.text or "").strip()) + len((element.tail or "").strip())
    return length


def following(element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements after one, which are not in it."""
    for ancestor in (element, *element.iterancestors()):
        for sibling in ancestor.itersiblings():
            yield from sibling.iter()
