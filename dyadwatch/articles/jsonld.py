"""JSON-LD of a page (schema.org): what it states of the page itself, and which node is the page's own
article."""

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.articles.plain_text import one_line

Node = Mapping[str, Any]

_ARTICLE_TYPES = ("article", "blogposting", "liveblogposting", "report", "review")
_WEAK_TYPES = ("webpage", "itempage", "videoobject", "podcastepisode", "creativework")
# A node under another key is about something else: a card in a list, a review of a product, a comment.
_KEYS_OF_THE_PAGE = frozenset(("@graph", "mainentity", "mainentityofpage"))
_MAX_NODES = 2_000
_MAX_VALUES = 50  # of one script
_MAX_VALUE = 4_000  # characters
_MIN_HEADLINE = 6  # characters
_WRAPPING = re.compile(
    r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://)?\s*(?:-->|\]\]>"
    r"|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_BRACKETS = frozenset("{}[]")
# Strings, which end at a quotation mark that something follows as after a value; comments; trailing commas.
_TOKEN = re.compile(
    r'"(?P<text>(?:\\.?|[^\\])*?)(?:"(?=\s*(?:[,:}\]]|/[/*]|\Z))|\Z)|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])',
    re.DOTALL,
)
_UNTYPED = re.compile(r'\s*\[?\s*\{\s*"@context"\s*:\s*"https?://schema\.org')
_BARE_QUOTE = re.compile(r'((?:\\.|[^"\\])*+)"', re.DOTALL)


def nodes(tree: HtmlElement, page: PageIdentity) -> list[Node]:
    """The objects of all JSON-LD scripts that can be the page's own, outer before inner: no articles of other
    addresses or headlines. Malformed scripts (0.8 % of pages) are repaired where the fault is a common one,
    else skipped."""
    own: list[Node] = []
    for script in tree.iter("script"):
        if _is_stated(script):
            walk = _walk(_loads(script.text or ""))
            own.extend(node for node, is_outer in walk if _can_be_own(node, page, is_outer=is_outer))
            if len(own) > _MAX_NODES:
                break
    return own[:_MAX_NODES]


def _is_stated(script: HtmlElement) -> bool:
    """Whether a script is JSON-LD: by its type, or an object of schema.org where that was forgotten."""
    kind = (script.get("type") or "").lower()
    return "ld+json" in kind or (not kind and _UNTYPED.match(script.text or "") is not None)


def article_node(own: list[Node], page: PageIdentity) -> Node:
    """The node of the page's own article: of those of an article type the one that names the page's address
    and headline, else the one with most properties; an empty node where there is none."""
    ranked = [(_rank(node, page), -place, node) for place, node in enumerate(own)]
    best = max(ranked, key=lambda item: item[:2], default=(0, 0, {}))
    return best[2] if best[0] > 0 else {}


def people(value: Any, all_nodes: list[Node]) -> list[str]:
    """Names in an `author` or `publisher` value: strings, objects, lists of them, references by @id to
    `all_nodes`."""
    by_id = {node["@id"]: node for node in all_nodes if isinstance(node.get("@id"), str) and "name" in node}
    names: list[str] = []
    for item in _items(value):
        node = by_id.get(item.get("@id"), item) if isinstance(item, Mapping) and "name" not in item else item
        name = _name(node) if isinstance(node, Mapping) else node
        names.extend(filter(None, map(text_of, _items(name))))
    return names


def text_of(value: Any) -> str | None:
    """The plain text of a value, without markup and entities, on one line; None where it is empty or no
    text."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if isinstance(value, Mapping):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    value = value[:_MAX_VALUE]
    return one_line(html.unescape(re.sub(r"<[^<>]{1,300}>", " ", html.unescape(value)))) or None


def types_of(node: Node) -> tuple[str, ...]:
    """Lower-case types of a node, without a vocabulary prefix."""
    return tuple(
        str(item).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for item in _items(node.get("@type")) if item
    )


def is_article(node: Node) -> bool:
    """Whether a node is of schema.org's Article or one of its kinds."""
    return any(name.endswith(_ARTICLE_TYPES) for name in types_of(node))


def _items(value: Any) -> list[Any]:
    """The members of a list, of {"@list": [...]} or {"@set": [...]}; a single value as its only member."""
    if isinstance(value, Mapping):
        value = value.get("@list", value.get("@set", value))
    return value if isinstance(value, list) else [value]


def _name(node: Node) -> Any:
    parts = (node.get("givenName"), node.get("familyName"))
    return node.get("name") or " ".join(part for part in parts if isinstance(part, str))


def _can_be_own(node: Node, page: PageIdentity, *, is_outer: bool) -> bool:
    """Whether a node is of no article's type, or states the page's address or headline, or stands on its own
    and states no other."""
    if not is_article(node):
        return True
    addresses = list(_addresses(node))
    if any(map(page.is_address, addresses)) or _has_headline(node, page):
        return True
    return is_outer and not addresses and not (_headline(node) and page.headlines)


def _rank(node: Node, page: PageIdentity) -> int:
    is_weak = not is_article(node)
    if is_weak and not any(name in _WEAK_TYPES for name in types_of(node)):
        return 0
    addresses = list(_addresses(node))
    has_address, has_headline = any(map(page.is_address, addresses)), _has_headline(node, page)
    if is_weak and addresses and not has_address and not has_headline:
        return 0
    score = (1 if is_weak else 10) + 4 * has_address + 4 * has_headline
    return score + sum(key in node for key in ("headline", "datePublished", "author"))


def _headline(node: Node) -> str | None:
    """A node's headline, None where it is too short to tell one article from another."""
    stated = text_of(node.get("headline")) or text_of(node.get("name"))
    return stated if stated and len(stated) >= _MIN_HEADLINE else None


def _has_headline(node: Node, page: PageIdentity) -> bool:
    stated = _headline(node)
    return stated is not None and page.has_headline(stated)


def _addresses(node: Node) -> Iterator[str]:
    """The addresses that a node states of itself; one of a fragment says nothing."""
    for value in (node.get("url"), node.get("@id"), node.get("mainEntityOfPage")):
        for item in _items(value):
            inner = (item.get("@id"), item.get("url")) if isinstance(item, Mapping) else (item,)
            yield from (text for text in inner if isinstance(text, str) and text and text[0] not in "#_")


def _loads(text: str) -> list[Any]:
    plain = text.strip()
    if plain[:1] not in _BRACKETS or plain[-1:] not in _BRACKETS:
        plain = _WRAPPING.sub("", plain)
    for attempt in (str, _mend, html.unescape):
        try:
            return _values(attempt(plain))
        except (ValueError, RecursionError):
            continue
    return []


def _values(text: str) -> list[Any]:
    """The values of a script, which may hold several and end in something else. Raises ValueError where it
    begins with none."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    for _ in range(_MAX_VALUES):
        text = text.lstrip(" \t\r\n,;")
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            if not values:
                raise
            break
        values.append(value)
        text = text[end:]
    return values


def _mend(text: str) -> str:
    return _TOKEN.sub(_mended, text)


def _mended(token: re.Match[str]) -> str:
    inner = token["text"]
    return "" if inner is None else '"' + _BARE_QUOTE.sub(r'\1\\"', inner) + '"'


def _walk(values: Iterable[Any]) -> Iterator[tuple[Node, bool]]:
    """The objects in `values`, each with whether it stands on its own rather than in a property of
    another."""
    waiting = deque((value, True) for value in values)
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        item, is_outer = waiting.popleft()
        if isinstance(item, list):
            waiting.extend((inner, is_outer) for inner in item)
        elif isinstance(item, dict):
            if "@type" in item or "@id" in item:
                yield item, is_outer
            waiting.extend(
                (inner, is_outer and key.lower() in _KEYS_OF_THE_PAGE)
                for key, inner in item.items()
                if isinstance(inner, dict | list)
            )
