"""The elements around the text of an article whose names say what else is in them: "comments-enabled" of a
text that may be commented on. An extractor leaves them out with what is in them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import dropwhile

from lxml.html import HtmlElement

from dyadwatch.text.words import word_key

_NAMES = ("class", "id")


def unname(
    tree: HtmlElement,
    sentences: Sequence[tuple[HtmlElement, str]],
    headline: HtmlElement | None,
    standfirst: str | None,
) -> bool:
    """Takes class and id from the elements that hold half of a page's `sentences`, with the first after the
    headline and standfirst. Whether there are such."""
    key = word_key(standfirst or "")
    texts = {element: text for element, text in sentences if word_key(text) != key}
    first = next((one for one in _from(tree, headline) if one in texts), None)
    sizes = _sizes(texts)
    above = () if first is None else first.iterancestors()
    half = sum(map(len, texts.values())) / 2
    names = [name for one in above if sizes[one] >= half for name in _NAMES if one.attrib.pop(name, None)]
    return bool(names)


def _sizes(texts: Mapping[HtmlElement, str]) -> Counter[HtmlElement]:
    """The characters of texts that stand in each element around them."""
    sizes: Counter[HtmlElement] = Counter()
    for element, text in texts.items():
        for holder in element.iterancestors():
            sizes[holder] += len(text)
    return sizes


def _from(tree: HtmlElement, headline: HtmlElement | None) -> Iterator[HtmlElement]:
    """The elements of a page, from the headline on."""
    elements = tree.iter("*")
    return elements if headline is None else dropwhile(lambda one: one is not headline, elements)
