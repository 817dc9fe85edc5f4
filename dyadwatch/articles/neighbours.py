"""What follows the text under a headline and tells of something else, though nothing marks it as another
article: no article element, no link, no headline of its own.

The first text after the headline, with what goes on with it in the same container, is compared with all that
follows. On 147 pages of news whose text nothing marks, what followed of the article had .38 of the words of
its headline, or of the headline and the first text; what was of something else had less on 54 of 61.
"""

from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import NamedTuple

from lxml.html import HtmlElement

from dyadwatch.articles import following_texts
from dyadwatch.articles.other_articles import HEADINGS, first_heading, is_about
from dyadwatch.text.words import word_key

_MAX_TEXTS = 2_000
_BOXES = frozenset(("article", "div", "main", "section", "table"))
_STATED = 0.9  # share of the first text that structured data states as the whole


_Boxes = tuple[tuple[str, str | None], ...]


class _Place(NamedTuple):
    """Where a text stands: in which element around the headline, in which block of that (None for a text of
    that itself), in which boxes in that block (tag and class of each), and in which element itself."""

    container: HtmlElement
    block: HtmlElement | None
    boxes: _Boxes
    holder: HtmlElement


@dataclass(slots=True)
class _Parts:
    """The sentences of the first text after a headline, those of other blocks, and which of these
    follow it."""

    own: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    blocks: list[HtmlElement] = field(default_factory=list)


def others(tree: HtmlElement, headline: HtmlElement, title: str, stated: str) -> list[HtmlElement]:
    """The blocks after a headline that are of something else: where the first text is about `title`, and the
    blocks are not; or where `stated` (the text that structured data gives, "" where none) is the first text,
    and holds nothing of them."""
    places = _places(tree, headline)
    if not places:
        return []
    if stated and _is_stated(parts := _parts(places, is_strict=True), word_key(stated)):
        return parts.blocks
    parts = _parts(places)
    own, other = " ".join(parts.own), " ".join(parts.other)
    is_whole = len(own) >= _STATED * len(stated)
    is_apart = (
        is_whole
        and is_about(own, title)
        and not any(is_about(other, one) for one in (title, f"{title} {own}"))
    )
    return parts.blocks if is_apart else []


def _places(tree: HtmlElement, headline: HtmlElement) -> list[tuple[str, _Place]]:
    """The sentences after a headline, each with where it stands."""
    around = set(headline.iterancestors())
    texts = islice(following_texts.texts(tree, headline), _MAX_TEXTS)
    return [(text, _place(holder, around)) for text, holder in texts if following_texts.is_sentence(text)]


def _place(holder: HtmlElement, around: set[HtmlElement]) -> _Place:
    branch = list(takewhile(lambda one: one not in around, (holder, *holder.iterancestors())))
    block = branch[-1] if branch else None
    return _Place(holder if block is None else block.getparent(), block, _boxes(branch), holder)


def _boxes(branch: list[HtmlElement]) -> _Boxes:
    return tuple((one.tag, one.get("class")) for one in branch if one.tag in _BOXES)


def _parts(places: list[tuple[str, _Place]], *, is_strict: bool = False) -> _Parts:
    """`is_strict` counts also blocks beside the first text that no heading sets off."""
    first = places[0][1]
    parts = _Parts()
    own: set[HtmlElement | None] = {None}
    blocks: dict[HtmlElement, None] = {}
    for text, place in places:
        is_beside = place.container is first.container
        if _is_alike(place, first) or (is_beside and not (is_strict or _is_headed(place.block))):
            parts.own.append(text)
            own.add(place.block)
        else:
            parts.other.append(text)
            blocks[place.block] = None
    last = max(number for number, (_, place) in enumerate(places) if place.block in own)
    later = {place.block for _, place in places[last:]}  # a box between paragraphs is of their text
    parts.blocks = [one for one in blocks if one in later - own]
    return parts


def _is_alike(place: _Place, first: _Place) -> bool:
    """Whether a text goes on in the block of the first, in none, or in one like it."""
    if place.container is not first.container:
        up = takewhile(lambda one: one is not place.container, (first.holder, *first.holder.iterancestors()))
        return _has_names(place.boxes) and place.boxes == _boxes(list(up))
    if place.block is first.block or not place.boxes:
        return True
    return place.boxes == first.boxes and (len(place.boxes) == 1 or _has_names(place.boxes))


def _has_names(boxes: _Boxes) -> bool:
    return any(name for _, name in boxes)


def _is_headed(block: HtmlElement | None) -> bool:
    return first_heading(block, *HEADINGS) is not None


def _is_stated(parts: _Parts, stated: str) -> bool:
    """Whether a text holds hardly less than the first text, and nothing of the blocks."""
    sizes = [len(text) for text in parts.own]
    covered = sum(len(text) for text in parts.own if word_key(text) in stated)
    return covered >= _STATED * sum(sizes) and not any(word_key(text) in stated for text in parts.other)
