"""Tracing: a true answer for each way to get no alert."""

import pytest
from local_site import VISIT, WEATHER, Page, article, feed
from sqlalchemy import text

from dyadwatch.store import watches

PHOTO = (
    "A portrait of Bashar al-Assad hung beside a portrait of Ali Khamenei in the lobby of the hotel on Sunday.",
    *WEATHER[1:],
)
NAMESAKE = (
    "Hafez al-Assad opened the dam in 1973, long before Ali Khamenei became Supreme Leader of Iran.",
    *WEATHER[1:],
)
SWAHILI = (
    "Mvua kubwa inatarajiwa katika pwani kuanzia siku ya Jumanne, pamoja na upepo mkali wa kutosha kufunga bandari ndogo.",
    "Wakulima katika vilima waliambiwa kuingiza wanyama wao kabla ya usiku, na shule zitafunguliwa saa moja baadaye.",
)  # fmt: skip
PAGES = {
    "/visit": article("Assad meets Khamenei in Tehran", *VISIT),
    "/copy": article("Assad meets Khamenei in Tehran", *VISIT),
    "/weather": article("Rain expected along the coast", *WEATHER),
    "/portraits": article("A hotel and its lobby", *PHOTO),
    "/dam": article("The dam at fifty", *NAMESAKE),
    "/rain": article("Mvua kubwa katika pwani", *SWAHILI),
    "/empty": Page("<html><body><nav><a href='/'>Home</a></nav></body></html>"),
    "/forbidden": article("Not for robots", *VISIT),
    "/missing": Page("gone", status=404),
    "/robots.txt": Page("User-agent: *\nDisallow: /forbidden\n", kind="text/plain"),
}
STORED = [path for path in PAGES if path != "/robots.txt"]


@pytest.fixture
def traced(product, site, subscribe):
    """Traces a path of a site whose feed names each page, after all work was done."""
    site.pages |= PAGES
    site.pages["/rss"] = feed(site, *((path, path.strip("/")) for path in STORED))
    subscribe("/rss")
    product.pipeline.run_until_idle()
    return lambda path: product.pipeline.trace(site.url + path)


def end(trace):
    """The stage at which the way ended, with its state and code."""
    return next(
        ((each.stage, each.state, each.code) for each in trace.stages if each.state != "passed"), None
    )


def codes(trace):
    return [watch.code for watch in trace.watches]


def test_each_way_to_no_alert_has_its_answer(traced, product, site):
    requests = len(site.requests)
    raised, copied = sorted((traced("/visit"), traced("/copy")), key=lambda trace: trace.copy_of or 0)
    assert (end(raised), codes(raised), raised.watches[0].alert) == (None, [None], 1)
    assert raised.answer == "assad-khamenei: it raised alert 1."
    assert (codes(copied), copied.copy_of) == (["copy"], raised.article)
    assert f"a copy of article {raised.article}, and counts in alert 1" in copied.answer
    place = traced("/visit#second-day")
    assert (place.article, place.url) == (traced("/visit").article, f"{site.url}/visit")
    assert place.stages[0].detail.endswith("a place of a page, and the page is one article")
    missing = traced("/missing")
    assert (end(missing), codes(missing)) == (("fetch", "waiting", "http_404"), ["actors_not_named"])
    assert missing.stages[-2].detail.endswith("(what its feed says of it)")
    assert end(traced("/forbidden")) == ("fetch", "stopped", "robots_disallowed")
    assert end(traced("/empty"))[::2] == ("extract", "page_error")
    assert codes(traced("/weather")) == ["actors_not_named"]
    assert end(traced("/rain")) == ("language", "stopped", "unknown_language")
    assert codes(traced("/rain")) == ["unknown_language"]
    portraits = traced("/portraits").watches[0]
    assert portraits.code in {"refused", "below_threshold"}
    assert {each.reason for each in portraits.suppressed} & {"portrait", "list", "co_mention"}
    namesake = traced("/dam").watches[0]
    assert (namesake.code, namesake.names["a"]) == ("actors_not_named", ())
    assert "namesake" in {each.reason for each in namesake.suppressed}
    assert len(site.requests) == requests  # what is stored is not asked for again


def test_what_waits_says_until_when(product, site, subscribe):
    """A page that was not fetched yet, one that was not tagged yet, one whose alert was withdrawn, and a
    watch that was disabled or is newer than the article."""
    site.pages |= PAGES
    site.pages["/rss"] = feed(site, ("/visit", "A visit"))
    subscribe("/rss")
    url = site.url + "/visit"
    product.pipeline.run("poll", 10)
    assert end(product.pipeline.trace(url)) == ("fetch", "waiting", "not_fetched_yet")
    product.pipeline.run("fetch", 10)
    assert end(product.pipeline.trace(url)) == ("extract", "waiting", "not_tagged_yet")
    with product.store.begin() as db:
        watches.enable(db, "assad-khamenei", enabled=False)
    product.pipeline.run_until_idle()
    assert product.pipeline.trace(url).answer == "No watch is enabled (no_watch)."
    with product.store.begin() as db:
        watches.enable(db, "assad-khamenei", enabled=True)
    late = product.pipeline.trace(url)
    assert codes(late) == ["not_tagged_yet"]
    assert "dyadwatch watch backfill assad-khamenei" in late.answer


def test_an_address_that_no_feed_has_named_is_read_now_and_not_stored(product, site):
    site.pages |= PAGES
    trace = product.pipeline.trace(site.url + "/visit")
    assert (trace.live, end(trace), codes(trace)) == (
        True,
        ("feed", "stopped", "not_in_feeds"),
        ["not_stored"],
    )
    assert trace.answer.startswith("No feed has named it. assad-khamenei: it would raise an alert")
    assert product.pipeline.trace(site.url + "/forbidden").stages[-1].code == "robots_disallowed"
    assert product.pipeline.trace(site.url + "/missing").stages[-1].code == "http_404"
    assert product.pipeline.trace(site.url + "/empty").stages[-1].code == "page_error"
    with product.store.begin() as db:
        assert db.execute(text("SELECT count(*) FROM pages")).scalar_one() == 0


@pytest.mark.parametrize(
    ("url", "code"), [("ftp://herald.example/1", "url_invalid"), ("http://10.0.0.1/", "blocked_address")]
)
def test_an_address_that_may_not_be_requested_is_refused_at_the_first_stage(product, url, code):
    trace = product.pipeline.trace(url)
    assert [(each.stage, each.code) for each in trace.stages] == [("address", code)]
    assert trace.answer.endswith(f"({code}).")
