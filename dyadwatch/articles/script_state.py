"""The text of an article that only a script of its page holds: the state from which a browser draws the page.

What the keys of a state are called differs by software, what they hold does not: an object near the page's
own headline or address holds the text, as one string, as HTML, or as a list of blocks.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

from dyadwatch.articles import script_values
from dyadwatch.articles.page_identity import PageIdentity
from dyadwatch.text.words import word_key

_MIN_TEXT = 200  # characters of a text that is surely no lead
_MIN_PROSE = 60  # characters of a string that is text whatever its key is called
_MIN_TITLE, _MAX_TITLE = 8, 400  # characters of a headline that tells articles apart
_SHORT_TITLE = 2  # characters of a string that is a headline by its key
_MIN_SENTENCE = 20  # characters of a sentence that is the whole text of an article
_LEVELS = 3  # objects around the headline, in whose properties the text is looked for
_MAX_DEPTH, _MAX_NODES, _MAX_TAGS = 60, 50_000, 5_000
_AWAY = re.compile(
    r"related|recommend|comment|teaser|promo|popular|trending|most_?read|latest|newsletter|footer|(?:^|_)nav|menu"
    r"|caption|credit|byline|author|creator|(?:^|_)bio(?:$|_)|seo|social|share|descri|summary|excerpt|abstract"
    r"|(?:^|_)tags?(?:$|_)|categor|topic|keyword|image|photo|picture|video|audio|advert|copyright|translat"
    r"|config|style|script|^alt|\bad\b",
    re.IGNORECASE,
)
_TITLES = re.compile(r"title|headline|^name$", re.IGNORECASE)
_HEADLINES = re.compile(r"^(?:head)?(?:title|line)$|^headline", re.IGNORECASE)
_BODIES = re.compile(
    r"^(?:article|story|post|full|main)?_?(?:body|content|html|text)(?:_?html|_?text)?$", re.IGNORECASE
)
_ADDRESSES = re.compile(r"ur[il]$|href|link$|slug|path|^_?id$", re.IGNORECASE)
_TEXTS = frozenset(
    ("text", "value", "content", "children", "html", "body", "data", "insert", "paragraph", "p")
)
_KINDS = ("type", "_type", "nodeType", "kind")
_NO_TEXT = frozenset((*_KINDS, "marks", "attrs", "attributes"))
_BLOCK = re.compile(r"<(?:p|div|br|h[2-6]|ul|ol|li|blockquote|section)\b", re.IGNORECASE)
_ESCAPED = re.compile(r"^[^<]*&lt;/?[a-z]", re.IGNORECASE)
_REFERENCE = re.compile(r"\$[L@]?[0-9a-f]{1,6}")
_MARKUP = re.compile(r"</?[a-z][^<>]{0,500}>|&#?\w{2,8};", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?։。！？؟۔।…][\"')\]»’”]*\s*$")
_GOES_ON = re.compile(r"[\s,.;:)!?…»’”]")


def article_html(scripts: Iterable[str], page: PageIdentity, headlines: Iterable[str]) -> str | None:
    """A page of the text that `scripts` hold of the page's article, None where they hold none."""
    titles = frozenset(key for text in headlines if len(key := word_key(text)) >= _MIN_TITLE)
    texts = [text for value in script_values.values(scripts) for text in _State(value, page, titles).texts()]
    if not texts:
        return None
    _, pieces = min(texts, key=lambda text: (text[0], -_length(text[1])))
    body = "".join(map(_as_html, pieces))
    return f"<html><body><article>{body}</article></body></html>" if body.count("<") <= _MAX_TAGS else None


def holders(
    scripts: Iterable[str], page: PageIdentity, headlines: Iterable[str], levels: int
) -> Iterator[list[dict[str, Any]]]:
    """The objects that state the page's headline or address, each with those around it, so many at most, the
    innermost first."""
    titles = frozenset(key for text in headlines if len(key := word_key(text)) >= _MIN_TITLE)
    for value in script_values.values(scripts):
        yield from _State(value, page, titles).holders(levels)


class _State:
    """One value of a script, and what in it names the page."""

    def __init__(self, root: Any, page: PageIdentity, titles: frozenset[str]) -> None:
        self._page, self._titles = page, titles
        self._root = _Plain(root).root

    def texts(self) -> Iterator[tuple[int, list[str]]]:
        """What may be the article's text, each with the number of objects between it and the headline: of the
        nearest with enough of it, else the longest."""
        paths = list(self._matches())
        around = {id(one) for path in paths for one in path}
        for path in paths:
            holders = [one for one in reversed(path) if isinstance(one, dict)]
            texts = [self._text(holder, around) for holder in holders[:_LEVELS]]
            for level, text in _ranked(texts)[:1]:
                if _length(text) >= _MIN_PROSE:
                    yield level, text
                elif holders and (sentence := _sentence(holders[0])):
                    yield _LEVELS, [sentence]

    def holders(self, levels: int) -> Iterator[list[dict[str, Any]]]:
        """The innermost objects around each place that names the page."""
        for path in self._matches():
            yield [one for one in reversed(path) if isinstance(one, dict)][:levels]

    def _text(self, holder: Mapping[str, Any], around: AbstractSet[int]) -> list[str]:
        """The longest text that a property of an object holds."""
        texts = (
            self._pieces(_without(value, around))
            for key, value in holder.items()
            if (isinstance(value, list) or id(value) not in around)
            and not _AWAY.search(key)
            and not _TITLES.search(key)
        )
        return max(texts, key=_length, default=[])

    def _matches(self) -> Iterator[tuple[Any, ...]]:
        """The objects that state the page's headline or address, each after those around it."""
        waiting: list[tuple[Any, ...]] = [(self._root,)]
        known: set[int] = set()
        while waiting:
            path = waiting.pop()
            node = path[-1]
            if id(node) in known or len(path) > _MAX_DEPTH:
                continue
            known.add(id(node))
            if isinstance(node, dict) and any(self._names_page(key, value) for key, value in node.items()):
                yield path
            inner = node.values() if isinstance(node, dict) else node
            waiting.extend((*path, one) for one in inner if isinstance(one, dict | list))

    def _names_page(self, key: str, value: Any) -> bool:
        if not isinstance(value, str) or not _MIN_TITLE <= len(value) <= _MAX_TITLE:
            return False
        is_address = "/" in value and _ADDRESSES.search(key) is not None
        return (is_address and self._page.is_address(value)) or word_key(html.unescape(value)) in self._titles

    def _is_anothers(self, node: Mapping[str, Any]) -> bool:
        """Whether an object is another page: it has a headline, and an address, an identifier or a text."""
        has_title = any(
            isinstance(value, str)
            and _TITLES.search(key)
            and len(value) >= (_SHORT_TITLE if _HEADLINES.search(key) else _MIN_TITLE)
            for key, value in node.items()
        )
        has_text = not _TEXTS.isdisjoint(map(str.lower, node))
        return has_title and (has_text or any(map(_ADDRESSES.search, node)))

    def _pieces(self, value: Any, depth: int = 0) -> list[str]:
        """The texts in a value, in order, those that run on in one another as one."""
        if isinstance(value, str):
            return [value] if value.strip() else []
        if depth > _MAX_DEPTH:
            return []
        if isinstance(value, dict):
            is_away = _AWAY.search(_kind(value)) or self._is_anothers(value)
            inner = [] if is_away else [one for key, one in value.items() if _may_be_text(key, one)]
            return [piece for one in inner for piece in self._pieces(one, depth + 1)]
        return self._pieces_of_list(value, depth) if isinstance(value, list) else []

    def _pieces_of_list(self, nodes: list[Any], depth: int) -> list[str]:
        parts = [self._pieces(one, depth + 1) for one in nodes]
        pieces = [piece for part in parts for piece in part]
        if all(len(part) <= 1 for part in parts) and _run_on(pieces):
            return ["".join(pieces)]
        links = [isinstance(one, dict) and "link" in _kind(one) for one in nodes]
        return [piece for part, is_link in zip(parts, links, strict=True) if not is_link for piece in part]


def _without(value: Any, around: AbstractSet[int]) -> Any:
    """A value, of a list what is not around the headline."""
    return [one for one in value if id(one) not in around] if isinstance(value, list) else value


def _sentence(node: Mapping[str, Any]) -> str | None:
    """The text of an object that is one short sentence."""
    texts = (value for key, value in node.items() if isinstance(value, str) and _BODIES.search(key))
    return next((text for text in texts if _is_sentence(_MARKUP.sub("", text))), None)


def _is_sentence(text: str) -> bool:
    return len(text) >= _MIN_SENTENCE and _SENTENCE_END.search(text) is not None


def _ranked(texts: list[list[str]]) -> list[tuple[int, list[str]]]:
    """The texts of objects around a headline, from the nearest on, each with its rank: those that are surely
    no lead, then the others by length."""
    long = [(level, text) for level, text in enumerate(texts) if _length(text) >= _MIN_TEXT]
    short = ((level + _LEVELS, text) for level, text in enumerate(texts) if _length(text) < _MIN_TEXT)
    return [*long, *sorted(short, key=lambda one: -_length(one[1]))]


class _Plain:
    """A value without references: those by key or place in its root lead to what they name."""

    def __init__(self, root: Any) -> None:
        self._root, self._left = root, _MAX_NODES
        self._known: dict[str | int, Any] = {}
        objects = [one for one in root if isinstance(one, dict)] if isinstance(root, list) else []
        # A list of which every object's properties are places in the list
        self._is_indexed = bool(objects) and all(
            isinstance(value, int) for one in objects for value in one.values()
        )
        self.root = self._at(0) if self._is_indexed else self._plain(root, 0)

    def _plain(self, value: Any, depth: int) -> Any:
        self._left -= 1
        value = _mend(script_values.unpacked(value))
        if isinstance(self._root, dict) and (name := _reference(value)) is not None and name in self._root:
            return self._at(name)
        if not isinstance(value, dict | list):
            return value
        if depth > _MAX_DEPTH or self._left < 0:
            return None
        if isinstance(value, list):
            return [self._inner(one, depth) for one in value]
        return {str(key): self._inner(one, depth) for key, one in value.items()}

    def _inner(self, value: Any, depth: int) -> Any:
        if self._is_indexed and isinstance(value, int):
            return self._at(value) if 0 <= value < len(self._root) else None
        return self._plain(value, depth + 1)

    def _at(self, place: str | int) -> Any:
        if place not in self._known:
            self._known[place] = None  # for what leads back to itself
            self._known[place] = self._plain(self._root[place], len(self._known) and 1)
        return self._known[place]


def _mend(value: Any) -> Any:
    """Text without a second escaping, an element that is a list (`["$", "p", key, {...}]`) as an object."""
    match value:
        case str() if _ESCAPED.search(value):
            return html.unescape(value)
        case ["$", str(tag), _, dict(properties), *_]:
            return {**properties, "type": tag}
    return value


def _kind(node: Mapping[str, Any]) -> str:
    return next((kind.lower() for name in _KINDS if isinstance(kind := node.get(name), str)), "")


def _reference(value: Any) -> str | None:
    """The name of what stands elsewhere in the same state, as stores and streams refer to it."""
    match value:
        case {"__ref": str(name)} | {"type": "id", "id": str(name)}:
            return name
        case str() if _REFERENCE.fullmatch(value):
            return f"${value.lstrip('$L@')}"
    return None


def _may_be_text(key: str, value: Any) -> bool:
    """Whether a property can hold text: a string by its key, by its markup, or because it is a sentence."""
    if key in _NO_TEXT or _AWAY.search(key):
        return False
    return (
        not isinstance(value, str)
        or key.lower() in _TEXTS
        or _BLOCK.search(value) is not None
        or (len(value) >= _MIN_PROSE and _SENTENCE_END.search(value) is not None)
    )


def _run_on(pieces: list[str]) -> bool:
    """Whether one of the texts goes on in the next, as the words of a paragraph in several styles do."""
    return any(
        _GOES_ON.match(after) or (before[-1].isspace() and not _SENTENCE_END.search(before))
        for before, after in pairwise(pieces)
    ) and not any(map(_BLOCK.search, pieces))


def _as_html(piece: str) -> str:
    """A text as HTML: markup as it is, lines of plain text as paragraphs."""
    if _BLOCK.search(piece):
        return f"<div>{piece}</div>"
    lines = piece.splitlines()
    return "".join(
        f"<p>{line if _MARKUP.search(line) else html.escape(line)}</p>" for line in lines if line.strip()
    )


def _length(pieces: list[str]) -> int:
    return sum(map(len, pieces))
