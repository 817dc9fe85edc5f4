"""Where a page leads that asks to be left at once: by a Refresh header, by the meta element that stands for
one, or by a script where it is nothing else.

Pages that wait, to load again or to be read first, are left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import chain

from urllib3 import BaseHTTPResponse

_MAX_CHARS = 16 * 1024  # where the element is looked for; a page that only leads on is small
_STUB = 100  # characters that a page may show and still be one that only leads on
_MAX_WAIT = 10  # seconds that such a page may wait before
# What is no markup of the page is skipped. Each alternative ends at the end of the text, so that reading is
# linear.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|template|textarea|title|noscript)\b(?P<attributes>[^>]{0,2000}>)?"
    r"(?P<inside>.*?)(?:</(?P=raw)\s*>|\Z)"
    r"|<meta\b(?P<meta>[^>]{0,2000})>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TAG = re.compile(r"<[^<>]*>")
_REFRESH = re.compile(
    r"""\s*(\d+)(?:\.[\d.]*)?(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(["']?)(.+)""", re.IGNORECASE | re.DOTALL
)
# A script that does nothing but lead on: any other may do so under a condition.
_SCRIPT = re.compile(
    r"""\s*(?:(?:window|document|self|top|parent)\s*\.\s*)*location(?:\s*\.\s*href)?\s*"""
    r"""(?:=|\.\s*(?:replace|assign)\s*\()\s*(?P<quote>["'])(?P<url>[^"'<>\s]{1,2000})(?P=quote)\s*\)?\s*;?\s*"""
)


def refresh_target(response: BaseHTTPResponse, body: bytes) -> str | None:
    """The reference to which the page in `body` leads without delay, None where it does not."""
    if response.status != 200 or "html" not in response.headers.get("content-type", "").lower():
        return None
    if header := response.headers.get("refresh"):
        return _target(header, 0)
    beginning, whole = body[:_MAX_CHARS], len(body) <= _MAX_CHARS
    if b"refresh" not in beginning.lower() and not (whole and b"location" in beginning):
        return None
    return _in_page(beginning.decode("utf-8", "replace"), whole=whole)


def _in_page(text: str, *, whole: bool) -> str | None:
    """By the first element outside of scripts that does not wait, or where the page shows nothing else."""
    tokens = list(_TOKEN.finditer(text))
    at_once = _first(_of_meta(meta, 0) for meta in _metas(tokens))
    if at_once is None and whole and len(_TAG.sub("", _TOKEN.sub("", text)).strip()) <= _STUB:
        return _in_stub(tokens)
    return at_once


def _in_stub(tokens: Sequence[re.Match[str]]) -> str | None:
    """By an element that waits a little, or stands within <noscript>, or by a script."""
    without_scripts = map(_TOKEN.finditer, _inside("noscript", tokens))
    metas = chain(_metas(tokens), chain.from_iterable(map(_metas, without_scripts)))
    by_meta = _first(_of_meta(meta, _MAX_WAIT) for meta in metas)
    return by_meta or _first(map(_of_script, _inside("script", tokens)))


def _first(targets: Iterable[str | None]) -> str | None:
    return next(filter(None, targets), None)


def _metas(tokens: Iterable[re.Match[str]]) -> Iterator[str]:
    return (token["meta"] for token in tokens if token["meta"])


def _inside(name: str, tokens: Iterable[re.Match[str]]) -> Iterator[str]:
    """What stands in the elements of a name."""
    return (token["inside"] for token in tokens if (token["raw"] or "").lower() == name)


def _of_meta(text: str, max_wait: int) -> str | None:
    attributes = {name.lower(): a or b or c for name, a, b, c in reversed(_ATTRIBUTE.findall(text))}
    if attributes.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return _target(unescape(attributes.get("content", "")), max_wait)


def _target(value: str, max_wait: int) -> str | None:
    match = _REFRESH.fullmatch(value)
    if match is None or len(match[1]) > 9 or int(match[1]) > max_wait:
        return None
    _, quote, rest = match.groups()
    return (rest.partition(quote)[0] if quote else rest).strip() or None


def _of_script(text: str) -> str | None:
    match = _SCRIPT.fullmatch(text)
    return match["url"].replace("\\/", "/") if match else None
