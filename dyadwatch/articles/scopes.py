"""Which part of a page may hold its own article: nothing of another article, and no card that leads to one.

It rests on what HTML means and on no publisher's names: marks of a body, the article element that holds the
headline, headings and blocks that are links.
"""

from collections.abc import Iterator
from copy import deepcopy
from itertools import islice

from lxml.html import HtmlElement
from lxml.html.builder import E

from dyadwatch.articles.metadata import element_text
from dyadwatch.text.words import word_key

_BODY_MARK = "(@itemprop='articleBody' or @property='articleBody' or @itemprop='reviewBody')"
_BODIES = f"//*[{_BODY_MARK} and not(ancestor::*[{_BODY_MARK}])]"
_MIN_TEXT = 60  # characters that a scope has beside the headline
_MAX_HEADINGS = 12  # among which the headline is looked for
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_CARD_TAGS = frozenset(("a", "article", "aside", "div", "li", "section"))
_CARD_BLOCKS = frozenset(("article", "div", "figure", "p", "section", *_HEADINGS))
_MIN_LINK = 10  # characters of a heading that is a link
_LINKED = 0.8  # share of its characters that the link has
_TEASER = 700  # characters that a card has at most for each heading that is a link
_LABEL = 60  # characters that may precede the first of these
_MIN_WRAPPED, _MAX_WRAPPED = 30, 1_500  # characters of blocks within one link
_MAX_PARTS = 200  # pieces of text of a card that are looked at


def headline_element(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The heading that shows the title, else the first h1."""
    key = word_key(title or "")
    headings = list(islice(tree.iter("h1"), _MAX_HEADINGS))
    candidates = [*headings, *islice(tree.iter("h2"), _MAX_HEADINGS)]
    same = (one for one in candidates if key and word_key(element_text(one)) == key)
    return next(same, headings[0] if headings else None)


def article_tree(tree: HtmlElement, title: str | None) -> HtmlElement:
    """A copy of the part of a page that may hold its article's text, without cards."""
    narrow = _narrow(tree, headline_element(tree, title))
    _drop_cards(narrow, headline_element(narrow, title))
    return narrow


def _narrow(tree: HtmlElement, headline: HtmlElement | None) -> HtmlElement:
    """A copy of the marked bodies, however short; else of the article element that holds the headline; else
    of all."""
    article = None if headline is None else next(headline.iterancestors("article"), None)
    bodies = tree.xpath(_BODIES)
    own = [body for body in bodies if next(body.iterancestors("article"), None) is article]
    for parts, rest in ((own or bodies, 0), ([] if article is None else [article], _length(headline))):
        if sum(map(_length, parts)) - rest >= _MIN_TEXT:
            return _document(parts)
    return deepcopy(tree)


def _drop_cards(tree: HtmlElement, headline: HtmlElement | None) -> None:
    """Removes the blocks that lead to other articles: under headings that are links, or within one link."""
    own = set() if headline is None else {headline, *headline.iterancestors()}
    own.update(tree.xpath(_BODIES))
    for card in [*_cards_with_headings(tree, own), *_linked_blocks(tree)]:
        if card not in own and card.getparent() is not None:
            card.drop_tree()


def _document(parts: list[HtmlElement]) -> HtmlElement:
    """A page of copies of `parts`, within an article element."""
    article = E.article(*map(deepcopy, parts))
    for part in article:
        part.tail = None
    return E.html(E.body(article))


def _cards_with_headings(tree: HtmlElement, own: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The innermost elements that hold a heading that is a link, and more."""
    linked = {heading for heading in tree.iter(*_HEADINGS) if _is_linked(heading)}
    for heading in linked:
        size = _length(heading)
        for element in heading.iterancestors():
            if element in own:
                break
            if element.tag in _CARD_TAGS and _length(element) > size + _MIN_LINK:
                if _is_card(element, linked):
                    yield element
                break


def _is_card(element: HtmlElement, linked: set[HtmlElement]) -> bool:
    """Whether an element has little text but teasers below headings that are links."""
    headings = [heading for heading in islice(element.iter(*_HEADINGS), _MAX_PARTS) if heading in linked]
    before = 0
    for part in element.iter():
        if part in linked:
            break
        before += len((part.text or "").strip()) if isinstance(part.tag, str) else 0
        if before > _LABEL:
            return False
    return _length(element) <= _TEASER * len(headings)


def _linked_blocks(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The links that hold whole blocks."""
    for link in tree.iter("a"):
        has_blocks = any(part.tag in _CARD_BLOCKS for part in islice(link.iter(), _MAX_PARTS))
        if has_blocks and link.get("href") and _MIN_WRAPPED <= _length(link) <= _MAX_WRAPPED:
            yield link


def _is_linked(heading: HtmlElement) -> bool:
    size = _length(heading)
    if size < _MIN_LINK:
        return False
    return next(heading.iterancestors("a"), None) is not None or (
        sum(map(_length, islice(heading.iter("a"), _MAX_PARTS))) >= _LINKED * size
    )


def _length(element: HtmlElement | None) -> int:
    """The characters of an element's first pieces of text."""
    return (
        0
        if element is None
        else sum(len(part.strip()) for part in islice(element.itertext(), 10 * _MAX_PARTS))
    )
