"""The posts of a page that is written as things happen: many short articles that are one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice

from lxml.html import HtmlElement

from dyadwatch.articles.paths import path

_POST_TAGS = ("article", "div", "li", "section")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_MIN_POSTS, _MAX_POSTS = 3, 500
_MARKED = path("//@itemprop[. = 'liveBlogUpdate']/..")

Link = Callable[[HtmlElement], bool]


def parts(
    tree: HtmlElement, headline: HtmlElement | None, *, leads_here: Link, is_live: bool
) -> list[HtmlElement]:
    """From the headline to the last post: the elements of a page of posts in order, none where the page is no
    such page. It is one if it says so (`is_live`), marks its posts, or links each at its place."""
    all_posts = [] if headline is None else posts(tree, leads_here, is_live=is_live)
    if headline is None or not all_posts:
        return []
    above = (headline, *headline.iterancestors())
    around = set(above)
    last = all_posts[-1]
    branch = [last]
    for ancestor in last.iterancestors():
        if ancestor in around:
            first = above[max(above.index(ancestor) - 1, 0)]
            children = list(ancestor)
            start, end = children.index(first), children.index(branch[-1])
            return children[start : end + 1] if start <= end else []
        branch.append(ancestor)
    return []


def posts(tree: HtmlElement, leads_here: Link, *, is_live: bool) -> list[HtmlElement]:
    """The largest group of equal siblings that are posts."""
    marked = list(islice(_MARKED(tree), _MAX_POSTS))
    if len(marked) >= _MIN_POSTS:
        return marked
    if not _may_have_posts(tree, leads_here, is_live=is_live):
        return []
    best: list[HtmlElement] = []
    for group in _siblings(tree):
        if len(group) > len(best) and len(group) >= _MIN_POSTS:
            members = [one for one in group if _is_post(one, leads_here, is_live=is_live)]
            if len(members) >= max(_MIN_POSTS, len(best) + 1, len(group) // 2 + 1):
                best = members
    return best


def _may_have_posts(tree: HtmlElement, leads_here: Link, *, is_live: bool) -> bool:
    """Whether there are labels for enough posts: on most pages not, and looking for groups costs far more."""
    labels = tree.iter(*_HEADINGS, "time")
    own = (label for label in labels if _is_label(label, leads_here, is_live=is_live))
    return len(list(islice(own, _MIN_POSTS))) == _MIN_POSTS


def _siblings(tree: HtmlElement) -> Iterable[list[HtmlElement]]:
    """Elements with paragraphs, grouped by parent, tag and class."""
    groups: dict[tuple[HtmlElement, str, str], list[HtmlElement]] = defaultdict(list)
    for element in tree.iter(*_POST_TAGS):
        parent = element.getparent()
        if parent is not None and element.find(".//p") is not None:
            groups[parent, element.tag, element.get("class") or ""].append(element)
    return groups.values()


def _is_post(element: HtmlElement, leads_here: Link, *, is_live: bool) -> bool:
    """Whether an element is headed or dated by a label of a post."""
    heading = next(element.iter(*_HEADINGS), None)
    label = next(element.iter("time"), None) if heading is None else heading
    return label is not None and _is_label(label, leads_here, is_live=is_live)


def _is_label(label: HtmlElement, leads_here: Link, *, is_live: bool) -> bool:
    """Whether a heading or a time leads to no page of its own but to a place of this one."""
    link = next(label.iter("a"), None)
    if link is None:
        link = next(label.iterancestors("a"), None)
    return is_live if link is None else leads_here(link)
