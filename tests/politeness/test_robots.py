"""robots.txt: what it allows, how long it is believed, and what its absence means."""

from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.model.web import RobotsTxt
from dyadwatch.politeness import robots

NOW = datetime(2024, 5, 1, tzinfo=UTC)
PAGE = "https://news.example/politics/1"


def rules(text: str) -> robots.Rules:
    return robots.rules(robots.record(200, text.encode(), None, None, NOW))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /politics/", False),
        ("User-agent: *\nDisallow: /politics/\nAllow: /politics/1$", True),
        ("User-agent: *\nDisallow: /*/1", False),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: dyadwatch\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Dyadwatch\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("<html>not found</html>", True),
    ],
)
def test_what_a_text_allows(text, allowed):
    """RFC 9309: our own group before the general one, the longest rule, * and $."""
    assert rules(text).allows(PAGE) is allowed


@pytest.mark.parametrize(("value", "delay"), [("5", 5.0), ("120", 30.0), ("-3", 0.0), ("soon", 0.0)])
def test_a_crawl_delay_is_kept_to_up_to_half_a_minute(value, delay):
    """A delay is seconds between pages; an absurd one is bounded."""
    assert rules(f"User-agent: *\nCrawl-delay: {value}").delay == delay


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_of_the_file_allows_everything(status):
    """4xx: there is no robots.txt."""
    record = robots.record(status, b"User-agent: *\nDisallow: /", None, None, NOW)
    assert robots.rules(record).allows(PAGE)
    assert record.expires_at == NOW + timedelta(hours=24)


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_a_file_out_of_reach_allows_nothing_for_now(status):
    """5xx, 429 or no answer: everything is refused, and the file asked for again in an hour."""
    record = robots.record(status, b"", None, None, NOW)
    assert not robots.rules(record).allows(PAGE)
    assert record.expires_at == NOW + timedelta(hours=1)


def test_a_text_that_was_read_holds_while_it_cannot_be_read_again():
    """An outage forbids nothing that was allowed, and allows nothing that was forbidden."""
    before = robots.record(200, b"User-agent: *\nDisallow: /private", None, None, NOW)
    record = robots.record(503, b"", None, before, NOW + timedelta(days=1))
    assert robots.rules(record).allows(PAGE)
    assert not robots.rules(record).allows("https://news.example/private/1")


def test_after_a_month_out_of_reach_it_counts_as_missing():
    """RFC 9309 2.3.1.4."""
    before = RobotsTxt(503, "", NOW - timedelta(days=31), NOW)
    assert robots.rules(robots.record(503, b"", None, before, NOW)).allows(PAGE)


@pytest.mark.parametrize(
    ("max_age", "hours"),
    [
        (None, 24),
        (10, 1),
        (7_200, 2),
        (999_999_999_999, 24),
    ],
)
def test_it_is_believed_for_an_hour_to_a_day(max_age, hours):
    """max-age decides, within bounds."""
    record = robots.record(200, b"x", max_age, None, NOW)
    assert record.expires_at == NOW + timedelta(hours=hours)


def test_only_the_first_500_kilobytes_are_read():
    """RFC 9309 2.5; NUL bytes, which no row can hold, are dropped."""
    start = b"User-agent: *\nDisallow: /a\x00\n"
    body = start + b"#" * (robots.LIMIT - len(start)) + b"\nDisallow: /b"
    assert robots.record(200, body, None, None, NOW).body == "User-agent: *\nDisallow: /a"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("\ufeffUser-agent: *\nDisallow: /a", ["Disallow: /a"]),
        (
            "User-agent: a\nUser-agent: *\nUser-agent: b\nDisallow: /a # why\nAllow: /b",
            ["Disallow: /a", "Allow: /b"],
        ),
        ("User-agent: a\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", ["Disallow: /b"]),
        ("user agent dyadwatch/2.0\nCrawl-delay 3\nUser-agent: *\nDisallow: /", ["Crawl-delay: 3"]),
        (
            "User-agent: *\nDisallow: /a\nUser-agent: a\nAllow: /\nUser-agent: *\nDisallow: /b",
            ["Disallow: /a", "Disallow: /b"],
        ),
        (
            "User-agent: *\nSitemap: https://news.example/s.xml\nUser-agent: dyadwatch\nDisallow: /",
            ["Disallow: /"],
        ),
        ("User-agent: dyad\nDisallow: /", []),
        ("Disallow: /", []),
        ("", []),
    ],
)
def test_only_the_group_that_applies_is_kept(text, own):
    """Groups of one agent are joined; what is no rule neither joins nor parts them."""
    assert robots.own_group(text).splitlines() == ["User-agent: *", *own]


def test_a_text_without_a_word_to_us_holds_through_an_outage_too():
    """What others are forbidden is nothing to us, before and during the outage."""
    before = robots.record(200, b"User-agent: otherbot\nDisallow: /", None, None, NOW)
    assert robots.rules(robots.record(503, b"", None, before, NOW)).allows(PAGE)


def test_an_origin_is_scheme_host_and_port():
    """Each has its own robots.txt."""
    assert robots.origin("http://news.example:8080/a?b") == "http://news.example:8080"


def test_it_names_sitemaps_for_everybody():
    text = "User-agent: a\nDisallow: /\nSitemap: /a.xml\n\n  sitemap : https://b.test/b.xml # c\n# Sitemap: /no.xml\n"
    assert robots.sitemaps(text) == ["/a.xml", "https://b.test/b.xml"]
    assert robots.sitemaps("\n" * 100_000 + "Sitemap:\n/x") == []
