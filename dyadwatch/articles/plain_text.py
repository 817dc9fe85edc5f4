"""Plain text: one form for every string that this package returns, and joiners carried through the
extractor."""

import re
import unicodedata

# trafilatura drops what `str.isprintable` refuses, and with it the joiners that Persian and Indic words need
# ("آیت‌الله"). They travel as two letters that no page uses: Old Slavonic U+A66E and U+A668.
_STAND_INS = {"\u200c": "\ua66e", "\u200d": "\ua668"}
_HIDE = str.maketrans(_STAND_INS | dict.fromkeys(_STAND_INS.values(), ""))
_SHOW = str.maketrans({stand_in: joiner for joiner, stand_in in _STAND_INS.items()})
_JOINER_REFERENCE = re.compile(r"&(?:zwnj|zwj|#820[45]|#x200[cd]);", re.IGNORECASE)
_JOINER_OF = {"&zwnj;": "\u200c", "&#8204;": "\u200c", "&#x200c;": "\u200c"}

# Marks that carry no text: zero-width space, directional marks and embeddings, word joiner, soft hyphen, BOM;
# control characters; lone surrogates.
_SILENT = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")

# An absurdly long start tag: parsing time grows with the square of the number of its attributes.
_ENDLESS = 20_000  # characters
_ENDLESS_TAG = re.compile(rf"<([a-z][a-z0-9]{{0,20}})[^<>]{{{_ENDLESS},}}>?", re.IGNORECASE)


def shorten_tags(html: str) -> str:
    """`html` with absurdly long start tags without their attributes."""
    if max(map(len, html.split("<"))) < _ENDLESS:
        return html
    return _ENDLESS_TAG.sub(r"<\1>", html)


def hide_joiners(text: str) -> str:
    """`text` with its zero-width (non-)joiners, also those written as references, as letters that survive
    extraction."""
    if "&" in text:
        text = _JOINER_REFERENCE.sub(lambda m: _JOINER_OF.get(m.group().lower(), "\u200d"), text)
    return (
        text.translate(_HIDE)
        if any(joiner in text for joiner in (*_STAND_INS, *_STAND_INS.values()))
        else text
    )


def clean(text: str) -> str:
    """`text` in NFC, with its joiners, without marks and controls that carry no text; line breaks stay."""
    text = _CONTROL.sub("", text)
    if text.isascii():
        return text
    if any(stand_in in text for stand_in in _STAND_INS.values()):
        text = text.translate(_SHOW)
    return unicodedata.normalize("NFC", _SILENT.sub("", text))


def one_line(text: str) -> str:
    """`text` cleaned, on one line, with single blanks."""
    return " ".join(clean(text).split())
