"""Lines of a page that may be its byline though nothing marks them: what follows "by", and a name that stands
alone before or after the text."""

from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles import byline_names
from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import one_line

_TEXTS = path(
    ".//text()[not(ancestor::script or ancestor::style or ancestor::svg or ancestor::noscript)]",
    smart_strings=False,
)
_TEXT_TAGS = (
    "p", "div", "span", "strong", "em", "b", "i", "small", "time", "a", "br", "li", "td", "address", "h2",
    "h3", "h4", "h5", "h6", "section", "header",
)  # fmt: skip
_EMPHASIS = frozenset(("b", "strong", "em", "i"))
_MAX_LINES, _MAX_PARENTS = 60, 60  # lines, and elements whose paragraphs are looked at
_MAX_TEXT, _MAX_LABEL, _MAX_LONE = 300, 25, 60  # characters of a line, a label, a signature
_FEW = 8  # paragraphs that are looked at before a text, and after it
_MIN_PARAGRAPH, _MIN_PARAGRAPHS = 100, 2  # characters of a text's paragraph, and such in an element


def text_of(element: HtmlElement) -> str:
    """The text of an element in lines, as its children part it; the words of one name on one line."""
    lines = list(filter(None, map(one_line, _TEXTS(element))))
    is_name = 1 < len(lines) < 4 and all(line.isalpha() and line.istitle() for line in lines)
    return (" " if is_name else "\n").join(lines)


def after_by(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Texts that begin with a word that stands before names, also where an element of its own holds it."""
    before = byline_names.before_name()
    body = tree.find(".//body")
    count = 0
    for element in () if body is None else body.iter(*_TEXT_TAGS, "h1"):
        own = None if element.tag == "h1" else element.text  # a headline is no byline, what follows it may be
        for raw, owner in ((own, element), (element.tail, element.getparent())):
            if raw and len(raw) < _MAX_TEXT and before.match(text := raw.strip()):
                yield owner, one_line(text)
                count += 1
        label = own or ""
        if 1 < len(label) < _MAX_LABEL and byline_names.is_label(label):
            yield element, text_of(element.getparent())[:_MAX_TEXT]
            count += 1
        if count >= _MAX_LINES:
            return


def alone(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Short paragraphs before the first and after the last long one of an element, with their place: "first",
    "last", and "bold" where all is emphasised. Between these stand subheadings; with a link they lead to
    others."""
    parents = dict.fromkeys(element.getparent() for element in tree.iter("p"))
    for parent in islice(parents, _MAX_PARENTS):
        paragraphs = [(len(child.text_content().strip()), child) for child in parent.iterchildren("p")]
        long = [place for place, (length, _) in enumerate(paragraphs) if length > _MIN_PARAGRAPH]
        if len(long) < _MIN_PARAGRAPHS:
            continue
        before, after = paragraphs[: long[0]][-_FEW:], paragraphs[long[-1] + 1 :][:_FEW]
        for place, few in (("first", before), ("last", after)):
            for length, child in few:
                if 1 < length <= _MAX_LONE and child.find(".//a") is None:
                    yield child, f"{place} bold" if _is_emphasised(child) else place


def _is_emphasised(paragraph: HtmlElement) -> bool:
    """Whether one element of emphasis holds all of a paragraph."""
    children = list(paragraph)
    around = [paragraph.text, *(child.tail for child in children)]
    return (
        len(children) == 1 and children[0].tag in _EMPHASIS and not any(map(str.strip, filter(None, around)))
    )
