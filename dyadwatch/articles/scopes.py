"""Which part of a page may hold its own article: nothing of another article, and no card that leads to one.

It rests on what HTML means and on no publisher's names: marks of a body, the article element that holds the
headline, headings and blocks that are links.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache, partial
from itertools import chain, islice

from lxml.html import HtmlElement

from dyadwatch.articles import headings, live_posts, neighbours, other_articles
from dyadwatch.articles.live_posts import Link
from dyadwatch.articles.metadata import element_text
from dyadwatch.articles.other_articles import HEADINGS, LABEL, MARKED, MAX_PARTS
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.text.words import word_key

_MIN_TEXT = 30  # characters that a scope has beside the headline
_MIN_MARKED = 10  # characters of bodies that are marked as such
_MIN_PART = 20  # characters that headline and title share
_MAX_HEADINGS = 12  # among which the headline is looked for
_CARD_TAGS = ("a", "article", "aside", "div", "li", "section")
_CARD_BLOCKS = frozenset(("article", "div", "figure", "p", "section", *HEADINGS))
_COMMENTS = frozenset(
    (
        "comment-list",
        "comment-section",
        "commentlist",
        "comments",
        "comments-list",
        "comments-section",
        "disqus_thread",
    )
)
_MIN_LINK = 10  # characters of a heading that is a link
_LINKED = 0.8  # share of its characters that the link has
_MIN_ITEMS = 2  # teasers in a row
_TEASER = 700  # characters that a card has at most for each heading that is a link
_MIN_WRAPPED, _MAX_WRAPPED = 30, 1_500  # characters of blocks within one link


def headline_element(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The heading that shows the title, alone or with a kicker or a part of it; else another element that
    does, or the first h1."""
    key = word_key(title or "")
    first = list(islice(tree.iter("h1"), _MAX_HEADINGS))
    parts: list[HtmlElement] = []
    for one in chain(first, islice(tree.iter("h2"), _MAX_HEADINGS)):
        text = word_key(element_text(one))
        if key and text == key:
            return one
        if _is_part(text, key):
            parts.append(one)
    return next(chain(parts, headings.unmarked(tree, title), first), None)


def _is_part(text: str, key: str) -> bool:
    """Whether of a heading and a title one is a part of the other."""
    return min(len(text), len(key)) >= _MIN_PART and (text in key or key in text)


def article_tree(
    tree: HtmlElement, title: str | None, page: PageIdentity, *, is_live: bool = False, stated: str = ""
) -> HtmlElement:
    """A copy of the part of a page that may hold its article's text, without what leads to others: of its
    posts, see `live_posts`; else of its marked bodies, however short; else of the article element that holds
    the headline; else of all."""
    headline = headline_element(tree, title)
    leads_here = partial(_leads_here, page)
    if posts := live_posts.parts(tree, headline, leads_here=leads_here, is_live=is_live):
        part = _document(posts)
        _drop_others(part, title, [], leads_here)
        _unmark(part, live_posts.posts(part, leads_here, is_live=is_live))
        return part
    article = _article_of(headline)
    bodies = [body for body in _marked(tree) if _is_own(body, article)]
    for parts, rest, least in (
        (bodies, 0, _MIN_MARKED),
        ([] if article is None else [article], _length(headline), _MIN_TEXT),
    ):
        if sum(map(_length, parts)) - rest >= least:
            part = _document(parts)
            _drop_others(part, title, _marked(part), leads_here)
            return part
    whole = deepcopy(tree)
    headline = headline_element(whole, title)
    bodies = [body for body in _marked(whole) if _is_own(body, _article_of(headline))]
    _drop(other_articles.find(whole, headline), headline, bodies)
    _drop_others(whole, title, bodies, leads_here)
    if headline is not None:
        _drop(neighbours.others(whole, headline, title or "", stated), headline, bodies)
    return whole


def _unmark(tree: HtmlElement, posts: list[HtmlElement]) -> None:
    """Makes one text of many: no part of it is marked or named as the whole."""
    for post in posts:
        post.attrib.pop("class", None)
    for element in tree.xpath("/html/body/article//*[self::article or self::header or @itemprop]"):
        element.attrib.pop("itemprop", None)
        if element.tag in {"article", "header"}:
            element.tag = "div"


def _leads_here(page: PageIdentity, link: HtmlElement) -> bool:
    """Whether a link leads to a place of the page itself."""
    address = link.get("href") or ""
    return address.startswith("#") or (bool(address) and page.is_address(address))


def _drop_others(tree: HtmlElement, title: str | None, bodies: list[HtmlElement], leads_here: Link) -> None:
    """Drops what leads to other articles, and what precedes the headline where that shows the title."""
    headline = headline_element(tree, title)
    text, key = word_key("" if headline is None else element_text(headline)), word_key(title or "")
    if headline is not None and (text == key or _is_part(text, key)):
        _drop(other_articles.above_headline(headline), headline, bodies)
        _drop(other_articles.under_other_headlines(headline), headline, bodies)
    linked = {heading for heading in tree.iter("h1", *HEADINGS) if _is_linked(heading, leads_here)}
    headed = (one for one in other_articles.articles(tree) if other_articles.first_heading(one) in linked)
    # The text of an article may stand under headings that are links: a card is no more than the rest
    most = _length(tree) - _length(headline) - _MIN_TEXT
    _drop(
        chain(
            headed,
            (card for card in _cards(linked) if _length(card) <= most),
            _linked_blocks(tree, leads_here),
            _linked_items(tree, leads_here),
            _comments(tree),
        ),
        headline,
        bodies,
    )


def _comments(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that are called comments, by their whole names."""
    for element in tree.iter("div", "ol", "section", "ul"):
        names = (element.get("id") or "", *(element.get("class") or "").split())
        if any(name.lower() in _COMMENTS for name in names):
            yield element


def _drop(elements: Iterable[HtmlElement], headline: HtmlElement | None, bodies: list[HtmlElement]) -> None:
    """Removes `elements`, except those that hold the headline or a body."""
    own = {one for part in (headline, *bodies) if part is not None for one in (part, *part.iterancestors())}
    for element in list(elements):
        if element not in own and element.getparent() is not None:
            # A trace: what stands after it is not what a label before it introduces
            element.addprevious(element.makeelement("aside"))
            element.drop_tree()


def _marked(tree: HtmlElement) -> list[HtmlElement]:
    """The outermost elements that are marked as an article's body."""
    marked = dict.fromkeys(islice(MARKED(tree), MAX_PARTS))
    return [body for body in marked if not any(above in marked for above in body.iterancestors())]


def _article_of(element: HtmlElement | None) -> HtmlElement | None:
    return None if element is None else next(element.iterancestors("article"), None)


def _is_own(body: HtmlElement, article: HtmlElement | None) -> bool:
    """Whether a marked body stands in the article element of the headline, or in one that has no headline of
    its own."""
    holder = _article_of(body)
    return holder is article or (article is None and other_articles.first_heading(holder) is None)


def _document(parts: list[HtmlElement]) -> HtmlElement:
    """A page of copies of `parts`, within an article element."""
    page, body, article = map(parts[0].makeelement, ("html", "body", "article"))
    page = deepcopy(page)  # the root of a document of its own, where paths begin
    page.append(body)
    body.append(article)
    for part in map(deepcopy, parts):
        part.tail = None
        article.append(part)
    return page


def _cards(linked: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The innermost elements that hold a heading that is a link, and more: teasers."""
    length = cache(_length)
    holders = dict.fromkeys(
        element
        for heading in linked
        for element in islice(
            (
                above
                for above in heading.iterancestors(*_CARD_TAGS)
                if length(above) > length(heading) + _MIN_LINK
            ),
            1,
        )
    )
    for holder in holders:
        inside = sum(one in linked for one in islice(holder.iter(*HEADINGS), MAX_PARTS))
        if length(holder) <= _TEASER * inside and other_articles.text_before(holder, linked) <= LABEL:
            yield holder


def _linked_blocks(tree: HtmlElement, leads_here: Link) -> Iterator[HtmlElement]:
    """The links that hold whole blocks."""
    for link in tree.iter("a"):
        has_blocks = any(part.tag in _CARD_BLOCKS for part in islice(link.iter(), MAX_PARTS))
        is_wrapper = has_blocks and link.get("href") and _MIN_WRAPPED <= _length(link) <= _MAX_WRAPPED
        if is_wrapper and not leads_here(link):
            yield link


def _linked_items(tree: HtmlElement, leads_here: Link) -> Iterator[HtmlElement]:
    """Equal siblings that each begin with a link to elsewhere and go on with a paragraph: teasers without
    headings."""
    groups: defaultdict[HtmlElement | None, list[HtmlElement]] = defaultdict(list)
    for item in tree.iter("div", "li"):
        if _begins_with_link(item, leads_here):
            groups[item.getparent()].append(item)
    for items in groups.values():
        if len(items) >= _MIN_ITEMS:
            yield from items


def _begins_with_link(item: HtmlElement, leads_here: Link) -> bool:
    if (item.text or "").strip() or len(item) < 2 or item[0].tag != "a" or item[1].tag not in {"div", "p"}:
        return False
    link = item[0]
    return (
        not (link.tail or "").strip()
        and _length(link) >= _MIN_LINK
        and _length(item) <= _TEASER
        and bool(link.get("href"))
        and not leads_here(link)
    )


def _is_linked(heading: HtmlElement, leads_here: Link) -> bool:
    """Whether a heading is a link that leads elsewhere."""
    size = _length(heading)
    if size < _MIN_LINK:
        return False
    around = next(heading.iterancestors("a"), None)
    links = list(islice(heading.iter("a"), MAX_PARTS)) if around is None else [around]
    is_link = around is not None or sum(map(_length, links)) >= _LINKED * size
    return is_link and not all(map(leads_here, links))


def _length(element: HtmlElement | None) -> int:
    """The characters of an element's first pieces of text."""
    if element is None:
        return 0
    return sum(map(len, map(str.strip, islice(element.itertext(), 10 * MAX_PARTS))))
