"""Documents made to hurt: each is cut down or refused, at a cost of its length."""

from datetime import UTC, datetime, timedelta

import pytest
from growth import assert_linear

from dyadwatch.errors import FeedError
from dyadwatch.feeds.markup import MAX_ENTRIES

pytestmark = pytest.mark.no_cover

ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><rss><channel><title>{}</title></channel></rss>'


def item(inside):
    return f'<rss version="2.0"><channel><item><title>x</title>{inside}</item></channel></rss>'


# Each with the size at which it is read; an eighth of it must cost in proportion.
REFUSED = {
    "entities of entities": (lambda n: ENTITIES.format("&c;" * n), 8),
    "a long entity many times": (lambda n: f'<!DOCTYPE x [<!ENTITY a "{"y" * n}">]><rss><channel><title>{"&a;" * n}</title></channel></rss>', 50_000),
    "60,000 open elements": (lambda n: item("<a>" * n), 60_000),
    "60,000 nested elements": (lambda n: item("<a>" * n + "</a>" * n), 60_000),
    "elements without end": (lambda n: item("<a/>" * n), 250_000),
    "tags without end": (lambda n: "<rss><channel><item>" + "<a " * n, 600_000),
    "more than 10 M characters": (lambda n: item(" " * n), 11_000_000),
    "100,000 document types": (lambda n: "<!DOCTYPE x []>" * n + item(""), 100_000),
    "4 M ampersands": (lambda n: item("<description>" + "&" * n + "</description>"), 4_000_000),
    "nested JSON": (lambda n: '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * n, 200_000),
    "10 M characters of JSON": (lambda n: '{"items": "' + " " * n + '"}', 11_000_000),
}  # fmt: skip
CUT = {
    "external entity": (lambda n: '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + item("<description>" + "&a;" * n + "</description>"), 8),
    "4 MB of blanks": (lambda n: item("<title>" + " " * n + "</title>"), 4_000_000),
    "blanks before the declaration": (lambda n: " " * n + item(""), 1_000_000),
    "400,000 ampersands": (lambda n: item("<description>" + "&" * n + "</description>"), 400_000),
    "7 MB of open end tags": (lambda n: item("<description>" + "&lt;/a" * n + "</description>"), 1_200_000),
    "300,000 comments first": (lambda n: "<!-- x -->" * n + item(""), 300_000),
    "a long attribute": (lambda n: item('<a x="' + "y" * n + '"/>'), 3_000_000),
    "long names": (lambda n: item("<author>" + "a" * n + "</author>"), 3_000_000),
    "a long date": (lambda n: item("<pubDate>" + "1-" * n + "</pubDate>"), 1_000_000),
    "100 nested elements": (lambda n: item("<a>" * n + "</a>" * n), 100),
    "attributes without end": (lambda n: item("<a " + " ".join(f'a{i}="1"' for i in range(n)) + "/>"), 5_000),
    "many attributes, many times": (lambda n: item(("<a " + " ".join(f'a{i}="1"' for i in range(40)) + "/>") * n), 5_000),
    "many texts": (lambda n: item("<description>" + "word " * n + "</description>"), 100_000),
}  # fmt: skip


@pytest.mark.parametrize(("make", "size"), REFUSED.values(), ids=REFUSED)
def test_what_costs_too_much_is_refused(parse, make, size):
    """As too complex, before it has cost more than its length."""

    def read(document):
        try:
            parse(document)
        except FeedError as error:
            return error.code
        return None

    assert assert_linear(read, make, size) == "feed_too_complex"


@pytest.mark.parametrize(("make", "size"), CUT.values(), ids=CUT)
def test_what_is_only_too_long_is_cut(parse, make, size):
    """At a cost of its length, with nothing fetched or expanded."""
    (entry,) = assert_linear(parse, make, size).entries
    assert entry.title in {"x", ""}
    assert "root:" not in (entry.summary or "")


def test_entries_beyond_the_bound_are_dropped(parse, rss):
    """The first 2,000 entries of a document are read."""
    items = "".join(f"<item><title>t{number}</title></item>" for number in range(MAX_ENTRIES + 50))
    entries = parse(rss(items)).entries
    assert len(entries) == MAX_ENTRIES
    assert entries[0].title == "t0"


def test_of_too_many_entries_the_newest_are_read(parse, rss):
    """A feed that begins with its oldest entry is read from its end: what is new stands there."""
    item = "<item><title>t{0}</title><pubDate>{1:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
    items = [
        item.format(number, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number))
        for number in range(MAX_ENTRIES + 50)
    ]
    titles = {entry.title for entry in parse(rss("".join(items))).entries}
    assert (len(titles), "t49" in titles, f"t{MAX_ENTRIES + 49}" in titles) == (MAX_ENTRIES, False, True)


def test_large_entries_are_fewer(parse, rss):
    """Where entries have very many elements, as many are read as the bound allows."""
    one = "<item><title>x</title><guid>{}</guid>" + "<a/>" * 5_000 + "</item>"
    entries = parse(rss("".join(one.format(number) for number in range(60)))).entries
    assert 1 < len(entries) < 60
