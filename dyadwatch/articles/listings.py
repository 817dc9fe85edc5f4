"""Pages that only lead to articles: front pages, sections, subjects, what an author wrote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from dyadwatch.articles import headings, jsonld
from dyadwatch.articles.canonical_urls import ARTICLE_PATH, is_home_page
from dyadwatch.articles.metadata import PageMetadata
from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import word_key

_TYPES = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
_PROFILE = "profile"  # the og:type of a page about somebody
_OWN_TEXT = 250  # characters from which a text under a headline is that of an article beside a list
_LINKED_HEADINGS = path("//*[self::h2 or self::h3 or self::h4][.//a or ancestor::a]")
_MANY_HEADINGS = 5
# Paragraphs of some length, and those of them that begin with a link to elsewhere
_PARAGRAPHS = path("//p[string-length(normalize-space()) >= 40]")
_BEGINS_WITH_LINK = path(
    "boolean(node()[normalize-space()][1][self::a[@href and not(starts-with(@href, '#'))]])"
)
_MOST = 0.8  # share of the paragraphs
_MANY_TEASERS, _TEASER_TITLE = 15, 25  # links with that many characters
_LISTING_TEXT = 2_500  # characters below which many teasers mean a listing
_CARDS = ("article", "div", "li", "section", "a")
_HEADINGS = ("h2", "h3", "h4", "h5")
_MIN_CARDS, _MAX_CARD = 3, 700  # blocks beside each other, characters of one
_CARD_TEXT = 1_000  # characters below which all of a text may be one card's
_MAX_ELEMENTS, _MAX_PARTS = 5_000, 100  # blocks of a page, and pieces of text of one, that are looked at


def is_listing(page: PageMetadata, title: str, text: str) -> bool:
    """Whether a page that states no article is a list of articles: the root of a site; a page that calls
    itself a list and has hardly a text of its own; one that shows but teasers; a page whose text is short and
    stands in its teasers, or is hardly more than a section's or a person's description above them."""
    if page.url and is_home_page(page.url):
        return True
    is_section = bool(page.url) and not ARTICLE_PATH.search(_path(page.url))
    if _calls_itself_list(page) and not _has_own_text(title, text, is_section=is_section):
        return True
    if _shows_teasers(page, text):
        return True
    if len(text) < _CARD_TEXT and _stands_in_cards(page.tree, title, text, is_section=is_section):
        return True
    return is_section and len(text) < _LISTING_TEXT and _has_many(_teasers(page.tree), _MANY_TEASERS)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _calls_itself_list(page: PageMetadata) -> bool:
    is_profile = (page.meta("og:type") or "").lower() == _PROFILE
    return is_profile or any(_TYPES.intersection(jsonld.types_of(node)) for node in page.nodes)


def _has_own_text(title: str, text: str, *, is_section: bool) -> bool:
    """Whether a text is that of an article, beside which there is the list that structured data speak of."""
    return not is_section and not headings.is_label(title) and len(text) >= _OWN_TEXT


def _shows_teasers(page: PageMetadata, text: str) -> bool:
    has_headings = not text and _has_many(_LINKED_HEADINGS(page.tree), _MANY_HEADINGS)
    return has_headings or _are_teasers(_PARAGRAPHS(page.tree))


def _are_teasers(paragraphs: Sequence[HtmlElement]) -> bool:
    """Whether nearly all of many paragraphs begin with a link to elsewhere."""
    linked = sum(bool(_BEGINS_WITH_LINK(one)) for one in paragraphs)
    return linked >= max(_MANY_HEADINGS, _MOST * len(paragraphs))


def _stands_in_cards(tree: HtmlElement, title: str, text: str, *, is_section: bool) -> bool:
    """Whether a page shows cards, and each paragraph of its text is in one; or there is no more than the name
    of a section or a person over them."""
    cards = [word_key(card) for card in _cards(tree)]
    if not cards:
        return False
    lines = map(word_key, text.split("\n"))
    is_in_cards = all(any(line in card for card in cards) for line in lines)
    return is_in_cards or (is_section and headings.is_label(title) and len(text) < _OWN_TEXT)


def _cards(tree: HtmlElement) -> Iterator[str]:
    """The texts of equal blocks beside each other that each lead to another page."""
    groups: defaultdict[tuple[HtmlElement | None, str], dict[str, str]] = defaultdict(dict)
    for block in islice(tree.iter(*_CARDS), _MAX_ELEMENTS):
        shown = one_line(" ".join(islice(block.itertext(), _MAX_PARTS)))
        if _TEASER_TITLE <= len(shown) <= _MAX_CARD and (target := _target(block, shown)):
            groups[block.getparent(), block.tag].setdefault(target, shown)
    for cards in groups.values():
        if len(cards) >= _MIN_CARDS:
            yield from cards.values()


def _target(block: HtmlElement, shown: str) -> str | None:
    """Where a block leads that is a link, begins or ends with one, or has a heading; None where nowhere, and
    where it has an h1."""
    if block.find(".//h1") is not None:
        return None
    links = [one for one in islice(block.iter("a"), _MANY_TEASERS) if _leads_away(one)]
    texts = [one_line(one.text_content()) for one in links]
    is_card = any(shown.startswith(text) or shown.endswith(text) for text in texts)
    if links and (is_card or next(block.iter(*_HEADINGS), None) is not None):
        return str(links[0].get("href"))
    return None


def _leads_away(link: HtmlElement) -> bool:
    return not (link.get("href") or "#").startswith("#")


def _teasers(tree: HtmlElement) -> Iterator[str]:
    """The targets of links as long as a headline, each once."""
    links = {
        element.get("href", "")
        for element in tree.iter("a")
        if len(one_line("".join(element.itertext()))) >= _TEASER_TITLE
    }
    yield from links


def _has_many(items: Iterable[object], minimum: int) -> bool:
    return sum(1 for _ in islice(items, minimum)) == minimum
