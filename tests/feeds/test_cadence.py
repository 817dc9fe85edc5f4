"""When a feed is polled again, and what is remembered: decisions as tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.errors import FeedError, WebError
from dyadwatch.feeds import cadence, request_headers, rhythm
from dyadwatch.feeds.caching import DAY
from dyadwatch.model.entries import ParsedEntry
from dyadwatch.model.feeds import FeedMemory, ParsedFeed
from dyadwatch.model.web import Response

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"
HOURLY = tuple(NOW - timedelta(hours=hours) for hours in range(20, 0, -1))
# Watched for long, so that its rhythm is believed; its entries ask for less than an hour.
MEMORY = FeedMemory(
    URL,
    interval=1800.0,
    entry_times=HOURLY,
    watched_since=NOW - timedelta(days=30),
    polled_at=NOW - timedelta(minutes=30),
    new_share=0.4,
)
RHYTHM = round(rhythm.wait(MEMORY, NOW, minimum=1, maximum=DAY)[0])


def response(status=200, body=b"<rss/>", hops=(), url=URL, **headers):
    by_name = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(url, status, by_name, body, NOW, 0.1, hops)


def feed(*dates, **fields):
    entries = tuple(
        ParsedEntry(str(number), None, "t", published_at=date) for number, date in enumerate(dates)
    )
    return ParsedFeed("rss", "t", entries, **fields)


def decide(
    memory=MEMORY,
    response=None,
    error=None,
    *,
    parsed=None,
    new=0,
    minimum=300.0,
    maximum=14_400.0,
    chance=0.0,
):
    outcome = cadence.Outcome(NOW, response, error, parsed, new)
    return cadence.decide(memory, outcome, cadence.Bounds(minimum, maximum, lambda: chance))


def seconds(decision):
    return round((decision.next_poll_at - NOW).total_seconds())


def http(**ago):
    return (NOW + timedelta(**ago)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("headers", "memory", "wait", "words"),
    [
        ({}, MEMORY, RHYTHM, "entries a day, by the last 20"),
        ({"cache_control": "max-age=3600"}, MEMORY, 3600, "fresh for 3600 s"),
        ({"cache_control": 'public, Max-Age="7200"'}, MEMORY, 7200, "fresh for 7200 s"),
        ({"cache_control": "max-age=7200", "age": "1200"}, MEMORY, 6000, "fresh for 6000 s"),
        ({"cache_control": "max-age=3600", "age": "old"}, MEMORY, 3600, "fresh"),
        ({"cache_control": "no-cache, max-age=3600"}, MEMORY, RHYTHM, "entries a day"),
        ({"cache_control": "no-store"}, MEMORY, RHYTHM, "entries a day"),
        ({"cache_control": "max-age=60"}, MEMORY, RHYTHM, "entries a day"),
        ({"cache_control": "max-age=9999999"}, MEMORY, 86_400, "fresh"),
        ({"cache_control": "private", "expires": http(hours=2)}, MEMORY, 7200, "fresh"),
        ({"expires": http(hours=5), "date": http(hours=3)}, MEMORY, 7200, "fresh"),
        ({"expires": "0"}, MEMORY, RHYTHM, "entries a day"),
        ({"expires": http(hours=-2)}, MEMORY, RHYTHM, "entries a day"),
        ({}, replace(MEMORY, ttl=7200.0), 7200, "7200 s between polls"),
        ({"cache_control": "max-age=3600"}, replace(MEMORY, ttl=7200.0), 7200, "between polls"),
        ({}, replace(MEMORY, ttl=10.0), RHYTHM, "entries a day"),
        ({}, replace(MEMORY, ttl=1e9), 86_400, "between polls"),
        ({}, replace(MEMORY, fixed_interval=90.0), 90, "fixed at 90 s by the operator"),
        ({}, replace(MEMORY, fixed_interval=0.2), 1, "fixed"),
        ({}, replace(MEMORY, fixed_interval=100_000.0), 100_000, "fixed"),
        ({"cache_control": "max-age=600"}, replace(MEMORY, fixed_interval=90.0), 600, "fresh"),
        ({}, replace(MEMORY, fixed_interval=90.0, ttl=7200.0), 7200, "between polls"),
    ],
)
def test_no_poll_comes_before_the_publishers_hints(headers, memory, wait, words):
    """max-age, Expires and ttl can only make a poll later, by a day at most; also than the operator's
    interval."""
    decision = decide(memory, response(304, b"", **headers))
    assert seconds(decision) == pytest.approx(wait, abs=1)
    assert words in decision.reason
    assert decision.failure is None


def test_hints_win_over_the_operators_bounds():
    """Also where the operator asks for a second."""
    assert seconds(decide(response=response(304, cache_control="max-age=5"), minimum=1, maximum=2)) == 60


def test_a_304_keeps_what_the_last_200_said():
    """A success: no error is counted, and the freshness of the last 200 goes on, unless the 304 states its
    own."""
    memory = replace(MEMORY, error_count=3)
    memory = decide(memory, response(cache_control="max-age=7200"), parsed=feed(*HOURLY)).memory
    again = decide(memory, response(304))
    assert (seconds(again), again.memory.error_count, again.memory.last_status) == (7200, 0, 304)
    assert seconds(decide(memory, response(304, cache_control="max-age=10800"))) == 10_800
    assert seconds(decide(memory, response(304, cache_control="no-cache"))) == RHYTHM
    assert seconds(decide(memory, response(200, b"other"), parsed=feed(*HOURLY))) == RHYTHM


@pytest.mark.parametrize(
    ("hours", "days", "wait"),
    [
        ((), (), 45),
        ((12, 13), (), 120 - 60 + 45 + 60),
        ((13, 14), (), 45),
        (tuple(range(24)), (), 45),
        (tuple(range(24)), (5,), 36 * 60 + 45 - 24 * 60),
        ((), tuple(range(7)), 45),
        ((), (5, 6), 36 * 60 + 45),
        ((0,), (5, 6), 37 * 60 + 45),
    ],
)
def test_skipped_hours_and_days_are_left_out(hours, days, wait):
    """The poll moves into the next hour (UTC) that is allowed, unless all of them are listed. NOW is a
    Saturday noon."""
    memory = replace(MEMORY, skip_hours=hours, skip_days=days, fixed_interval=45 * 60.0)
    due = decide(memory, response(304)).next_poll_at
    expected = {
        45: NOW + timedelta(minutes=45),
        165: NOW + timedelta(hours=2, minutes=45),
        36 * 60 + 45: datetime(2024, 6, 17, 0, 45, tzinfo=UTC),
        37 * 60 + 45: datetime(2024, 6, 17, 1, 45, tzinfo=UTC),
        36 * 60 + 45 - 24 * 60: datetime(2024, 6, 16, 0, 45, tzinfo=UTC),
    }[wait]
    assert due == expected


def test_skipped_hours_hold_for_errors_too():
    """A feed that asks to be left alone is, also while it fails."""
    memory = replace(MEMORY, skip_hours=(12, 13, 14), fixed_interval=600.0)
    assert decide(memory, error=WebError("no")).next_poll_at.hour == 15


def test_jitter_only_delays_and_little():
    """Up to a twentieth later, never sooner: a poll is never later than 1.1 times its interval."""
    assert seconds(decide(response=response(304), chance=0.999)) == pytest.approx(1.05 * RHYTHM, abs=3)
    assert seconds(decide(response=response(304), chance=0.0)) == pytest.approx(RHYTHM, abs=1)


def test_after_a_week_of_304_one_request_is_unconditional():
    """Some servers say 304 for ever; the next such attempt is a week later."""
    memory = replace(MEMORY, etag='"a"', last_modified="Mon", whole_at=NOW - timedelta(days=7))
    assert "If-None-Match" in request_headers(memory, NOW - timedelta(seconds=1))
    assert "If-None-Match" in request_headers(memory)
    assert set(request_headers(memory, NOW)) == {"Accept"}
    tried = decide(memory, response(304)).memory
    assert (tried.whole_at, tried.etag) == (NOW, '"a"')
    assert "If-None-Match" in request_headers(tried, NOW + timedelta(days=6))


def test_whole_answers_are_timed():
    """A complete 200 counts, the same bytes too; one cut off and a 304 do not."""
    assert decide(response=response(), parsed=feed(NOW)).memory.whole_at == NOW
    assert decide(replace(MEMORY, body_hash=cadence.body_hash(b"<rss/>")), response()).memory.whole_at == NOW
    before = replace(MEMORY, whole_at=NOW - timedelta(days=1))
    assert decide(before, response(304)).memory.whole_at == before.whole_at
    assert decide(before, response(), parsed=feed(NOW, complete=False)).memory.whole_at == before.whole_at


PUSHED = replace(MEMORY, push_until=NOW + timedelta(days=1))


def test_a_hub_that_pushes_is_polled_behind():
    """Six times the interval, within the operator's bounds; at the usual one again when the lease has
    passed."""
    assert seconds(decide(PUSHED, response(304))) == pytest.approx(min(6 * RHYTHM, 14_400), abs=1)
    assert "a hub pushes" in decide(PUSHED, response(304)).reason
    assert decide(PUSHED, response(304)).memory.new_share == pytest.approx(
        rhythm.rescale(0.4, 1800.0, min(6 * RHYTHM, 14_400)), rel=0.01
    )
    passed = replace(MEMORY, push_until=NOW - timedelta(seconds=1))
    assert seconds(decide(passed, response(304))) == pytest.approx(RHYTHM, abs=1)


@pytest.mark.parametrize(
    ("dates", "new", "relied_on"),
    [
        ([NOW - timedelta(minutes=10), NOW - timedelta(hours=2)], 1, False),
        ([NOW - timedelta(minutes=2), NOW - timedelta(hours=2)], 1, True),
        ([NOW - timedelta(minutes=10)], 0, True),
        ([None], 1, False),
    ],
)
def test_a_hub_that_missed_an_entry_is_not_relied_on(dates, new, relied_on):
    """Where a poll finds news that is older than five minutes, the hub did not push it."""
    after = decide(PUSHED, response(), parsed=feed(*dates), new=new).memory
    assert (after.push_until is not None) == relied_on


def test_hubs_are_remembered():
    """Those of the document or of the Link header, with the topic to subscribe to; a document without one
    clears them."""
    document = feed(NOW, hubs=("https://hub.example/",), topic="https://news.example/self")
    after = decide(response=response(), parsed=document).memory
    assert (after.hub, after.topic) == ("https://hub.example/", "https://news.example/self")
    assert decide(after, response(304)).memory.hub == after.hub
    assert decide(after, response(), parsed=feed(NOW)).memory.hub is None


def test_success_remembers_the_document():
    """Kind, ttl, times, hash and validators of a complete 200."""
    dates = [NOW - timedelta(hours=1), None, NOW - timedelta(hours=3), NOW + timedelta(hours=2)]
    memory = replace(MEMORY, error_count=3, etag='"old"', last_modified="odd date")
    after = decide(memory, response(body=b"x", etag='W/"new"'), parsed=feed(*dates, ttl=60.0)).memory
    assert (after.kind, after.ttl, after.error_count) == ("rss", 60.0, 0)
    assert (after.etag, after.last_modified, after.body_hash) == ('W/"new"', None, cadence.body_hash(b"x"))
    assert after.entry_times == (*HOURLY[:-3], NOW - timedelta(hours=3), NOW - timedelta(hours=1), NOW)
    assert (after.last_status, after.polled_at, after.watched_since) == (200, NOW, MEMORY.watched_since)


def test_undated_feeds_are_timed_by_what_was_new():
    """Without dates, the moments at which new entries were found make the rhythm."""
    memory = replace(MEMORY, entry_times=())
    assert decide(memory, response(), parsed=feed(None), new=1).memory.entry_times == (NOW,)
    assert decide(memory, response(), parsed=feed(None), new=0).memory.entry_times == ()


@pytest.mark.parametrize(
    ("inputs", "etag", "modified"),
    [
        ({"response": response(304)}, '"a"', "Mon"),
        ({"response": response(304, etag='"b"', last_modified="Tue")}, '"b"', "Tue"),
        ({"response": response(200, etag='"b"')}, '"b"', None),
        ({"response": response(200)}, None, None),
        ({"response": response(200, etag="x" * 2000)}, None, None),
        ({"response": response(200, etag='"b"'), "parsed": feed(complete=False)}, None, None),
        ({"response": response(200, etag='"b"'), "error": FeedError("no", code="feed_html")}, None, None),
        ({"response": response(500, etag='"b"')}, '"a"', "Mon"),
        ({"error": WebError("no", code="deadline_exceeded")}, '"a"', "Mon"),
    ],
)
def test_validators_are_those_of_the_last_document_read(inputs, etag, modified):
    """Never those of a document that was cut off or could not be read."""
    after = decide(replace(MEMORY, etag='"a"', last_modified="Mon", body_hash="h"), **inputs).memory
    assert (after.etag, after.last_modified) == (etag, modified)


def test_requests_echo_validators_byte_for_byte():
    """Odd quoting and dates go back as they came; nothing is invented."""
    assert set(request_headers(MEMORY)) == {"Accept"}
    headers = request_headers(replace(MEMORY, etag='W/"a b', last_modified="yesterday"))
    assert headers["If-None-Match"] == 'W/"a b'
    assert headers["If-Modified-Since"] == "yesterday"


def test_same_bytes_need_no_parsing():
    """304, and 200 with the body of the last time."""
    memory = replace(MEMORY, body_hash=cadence.body_hash(b"same"))
    assert cadence.is_unchanged(memory, response(304, b""))
    assert cadence.is_unchanged(memory, response(200, b"same"))
    assert not cadence.is_unchanged(memory, response(200, b"other"))
    assert not cadence.is_unchanged(memory, response(500, b"same"))


@pytest.mark.parametrize(
    ("code", "before", "wait"),
    [
        ("connect_failed", 0, 3600),
        ("connect_failed", 1, 7200),
        ("connect_failed", 3, 28_800),
        ("connect_failed", 7, 86_400),
        ("connect_failed", 500, 86_400),
        ("deadline_exceeded", 0, round(1800 * 2**0.5)),
        ("dns_failed", 1, 3600),
        ("deadline_exceeded", 3, 7200),
    ],
)
def test_the_interval_grows_with_errors_in_a_row(code, before, wait):
    """The interval doubles with each error up to a day; faults of the way weigh half."""
    decision = decide(replace(MEMORY, error_count=before), error=WebError("it failed", code=code), chance=0.5)
    assert seconds(decision) == pytest.approx(wait, abs=1)
    assert decision.memory.error_count == before + 1
    assert decision.memory.interval == 1800
    assert (decision.failure.code, decision.failure.at) == (code, NOW)
    assert decision.reason == f"it failed; errors in a row: {before + 1}"


def test_backoff_stops_at_eight_doublings():
    """A feed polled every second is still asked within minutes after many errors."""
    memory = replace(MEMORY, interval=None, error_count=50)
    assert seconds(decide(memory, error=WebError("no"), minimum=1, maximum=5, chance=0.5)) == 256


@pytest.mark.parametrize(
    ("status", "headers", "wait", "words"),
    [
        (404, {}, 3240, "the server answered 404; errors in a row: 1"),
        (429, {}, 3600, "without Retry-After"),
        (503, {"retry_after": "7200"}, 7200, "Retry-After 7200 s"),
        (429, {"retry_after": http(hours=2)}, 7200, "Retry-After"),
        (429, {"retry_after": http(hours=3), "date": http(hours=1)}, 7200, "Retry-After"),
        (503, {"retry_after": "999999999"}, 86_400, "Retry-After"),
        (503, {"retry_after": "5"}, 3240, "errors in a row: 1"),
        (500, {"retry_after": "7200"}, 7200, "Retry-After"),
        (300, {}, 3240, "300"),
    ],
)
def test_retry_after_is_obeyed(status, headers, wait, words):
    """Not before what Retry-After says, in both its forms."""
    decision = decide(response=response(status, **headers))
    assert seconds(decision) == wait
    assert words in decision.reason
    assert decision.failure.code == f"http_{status}"
    assert decision.memory.state == "active"


def test_gone_is_confirmed_once():
    """410 ends the polling when the one confirmation says it too, not after an error of another kind."""
    failing = replace(MEMORY, error_count=3, last_status=404)
    first = decide(failing, response(410))
    assert first.memory.state == "active"
    assert first.next_poll_at is not None
    between = decide(first.memory, error=WebError("no answer"))
    second = decide(between.memory, response(410))
    assert (second.memory.state, second.next_poll_at, second.failure.code) == ("gone", None, "http_410")
    back = decide(first.memory, response(304)).memory
    assert decide(back, response(410)).memory.state == "active"


@pytest.mark.parametrize(
    ("first", "second", "url"),
    [
        (((301, "a"), (308, "b")), ((301, "a"), (308, "b")), "https://new.example/feed"),
        (((301, "a"), (302, "b")), ((301, "a"), (302, "b")), URL),
        (((301, "a"),), (), URL),
        (((307, "a"),), ((301, "a"),), URL),
    ],
)
def test_a_permanent_move_counts_the_second_time(first, second, url):
    """Only when every redirect of the chain is permanent, twice in a row, to the same place."""
    memory = MEMORY
    for hops in (first, second):
        memory = decide(
            memory, response(304, hops=hops, url="https://new.example/feed" if hops else URL)
        ).memory
    assert memory.url == url


def test_a_failure_between_two_moves_starts_again():
    """In a row means in a row."""
    moved = response(304, hops=((301, "a"),), url="https://new.example/feed")
    memory = decide(response=moved).memory
    assert memory.moved_to == "https://new.example/feed"
    memory = decide(memory, error=WebError("no")).memory
    assert decide(memory, moved).memory.url == URL


def test_a_page_instead_of_a_known_feed_is_a_soft_error():
    """HTML at a known feed's URL backs off, and what the feed was stays."""
    error = FeedError("the answer is an HTML page", code="feed_html")
    decision = decide(response=response(200, retry_after="9999"), error=error, chance=0.5)
    assert (decision.failure.code, seconds(decision)) == ("feed_html", 3600)
    assert decision.memory.entry_times == HOURLY


def test_a_poll_without_outcome_is_a_mistake():
    """Neither response nor error can only be a caller's fault."""
    with pytest.raises(ValueError, match="a response, an error"):
        decide()


def test_every_decision_says_why():
    """The reason names the rule, for the API: also for errors, refusals and the end."""
    outcomes = [response(304), response(429), response(404), response(410)]
    reasons = [decide(response=outcome).reason for outcome in outcomes]
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)
