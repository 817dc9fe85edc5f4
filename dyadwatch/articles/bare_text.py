"""Text that stands in no paragraph: in a div, a cell or a section itself, its lines parted by breaks. An
extractor prefers paragraphs, and takes others before it."""

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles import following_texts
from dyadwatch.articles.other_articles import is_about
from dyadwatch.articles.plain_text import one_line
from dyadwatch.articles.standfirsts import is_repeated

_BOXES = frozenset(("article", "body", "center", "div", "li", "main", "section", "td"))
# fmt: off
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
))
# fmt: on
_MIN_TEXT = 20  # characters of a text that may be a sentence
_MAX_TEXTS = 50  # after a headline, among which its first sentence is looked for
_MAX_PARTS = 500  # inline elements of one text
_HEADINGS = frozenset(("h2", "h3", "h4"))

_Run = tuple[str, list[HtmlElement]]


def wrap(
    tree: HtmlElement, headline: HtmlElement | None, title: str | None, read: Sequence[str]
) -> list[str]:
    """Makes paragraphs of the texts that stand in containers of one tag and class, where the first sentence
    after the headline does, and was not `read`: if they are about the headline, or half as long as what was
    read. What they say."""
    first = _first(tree, headline)
    if first is None or is_repeated(one_line(first[1]), read):
        return []
    runs = list(_alike(tree, first[0]))
    texts = [one_line(_text(run)) for _, run in runs]
    whole = " ".join(texts)
    if 2 * len(whole) < sum(map(len, read)) and not is_about(whole, title or ""):
        return []
    for box, run in runs:
        _wrap(box, *run)
    return texts


def _alike(tree: HtmlElement, box: HtmlElement) -> Iterator[tuple[HtmlElement, _Run]]:
    """The texts of the containers with a container's tag and class."""
    for one in list(tree.iter(box.tag)):
        if one.get("class") == box.get("class"):
            yield from ((one, run) for run in list(_runs(one)) if _text(run))


def _first(tree: HtmlElement, headline: HtmlElement | None) -> tuple[HtmlElement, str] | None:
    """The container that holds the first sentence after a headline itself, and that; None where a paragraph
    holds it."""
    texts = (
        (text, holder)
        for text, holder in following_texts.texts(tree, headline)
        if len(text.strip()) >= _MIN_TEXT
    )
    for text, holder in islice(texts, _MAX_TEXTS):
        block = next((one for one in (holder, *holder.iterancestors()) if one.tag not in _INLINE), None)
        if block is None or block.tag in _HEADINGS:
            continue
        if block.tag not in _BOXES:
            return None
        if any(following_texts.ends_sentence(_text(run)) for run in _runs(block)):
            return block, text
    return None


def _runs(box: HtmlElement) -> Iterator[_Run]:
    """The texts of a container between its blocks: the characters before the first element, the elements."""
    text, parts = box.text or "", list[HtmlElement]()
    for child in box:
        if child.tag in _INLINE and not _holds_block(child):
            parts.append(child)
            continue
        yield text, parts
        text, parts = child.tail or "", []
    yield text, parts


def _holds_block(element: HtmlElement) -> bool:
    return any(one.tag not in _INLINE for one in islice(element.iterdescendants(), _MAX_PARTS))


def _text(run: _Run) -> str:
    text, parts = run
    return (text + "".join("".join(one.itertext()) for one in islice(parts, _MAX_PARTS))).strip()


def _wrap(box: HtmlElement, text: str, parts: list[HtmlElement]) -> None:
    """Puts a text of a container into a paragraph where it stands."""
    paragraph = box.makeelement("p")
    paragraph.text = text
    before = parts[0].getprevious() if parts else _before(box, text)
    if before is None:
        box.text = None
    else:
        before.tail = None
    place = 0 if before is None else box.index(before) + 1
    paragraph.extend(parts)
    box.insert(place, paragraph)


def _before(box: HtmlElement, text: str) -> HtmlElement | None:
    """The block after which a text without elements stands, None where it begins the container."""
    if box.text == text:
        return None
    return next((one for one in box if one.tail == text and one.tag not in _INLINE), None)
