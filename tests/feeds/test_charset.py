"""Character sets, declared, undeclared and lied about."""

import pytest

from dyadwatch.feeds.charset import decode

RUSSIAN = "Встреча в Дамаске завершилась, сообщили агентства вечером в пятницу"
ARABIC = "استقبل الرئيس السوري وفدا من طهران وبحث معه العلاقات بين البلدين والتعاون"
FRENCH = "L’été à Téhéran : « déjà vu », dit-il"


def document(title, encoding=None):
    declared = f' encoding="{encoding}"' if encoding else ""
    return f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("title", "declared", "http", "codec"),
    [
        (ARABIC, "utf-8", None, "utf-8"),
        (ARABIC, "utf-8", None, "utf-8-sig"),
        (ARABIC, "windows-1256", None, "cp1256"),
        (ARABIC, None, "text/xml; charset=windows-1256", "cp1256"),
        (ARABIC, "utf-8", None, "cp1256"),
        (ARABIC, "windows-1256", "text/xml", "utf-8"),
        (ARABIC, None, "text/xml; charset=iso-8859-1", "utf-8"),
        (ARABIC, "utf-16", None, "utf-16"),
        (ARABIC, "utf-16le", None, "utf-16-le"),
        (ARABIC, "utf-16be", None, "utf-16-be"),
        (ARABIC, None, None, "utf-32"),
        (RUSSIAN, "utf-8", None, "cp1251"),
        (RUSSIAN, "koi8-r", "text/xml; charset=bogus-8", "koi8-r"),
        (RUSSIAN, "windows-1251", "text/xml; charset=utf-8", "cp1251"),
        (FRENCH, "iso-8859-1", None, "cp1252"),
        (FRENCH, None, None, "cp1252"),
        (FRENCH, "hex", None, "cp1252"),
        ("漢字かな", "iso-2022-jp", None, "iso2022_jp"),
    ],
)
def test_titles_are_decoded_in_every_charset(parse, title, declared, http, codec):
    """Whatever the labels say, the reader sees the publisher's words."""
    assert parse(document(title, declared).encode(codec), http).entries[0].title == title


def test_one_bad_byte_costs_one_character():
    """A stray byte does not turn the rest of UTF-8 into something else."""
    body = document(ARABIC).encode().replace(b"</title>", b"\xff</title>")
    assert ARABIC + "\ufffd" in decode(body, None)


def test_bytes_of_no_label_use_the_first(parse):
    """Bytes that are invalid in what the label says are read by it all the same, byte for byte."""
    body = document("x" * 50).encode().replace(b"xx</title>", b"\x98\xe4</title>")
    assert "\ufffdд" in decode(body, "text/xml; charset=windows-1251")
