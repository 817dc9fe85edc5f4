"""What a feed itself says about an article, where the page may not be read, cannot be, or gives less."""

from lxml import html as lxml_html
from lxml.etree import LxmlError

from dyadwatch.articles.plain_text import clean, fold
from dyadwatch.model.articles import ExtractedArticle

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_DROPPED = ("script", "style", "iframe", "form", "figcaption", "noscript")
# A feed's text is fuller where the page gives less than this share of its length.
_FULLER = 0.8
_LEAST_FULL = 400  # characters below which a feed's text is a summary


def from_entry(title: str, html: str, authors: tuple[str, ...] = ()) -> ExtractedArticle:
    """The article as a feed's entry tells it; its text may be empty, where the entry is a headline alone."""
    return ExtractedArticle(title=fold(title), text=fragment_text(html), authors=authors)


def fragment_text(html: str) -> str:
    """The text of an HTML fragment in NFC, paragraphs separated by a blank line."""
    if "<" not in html and "&" not in html:
        return _paragraphs(clean(html))
    try:
        tree = lxml_html.fragment_fromstring(clean(html), create_parent="div")
    except (LxmlError, ValueError):
        return ""
    for element in tree.xpath("|".join(f".//{name}" for name in _DROPPED)):
        element.drop_tree()
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag in _BLOCKS:
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
    return _paragraphs(clean(tree.text_content()))


def fuller(page_text: str, entry_text: str) -> bool:
    """Whether the feed gives more of the article than the page does."""
    return len(entry_text) >= _LEAST_FULL and len(page_text) < _FULLER * len(entry_text)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
