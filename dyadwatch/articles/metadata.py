"""What a page states about itself: headings, meta elements and JSON-LD, collected once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from dyadwatch.articles import jsonld
from dyadwatch.articles.jsonld import Node
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.articles.paths import path
from dyadwatch.articles.plain_text import one_line
from dyadwatch.text.words import word_key

_TEXTS = path(".//text()[not(ancestor::script)]", smart_strings=False)
_MAX_METAS = 500
_MAX_CONTENT = 4_000  # characters of one meta element
_MAX_HEADINGS, _MAX_HEADING = 20, 400  # headings, and characters of one


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """`metas` maps lower-case names (name, property, itemprop, http-equiv) to their contents in order;
    `nodes` are the JSON-LD nodes that can be the page's own, `article` that of its article (empty where
    none); `headings` are the texts of its first h1 elements; `url` is where the page was found; `identity`
    tells what describes the page from what describes others."""

    tree: HtmlElement
    url: str
    headings: tuple[str, ...]
    title_element: str | None
    metas: Mapping[str, tuple[str, ...]]
    nodes: list[Node]
    article: Node
    identity: PageIdentity

    @property
    def article_stated(self) -> bool:
        """Whether JSON-LD has a node of an article's type."""
        return jsonld.is_article(self.article)

    def meta(self, *names: str) -> str | None:
        """The first non-empty content of the first of `names` that the page has."""
        return next((value for name in names for value in self.metas.get(name, ())), None)

    def node_text(self, *names: str) -> str | None:
        """The first of `names` that the article node states as text."""
        return next((text for name in names if (text := jsonld.text_of(self.article.get(name)))), None)


def collect(tree: HtmlElement, url: str) -> PageMetadata:
    """What a page that was found at `url` states."""
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = one_line((element.get("content") or "")[:_MAX_CONTENT])
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content and len(metas) < _MAX_METAS:
                metas.setdefault(name, []).append(content)
    by_name = {name: tuple(values) for name, values in metas.items()}
    headings = tuple(_headings(tree))
    title = _title_element(tree)
    titles = (*headings, *by_name.get("og:title", ()), *by_name.get("twitter:title", ()), title)
    identity = PageIdentity(url, (*canonical_links(tree), *by_name.get("og:url", ())), titles)
    nodes = jsonld.nodes(tree, identity)
    article = jsonld.article_node(nodes, identity)
    return PageMetadata(tree, url, headings, title, by_name, nodes, article, identity)


def canonical_links(tree: HtmlElement) -> list[str]:
    """The targets of canonical links."""
    return [
        element.get("href") or ""
        for element in tree.iter("link")
        if "canonical" in (element.get("rel") or "").lower().split()
    ]


def site_keys(page: PageMetadata) -> set[str]:
    """What a page calls its site and publisher, as word keys without blanks."""
    publishers = jsonld.people(page.article.get("publisher"), page.nodes)
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    names = (
        page.meta("og:site_name"),
        page.meta("application-name"),
        host,
        *host.split(".")[:-1],
        *publishers,
    )
    return {word_key(name).replace(" ", "") for name in names if name}


def element_text(element: HtmlElement) -> str:
    """Visible text of an element, without scripts."""
    if not len(element):
        return one_line(element.text or "")
    is_text = next(element.iter("script"), None) is None
    return one_line(" ".join(element.itertext() if is_text else _TEXTS(element)))


def _headings(tree: HtmlElement) -> Iterator[str]:
    elements = islice(tree.iter("h1"), _MAX_HEADINGS)
    yield from (text for element in elements if 0 < len(text := element_text(element)) < _MAX_HEADING)


def _title_element(tree: HtmlElement) -> str | None:
    element = tree.find(".//head/title")
    return one_line((element.text or "")[:1_000]) or None if element is not None else None
