"""What is a page, a fragment of one, or plain text."""

import random

import pytest

from dyadwatch.cli.documents import Document
from dyadwatch.errors import InvalidInput


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<!doctype html><p>Assad met Khamenei.</p>", "page"),
        ("\ufeff <HTML lang=en>", "page"),
        ("<p>Assad met Khamenei.</p>", "fragment"),
        ("\n<div class='a'>Assad met Khamenei.", "fragment"),
        ("<b>Assad</b> met Khamenei.", "fragment"),
        ("<b>Assad met Khamenei.", "text"),
        ("<Assad> met Khamenei.", "text"),
        ("a < b and <p>b</p>", "text"),
        ("", "text"),
    ],
)
def test_what_markup_begins_tells_what_it_is(body, kind):
    document = Document(body.encode())
    assert (document.is_html, document.is_fragment) == (kind == "page", kind == "fragment")


def test_what_is_named_a_page_or_came_from_the_web_is_a_page():
    assert Document(b"<p>x</p>", name="page.html").is_html
    assert Document(b"x", url="https://a.test/").is_html


# Codecs without a byte order mark where their name does not bring one, and a text.
ENCODED = [
    (
        ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
        "The ministers met on Monday, and they talked.",
    ),
    (
        ("utf-8", "cp1251", "koi8_r", "utf-16-le", "utf-32"),
        "Министры встретились в понедельник, чтобы обсудить мир.",
    ),
    (("cp1251", "utf-16-be"), "Вони зустрілися в середу, щоб обговорити допомогу, яку обіцяли."),
    (("cp1256", "utf-16-le"), "التقى الوزيران يوم الاثنين في العاصمة وناقشا ما جرى بعد ذلك."),
    (("cp1252", "utf-16-le"), "Le président a été reçu à Genève, où il a parlé de la paix."),
    (("cp1254",), "Bakanlar pazartesi günü bir araya geldi ve barış için görüştü."),
    (("cp1250",), "Ministrowie spotkali się w poniedziałek i rozmawiali o pomocy."),
]


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codecs, text in ENCODED for codec in codecs])
def test_a_text_is_read_in_the_charset_that_its_bytes_tell(codec, text):
    assert Document(text.encode(codec)).text() == text


@pytest.mark.parametrize(
    "body",
    [
        random.Random(4).randbytes(300),
        "Čaputová".encode("cp1250"),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\2\0\xff\xfe",
        b"\0\1\2\3\4\5",
    ],
)
def test_bytes_that_tell_no_charset_are_refused(body):
    with pytest.raises(InvalidInput, match="is not UTF-8") as caught:
        Document(body, name="a.txt").text()
    assert caught.value.code == "file_unreadable"
