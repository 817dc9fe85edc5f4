"""What a feed itself says about an article."""

import pytest

from dyadwatch.articles import from_entry, fuller
from dyadwatch.articles.feed_content import fragment_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Two  words\nand a line", "Two words\n\nand a line"),
        ("<p>One &amp; two.</p><p>Three.<br>Four.</p>", "One & two.\n\nThree.\n\nFour."),
        ("<div>A<script>evil()</script><style>x</style><p>B</p>C</div>", "A\n\nB\n\nC"),
        ("plain &lt;b&gt; &quot;quoted&quot;", 'plain <b> "quoted"'),
        ("<figure><img><figcaption>A port.</figcaption></figure><p>Text.</p>", "Text."),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("", ""),
        ("<p>آیت\u200cالله</p>", "آیت\u200cالله"),
        ("<p>a\x00b</p>", "ab"),
    ],
)
def test_the_text_of_a_fragment(html, text):
    """Paragraphs by blocks, entities once, no scripts, no captions."""
    assert fragment_text(html) == text


def test_an_entry_becomes_an_article():
    """Title on one line, text in paragraphs, authors as given."""
    article = from_entry("A  title ", "<p>Body.</p>", ("Mona Reed",))
    assert (article.title, article.text, article.authors) == ("A title", "Body.", ("Mona Reed",))


def test_a_feed_is_fuller_where_the_page_gives_clearly_less():
    """A summary never is; nor is a text of about the same length."""
    assert fuller("teaser", "word " * 200)
    assert not fuller("teaser", "a summary")
    assert not fuller("word " * 190, "word " * 200)
