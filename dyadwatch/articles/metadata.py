"""What a page states about itself: meta elements and JSON-LD, collected once."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from dyadwatch.articles import jsonld
from dyadwatch.articles.jsonld import Node
from dyadwatch.articles.plain_text import one_line

_MAX_METAS = 500
_MAX_CONTENT = 4_000  # characters of one meta element


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """`metas` maps lower-case names (name, property, itemprop, http-equiv) to their contents in order;
    `article` is the JSON-LD node of the page's own article (empty where none); `url` is where the page was
    found."""

    tree: HtmlElement
    url: str
    metas: Mapping[str, tuple[str, ...]]
    nodes: list[Node]
    article: Node

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
    nodes = jsonld.nodes(tree)
    by_name = {name: tuple(values) for name, values in metas.items()}
    return PageMetadata(tree, url, by_name, nodes, jsonld.article_node(nodes, url=url))


def element_text(element: HtmlElement) -> str:
    """Visible text of an element, without scripts and styles."""
    parts = element.xpath(".//text()[not(ancestor::script or ancestor::style or ancestor::svg)]")
    return one_line(" ".join(parts)) if len(element) else one_line(element.text or "")
