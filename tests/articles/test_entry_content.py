"""What a feed itself says about an article."""

import pytest

from dyadwatch.articles import bounds, from_entry, merge
from dyadwatch.articles.entry_content import fragment_text
from dyadwatch.errors import NotArticle
from dyadwatch.model.articles import ExtractedArticle
from dyadwatch.model.entries import EntryContent


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
        (f"<p {'a=1 ' * 10_000}>One.</p>", "One."),
    ],
)
def test_the_text_of_a_fragment(html, text):
    """Paragraphs by blocks, entities once, no scripts, no captions."""
    assert fragment_text(html) == text


def test_an_entry_becomes_an_article():
    """Title on one line, text in paragraphs, authors as the feed names them, language by text and
    statements."""
    article = from_entry(EntryContent("A  title ", "<p>Body.</p>", ("Mona Reed",)), languages=(None, "en-GB"))
    assert (article.title, article.text, article.authors) == ("A title", "Body.", ("Mona Reed",))
    assert article.language == "en"


ENTRY = ExtractedArticle(title="Entry", text="word " * 200, language="en")
SUMMARY = ExtractedArticle(title="Entry", text="a summary", language="en")


def page(text, *, reason=None):
    return ExtractedArticle(
        title="Page",
        text=text,
        authors=("Mona Reed",),
        language="de",
        canonical_url="https://a.test/",
        not_article=reason,
    )


def test_an_entry_replaces_the_text_of_a_page_that_gives_clearly_less():
    """The entry's title, text and language, with all else that the page says; a summary replaces nothing."""
    merged = merge(page("teaser"), ENTRY)
    assert (merged.title, merged.text, merged.language) == ("Entry", ENTRY.text, "en")
    assert (merged.authors, merged.canonical_url) == (("Mona Reed",), "https://a.test/")
    for whole, entry in [(page("teaser"), SUMMARY), (page("word " * 190), ENTRY), (page("teaser"), None)]:
        assert merge(whole, entry) is whole


@pytest.mark.parametrize("empty", [page(""), page("many links", reason="listing"), page("", reason="video")])
def test_an_entry_stands_in_for_a_page_without_an_article(empty):
    """Then even a summary does, and the page's canonical address is another document's. Without an entry's
    text there is no article, and the code says why."""
    merged = merge(empty, SUMMARY)
    assert (merged.text, merged.canonical_url) == ("a summary", None)
    for entry in (None, ExtractedArticle(title="Entry", text="")):
        with pytest.raises(NotArticle) as raised:
            merge(empty, entry)
        assert raised.value.code == f"page_{empty.not_article or 'no_text'}"


@pytest.mark.parametrize(
    ("reason", "address"),
    [("login_page", "https://a.test/1"), ("listing", "https://a.test/1"), ("video", None)],
)
def test_where_many_redirects_end_no_article_has_its_address(reason, address):
    """It stays known by the one that its feed names; a page of its own keeps its own."""
    merged = merge(
        page("" if reason == "video" else "Sign in.", reason=reason), SUMMARY, asked_at="https://a.test/1"
    )
    assert (merged.text, merged.canonical_url) == ("a summary", address)


def test_an_article_is_cut_to_its_bounds():
    """Whatever a feed says, a row can hold it: title, text and the number and length of authors."""
    entry = EntryContent("t" * 9_999, "word " * 200_000, ("Ann Bell " * 100,) * 999)
    article = from_entry(entry)
    assert (len(article.title), len(article.text)) == (bounds.MAX_TITLE, bounds.MAX_TEXT)
    assert len(article.authors) == bounds.MAX_AUTHORS
    assert max(map(len, article.authors)) < 999


@pytest.mark.parametrize(
    ("first", "title", "text"),
    [
        ("Council meets on ferries", "Council meets on ferries", "They run again."),
        ("Council goes home", "The Quay", "Council goes home\n\nThey run again."),
    ],
)
def test_a_page_without_a_headline_has_that_of_the_feed_where_its_text_begins_with_it(first, title, text):
    """As where its headings are the name of the site and the way to the page."""
    entry = ExtractedArticle(title="Council meets on ferries", text="", language="en")
    page = ExtractedArticle(title="The Quay", text=f"{first}\n\nThey run again.", language="en")
    merged = merge(page, entry)
    assert (merged.title, merged.text) == (title, text)
