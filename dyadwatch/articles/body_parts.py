"""The parts of a body that stands in several containers, of which an extractor reads some.

Two containers are alike where both have the same tag and class, and so have the elements around them: the
boxes that hold the paragraphs of one article, with pictures and advertisements between. They may hold several
articles as well, so nothing before the headline is taken, nothing under a headline of its own, and nothing
after a heading that follows all that was extracted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles import scopes
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import words

_MAX_PARAGRAPHS = 3_000
_MIN_PROSE = 60  # characters of a paragraph that may be of an article's text
_MAX_LINKED = 0.6  # share of its characters that links have
_HEADINGS = ("h1", "h2", "h3")
_LEVELS = 2  # elements around a paragraph that are compared
_Paragraphs = Sequence[tuple[HtmlElement, str]]


def with_lost_parts(extracted: list[str], tree: HtmlElement, title: str | None) -> list[str]:
    """`extracted`, and in their places the paragraphs of containers that are like the one that holds most of
    it, where nothing of them was extracted."""
    paragraphs = [(one, one_line(one.text_content())) for one in islice(tree.iter("p"), _MAX_PARAGRAPHS)]
    places = {text: place for place, text in enumerate(extracted)}
    lost = [one for one, text in paragraphs if text not in places and _is_prose(one, text)]
    parts, alike = _alike(lost, [(one, text) for one, text in paragraphs if text in places])
    if not parts:
        return extracted
    own = set(_own(parts, alike, tree, scopes.headline_element(tree, title)))
    return _insert(extracted, places, paragraphs, own)


def _alike(lost: list[HtmlElement], read: _Paragraphs) -> tuple[list[HtmlElement], list[HtmlElement]]:
    """Those of `lost` and of `read` that stand in containers like the one with most of the text, of `lost`
    only where nothing of their container was read."""
    if not lost or not read:
        return [], []
    sizes: Counter[tuple[object, ...]] = Counter()
    for one, text in read:
        sizes[_kind(one)] += len(text)
    main = max(sizes, key=lambda kind: sizes[kind])
    known = {one.getparent() for one, _ in read}
    parts = [one for one in lost if _kind(one) == main and one.getparent() not in known]
    return parts, [one for one, _ in read if _kind(one) == main]


def _own(
    parts: list[HtmlElement], read: list[HtmlElement], tree: HtmlElement, headline: HtmlElement | None
) -> Iterator[HtmlElement]:
    """Those of `parts` that are of the article, as far as headings tell."""
    boxes = _boxes([*parts, *read])
    around = set() if headline is None else set(headline.iterancestors())
    tags = _HEADINGS if any(boxes[one.getparent()] in around for one in read) else ()
    titled = {box for box in boxes.values() if box not in around and _is_titled(box, tags)}
    wanted = {one for one in parts if boxes[one.getparent()] not in titled}
    for element in _from_headline(tree, headline, read[-1], set(boxes.values())):
        if element in wanted:
            yield element


def _from_headline(
    tree: HtmlElement, headline: HtmlElement | None, last: HtmlElement, boxes: set[HtmlElement]
) -> Iterator[HtmlElement]:
    """Paragraphs and headings from the headline to the first heading outside of `boxes` after `last`."""
    has_begun = headline is None
    is_past = False
    for element in tree.iter("p", *_HEADINGS):
        has_begun = has_begun or element is headline
        is_past = is_past or element is last
        if is_past and element.tag != "p" and boxes.isdisjoint(element.iterancestors()):
            return
        if has_begun:
            yield element


def _is_titled(box: HtmlElement, tags: Sequence[str]) -> bool:
    """Whether a box holds an h1, or begins with one of the headings `tags`."""
    return box.find(".//h1") is not None or next(box.iter("p", *tags)).tag != "p"


def _boxes(paragraphs: Iterable[HtmlElement]) -> dict[HtmlElement, HtmlElement]:
    """Each container of paragraphs with itself, or with the element around it that holds no other of them."""
    containers = dict.fromkeys(one.getparent() for one in paragraphs)
    count = Counter(one.getparent() for one in containers)
    return {
        one: one if around is None or count[around] > 1 else around
        for one in containers
        for around in (one.getparent(),)
    }


def _insert(
    extracted: list[str], places: dict[str, int], paragraphs: _Paragraphs, parts: set[HtmlElement]
) -> list[str]:
    """`extracted` with the texts of `parts`, each after what precedes it on the page, but for what is there
    in other spacing."""
    whole = _compact(" ".join(extracted))
    additions: dict[int, list[str]] = {}
    place = 0
    for one, text in paragraphs:
        place = places.get(text, place - 1) + 1
        if one in parts and _compact(text) not in whole:
            additions.setdefault(place, []).append(text)
    return [
        line
        for number in range(len(extracted) + 1)
        for line in (*additions.get(number, ()), *extracted[number : number + 1])
    ]


def _compact(text: str) -> str:
    return "".join(words(text))


def _is_prose(paragraph: HtmlElement, text: str) -> bool:
    if len(text) < _MIN_PROSE:
        return False
    return sum(len(link.text_content()) for link in paragraph.iter("a")) <= _MAX_LINKED * len(text)


def _kind(paragraph: HtmlElement) -> tuple[object, ...]:
    around = (paragraph, *islice(paragraph.iterancestors(), _LEVELS))
    return tuple((one.tag, one.get("class")) for one in around)
