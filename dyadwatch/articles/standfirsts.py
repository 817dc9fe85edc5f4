"""The summary of an article: as the page states it, and as the standfirst that readers see under the
headline."""

from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles.metadata import PageMetadata, element_text
from dyadwatch.articles.page_identity import trigrams
from dyadwatch.articles.scopes import headline_element
from dyadwatch.text.words import word_key

_TAGS = frozenset(("p", "div", "h2", "h3"))
_BLOCKS = frozenset(("p", "div", "section", "ul", "ol", "h1", "h2", "h3", "figure", "table"))
_MIN_STANDFIRST = 80  # characters
_MIN_PARAGRAPH, _MAX_PARAGRAPH = 40, 600  # characters
_BEGINNING = 60  # characters of a key that identify a text which the page states in a shortened form
_SAME = 0.95  # share of a standfirst's trigrams that a paragraph which repeats it has
_MAX_CANDIDATES, _MAX_ELEMENTS = 12, 600  # headings or paragraphs, and elements, that are looked at


def dek(page: PageMetadata, title: str) -> str | None:
    """The summary that the page states, as far as it differs from the headline."""
    summary = page.node_text("description") or page.meta(
        "og:description", "description", "twitter:description"
    )
    return summary if summary and word_key(summary) != word_key(title) else None


def visible_standfirst(page: PageMetadata, title: str | None) -> str | None:
    """The text between headline and body that the page also states as its description, None where it shows
    none.

    Extractors skip it as part of the page's head. Put before the body it makes 59 of 355 texts better and 17
    worse, because most annotators count it as text.
    """
    summaries = (
        page.node_text("description", "alternativeHeadline"),
        *map(page.meta, ("og:description", "description")),
    )
    keys = tuple(word_key(text) for text in summaries if text and len(text) > _BEGINNING)
    heading = headline_element(page.tree, title)
    if heading is None or not keys:
        return None
    following = islice(_following(heading), _MAX_ELEMENTS)
    for text in islice(filter(None, map(_paragraph, following)), _MAX_CANDIDATES):
        if _is_stated(word_key(text), keys):
            return text if len(text) >= _MIN_STANDFIRST else None
    return None


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """XPath's axis: the elements after one, in the order of the document. As far as they are asked for."""
    for holder in (element, *element.iterancestors()):
        for sibling in holder.itersiblings("*"):
            yield from sibling.iter("*")


def is_repeated(standfirst: str, paragraphs: Sequence[str]) -> bool:
    """Whether the first paragraphs say what a standfirst says: word for word, or one of them with other words
    here and there."""
    if word_key(standfirst) in word_key(" ".join(paragraphs)):
        return True
    stated = trigrams(standfirst)
    return any(len(stated & trigrams(text)) >= _SAME * len(stated) for text in paragraphs)


def _paragraph(element: HtmlElement) -> str | None:
    if element.tag not in _TAGS or any(child.tag in _BLOCKS for child in element):
        return None
    text = element_text(element)
    return text if _MIN_PARAGRAPH <= len(text) <= _MAX_PARAGRAPH else None


def _is_stated(text: str, keys: tuple[str, ...]) -> bool:
    return any(text == one or (len(text) > _BEGINNING and one.startswith(text[:_BEGINNING])) for one in keys)
