"""Byte order marks and labels of character encodings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch.text import encodings


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        (" UTF-8 ", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("Latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("windows-874", "cp874"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("x-sjis", "cp932"),
        ("cp-1256", "cp1256"),
        ("iso-8859-6-i", "iso8859-6"),
        ("koi8-r", "koi8-r"),
        ("hex", None),
        ("idna", None),
        ("unicode_escape", None),
        ("undefined", None),
        ("klingon", None),
        ("a\0b", None),
        ("", None),
    ],
)
def test_a_label_is_read_as_browsers_do(label, codec):
    """The superset of what the label names; None for what is no character encoding."""
    assert encodings.codec_of(label) == codec


@given(st.text(max_size=20), st.binary(max_size=40))
def test_every_codec_decodes_any_bytes(label, body):
    codec = encodings.codec_of(label)
    if codec is not None:
        body.decode(codec, "replace")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec):
    assert encodings.decode_by_mark("Ölpreis".encode(codec)) == "Ölpreis"
    assert encodings.decode_by_mark(b"plain") is None


def test_the_declaration_of_an_xml_document_has_its_label():
    assert encodings.xml_declaration(b" <?xml version='1.0' encoding='koi8-r'?><rss/>") == "koi8-r"
    assert encodings.xml_declaration(b"<rss encoding='koi8-r'/>") is None
