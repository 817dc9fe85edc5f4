"""Where a page leads that asks to be left at once: by a Refresh header, or the meta element that stands for
one.

Pages that wait, to load again or to be read first, are left alone.
"""

import re
from html import unescape

from urllib3 import BaseHTTPResponse

_MAX_CHARS = 16 * 1024  # where the element is looked for; a page that only leads on is small
_STUB = 100  # characters that a page may show and still be one that only scripts, or else <noscript>, lead on
# What is no markup of the page is skipped. Each alternative ends at the end of the text, so that reading is
# linear.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|template|textarea|title|noscript)\b(?P<inside>.*?)(?:</(?P=raw)\s*>|\Z)"
    r"|<meta\b(?P<meta>[^>]{0,2000})>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TAG = re.compile(r"<[^<>]*>")
_AT_ONCE = re.compile(
    r"""\s*0+(?:\.[\d.]*)?(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(["']?)(.+)""", re.IGNORECASE | re.DOTALL
)


def refresh_target(response: BaseHTTPResponse, body: bytes) -> str | None:
    """The reference to which the page in `body` leads without delay, None where it does not."""
    if response.status != 200 or "html" not in response.headers.get("content-type", "").lower():
        return None
    if header := response.headers.get("refresh"):
        return _at_once(header)
    beginning = body[:_MAX_CHARS]
    if b"refresh" not in beginning.lower():
        return None
    return _in_page(beginning.decode("utf-8", "replace"), whole=len(body) <= _MAX_CHARS)


def _in_page(text: str, *, whole: bool) -> str | None:
    """By the first element outside of scripts; by one within <noscript> where the page shows nothing else."""
    without_scripts = []
    for token in _TOKEN.finditer(text):
        if token["meta"] and (target := _of_meta(token["meta"])):
            return target
        if (token["raw"] or "").lower() == "noscript":
            without_scripts.append(token["inside"])
    if whole and len(_TAG.sub("", _TOKEN.sub("", text)).strip()) <= _STUB:
        metas = (token["meta"] for inside in without_scripts for token in _TOKEN.finditer(inside))
        return next(filter(None, (_of_meta(meta) for meta in metas if meta)), None)
    return None


def _of_meta(text: str) -> str | None:
    attributes = {name.lower(): a or b or c for name, a, b, c in reversed(_ATTRIBUTE.findall(text))}
    if attributes.get("http-equiv", "").strip().lower() != "refresh":
        return None
    return _at_once(unescape(attributes.get("content", "")))


def _at_once(value: str) -> str | None:
    match = _AT_ONCE.fullmatch(value)
    if match is None:
        return None
    quote, rest = match.groups()
    return (rest.partition(quote)[0] if quote else rest).strip() or None
