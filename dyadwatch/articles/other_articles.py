"""The parts of a page that are another article: by article elements, headlines and their order."""

from collections.abc import Iterator
from itertools import islice, takewhile

from lxml.html import HtmlElement

from dyadwatch.articles.metadata import element_text
from dyadwatch.articles.paths import path
from dyadwatch.text.words import word_key, words

_BODY = "[contains(concat(' ', ., ' '), ' articleBody ') or . = 'reviewBody']"
MARKED = path(f"//@itemprop{_BODY}/.. | //@property[. = 'articleBody']/..")
_HAS_MARKED = path(f"boolean(.//@itemprop{_BODY} | .//@property[. = 'articleBody'])")
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
MAX_PARTS = 200  # elements, and pieces of text of one, that are looked at
LABEL = 60  # characters that may precede the heading with which an element begins
_SENTENCE = "[string-length(normalize-space()) >= 40]"
# What follows a headline: other headlines, and sentences.
_HEADLINES_AND_TEXT = path(f"following::h1 | following::text(){_SENTENCE}[not(ancestor::a or ancestor::h1)]")
_HAS_TEXT_AFTER = path(f"boolean(following::text(){_SENTENCE}[not(ancestor::a)])")
# What follows a headline: article elements, and sentences outside all of them, of a header and of a figure.
_ARTICLES_AND_TEXT = path(
    f"following::article[not(ancestor::article)] | following::text(){_SENTENCE}[not(ancestor::a"
    " or ancestor::article or ancestor::aside or ancestor::figure or ancestor::footer or ancestor::header"
    " or ancestor::nav)]"
)
_ARTICLES_BEFORE = path("preceding::article")
_STANDFIRST = 400  # characters that may stand between a headline and the article element with the text
_MIN_REST, _REST = 500, 3  # characters of that element, and how many times it is as long
_MIN_WORD = 4  # characters of a word of a headline that tells what it is about
_SHARED = 0.35  # of these, in a text; 97 of 100 texts share as many with their headline, 5 with another


def find(tree: HtmlElement, headline: HtmlElement | None) -> Iterator[HtmlElement]:
    """The parts of a page beside the article with `headline`: article elements that precede it, or begin with
    another headline and have a marked body or follow text under it; containers that begin with another h1."""
    if headline is not None:
        yield from islice(_ARTICLES_BEFORE(headline), MAX_PARTS)
        yield from _under_headlines(headline)
        yield from _after_text(headline)
    for article in articles(tree):
        if _HAS_MARKED(article) and first_heading(article) is not None:
            yield article


def articles(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The first article elements of a page."""
    return islice(tree.iter("article"), MAX_PARTS)


def first_heading(article: HtmlElement | None, *tags: str) -> HtmlElement | None:
    """The heading with which an article element begins, of `tags` (h1 and h2 where none are named)."""
    heading = None if article is None else next(article.iter(*tags or ("h1", "h2")), None)
    return None if heading is None or text_before(article, {heading}) > LABEL else heading


def text_before(element: HtmlElement, headings: set[HtmlElement]) -> int:
    """The characters in an element before one of `headings`, as far as they matter."""
    before = 0
    for part in element.iter():
        if part in headings or before > LABEL:
            break
        before += len((part.text or "").strip()) if isinstance(part.tag, str) else 0
    return before


def _under_headlines(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The containers of paragraphs that begin with another h1, after the headline and text under it."""
    around = set(headline.iterancestors())
    own = word_key(element_text(headline))
    has_text = False
    for part in islice(_HEADLINES_AND_TEXT(headline), 10 * MAX_PARTS):
        if not isinstance(part, HtmlElement):
            has_text = True
        elif has_text and word_key(element_text(part)) != own:
            boxes = takewhile(lambda one: one not in around, part.iterancestors())
            box = next((one for one in boxes if one.find(".//p") is not None), None)
            if box is not None and text_before(box, {part}) <= LABEL:
                yield box


def under_other_headlines(headline: HtmlElement) -> Iterator[HtmlElement]:
    """Those of these containers that are about something else: within one article element another h1 may be a
    part of the headline."""
    own = element_text(headline)
    return (box for box in _under_headlines(headline) if not is_about(box.text_content(), own))


def _after_text(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The article elements that begin with another headline, after text that stands in none. They are the
    page's own where that text is hardly more than a standfirst, and theirs is long and about the headline."""
    own = word_key(element_text(headline))
    above = 0
    for part in islice(_ARTICLES_AND_TEXT(headline), 10 * MAX_PARTS):
        if not isinstance(part, HtmlElement):
            above += len(part.strip())
            continue
        heading = first_heading(part, "h1", *HEADINGS)
        is_headed = above and heading is not None and word_key(element_text(heading)) != own
        if is_headed and not _goes_on(part, own, above):
            yield part


def _goes_on(article: HtmlElement, headline: str, above: int) -> bool:
    """Whether an article element is the text under a headline and a standfirst of `above` characters."""
    text = article.text_content()
    return above <= _STANDFIRST and len(text) >= max(_MIN_REST, _REST * above) and is_about(text, headline)


def is_about(text: str, headline: str) -> bool:
    """Whether a text has a good part of the words of a headline."""
    wanted = {word for word in words(headline) if len(word) >= _MIN_WORD or not word.isascii()}
    return len(wanted & set(words(text))) >= _SHARED * max(len(wanted), 1)


def above_headline(headline: HtmlElement) -> Iterator[HtmlElement]:
    """The elements with a heading or a paragraph that precede a headline, where sentences follow it."""
    if not _HAS_TEXT_AFTER(headline):
        return
    for branch in (headline, *headline.iterancestors()):
        for sibling in branch.itersiblings(preceding=True):
            if next(sibling.iter(*HEADINGS, "p"), None) is not None:
                yield sibling
