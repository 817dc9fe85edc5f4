"""Plain text: one form for every string that this package returns, and joiners carried through the
extractor."""

import re
import unicodedata
from collections.abc import Iterator

# trafilatura drops what `str.isprintable` refuses, and with it the joiners that Persian and Indic words need
# ("آیت‌الله"). They travel as two letters that no page uses: Old Slavonic U+A66E and U+A668.
_STAND_INS = {"\u200c": "\ua66e", "\u200d": "\ua668"}
_JOINER_REFERENCE = re.compile(r"&(?:zwnj|zwj|#820[45]|#x200[cd]);", re.IGNORECASE)
_JOINER_OF = {"&zwnj;": "\u200c", "&#8204;": "\u200c", "&#x200c;": "\u200c"}

# What carries no text, all of which `str.isprintable` refuses: control characters; zero-width space,
# directional marks and embeddings, word joiner, soft hyphen, BOM; lone surrogates.
_SILENT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

# An absurdly long start tag: parsing time grows with the square of the number of its attributes.
_ENDLESS = 20_000  # characters
_ENDLESS_TAG = re.compile(rf"<([a-z][a-z0-9]{{0,20}})[^<>]{{{_ENDLESS},}}>?", re.IGNORECASE)


def shorten_tags(html: str) -> str:
    """`html` with absurdly long start tags without their attributes."""
    parts: list[str] = []
    done = 0
    for start in _endless(html):
        if tag := _ENDLESS_TAG.match(html, start):
            parts += (html[done:start], f"<{tag.group(1)}>")
            done = tag.end()
    return "".join((*parts, html[done:]))


def _endless(html: str) -> Iterator[int]:
    """The places of the brackets that no other one follows soon."""
    place = html.find("<")
    while place >= 0:
        last = html.rfind("<", place + 1, place + _ENDLESS)
        if last < 0:
            yield place
            last = html.find("<", place + 1)
        place = last


def hide_joiners(text: str) -> str:
    """`text` with its zero-width (non-)joiners, also those written as references, as letters that survive
    extraction."""
    text = _JOINER_REFERENCE.sub(lambda m: _JOINER_OF.get(m.group().lower(), "\u200d"), text)
    for stand_in in _STAND_INS.values():
        text = text.replace(stand_in, "")
    for joiner, stand_in in _STAND_INS.items():
        text = text.replace(joiner, stand_in)
    return text


def clean(text: str) -> str:
    """`text` in NFC, with its joiners, without marks and controls that carry no text; line breaks stay."""
    if not text.isprintable():
        text = _SILENT.sub("", text)
    if text.isascii():
        return text
    for joiner, stand_in in _STAND_INS.items():
        text = text.replace(stand_in, joiner)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """`text` cleaned, on one line, with single blanks."""
    return " ".join(clean(text).split())
