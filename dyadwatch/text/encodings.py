"""Character encodings as the web uses them: byte order marks and labels (WHATWG Encoding)."""

import codecs
import re

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE)
# Labels that Python does not know.
_ALIASES = {
    "cp-1256": "cp1256",
    "x-cp1256": "cp1256",
    "x-sjis": "shift_jis",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
}
# Codecs of Python that are no character encodings, besides those from bytes to bytes.
_NO_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
# Codecs whose labels are read as a superset (WHATWG, "names and labels").
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
# What a document of a language is in where nothing says so, in the order to be tried (after WHATWG's HTML,
# 13.2.3.2, and what was usual beside it). Languages whose letters tell it, such as those in Cyrillic, are not
# among them.
_USUAL = {
    **dict.fromkeys(("az", "ku", "tr"), ("cp1254",)),
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), ("cp1250",)),
    **dict.fromkeys(("et", "lt", "lv"), ("cp1257",)),
    "ja": ("euc_jp", "cp932"),
    "ko": ("cp949",),
    "th": ("cp874",),
    "vi": ("cp1258",),
    "zh": ("gb18030", "big5"),
    "zh-hant": ("big5", "gb18030"),
    "zh-hk": ("big5", "gb18030"),
    "zh-tw": ("big5", "gb18030"),
}


def usual_codecs(language: str) -> tuple[str, ...]:
    """The codecs in which documents of a language (BCP 47) without a label usually are, likeliest first; none
    where that is not known or its letters tell it."""
    tag = language.lower().replace("_", "-")
    return _USUAL.get(tag) or _USUAL.get(tag.partition("-")[0], ())


def decode_by_mark(body: bytes) -> str | None:
    """The text of bytes that begin with a byte order mark, without it; None where there is none."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    return None


def codec_of(label: str) -> str | None:
    """The codec for bytes that carry a label, None where it names no character encoding."""
    label = label.strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(label, label)).name
        b" ".decode(codec, "replace")  # refuses the codecs from bytes to bytes (hex, zlib)
    except (LookupError, ValueError):
        return None
    return None if codec in _NO_ENCODINGS else _SUPERSETS.get(codec, codec)


def xml_declaration(body: bytes) -> str | None:
    """The label in the XML declaration that a document begins with."""
    match = _XML_ENCODING.search(body[:1024])
    return match.group(1).decode("ascii") if match else None
