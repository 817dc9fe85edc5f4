"""HTML pages that list articles, read by CSS selectors."""

from datetime import UTC, datetime

import pytest

from dyadwatch import feeds
from dyadwatch.errors import FeedError
from dyadwatch.model.feeds import ListRule

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://paper.example/world/"
PAGE = """<!doctype html><html lang="en"><head><title>World – Paper</title></head><body>
<nav><a href="/about">About</a></nav>
<article><a href="one?utm_source=list"><img src="x.jpg"></a><h2><a href="one?utm_source=list">One &amp; only &lt;b&gt;</a></h2>
  <time datetime="2024-06-14T10:00:00+03:00">yesterday</time></article>
<article><h2><a href="/two">Two</a></h2><span class="date">Fri, 14 Jun 2024 08:00:00 GMT</span></article>
<article><h2><a href="/three">Three</a></h2><span class="date">Harbour | 13 juin 2024 | 3 min</span></article>
<article><h2>No link</h2></article>
<article><a href="/pic" title="A picture"><img src="y.jpg"></a><time>some day</time></article>
<article><h2><a href="/two#again">Two again</a></h2></article>
</body></html>"""


def read(rule, page=PAGE):
    return feeds.parse(page.encode(), url=URL, content_type="text/html", now=NOW, list_rule=rule)


def test_a_list_page_is_read_by_its_rule():
    """Links normalised and absolute, titles plain, times with their zone; what repeats or has no link is left
    out."""
    feed = read(ListRule("article", title="h2", date="time, .date"))
    assert (feed.kind, feed.title, feed.language) == ("html", "World – Paper", "en")
    assert [(entry.url, entry.title) for entry in feed.entries] == [
        ("https://paper.example/world/one", "One & only <b>"),
        ("https://paper.example/two", "Two"),
        ("https://paper.example/three", "Three"),
        ("https://paper.example/pic", "A picture"),
    ]
    assert [entry.published_at for entry in feed.entries] == [
        datetime(2024, 6, 14, 7, 0, tzinfo=UTC),
        datetime(2024, 6, 14, 8, 0, tzinfo=UTC),
        datetime(2024, 6, 13, tzinfo=UTC),
        None,
    ]
    assert feed.entries[0].key == feed.entries[0].url


def test_the_block_may_be_the_link():
    """A rule whose entry is the link itself; its text is the title."""
    assert [entry.title for entry in read(ListRule("h2 a")).entries] == ["One & only <b>", "Two", "Three"]


def test_links_are_relative_to_the_base():
    """As in a browser."""
    page = PAGE.replace("<title>", '<base href="https://cdn.example/x/"><title>')
    assert read(ListRule("article"), page).entries[0].url == "https://cdn.example/x/one"


@pytest.mark.parametrize(
    ("rule", "code", "words"),
    [
        (ListRule("article["), "bad_selector", "'entry'"),
        (ListRule("article", link="a:nope()"), "bad_selector", "'link'"),
        (ListRule("article", title="h2 >"), "bad_selector", "'title'"),
        (ListRule("article", title="h2::first-line"), "bad_selector", "'title'"),
        (ListRule("article", date="a" * 501), "bad_selector", "'date'"),
        (ListRule("section.gone"), "list_empty", "no article"),
        (ListRule("nav", link="b"), "list_empty", "no article"),
    ],
)
def test_rules_that_do_not_work_are_named(rule, code, words):
    """A selector that is none, or one that finds nothing: the page has changed."""
    with pytest.raises(FeedError) as refused:
        read(rule)
    assert refused.value.code == code
    assert words in refused.value.detail


def test_rules_are_checked_where_they_are_given():
    """Before any page is read."""
    feeds.check_list_rule(ListRule("article", title="h2", date="time"))
    with pytest.raises(FeedError):
        feeds.check_list_rule(ListRule("article", link=""))


def test_a_feed_at_the_address_is_read_as_one(rss):
    """The rule is for HTML only."""
    assert read(ListRule("article"), rss("<item><title>x</title></item>")).kind == "rss"


def test_a_page_too_large_is_refused():
    """Before a tree is built."""
    with pytest.raises(FeedError) as refused:
        read(ListRule("b"), "<html>" + "<b>" * 200_000)
    assert refused.value.code == "feed_too_complex"
