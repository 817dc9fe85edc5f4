"""What feeds.parse makes of each kind of document."""

import gzip
import json
from datetime import UTC, datetime
from random import Random
from typing import get_args

import pytest

from dyadwatch.errors import FeedError
from dyadwatch.feeds import formats
from dyadwatch.model.feeds import FeedKind

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title type="html">Desk &amp;amp; Field</title>
  <entry>
    <id>tag:news.example,2024:1</id>
    <title type="html">A &lt;b&gt;bold&lt;/b&gt; claim &amp;amp; a reply</title>
    <link rel="enclosure" href="https://cdn.example/a.mp3"/>
    <link rel="alternate" type="text/html" href="../2024/claim?utm_source=feed&amp;id=7"/>
    <author><name>Ann Example</name><email>ann@news.example</email></author>
    <published>2024-06-14T10:00:00+03:00</published>
    <updated>2024-06-14T12:30:00Z</updated>
    <summary>Short.</summary>
    <content type="html">&lt;p&gt;Long.&lt;/p&gt;</content>
    <source><title>Wire Desk</title><link href="https://wire.example/"/></source>
  </entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
  <channel rdf:about="https://news.example/"><title>World</title><sy:updatePeriod>hourly</sy:updatePeriod>
    <sy:updateFrequency>2</sy:updateFrequency></channel>
  <item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link>
    <dc:date>2024-06-14T08:00:00Z</dc:date><dc:creator>Bo Example</dc:creator></item>
</rdf:RDF>"""

SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
  <url><loc>https://news.example/2</loc><news:news><news:publication><news:name>Example News</news:name>
    <news:language>en</news:language></news:publication><news:publication_date>2024-06-14</news:publication_date>
    <news:title>Two</news:title></news:news></url>
  <url><loc>https://news.example/about</loc></url>
</urlset>"""


def test_atom_entry_has_all_its_fields(parse):
    """Titles are plain, links absolute and without tracking, dates UTC, the source named."""
    feed = parse(ATOM, "application/atom+xml")
    (entry,) = feed.entries
    assert (feed.kind, feed.title, feed.complete) == ("atom", "Desk & Field", True)
    assert entry.key == "tag:news.example,2024:1"
    assert entry.title == "A bold claim & a reply"
    assert entry.url == "https://news.example/2024/claim?id=7"
    assert entry.authors == ("Ann Example",)
    assert entry.published_at == datetime(2024, 6, 14, 7, 0, tzinfo=UTC)
    assert entry.updated_at == datetime(2024, 6, 14, 12, 30, tzinfo=UTC)
    assert (entry.summary, entry.content) == ("Short.", "<p>Long.</p>")
    assert (entry.source_name, entry.source_url) == ("Wire Desk", "https://wire.example/")


def test_rdf_date_is_the_publication(parse):
    """RSS 1.0 knows dc:date only; sy:update* gives the ttl."""
    feed = parse(RDF)
    (entry,) = feed.entries
    assert (feed.kind, feed.ttl) == ("rdf", 1800)
    assert entry.published_at == datetime(2024, 6, 14, 8, 0, tzinfo=UTC)
    assert (entry.url, entry.authors) == ("https://news.example/1", ("Bo Example",))


def test_rss_ttl_is_minutes(parse, rss):
    """RSS counts its ttl in minutes, ParsedFeed in seconds; a broken one counts as none."""
    assert parse(rss("", "<ttl>30</ttl><language>ar-SY</language>")).ttl == 1800
    assert parse(rss("", "<language>ar-SY</language>")).language == "ar-SY"
    assert parse(rss("", "<ttl>soon</ttl>")).ttl is None
    assert parse(rss("", "<ttl>0</ttl>")).ttl is None


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_json_feed_is_read(parse, version):
    """JSON Feed 1 and 1.1, with fields of wrong types taken as absent."""
    people = (
        {"author": {"name": "Cy"}}
        if version.endswith("1") and "1.1" not in version
        else {"authors": [{"name": "Cy"}]}
    )
    items = [
        {"id": 7, "url": "/7", "title": "Seven", "content_text": "a < b", "date_published": "2024-06-14T10:00:00Z", **people},
        {"id": "8", "external_url": "https://other.example/8", "title": ["no"], "content_html": "<p>x</p>",
         "date_modified": "Fri, 14 Jun 2024 10:00:00 +0300"},
        "no item",
        {"id": "https://news.example/9", "external_url": "https://other.example/9"},
    ]  # fmt: skip
    feed = parse(
        json.dumps({"version": version, "title": "J", "language": "fa", "items": items}), "application/json"
    )
    seven, eight, nine = feed.entries
    assert (feed.kind, feed.title, feed.language) == ("json", "J", "fa")
    assert (seven.key, seven.url, seven.content, seven.authors) == (
        "7",
        "https://news.example/7",
        "a &lt; b",
        ("Cy",),
    )
    assert (eight.url, eight.title) == ("https://other.example/8", "")
    assert eight.published_at == datetime(2024, 6, 14, 7, 0, tzinfo=UTC)
    assert nine.url == "https://news.example/9"


def test_news_sitemap_is_read(parse):
    """Pages with news are entries, others are not."""
    feed = parse(SITEMAP)
    (entry,) = feed.entries
    assert (feed.kind, feed.title, feed.language) == ("sitemap", "Example News", "en")
    assert (entry.key, entry.title) == ("https://news.example/2", "Two")
    assert entry.published_at == datetime(2024, 6, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "feed_empty"),
        (" \n\t", "feed_empty"),
        ("\0" * 1000, "feed_empty"),
        ("<!DOCTYPE html><html><body>Not found</body></html>", "feed_html"),
        ("<!-- hello --><!doctype HTML><p>x", "feed_html"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><head/></html>", "feed_html"),
        ("<div>Just a moment...</div>", "feed_html"),
        ("plain words", "feed_not_a_feed"),
        ("\x89PNG\r\n\x1a\n<\x00", "feed_not_a_feed"),
        ("<opml version='2.0'><body/></opml>", "feed_not_a_feed"),
        ("<!-- never ends", "feed_not_a_feed"),
        ("<urlset><url><loc>https://news.example/</loc></url></urlset>", "feed_not_a_feed"),
        ('{"error": "no such feed"}', "feed_not_a_feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "feed_not_a_feed"),
        ('{"items": [', "feed_malformed"),
        ("<rss version='2.0'><channel><title>x", "feed_malformed"),
        ("<!DOCTYPE rss [ <!ELEMENT a ANY> <rss/>", "feed_not_a_feed"),
        ("<!DOCTYPE rss", "feed_not_a_feed"),
    ],
)
def test_what_is_no_feed_is_refused_by_code(parse, body, code):
    """Each kind of wrong answer has its own stable code."""
    with pytest.raises(FeedError) as refused:
        parse(body)
    assert refused.value.code == code
    assert refused.value.detail


def test_feed_without_entries_is_a_feed(parse, rss):
    """A new or emptied feed is no error."""
    assert parse(rss("")).entries == ()


@pytest.mark.parametrize(
    "junk",
    [
        "<br />\n<b>Warning</b>: mysql gone away\n",
        "Warning: include(): failed to open stream in /srv/feed.php on line 3\n\n",
        "1\n",
        "// cached\n<!-- 12 ms -->",
    ],
)
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0"?>\n', "<!DOCTYPE rss>"])
def test_junk_before_the_feed_is_skipped(parse, rss, junk, declaration):
    """A warning that the publisher's software prints first does not lose the feed."""
    body = junk + declaration + rss("<item><title>One</title></item>").removeprefix('<?xml version="1.0"?>')
    assert [entry.title for entry in parse(body).entries] == ["One"]


def test_faults_of_the_markup_lose_nothing(parse, rss):
    """Bare ampersands, HTML's named characters, undeclared prefixes and stray controls are repaired."""
    body = rss(
        "<item><title>Caf&eacute; & bar&nbsp;\x0b one</title><dc:creator>Di</dc:creator></item>"
        "<item><title>Two</titel></item><item><title>Three</title><link>https://news.example/3</link></item>"
    )
    entries = parse(body).entries
    assert entries[0].title == "Café & bar one"
    assert entries[0].authors == ("Di",)
    assert entries[-1].url == "https://news.example/3"


@pytest.mark.parametrize(
    ("name", "html", "title"),
    [
        ("description", "one<br>two", "Bridge opens"),
        ("description", '<p>one<p>two <img src="a.jpg">', "Bridge opens"),
        ("description", "<ul><li>one<li>two</ul>", "Bridge opens"),
        ("description", '<input disabled><a href=/x>one</a> & "two"', "Bridge opens"),
        ("description", "one</b> two</div>", "Bridge opens"),
        ("description", "one <!-- two", "Bridge opens"),
        ("description", "one <!-- two --> <br>", "Bridge opens"),
        ("content:encoded", "<p>one<hr>two", "Bridge opens"),
        ("content", "one<wbr>two", "Bridge opens"),
        ("summary", "one<br>two", "Bridge opens"),
        ("title", "Bridge <b>opens", "Bridge opens"),
        ("title", "Bridge<br>opens", "Bridge opens"),
    ],
)
@pytest.mark.parametrize("root", ["rss", "feed"])
def test_html_that_is_not_escaped_loses_nothing(parse, root, name, html, title):
    """An element without its end holds neither the rest of its entry nor the next one."""
    entry = "item" if root == "rss" else "entry"
    first = {"title": "Bridge opens"} | {name: html}
    link = ("<link>{}</link>" if root == "rss" else '<link href="{}"/>').format("https://news.example/1")
    body = "".join(f"<{part}>{text}</{part}>" for part, text in first.items())
    second = f"<{entry}><title>Second</title>{link.replace('1', '2')}</{entry}>"
    document = (
        f"<{root}><channel>{{}}</channel></{root}>"
        if root == "rss"
        else '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'
    )
    entries = parse(document.format(f"<{entry}>{body}{link}</{entry}>{second}")).entries
    assert [(one.title, one.url) for one in entries] == [
        (title, "https://news.example/1"),
        ("Second", "https://news.example/2"),
    ]


def test_an_end_too_many_ends_nothing(parse, rss):
    items = "".join(f"<item><title>{name}</title></item></item>" for name in ("One", "Two"))
    assert [entry.title for entry in parse(rss(items)).entries] == ["One", "Two"]


def test_references_after_a_fault_are_kept(parse, rss):
    """A fault at the beginning costs no ampersand or markup of what follows, in CDATA or not."""
    body = rss(
        "<item><x>1</y><title>5 &lt; 6 &amp;amp; 7 &quot;q&quot;</title><link><![CDATA[https://news.example/?a=1&b=2]]></link>"
        "<description>&lt;p&gt;R&amp;D &#38; x&lt;/p&gt;</description></item>"
    )
    (entry,) = parse(body).entries
    assert entry.title == '5 < 6 & 7 "q"'
    assert entry.url == "https://news.example/?a=1&b=2"
    assert entry.summary == "<p>R&D & x</p>"


def test_cut_off_document_is_marked(parse, rss):
    """What arrived of a document that ends too early is used, and said to be incomplete."""
    body = rss("<item><title>One</title></item><item><title>Two</title></item>")
    feed = parse(body[: body.index("Two") + 1])
    assert feed.entries[0].title == "One"
    assert not feed.complete
    assert parse(body).complete


WHOLE = "<item><title>One</title><link>/1</link><description>a &lt; b</description></item>"


@pytest.mark.parametrize(
    ("end", "titles"),
    [
        ("<item><title>Two</title><link>https://news.example/the-sec", ["One"]),
        ("<item><title>Two</title><link>/2</link><description><![CDATA[<p>Half</p>", ["One"]),
        ("<item><title>Two</title><link>/2</link><guid isPermaL", ["One"]),
        ("<item><title>Two</title>", ["One"]),  # its address was still to come
        ("<item", ["One"]),
        ("", ["One"]),
        ("<item><title>Two</title><link>/2</link>", ["One", "Two"]),
        ("<item><title>Two</title><link>/2</link></item>\n", ["One", "Two"]),
        ("<item><title>Two</title><link>/2</link></item></chan", ["One", "Two"]),
    ],
)
def test_of_a_cut_off_document_whole_entries_are_kept(parse, rss, end, titles):
    """Half an entry has half an address; the next document has it whole."""
    feed = parse(rss(WHOLE).partition("</channel>")[0] + end)
    assert [entry.title for entry in feed.entries] == titles
    assert not feed.complete


def test_of_a_cut_off_json_feed_whole_items_are_kept(parse):
    """As of the others; one that breaks off before its first item is malformed."""
    whole = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1"}, {"id": "2"}]}
    )
    feed = parse(whole[: whole.index('"2"')])
    assert ([entry.key for entry in feed.entries], feed.title, feed.complete) == (["1"], "T", False)
    assert (parse(whole[:-2]).complete, len(parse(whole[:-2]).entries)) == (False, 2)
    assert parse(whole).complete
    with pytest.raises(FeedError):
        parse(whole[: whole.index('"1"')])


def test_an_entry_that_ends_in_an_empty_element_is_whole(parse):
    """As Atom's links are, and a prefix changes nothing."""
    start = '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title><a:link href="/1"/>'
    assert [entry.url for entry in parse(start).entries] == ["https://news.example/1"]
    assert parse(start + "</a:entry><a:entry><a:link href='/2").entries == parse(start).entries


@pytest.mark.parametrize("fault", ["", "R&D <br>"])
def test_references_to_what_xml_forbids_lose_nothing(parse, rss, fault):
    """A control character by its number, in a text, a long one, a name or an attribute, of a feed that is
    well-formed or not; halves of a character by two."""
    long = "x&#x1F;&#0;" * 300
    feed = parse(
        rss(
            f"<item><title>A&#1; b &#xD83D;&#xDE00;</title><link>/1</link><author>&#2;Ann&#x1b;</author>"
            f'<guid isPermaLink="fal&#3;se">g</guid><description>{long}{fault}</description></item>{WHOLE}'
        )
    )
    assert [entry.title for entry in feed.entries] == ["A b \U0001f600", "One"]
    assert feed.entries[0].authors == ("Ann",)


def test_links_are_read_by_their_local_names_and_relations(parse):
    """Attributes in the namespace of Atom, and relations as registered IRIs."""
    feed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:a="http://www.w3.org/2005/Atom"><title>t</title>'
        '<link rel="http://www.iana.org/assignments/relation/self" href="/self"/><entry><id>1</id>'
        '<link a:rel="enclosure" a:href="/a.mp3"/><link a:rel="alternate" a:href="/1"/></entry><entry><id>2</id>'
        '<link rel="http://www.iana.org/assignments/relation/alternate" href="/2"/></entry></feed>'
    )
    assert [entry.url for entry in feed.entries] == ["https://news.example/1", "https://news.example/2"]
    assert feed.topic == "https://news.example/self"


def test_of_versions_in_several_languages_the_first_counts(parse):
    """An Atom entry names its own first; other relations and types are not in its way."""
    feed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><link rel="self" href="/x"/>'
        '<link href="/1.pdf" type="application/pdf"/><link href="/1" hreflang="de"/>'
        '<link href="/1-en" hreflang="en" rel="alternate"/></entry></feed>'
    )
    assert [entry.url for entry in feed.entries] == ["https://news.example/1"]


@pytest.mark.parametrize("kind", ["", "page", "application/pdf"])
def test_a_page_of_another_type_is_the_page_where_there_is_no_other(parse, kind):
    """The id of an entry, which is no address, does not stand in its way."""
    feed = parse(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>tag:x,1</id><link rel="alternate" type="{kind}"'
        ' href="/1"/></entry></feed>'
    )
    assert [entry.url for entry in feed.entries] == ["https://news.example/1"]


def test_a_compressed_file_is_known_by_its_beginning(parse, rss):
    """Whatever HTTP calls it; of a damaged one, what could be unpacked; nothing that grows too large."""
    document = rss(WHOLE * 3).encode()
    two_members = gzip.compress(document[:100]) + gzip.compress(document[100:])
    for body in (gzip.compress(document), two_members):
        assert parse(body, "application/x-gzip").entries == parse(document).entries
    chance = Random(1)
    noise = rss(
        "".join(f"<item><title>{chance.random()}</title><link>/{n}</link></item>" for n in range(500))
    )
    cut = parse(gzip.compress(noise.encode())[:-500])
    assert (0 < len(cut.entries) < 500, cut.complete) == (True, False)
    for body, code in (
        (gzip.compress(b" " * 11 * 2**20), "feed_too_complex"),
        (b"\x1f\x8bnonsense", "feed_malformed"),
    ):
        with pytest.raises(FeedError) as refused:
            parse(body)
        assert refused.value.code == code


def test_doctype_within_a_text_is_text(parse, rss):
    """Only a declaration before the first element is one."""
    feed = parse(
        '<!DOCTYPE rss SYSTEM "rss.dtd">\n'
        + rss("<item><title>x</title><description>&lt;!DOCTYPE html [</description></item>")
    )
    assert feed.entries[0].summary == "<!DOCTYPE html ["


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE rss [ <!ELEMENT a ANY> ]> <rss",
        "<rss",
        "<rss version='2.0'><channel/></rss><!",
        "<!DOCTYPE rss [ ]>&#65;<rss><channel/></rss>",
    ],
)
def test_remains_of_a_feed_are_malformed(parse, body):
    """What begins like a feed, is not well-formed and holds no entry."""
    with pytest.raises(FeedError) as refused:
        parse(body)
    assert refused.value.code == "feed_malformed"


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<sy:updateFrequency>4</sy:updateFrequency>", 21_600),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", 604_800),
        ("<sy:updatePeriod>always</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_syndication_module_gives_the_ttl(parse, rss, head, seconds):
    """Period daily and frequency one unless said, a period that is none counts as silence."""
    assert parse(rss("<item><title>x</title></item>", head)).ttl == seconds


@pytest.mark.no_cover
def test_sitemap_index_lists_its_newest_children(parse):
    """Those changed last come first, of news before others of the same time; at most 50, and never the index
    itself."""
    listed = "".join(
        f"<sitemap><loc>https://news.example/maps/{number}.xml</loc><lastmod>2024-06-{number % 28 + 1:02}</lastmod></sitemap>"
        for number in range(27)
    )
    odd = (
        "<sitemap><loc>https://news.example/feeds/world.xml</loc></sitemap><sitemap><lastmod>2024</lastmod></sitemap>"
        "<sitemap><loc>old/a.xml</loc></sitemap><sitemap><loc>old/news.xml</loc></sitemap>"
    )
    feed = parse(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{odd}{listed}</sitemapindex>'
    )
    assert (feed.kind, feed.entries) == ("sitemap", ())
    assert feed.children[0] == "https://news.example/maps/26.xml"
    assert feed.children[-2:] == (
        "https://news.example/feeds/old/news.xml",
        "https://news.example/feeds/old/a.xml",
    )
    many = "".join(f"<sitemap><loc>/{number}.xml</loc></sitemap>" for number in range(40_000))
    assert len(parse(f"<sitemapindex>{many}</sitemapindex>").children) == 50


def test_a_sitemap_without_news_gives_the_pages_that_changed_last(parse):
    """At most two hundred; the front page changes always, and is no article."""
    pages = "".join(
        f"<url><loc>https://news.example/story-{number}</loc><lastmod>2024-0{1 + number // 100}-{1 + number % 28:02}"
        "</lastmod></url>"
        for number in range(300)
    )
    others = (
        "<url><loc>https://news.example/</loc><lastmod>2024-06-15</lastmod></url><url><loc>/x</loc></url>"
    )
    feed = parse(f"<urlset>{others}{pages}</urlset>")
    assert (feed.kind, len(feed.entries)) == ("sitemap", 200)
    first = feed.entries[0]
    assert first.updated_at == datetime(2024, 3, 28, tzinfo=UTC)
    assert (first.title, first.published_at) == ("", None)
    assert "https://news.example/" not in {entry.url for entry in feed.entries}


def test_a_long_sitemap_gives_its_newest_news(parse):
    """Two thousand of them, wherever they stand."""
    urls = "".join(
        f"<url><loc>https://news.example/{number}</loc><n:news><n:publication_date>2024-06-{number // 200 + 1:02}"
        f"T00:{number % 60:02}:00Z</n:publication_date><n:title>t</n:title></n:news></url>"
        for number in range(2_500)
    )
    feed = parse(f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>')
    assert len(feed.entries) == 2_000
    assert min(entry.published_at for entry in feed.entries).day == 3


def test_period_of_publishing_software_weighs_half(parse, rss):
    """Where entries are dated closer together than the period, nobody chose it; RSS's own ttl is taken
    whole."""
    period = "<sy:updatePeriod>hourly</sy:updatePeriod>"
    items = "".join(
        f"<item><title>{hour}</title><pubDate>Fri, 14 Jun 2024 10:{hour:02}:00 GMT</pubDate></item>"
        for hour in range(0, 60, 20)
    )
    rare = items.replace("10:20", "14:20").replace("10:40", "19:40")
    assert parse(rss(items, period)).ttl == 1800
    assert parse(rss(rare, period)).ttl == 3600
    assert parse(rss(items, "<ttl>60</ttl>" + period)).ttl == 3600
    assert parse(rss(items, period + "<sy:updateFrequency>0</sy:updateFrequency>")).ttl is None


def test_every_kind_is_a_format_or_has_none():
    """The kinds that the API names are those of the table, beside list pages and feeds not read yet."""
    kinds = {item.kind for item in formats.FORMATS}
    assert kinds | {"html", "unknown"} == set(get_args(FeedKind))
    assert sorted(get_args(FeedKind), key=formats.preference)[:3] == ["atom", "rss", "rdf"]
