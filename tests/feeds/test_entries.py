"""Identity, titles, dates and bounds of entries."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dyadwatch import feeds
from dyadwatch.feeds.entries import MAX_SUMMARY, link, plain


def item(**fields):
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items()) + "</item>"


def test_key_is_guid_then_link_then_hash(parse, rss):
    """Identity within a feed."""
    body = rss(
        item(title="a", guid="g1", link="https://news.example/a")
        + item(title="b", link="https://news.example/b?utm_medium=rss")
        + item(title="c", pubDate="Fri, 14 Jun 2024 10:00:00 GMT")
    )
    one, two, three = parse(body).entries
    assert one.key == "g1"
    assert two.key == "https://news.example/b"
    assert len(three.key) == 64
    assert parse(body).entries[2].key == three.key


def test_a_repeated_guid_is_combined_with_the_link(parse, rss):
    """A publisher who gives every entry one guid has as many entries as links; a true repeat is one entry."""
    same = item(guid="all", link="https://news.example/1", title="x")
    body = rss(
        same + item(guid="all", link="https://news.example/2", title="y") + same + item(guid="all", title="z")
    )
    entries = parse(body).entries
    assert [entry.title for entry in entries] == ["x", "y", "z"]
    assert len({entry.key for entry in entries}) == 3


def test_what_a_publisher_tells_apart_is_not_merged(parse, rss):
    """Entries of one guid and one link with titles or days of their own, as on a page of short notes; a true
    repeat is one. Their keys do not depend on their order."""
    page = {"guid": "https://news.example/notes", "link": "https://news.example/notes"}
    first = item(title="Bridge closed", pubDate="Fri, 14 Jun 2024 08:00:00 GMT", **page)
    second = item(title="Bridge open", pubDate="Fri, 14 Jun 2024 08:00:00 GMT", **page)
    later = item(title="Bridge closed", pubDate="Fri, 14 Jun 2024 18:00:00 GMT", **page)
    entries = parse(rss(first + second + later + first)).entries
    assert [entry.title for entry in entries] == ["Bridge closed", "Bridge open", "Bridge closed"]
    assert {entry.url for entry in entries} == {"https://news.example/notes"}
    backwards = parse(rss(later + second + first)).entries
    assert {entry.key for entry in backwards} == {entry.key for entry in entries}


def test_parts_of_a_page_are_entries_of_their_own(parse, rss):
    """Where links differ in their fragment alone; a fragment that says nothing is none."""
    notes = parse(rss("".join(item(title=f"v{n}", link=f"/notes#v{n}") for n in range(3)))).entries
    assert [entry.key.rpartition("#")[2] for entry in notes] == ["v0", "v1", "v2"]
    assert {entry.url for entry in notes} == {"https://news.example/notes"}
    (entry,) = parse(rss(item(title="x", link="/a#ref=rss"))).entries
    assert entry.key == entry.url == "https://news.example/a"


def test_one_page_under_several_titles_is_one_entry_without_guids(parse, rss):
    """A title that changes is an edit."""
    assert (
        len(parse(rss(item(title="Live", link="/live") + item(title="Live: noon", link="/live"))).entries)
        == 1
    )


def test_changing_guids_keep_the_url(parse, rss):
    """What identifies the article is its address without campaign parameters, whatever the guid or their
    values."""
    items = "".join(
        item(
            title="x",
            guid=f"g{number}",
            link=f"https://news.example/a?id=7&amp;utm_source=rss&amp;fbclid=f{number}",
        )
        for number in (1, 2)
    )
    assert {entry.url for entry in parse(rss(items)).entries} == {"https://news.example/a?id=7"}


def test_a_guid_that_is_no_address_is_no_link(parse, rss):
    """Many publishers forget to say that their numbers are no permanent links."""
    guids = ("12345", "a word", "/a/1", "https://news.example/b", "story-7.html", "?p=7")
    bare, word, *addresses = parse(rss("".join(item(guid=guid) for guid in guids))).entries
    assert (bare.key, bare.url, word.url) == ("12345", None, None)
    assert [entry.url for entry in addresses] == [
        "https://news.example/a/1",
        "https://news.example/b",
        "https://news.example/feeds/story-7.html",
        "https://news.example/feeds/world.xml?p=7",
    ]


@pytest.mark.parametrize("address", ["7", "story", "./story", "?p=7"])
def test_a_relative_link_is_one_whatever_the_guid(parse, rss, address):
    """Also where the guid repeats it."""
    first, second = parse(rss(item(link=address) + item(link=address, guid=address))).entries
    assert first.url == second.url is not None


def test_long_key_is_hashed(parse, rss):
    """Keys are bounded, so that an index can hold them."""
    (entry,) = parse(rss(item(guid="g" * 900, title="x"))).entries
    assert len(entry.key) == 64


def test_broken_entry_loses_only_itself(parse, rss):
    """An impossible link or date is left out, the entry and its neighbours stay."""
    body = rss(
        item(title="a", link="javascript:alert(1)", pubDate="the day before") + item(title="b", link="/b")
    )
    one, two = parse(body).entries
    assert (one.url, one.published_at) == (None, None)
    assert two.url == "https://news.example/b"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Fri, 14 Jun 2024 10:00:00 GMT", datetime(2024, 6, 14, 10, tzinfo=UTC)),
        ("Fri, 14 Jun 2024 10:00:00 +0430", datetime(2024, 6, 14, 5, 30, tzinfo=UTC)),
        ("2024-06-14 10:00:00", datetime(2024, 6, 14, 10, tzinfo=UTC)),
        ("Sun, 16 Jun 2024 11:00:00 GMT", datetime(2024, 6, 16, 11, tzinfo=UTC)),
        ("Mon, 17 Jun 2024 11:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Feb 2024 10:00:00 GMT", None),
        ("", None),
    ],
)
def test_implausible_dates_are_dropped(parse, rss, raw, expected):
    """Dates before 1995 or more than a day ahead come from wrong clocks."""
    assert parse(rss(item(title="x", pubDate=raw))).entries[0].published_at == expected


@pytest.mark.parametrize(
    ("raw", "moment", "precision"),
    [
        ("2024-06-14T10:00:00Z", datetime(2024, 6, 14, 10, tzinfo=UTC), "instant"),
        ("14 juin 2024 10:00", datetime(2024, 6, 14, 10, tzinfo=UTC), "local_time"),
        ("Fri, 14 Jun 2024 10:00:00 IST", datetime(2024, 6, 14, 10, tzinfo=UTC), "local_time"),
        ("۲۵ خرداد ۱۴۰۳", datetime(2024, 6, 14, tzinfo=UTC), "day"),
        ("2024", None, None),
    ],
)
def test_a_date_says_how_exact_it_is(parse, rss, raw, moment, precision):
    """A day, a time of day somewhere, or a moment."""
    (entry,) = parse(rss(item(title="x", pubDate=raw))).entries
    assert (entry.published_at, entry.published_precision) == (moment, precision)


def test_the_feeds_other_dates_say_which_number_is_the_day(parse, rss):
    """One that is certain decides for all."""
    days = ["04/06/2024", "14/06/2024"]
    body = rss("".join(item(title=day, link=f"/{number}", pubDate=day) for number, day in enumerate(days)))
    assert [entry.published_at.day for entry in parse(body).entries] == [4, 14]
    assert [entry.published_at for entry in parse(rss(item(title="x", pubDate=days[0]))).entries] == [None]


def test_absurd_publication_gives_way_to_the_update(parse):
    """The next candidate counts where the best one is absurd."""
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>x</title>'
        "<published>0001-01-01T00:00:00Z</published><updated>2024-06-14T00:00:00Z</updated></entry></feed>"
    )
    (entry,) = parse(body).entries
    assert entry.published_at == entry.updated_at == datetime(2024, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  Two\n words ", "Two words"),
        ("<b>Bold</b> &amp;amp; more", "Bold & more"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("line<br>break", "line break"),
        ("cafe\u0301", "café"),
        ("a\x00b\ud800c", "abc"),
        (None, ""),
        ("&lt;![CDATA[Talks &amp; tea]]&gt;", "Talks & tea"),
        ("<![CDATA[<b>Talks</b>]]> and tea", "Talks and tea"),
        ("<![CDATA[cut off", "cut off"),
        ("Review: &lt;Seven Samurai&gt; returns", "Review: <Seven Samurai> returns"),
        ("How <T> became List<T>", "How <T> became List<T>"),
        ('A <my-tag>b</my-tag> <o:p>c</o:p> <x y="z">d', "A b c d"),
        ("<STRONG>Now</STRONG> <h2>this</h2>", "Now this"),
        ("Talks end</example>", "Talks end"),
    ],
)
def test_titles_are_plain(raw, expected):
    """One line, no markup, NFC, nothing that a database refuses."""
    assert plain(raw) == expected


def test_links_are_bounded_and_absolute():
    """No link is better than one that is too long or of another scheme."""
    base = "https://news.example/feeds/x"
    assert link("../a#top", base) == "https://news.example/a"
    assert link("https://news.example/" + "a" * 3000, base) is None
    assert link("feed:https://news.example/a", base) == "https://news.example/a"
    assert link("feed://news.example/a", base) == "https://news.example/a"
    assert link("feed:javascript:alert(1)", base) is None
    assert link("mailto:desk@news.example", base) is None
    assert link("  ", base) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("news.example/a", "https://news.example/a"),
        ("www.news.example/a?b=1", "https://www.news.example/a?b=1"),
        ("www.other.example", "https://www.other.example/"),
        ("NEWS.example", "https://news.example/"),
        ("http://https://news.example/a", "https://news.example/a"),
        ("https://http://news.example/a", "http://news.example/a"),
        ("https:https://news.example/a", "https://news.example/a"),
        ("<https://news.example/a>", "https://news.example/a"),
        ("< https://news.example/a", "https://news.example/a"),
        ("other.example/a", "https://www.news.example/feeds/other.example/a"),
        ("story.html", "https://www.news.example/feeds/story.html"),
        (
            "https://news.example/?to=https://other.example/",
            "https://news.example/?to=https://other.example/",
        ),
        ("https://archive.example/http://news.example/a", "https://archive.example/http://news.example/a"),
    ],
)
def test_links_are_read_as_they_are_meant(written, meant):
    """Without a scheme, behind another one, in angle brackets."""
    assert link(written, "https://www.news.example/feeds/x") == meant


def test_texts_are_bounded(parse, rss):
    """A summary beyond 64 KB is cut."""
    (entry,) = parse(rss(item(title="x", description="y" * (MAX_SUMMARY + 500)))).entries
    assert len(entry.summary) == MAX_SUMMARY


def test_authors_are_names(parse, rss):
    """Addresses are left out."""
    body = rss(
        item(title="x", author="desk@example.org (Eve Example)") + item(title="y", author="desk@example.org")
    )
    assert [entry.authors for entry in parse(body).entries] == [("Eve Example",), ()]


def test_the_entry_hash_changes_with_the_content(parse, rss):
    """Only what a reader would see again changes the hash."""
    (entry,) = parse(rss(item(title="x", description="d"))).entries
    same = feeds.entry_hash(entry)
    assert feeds.entry_hash(replace(entry, key="k", authors=("N",))) == same
    for change in (
        {"title": "z"},
        {"summary": "z"},
        {"content": "z"},
        {"updated_at": datetime(2024, 1, 1, tzinfo=UTC)},
    ):
        assert feeds.entry_hash(replace(entry, **change)) != same
    assert feeds.entry_hash(replace(entry, summary="x", title="d")) != same
