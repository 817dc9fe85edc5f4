"""The summary of an article: as the page states it, and as the standfirst that readers see under the
headline."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from lxml.html import HtmlElement

from dyadwatch.articles.following_texts import ends_sentence
from dyadwatch.articles.metadata import PageMetadata, element_text
from dyadwatch.articles.page_identity import trigrams
from dyadwatch.articles.scopes import headline_element
from dyadwatch.text.words import word_key

_TAGS = frozenset(("p", "div", "h2", "h3"))
_BLOCKS = frozenset(("p", "div", "section", "ul", "ol", "h1", "h2", "h3", "figure", "table"))
_MIN_STANDFIRST = 80  # characters
_MIN_PARAGRAPH, _MAX_PARAGRAPH = 40, 600  # characters
_BEGINNING = 60  # characters of a key that identify a text which the page states in a shortened form
# Names by which publishers mark a standfirst, and words of the names of what stands there too
_NAMED = re.compile(
    r"(?<![a-z])(?:stand-?first|deck|dek|lede?|lead|intro(?:duction)?|excerpt|summary|synopsis|abstract"
    r"|epigraph|sub-?(?:title|deck|head(?:er|ing|line)?)|chapo|sous-?titre|entradilla|bajada|copete|vorspann"
    r"|unterzeile|sommario|catenaccio|ingress|manchet|linha-?fina|perex|ozet|[sș]apou?)(?![a-z]|-?\d)",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"author|avatar|byline|caption|card|comment|credit|date|figure|image|media|meta|photo|related|share|time",
    re.IGNORECASE,
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STATING = frozenset(("description", "alternativeheadline"))  # itemprops
_ASKS = re.compile(r"[?؟？]\W*$")  # as the heading of a section or of a form may
_AWAY = ("aside", "figure", "form", "nav")
_STATED = 0.7  # share of a standfirst that a page states, after a place from which it was written
_SAME = 0.95  # share of a standfirst's trigrams that a paragraph which repeats it has
_LEVELS = 3  # elements around one whose names are read
_MAX_CANDIDATES, _MAX_ELEMENTS = 12, 600  # headings or paragraphs, and elements, that are looked at


def dek(page: PageMetadata, title: str) -> str | None:
    """The summary that the page states, as far as it differs from the headline."""
    summary = page.node_text("description") or page.meta(
        "og:description", "description", "twitter:description"
    )
    return summary if summary and word_key(summary) != word_key(title) else None


def visible_standfirst(page: PageMetadata, title: str | None) -> str | None:
    """The text between headline and body that the page also states as its description, or that is a sentence
    and marked as what stands there; None where it shows none.

    Extractors skip it as part of the page's head. Put before the body, one that is stated makes 59 of 355
    texts better and 17 worse, because most annotators count it as text; those that are marked, or stated
    without their dateline, 34 better and 8 worse.
    """
    heading = headline_element(page.tree, title)
    if heading is None:
        return None
    following = ((one, _paragraph(one)) for one in islice(_following(heading), _MAX_ELEMENTS))
    shown = list(islice(((one, text) for one, text in following if text), _MAX_CANDIDATES))
    return _standfirst_of(shown, _stated_keys(page))


def _standfirst_of(shown: list[tuple[HtmlElement, str]], keys: tuple[str, ...]) -> str | None:
    """Of the paragraphs after a headline the one that is stated, or the first sentence where its markup says
    so."""
    stated = next((one for one in shown if _is_stated(word_key(one[1]), keys)), None)
    if stated is not None and len(stated[1]) >= _MIN_STANDFIRST:
        return stated[1]
    first = stated or next((one for one in shown if _is_statement(one[1])), None)
    return first[1] if first is not None and _is_statement(first[1]) and _is_standfirst(*first) else None


def _is_statement(text: str) -> bool:
    """Whether a text is a sentence, which what follows may complete."""
    return ends_sentence(text) or text.endswith((":", "："))


def _stated_keys(page: PageMetadata) -> tuple[str, ...]:
    """The summaries that a page states, as far as they are long enough to identify a text."""
    summaries = (
        page.node_text("description", "alternativeHeadline"),
        *map(page.meta, ("og:description", "description")),
    )
    return tuple(word_key(text) for text in summaries if text and len(text) > _BEGINNING)


def _is_standfirst(element: HtmlElement, text: str) -> bool:
    """Whether an element is a heading that states something; or it, the one around it or one that holds
    nothing else has the name of a standfirst."""
    if element.find(".//a") is not None or next(element.iterancestors(*_AWAY), None) is not None:
        return False
    around = list(islice(element.iterancestors(), _LEVELS))
    whole = takewhile(lambda one: element_text(one) == text, around)
    holders = dict.fromkeys((element, *around[:1], *whole))
    names = " ".join(map(_names, holders))
    stated = {word for one in holders for word in (one.get("itemprop") or "").lower().split()}
    is_heading = element.tag in {"h2", "h3"} and not _ASKS.search(text)
    is_standfirst = is_heading or has_name(names) or not _STATING.isdisjoint(stated)
    return is_standfirst and _OTHERS.search(names) is None


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """XPath's axis: the elements after one, in the order of the document. As far as they are asked for."""
    for holder in (element, *element.iterancestors()):
        for sibling in holder.itersiblings("*"):
            yield from sibling.iter("*")


def has_name(names: str) -> bool:
    """Whether the class and id of an element are those of a standfirst."""
    return _NAMED.search(_HUMP.sub("-", names)) is not None


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
    is_long = len(text) >= _MIN_PARAGRAPH or ends_sentence(text)
    return text if is_long and len(text) <= _MAX_PARAGRAPH else None


def _is_stated(text: str, keys: tuple[str, ...]) -> bool:
    return any(
        text == one
        or (len(text) > _BEGINNING and one.startswith(text[:_BEGINNING]))
        or (text.endswith(f" {one}") and len(one) >= _STATED * len(text))
        for one in keys
    )
