"""Feeds that an HTML page names, and which is meant."""

import pytest
from growth import assert_linear

from dyadwatch import feeds
from dyadwatch.errors import WebError
from dyadwatch.feeds import links
from dyadwatch.model.feeds import DiscoveredFeed

URL = "https://paper.example/world/"


def page(head, body=""):
    return f"<!doctype html><html><head><title>x</title>{head}</head><body>{body}</body></html>".encode()


def alternate(href, kind="application/rss+xml", title=""):
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def discover(head, body="", **options):
    return feeds.discover(page(head, body), url=URL, **options)


def urls(discovered):
    return [feed.url.removeprefix("https://paper.example") for feed in discovered]


def test_feeds_in_the_head_are_found():
    """In document order, absolute, with title and kind; those of the own site before others, of comments
    last."""
    discovered = discover(
        alternate("/comments/feed/", title="Paper &raquo; Comments Feed")
        + alternate("https://other.example/feed", title="Partner")
        + alternate("../rss.xml", title="All <b>news</b>")
        + alternate("https://www.paper.example/atom", "application/atom+xml")
        + alternate("/feed.json", "application/feed+json; charset=utf-8")
        + alternate("../rss.xml")
    )
    assert discovered == (
        DiscoveredFeed("https://paper.example/rss.xml", "All news", "rss"),
        DiscoveredFeed("https://www.paper.example/atom", "", "atom"),
        DiscoveredFeed("https://paper.example/feed.json", "", "json"),
        DiscoveredFeed("https://other.example/feed", "Partner", "rss"),
        DiscoveredFeed("https://paper.example/comments/feed/", "Paper » Comments Feed", "rss"),
    )


@pytest.mark.parametrize(
    "head",
    [
        alternate("/wp-json/oembed?format=json", "application/json+oembed"),
        alternate("/wp-json/wp/v2/pages/2", "application/json"),
        alternate("/sitemap.xml", "text/xml"),
        alternate("/fr/", "text/html"),
        '<link rel="alternate stylesheet" type="application/rss+xml" href="/rss">',
        '<link rel="canonical" type="application/rss+xml" href="/rss">',
        '<link rel="alternate" type="application/rss+xml">',
        alternate("javascript:alert(1)"),
        alternate(URL),
        "<!-- " + alternate("/rss") + " -->",
    ],
)
def test_other_alternates_are_no_feeds(head):
    """Interfaces, translations, style sheets, comments and the page itself are left out."""
    assert discover(head) == ()


def test_vague_types_need_a_telling_address():
    """text/xml or JSON is a feed where its path says so; rel=feed needs no type."""
    assert urls(discover(alternate("/rss/all", "text/xml"))) == ["/rss/all"]
    assert urls(discover(alternate("/feed.json", "application/json"))) == ["/feed.json"]
    assert urls(discover('<link rel="feed" href="/news">')) == ["/news"]


def test_headers_name_feeds_too():
    """RFC 8288, with commas in quoted titles; the page may be anything."""
    header = (
        '</a.atom>; title="a, b"; rel="alternate"; type=application/atom+xml, <https://hub.example/>; rel=hub'
    )
    assert feeds.discover(b"\x89PNG", url=URL, link_header=header) == (
        DiscoveredFeed("https://paper.example/a.atom", "a, b", "atom"),
    )
    assert links.of_header('<http://a b>; rel=hub, <>, nonsense, <ftp://x/>; rel="self hub"', URL) == ()
    both = links.of_header('</x>; rel="self hub"', URL)
    assert both[0].relations == {"self", "hub"}


def test_anchors_are_the_last_resort():
    """Where the head names none, links of the same site whose address looks like a feed."""
    body = (
        '<a href="/rss">RSS <i>feed</i></a><a href="https://other.example/rss">x</a><a href="/feedback">y</a>'
    )
    assert discover("", body) == (DiscoveredFeed("https://paper.example/rss", "RSS feed"),)
    assert urls(discover(alternate("/feed"), body)) == ["/feed"]


def test_feeds_on_a_sister_host_are_found():
    """Of the same registrable domain, by an anchor; a neighbour under a public suffix is somebody else."""
    body = '<a href="https://rss.paper.co.uk/feed">RSS</a><a href="https://other.co.uk/feed">x</a>'
    discovered = feeds.discover(page("", body), url="https://www.paper.co.uk/")
    assert [feed.url for feed in discovered] == ["https://rss.paper.co.uk/feed"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("feed://paper.example/rss", "https://paper.example/rss"),
        ("feed:https://paper.example/rss", "https://paper.example/rss"),
        ("FEED:http://paper.example/rss", "http://paper.example/rss"),
    ],
)
def test_the_scheme_of_feed_readers_stands_for_the_one_that_is_meant(href, url):
    """In the head and in anchors; where an address does not say which, it is the page's."""
    for html in (page(alternate(href)), page("", f'<a href="{href}">RSS</a>')):
        assert [feed.url for feed in feeds.discover(html, url="https://paper.example/")] == [url]


def test_base_counts():
    """Addresses are relative to the page's base."""
    assert urls(discover('<base href="/en/">' + alternate("rss"))) == ["/en/rss"]


def feed(url, title="", kind="rss"):
    return DiscoveredFeed(f"https://paper.example{url}", title, kind)


@pytest.mark.parametrize(
    ("discovered", "path"),
    [
        ([], None),
        ([feed("/feed")], "/feed"),
        ([feed("/feed", "Paper » Feed"), feed("/comments/feed", "Paper » Comments Feed")], "/feed"),
        ([feed("/feed/", "الأخبار"), feed("/comments/feed/", "التعليقات")], "/feed/"),
        ([feed("/comments/feed", "Comments")], None),
        ([feed("/rss", "Paper RSS"), feed("/atom", "Paper (Atom)", "atom")], "/atom"),
        ([feed("/feed.json", "Paper", "json"), feed("/feed.xml", "Paper")], "/feed.xml"),
        ([feed("/feed.json", "", "json"), feed("/feed.rss")], "/feed.rss"),
        (
            [feed("/feed", "RSS 2.0"), feed("/feed/rss", "RSS .92"), feed("/feed/atom", "Atom 0.3", "atom")],
            "/feed/atom",
        ),
        ([feed("/world/rss", "World"), feed("/sport/rss", "Sport")], None),
        ([feed("/world/rss"), feed("/sport/rss")], None),
    ],
)
def test_one_feed_is_chosen_or_none(discovered, path):
    """The only one, the main one beside comments, or one feed in several formats; else a person must
    choose."""
    assert feeds.choose(discovered) == (f"https://paper.example{path}" if path else None)


def test_guesses_are_few_and_on_the_same_host():
    """Below the page's path, then at the usual places."""
    guessed = feeds.guesses("https://paper.example/world/asia/page.html?x=1")
    assert guessed[0] == "https://paper.example/world/asia/feed"
    assert {"https://paper.example/feed", "https://paper.example/rss.xml"} < set(guessed)
    assert len(guessed) <= 12
    assert feeds.guesses("https://paper.example")[0] == "https://paper.example/feed"
    with pytest.raises(WebError):
        feeds.guesses("ftp://paper.example/")


def naming_feeds(count):
    return page("".join(alternate(f"/rss/{number}") for number in range(count)))


def test_hostile_pages_name_little():
    """Endless links name a few feeds, broken bytes none."""
    assert len(feeds.discover(naming_feeds(5_000), url=URL)) == 50
    assert feeds.discover(b"", url=URL) == ()
    assert feeds.discover(b"\x00" * 100_000, url=URL) == ()


@pytest.mark.parametrize(
    ("make", "size"), [(naming_feeds, 5_000), (lambda n: b"<div>" * n + page(alternate("/rss")), 400_000)]
)
def test_hostile_pages_cost_no_more_than_their_length(make, size):
    """Neither links nor depth without end."""
    assert_linear(lambda html: feeds.discover(html, url=URL), make, size)
