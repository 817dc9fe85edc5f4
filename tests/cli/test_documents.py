"""What is a page, a fragment of one, or plain text."""

import pytest

from dyadwatch.cli.documents import Document


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
