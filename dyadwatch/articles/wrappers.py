"""The elements around the text of an article whose names say what else is in them: "comments-enabled" of a
text that may be commented on. An extractor leaves them out with what is in them."""

from collections import Counter
from collections.abc import Sequence
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
    elements = (
        tree.iter("*") if headline is None else dropwhile(lambda one: one is not headline, tree.iter("*"))
    )
    first = next((one for one in elements if one in texts), None)
    if first is None:
        return False
    sizes: Counter[HtmlElement] = Counter()
    for element, text in texts.items():
        for holder in element.iterancestors():
            sizes[holder] += len(text)
    half = sum(map(len, texts.values())) / 2
    holders = [one for one in first.iterancestors() if sizes[one] >= half and any(map(one.get, _NAMES))]
    for holder in holders:
        for name in _NAMES:
            holder.attrib.pop(name, None)
    return bool(holders)
