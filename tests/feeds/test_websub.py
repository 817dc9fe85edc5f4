"""WebSub as values: which hub a feed names, the request to it, who signed, and when it is repeated."""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyadwatch import feeds
from dyadwatch.errors import BlockedAddress, WebError
from dyadwatch.feeds import websub
from dyadwatch.model.feeds import ParsedFeed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://news.example/rss"


def half() -> float:
    return 0.5


def document(*hubs: str, topic: str | None = None) -> ParsedFeed:
    return ParsedFeed(kind="rss", title="News", entries=(), hubs=hubs, topic=topic)


def after(number=1, **outcome):
    arguments = {"status": None, "now": NOW, "random": half} | outcome
    wait, failure = websub.after_request(number, **arguments)
    return wait, failure and failure.code


def test_the_document_names_hub_and_topic():
    hub_and_topic = websub.discover(
        {}, document("https://hub.example/", topic="https://news.example/feed"), URL
    )
    assert hub_and_topic == ("https://hub.example/", "https://news.example/feed")


def test_a_link_header_comes_before_the_document():
    header = '<https://hub.example/a>; rel="hub", <https://news.example/self>; rel="self"'
    hub_and_topic = websub.discover(
        {"link": header}, document("https://hub.example/b", topic="https://x.example/"), URL
    )
    assert hub_and_topic == ("https://hub.example/a", "https://news.example/self")


def test_what_the_header_leaves_out_the_document_says():
    header = "<https://hub.example/>; rel=hub"
    assert websub.discover({"link": header}, document(topic=URL + "?self"), URL + "?x") == (
        "https://hub.example/",
        URL + "?self",
    )
    only_self = {"link": f"<{URL}>; rel=self"}
    assert websub.discover(only_self, document("https://hub.example/", topic="https://x.example/"), URL) == (
        "https://hub.example/",
        URL,
    )


def test_a_feed_without_a_topic_is_its_own():
    assert websub.discover({}, document("https://hub.example/"), URL) == ("https://hub.example/", URL)


def test_https_is_preferred_among_several_hubs():
    hubs = document("http://old.example/", "https://new.example/", "https://other.example/")
    assert websub.discover({}, hubs, URL) == ("https://new.example/", URL)
    assert websub.discover({}, document("http://old.example/", "http://b.example/"), URL) == (
        "http://old.example/",
        URL,
    )


def test_relative_urls_are_resolved():
    header = {"link": '</hub?a=%7e>; rel="hub", <?utm_source=rss>; rel="self"'}
    hub_and_topic = websub.discover(header, None, URL)
    assert hub_and_topic == ("https://news.example/hub?a=%7e", "https://news.example/rss?utm_source=rss")


def test_a_hub_that_cannot_be_dialled_is_none():
    header = "<ftp://hub.example/>; rel=hub, <https://user:secret@hub.example/>; rel=hub"
    assert websub.discover({"link": header}, None, URL) is None


def test_no_hub_is_none():
    assert websub.discover({}, document(topic=URL), URL) is None
    assert websub.discover({}, None, URL) is None


def test_a_hub_is_asked_with_a_form():
    body = websub.request_body(topic=URL + "?a=1&b=ü", callback="https://us.example/websub/t", secret="s-1")
    assert parse_qs(body.decode("ascii")) == {
        "hub.mode": ["subscribe"],
        "hub.topic": [URL + "?a=1&b=ü"],
        "hub.callback": ["https://us.example/websub/t"],
        "hub.secret": ["s-1"],
        "hub.lease_seconds": ["864000"],
    }


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_push_is_signed_with_the_secret_over_its_very_bytes(method):
    body = b"<rss/>\r\n"
    signature = hmac.new(b"secret", body, getattr(hashlib, method)).hexdigest()
    assert websub.is_signed(f"{method}={signature}", body, "secret")
    assert websub.is_signed(f" {method.upper()}={signature.upper()} ", body, "secret")
    assert not websub.is_signed(f"{method}={signature}", body + b" ", "secret")
    assert not websub.is_signed(f"{method}={signature}", body, "other")
    assert not websub.is_signed(f"{method}={signature[:-2]}", body, "secret")


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "md5=" + "0" * 32, "sha256=é", "=", "none=x", "shake_128=00"]
)
def test_anything_else_is_no_signature(header):
    assert not websub.is_signed(header, b"body", "secret")


def test_a_topic_is_ours_however_its_escapes_were_decoded():
    assert websub.same_topic("https://a.example/?q=%7Eb", "https://a.example/?q=~b")
    assert websub.same_topic(URL, URL)
    assert not websub.same_topic(URL, URL + "/")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3600", 3_600), (" 60 ", 60), ("9" * 40, 2_592_000), ("0", 864_000), (None, 864_000), ("", 864_000), ("-5", 864_000), ("1e9", 864_000), ("٣٦٠٠", 864_000)],
)  # fmt: skip
def test_a_lease_is_what_the_hub_says_within_reason(value, seconds):
    assert websub.lease(value) == seconds


@given(st.floats(1, 2_592_000), st.floats(0, 1, exclude_max=True))
def test_a_lease_is_renewed_before_it_ends_and_never_in_haste(seconds, chance):
    due = websub.renewal(seconds, lambda: chance)
    assert due >= 300
    if seconds > 500:
        assert 0.71 * seconds < due < 0.89 * seconds or due == 300


def test_an_accepted_request_is_given_time_to_be_verified():
    assert after(1, status=202) == (600, None)
    assert after(2, status=204) == (1_200, "hub_unverified")
    assert after(20, status=202) == (86_400, "hub_unverified")


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410])
def test_a_refusal_is_believed_for_a_day(status):
    assert after(1, status=status) == (86_400, f"http_{status}")


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_a_passing_fault_is_tried_again_soon_and_then_later(status):
    assert after(1, status=status) == (300, f"http_{status}")
    assert after(3, status=status) == (1_200, f"http_{status}")
    assert after(99, status=status)[0] == 86_400


def test_retry_after_is_not_before():
    assert after(1, status=503, retry_after="4000")[0] == 4_000
    assert after(1, status=503, retry_after="9999999")[0] == 86_400
    assert after(1, status=503, retry_after="1")[0] == 300


def test_a_hub_that_cannot_be_reached_is_tried_again_and_one_that_must_not_be_in_a_day():
    assert after(1, error=WebError("no answer", code="deadline_exceeded")) == (300, "deadline_exceeded")
    assert after(1, error=BlockedAddress("refused")) == (86_400, "blocked_address")


def test_what_a_hub_says_is_kept_as_one_printable_line():
    _, failure = websub.after_request(
        1, status=400, words="no\r\n\x1b[31m callback\x00 " + "x" * 9_999, now=NOW, random=half
    )
    assert failure.detail.startswith("The hub answered 400: no [31m callback x")
    assert len(failure.detail) < 240
    assert failure.detail.isprintable()


_RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>N</title>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://news.example/self"/>
<item><title>One</title><link>https://news.example/1</link></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><id>urn:n</id>
<link rel="hub" href="https://hub.example/"/><link rel="self" href="/self"/>
<entry><id>1</id><title>One</title><link rel="hub" href="https://entry.example/"/></entry></feed>"""
_JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "N", "feed_url": "https://news.example/self",
"hubs": [{"type": "WebSub", "url": "https://hub.example/"}], "items": [{"id": "1", "title": "One"}]}"""


@pytest.mark.parametrize("document", [_RSS, _ATOM, _JSON])
def test_every_kind_of_feed_may_name_a_hub(document):
    parsed = feeds.parse(document.encode(), url=URL, content_type=None, now=NOW)
    assert websub.discover({}, parsed, URL) == ("https://hub.example/", "https://news.example/self")
