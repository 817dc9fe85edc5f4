"""JSON-LD of a page (schema.org), and which node is the page's own article."""

import html
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from dyadwatch.articles.plain_text import one_line

Node = Mapping[str, Any]

_ARTICLE_TYPES = ("article", "blogposting", "liveblogposting", "report", "review")
_WEAK_TYPES = ("webpage", "itempage", "videoobject", "podcastepisode", "creativework")
_MAX_NODES = 2_000
_MAX_VALUE = 4_000  # characters
_WRAPPING = re.compile(
    r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://)?\s*(?:-->|\]\]>"
    r"|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


def nodes(tree: HtmlElement) -> list[Node]:
    """All objects of all JSON-LD scripts, outer before inner. Malformed scripts (0.8 % of pages) are repaired
    where the fault is a common one, else skipped."""
    all_nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            all_nodes.extend(_walk(_loads(script.text or "")))
            if len(all_nodes) > _MAX_NODES:
                break
    return all_nodes[:_MAX_NODES]


def article_node(all_nodes: list[Node], *, url: str) -> Node:
    """The node of the page's own article: of those of an article type the one that names the page's address,
    else the one with most properties; an empty node where there is none."""
    ranked = [(_rank(node, url), -place, node) for place, node in enumerate(all_nodes)]
    best = max(ranked, key=lambda item: item[:2], default=(0, 0, {}))
    return best[2] if best[0] > 0 else {}


def people(value: Any, all_nodes: list[Node]) -> list[str]:
    """Names in an `author` or `publisher` value: strings, objects, lists of them, references by @id to
    `all_nodes`."""
    by_id = {node["@id"]: node for node in all_nodes if isinstance(node.get("@id"), str) and "name" in node}
    names: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        node = by_id.get(item.get("@id"), item) if isinstance(item, Mapping) and "name" not in item else item
        name = node.get("name") if isinstance(node, Mapping) else node
        names.extend(part for part in (name if isinstance(name, list) else [name]) if isinstance(part, str))
    return names


def text_of(value: Any) -> str | None:
    """The plain text of a value, without markup and entities, on one line; None where it is empty or no
    text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if not isinstance(value, str):
        return None
    value = value[:_MAX_VALUE]
    return one_line(html.unescape(re.sub(r"<[^<>]{1,300}>", " ", html.unescape(value)))) or None


def types_of(node: Node) -> tuple[str, ...]:
    """Lower-case types of a node, without a vocabulary prefix."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return tuple(str(item).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for item in values if item)


def is_article(node: Node) -> bool:
    """Whether a node is of schema.org's Article or one of its kinds."""
    return any(name.endswith(_ARTICLE_TYPES) for name in types_of(node))


def _rank(node: Node, url: str) -> int:
    if is_article(node):
        score = 10
    elif any(name in _WEAK_TYPES for name in types_of(node)):
        score = 1
    else:
        return 0
    page = node.get("mainEntityOfPage")
    addresses = [node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, Mapping) else page]
    own = _path(url)
    score += 4 * any(isinstance(item, str) and _path(item) == own for item in addresses)
    return score + sum(key in node for key in ("headline", "datePublished", "author"))


def _path(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[?#].*$", "", url.strip()).rstrip("/").lower()


def _loads(text: str) -> Any:
    plain = _WRAPPING.sub("", text.strip())
    for attempt in (plain, _TRAILING_COMMA.sub(r"\1", plain), html.unescape(plain)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any) -> Iterator[Node]:
    waiting = deque([value])
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item = waiting.popleft()
        if isinstance(item, dict):
            if "@type" in item or "@id" in item:
                yield item
            waiting.extend(inner for inner in item.values() if isinstance(inner, dict | list))
        elif isinstance(item, list):
            waiting.extend(inner for inner in item if isinstance(inner, dict | list))
