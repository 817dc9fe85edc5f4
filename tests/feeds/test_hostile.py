"""Documents made to hurt: each is cut down or refused, within bounded CPU time."""

import time

import pytest

from dyadwatch.errors import FeedError
from dyadwatch.feeds.markup import MAX_ENTRIES

BOMB = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"y" * 50_000}">]><rss><channel><title>{"&a;" * 50_000}</title></channel></rss>'


def item(inside):
    return f'<rss version="2.0"><channel><item><title>x</title>{inside}</item></channel></rss>'


REFUSED = {
    "entities of entities": BOMB,
    "a long entity many times": QUADRATIC,
    "60,000 open elements": item("<a>" * 60_000),
    "60,000 nested elements": item("<a>" * 60_000 + "</a>" * 60_000),
    "elements without end": item("<a/>" * 100_000),
    "tags without end": "<rss><channel><item>" + "<a " * 600_000,
    "more than 10 M characters": item(" " * 11_000_000),
    "100,000 document types": "<!DOCTYPE x []>" * 100_000 + item(""),
    "4 M ampersands": item("<description>" + "&" * 4_000_000 + "</description>"),
    "nested JSON": '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000,
    "10 M characters of JSON": '{"items": "' + " " * 11_000_000 + '"}',
}
SURVIVED = {
    "external entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + item("<description>&a;</description>"),
    "4 MB of blanks": item("<title>" + " " * 4_000_000 + "</title>"),
    "blanks before the declaration": " " * 1_000_000 + item(""),
    "400,000 ampersands": item("<description>" + "&" * 400_000 + "</description>"),
    "4 MB of open end tags": item("<description>" + "&lt;/a" * 600_000 + "</description>"),
    "300,000 comments first": "<!-- x -->" * 300_000 + item(""),
    "a long attribute": item('<a x="' + "y" * 3_000_000 + '"/>'),
    "long names": item("<author>" + "a" * 3_000_000 + "</author>"),
    "a long date": item("<pubDate>" + "1-" * 1_000_000 + "</pubDate>"),
    "100 nested elements": item("<a>" * 100 + "</a>" * 100),
    "attributes without end": item("<a " + " ".join(f'a{n}="1"' for n in range(5_000)) + "/>"),
    "many attributes, many times": item(("<a " + " ".join(f'a{n}="1"' for n in range(40)) + "/>") * 5_000),
    "many texts": item("<description>" + "word " * 100_000 + "</description>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_costs_too_much_is_refused(parse, name):
    """Refused as too complex in less than 5 s of CPU."""
    started = time.process_time()
    with pytest.raises(FeedError) as refused:
        parse(REFUSED[name])
    assert refused.value.code == "feed_too_complex"
    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", SURVIVED)
def test_what_is_only_too_long_is_cut(parse, name):
    """Read in less than 5 s of CPU, with nothing fetched or expanded."""
    started = time.process_time()
    (entry,) = parse(SURVIVED[name]).entries
    assert time.process_time() - started < 5
    assert entry.title in {"x", ""}
    assert "root:" not in (entry.summary or "")


def test_entries_beyond_the_bound_are_dropped(parse, rss):
    """The first 2,000 entries of a document are read."""
    items = "".join(f"<item><title>t{number}</title></item>" for number in range(MAX_ENTRIES + 50))
    entries = parse(rss(items)).entries
    assert len(entries) == MAX_ENTRIES
    assert entries[0].title == "t0"


def test_large_entries_are_fewer(parse, rss):
    """Where entries have very many elements, as many are read as the bound allows."""
    one = "<item><title>x</title><guid>{}</guid>" + "<a/>" * 5_000 + "</item>"
    entries = parse(rss("".join(one.format(number) for number in range(20)))).entries
    assert 1 < len(entries) < 20
