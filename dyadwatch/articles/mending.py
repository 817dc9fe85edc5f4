"""What is changed in a page's tree before an extractor reads it: what it would drop is turned into what it
keeps, and what is no text is taken out."""

from itertools import islice, takewhile

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from dyadwatch.articles import other_articles
from dyadwatch.articles.paths import path
from dyadwatch.text.words import word_key

# Elements that never hold text of an article; without them trafilatura's searches run over fewer nodes.
# fmt: off
_TEXTLESS_TAGS = (
    "script", "template", "link", "meta", "iframe", "select", "source", "footer",
    "button", "canvas", "object", "embed", "textarea", "input", "img",
)
# fmt: on
_FILLED = (
    "iframe",
    "script",
    "object",
    "embed",
    "template",
    "button",
)  # what shows something that is not in the page
_MAX_LABEL, _BOXES = 60, 3  # characters of a label, and boxes around what follows it
_INLINE_WORDS = path("//p//time | //p//label | //p//ins")
# Boxes between the paragraphs of a text that lead nowhere
_ASIDES = path("//aside[p and not(.//a) and preceding-sibling::p and following-sibling::p]")
_QUOTED_FIGURES = path("//figure[.//blockquote]")
_BOXED_LISTS = path("//div[ul or ol]")
_BLOCKS = frozenset(("div", "h2", "h3", "h4", "h5", "h6", "ol", "p", "section", "table", "ul"))
# Characters in links, and their share of an element, from which it only points elsewhere
_MIN_LINK_TEXT, _MIN_LINK_SHARE = 15, 0.9
_MAX_PARTS = 100  # links and pieces of text of a paragraph that are looked at
_LAYOUT = 3  # paragraphs, or breaks of lines, that a cell of data never holds
_MIN_CELL = 100  # characters of such lines


def prune(tree: HtmlElement) -> None:
    """Removes what hardly any annotator counts as text: scripts, footers, captions. Layout tables become
    plain containers."""
    for button in list(tree.iter("button")):
        if next(button.iterancestors("p"), None) is not None:
            button.tag = "span"
    for shown in list(tree.iter("template")):
        if shown.get("shadowrootmode") is not None:
            shown.tag = "div"
    for widget in list(tree.iter(*_FILLED)):
        _trace(widget)
    strip_elements(tree, *_TEXTLESS_TAGS, with_tail=False)
    _unfold_layout(tree)
    _drop(list(tree.iter("figcaption")))


def _trace(widget: HtmlElement) -> None:
    """Leaves a trace of a widget after what may be its label: what stands after it is not what that
    introduces."""
    before = _before(widget)
    if before is None or before.tag in _TEXTLESS_TAGS:
        return
    texts = (text.strip() for text in islice(before.itertext(), _MAX_PARTS))
    if 0 < sum(map(len, texts)) <= _MAX_LABEL and next(widget.iterancestors("p"), None) is None:
        widget.addprevious(widget.makeelement("aside"))


def _before(element: HtmlElement) -> HtmlElement | None:
    """The element before one or before the boxes that begin with it, None where text or nothing is."""
    for branch in (element, *islice(element.iterancestors(), _BOXES)):
        before = branch.getprevious()
        if before is not None:
            return None if (before.tail or "").strip() else before
        holder = branch.getparent()
        if holder is None or (holder.text or "").strip():
            return None
    return None


def mend(tree: HtmlElement) -> None:
    """Keeps words that trafilatura would drop, drops paragraphs and headings that are links."""
    _keep_words(tree)
    for line_break in tree.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    _drop(
        [
            element
            for element in tree.iter("p", "li", "blockquote", "h2", "h3", "h4", "h5")
            if is_all_link(element)
        ]
    )


def is_all_link(element: HtmlElement) -> bool:
    """Whether an element only points elsewhere."""
    links = islice(element.iter("a"), _MAX_PARTS)
    linked = sum(map(_first_length, links))
    return linked >= _MIN_LINK_TEXT and linked > _MIN_LINK_SHARE * _first_length(element)


def _keep_words(tree: HtmlElement) -> None:
    """Turns what trafilatura drops wherever it stands into what it keeps: dates, labels and insertions inside
    a paragraph, figures that hold a quote."""
    for element in _INLINE_WORDS(tree):
        element.tag = "span"
    for figure in _QUOTED_FIGURES(tree):
        figure.tag = "div"
    for box in filter(_is_of_text, _ASIDES(tree)):
        box.tag = "div"
    for box in _BOXED_LISTS(tree):
        _wrap_text(box)


def _is_of_text(box: HtmlElement) -> bool:
    """Whether a box is about what the paragraphs beside it say, and repeats none of them."""
    beside = (*box.itersiblings("p", preceding=True), *box.itersiblings("p"))
    around, own = " ".join(one.text_content() for one in beside), box.text_content()
    repeats = any(word_key(one.text_content()) in word_key(around) for one in box.iter("p"))
    return other_articles.is_about(around, own) and not repeats


def _wrap_text(box: HtmlElement) -> None:
    """Makes a paragraph of the text and the inline elements with which a box begins."""
    parts = list(takewhile(lambda one: one.tag not in _BLOCKS, box))
    if not (box.text or "").strip() and not any(map(_first_length, parts)):
        return
    paragraph = box.makeelement("p")
    paragraph.text, box.text = box.text, None
    paragraph.extend(parts)
    box.insert(0, paragraph)


def _drop(elements: list[HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _first_length(element: HtmlElement) -> int:
    """The characters of an element's first pieces of text."""
    return sum(map(len, map(str.strip, islice(element.itertext(), _MAX_PARTS))))


def _unfold_layout(tree: HtmlElement) -> None:
    """Turns layout tables into plain containers: those that hold a headline, or a cell with a list or several
    paragraphs or lines, or one cell."""
    for table in list(tree.iter("table")):
        if table.find(".//h1") is not None or table.xpath(
            f"boolean(.//td[count(p) >= {_LAYOUT} or ul or ol] or count(.//td | .//th) = 1"
            f" or .//td[count(br) >= {_LAYOUT} and string-length(normalize-space()) >= {_MIN_CELL}])"
        ):
            for element in table.iter("table", "tbody", "tr", "td", "th"):
                element.tag = "div"
