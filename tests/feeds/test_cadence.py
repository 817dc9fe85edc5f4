"""When a feed is asked again, and what is remembered: decisions as tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dyadwatch.errors import FeedError, WebError
from dyadwatch.feeds import cadence, request_headers
from dyadwatch.model.feeds import FeedMemory, ParsedEntry, ParsedFeed
from dyadwatch.model.web import Answer

NOW = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"
HOURLY = tuple(NOW - timedelta(hours=hours) for hours in range(20, 0, -1))
MEMORY = FeedMemory(URL, interval=1800.0, entry_times=HOURLY)


def answer(status=200, body=b"<rss/>", hops=(), url=URL, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(url, status, named, body, NOW, 0.1, hops)


def feed(*dates, **fields):
    entries = tuple(
        ParsedEntry(str(number), None, "t", published_at=date) for number, date in enumerate(dates)
    )
    return ParsedFeed("rss", "t", entries, **fields)


def decide(
    memory=MEMORY, answer=None, error=None, *, parsed=None, new=0, least=300.0, most=14_400.0, chance=0.0
):
    return cadence.decide(
        memory, answer=answer, error=error, parsed=parsed, new_entries=new, now=NOW,
        poll_min=least, poll_max=most, random=lambda: chance,
    )  # fmt: skip


def seconds(decision):
    return round((decision.next_poll_at - NOW).total_seconds())


def http(**ago):
    return (NOW + timedelta(**ago)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("headers", "memory", "wait", "words"),
    [
        ({}, MEMORY, 1800, "half the median gap of 20 entries"),
        ({"cache_control": "max-age=3600"}, MEMORY, 3600, "max-age 3600 s"),
        ({"cache_control": 'public, Max-Age="7200"'}, MEMORY, 7200, "max-age 7200 s"),
        ({"cache_control": "max-age=3600", "age": "1200"}, MEMORY, 2400, "max-age 3600 s"),
        ({"cache_control": "max-age=3600", "age": "old"}, MEMORY, 3600, "max-age"),
        ({"cache_control": "no-cache, max-age=3600"}, MEMORY, 1800, "median"),
        ({"cache_control": "no-store"}, MEMORY, 1800, "median"),
        ({"cache_control": "max-age=60"}, MEMORY, 1800, "median"),
        ({"cache_control": "max-age=9999999"}, MEMORY, 86_400, "max-age"),
        ({"cache_control": "private", "expires": http(hours=2)}, MEMORY, 7200, "Expires"),
        ({"expires": http(hours=5), "date": http(hours=3)}, MEMORY, 7200, "Expires"),
        ({"expires": "0"}, MEMORY, 1800, "median"),
        ({"expires": http(hours=-2)}, MEMORY, 1800, "median"),
        ({}, replace(MEMORY, ttl=7200.0), 7200, "7200 s between polls"),
        ({"cache_control": "max-age=3600"}, replace(MEMORY, ttl=7200.0), 7200, "between polls"),
        ({}, replace(MEMORY, ttl=10.0), 1800, "median"),
        ({}, replace(MEMORY, ttl=1e9), 86_400, "between polls"),
    ],
)
def test_publishers_hints_are_not_before(headers, memory, wait, words):
    """max-age, Expires and ttl can only make a poll later, by a day at most."""
    decision = decide(memory, answer(304, b"", **headers))
    assert seconds(decision) == wait
    assert words in decision.reason
    assert decision.failure is None


def test_hints_win_over_the_operators_bounds():
    """Also where the operator asks for a second."""
    assert seconds(decide(answer=answer(304, cache_control="max-age=5"), least=1, most=2)) == 60


@pytest.mark.parametrize(
    ("times", "last", "new", "wait", "words"),
    [
        (HOURLY, 14_400.0, 0, 1800, "half the median gap of 20"),
        (tuple(NOW - timedelta(seconds=s) for s in (30, 20, 10)), None, 0, 300, "at least 300 s"),
        (tuple(NOW - timedelta(days=d) for d in (6, 4, 2)), 14_400.0, 0, 14_400, "at most 14400 s"),
        (
            tuple(NOW - timedelta(days=8, hours=h) for h in (3, 2, 1)),
            14_400.0,
            0,
            3600,
            "2 times that after 7 quiet days",
        ),
        (
            tuple(NOW - timedelta(days=15, hours=h) for h in (3, 2, 1)),
            14_400.0,
            0,
            7200,
            "4 times that after 14 quiet days",
        ),
        (
            tuple(NOW - timedelta(days=31, hours=h) for h in (3, 2, 1)),
            14_400.0,
            0,
            14_400,
            "8 times that after 30 quiet days",
        ),
        ((), None, 0, 300, "too few"),
        ((), 300.0, 0, 600, "too few"),
        ((NOW,), 12_000.0, 0, 14_400, "too few"),
        ((NOW,), 12_000.0, 1, 300, "too few"),
    ],
)
def test_interval_follows_the_feeds_rhythm(times, last, new, wait, words):
    """Half the median gap, slower for quiet feeds, within the operator's bounds."""
    decision = decide(replace(MEMORY, entry_times=times, interval=last), answer(304), new=new)
    assert decision.memory.interval == wait == seconds(decision)
    assert words in decision.reason


def test_a_feed_just_added_is_asked_often_until_its_rhythm_is_believed():
    """The interval begins at the shortest, grows by half each time, and ends at what the entries' dates tell."""
    memory = replace(MEMORY, interval=None)
    intervals = []
    for _ in range(7):
        decision = decide(memory, answer(304), new=0)
        memory = decision.memory
        intervals.append(memory.interval)
    assert intervals == [300, 450, 675, 1012.5, 1518.75, 1800, 1800]
    assert decide(replace(MEMORY, interval=None), answer(304), new=0).reason.startswith(
        "growing towards half"
    )


def test_jitter_only_delays():
    """Up to a tenth later, never sooner."""
    assert seconds(decide(answer=answer(304), chance=0.999)) == 1980


def test_success_remembers_the_document():
    """Kind, ttl, times, hash and validators of a complete 200."""
    dates = [NOW - timedelta(hours=1), None, NOW - timedelta(hours=3), NOW + timedelta(hours=2)]
    memory = replace(MEMORY, error_count=3, etag='"old"', last_modified="odd date")
    found = decide(memory, answer(body=b"x", etag='W/"new"'), parsed=feed(*dates, ttl=60.0)).memory
    assert (found.kind, found.ttl, found.error_count) == ("rss", 60.0, 0)
    assert (found.etag, found.last_modified, found.body_hash) == ('W/"new"', None, cadence.body_hash(b"x"))
    assert found.entry_times == (NOW - timedelta(hours=3), NOW - timedelta(hours=1), NOW)


def test_undated_feeds_are_timed_by_what_was_new():
    """Without dates, the moments at which new entries were found make the rhythm."""
    memory = replace(MEMORY, entry_times=())
    assert decide(memory, answer(), parsed=feed(None), new=1).memory.entry_times == (NOW,)
    assert decide(memory, answer(), parsed=feed(None), new=0).memory.entry_times == ()


@pytest.mark.parametrize(
    ("given", "etag", "modified"),
    [
        ({"answer": answer(304)}, '"a"', "Mon"),
        ({"answer": answer(304, etag='"b"', last_modified="Tue")}, '"b"', "Tue"),
        ({"answer": answer(200, etag='"b"')}, '"b"', None),
        ({"answer": answer(200)}, None, None),
        ({"answer": answer(200, etag="x" * 2000)}, None, None),
        ({"answer": answer(200, etag='"b"'), "parsed": feed(complete=False)}, None, None),
        ({"answer": answer(200, etag='"b"'), "error": FeedError("no", code="feed_html")}, None, None),
        ({"answer": answer(500, etag='"b"')}, '"a"', "Mon"),
        ({"error": WebError("no", code="timeout")}, '"a"', "Mon"),
    ],
)
def test_validators_are_those_of_what_was_read(given, etag, modified):
    """Never those of a document that was cut off or could not be read."""
    found = decide(replace(MEMORY, etag='"a"', last_modified="Mon", body_hash="h"), **given).memory
    assert (found.etag, found.last_modified) == (etag, modified)


def test_requests_echo_validators_byte_for_byte():
    """Odd quoting and dates go back as they came; nothing is invented."""
    assert set(request_headers(MEMORY)) == {"Accept"}
    headers = request_headers(replace(MEMORY, etag='W/"a b', last_modified="yesterday"))
    assert headers["If-None-Match"] == 'W/"a b'
    assert headers["If-Modified-Since"] == "yesterday"


def test_same_bytes_need_no_parsing():
    """304, and 200 with the body of the last time."""
    memory = replace(MEMORY, body_hash=cadence.body_hash(b"same"))
    assert cadence.unchanged(memory, answer(304, b""))
    assert cadence.unchanged(memory, answer(200, b"same"))
    assert not cadence.unchanged(memory, answer(200, b"other"))
    assert not cadence.unchanged(memory, answer(500, b"same"))


@pytest.mark.parametrize(
    ("code", "before", "wait"),
    [
        ("connect_failed", 0, 3600),
        ("connect_failed", 1, 7200),
        ("connect_failed", 3, 28_800),
        ("connect_failed", 7, 86_400),
        ("connect_failed", 500, 86_400),
        ("timeout", 0, round(1800 * 2**0.5)),
        ("dns_failed", 1, 3600),
        ("deadline_exceeded", 3, 7200),
    ],
)
def test_errors_back_off(code, before, wait):
    """The interval doubles with each error up to a day; faults of the way weigh half."""
    decision = decide(replace(MEMORY, error_count=before), error=WebError("it failed", code=code), chance=0.5)
    assert seconds(decision) == pytest.approx(wait, abs=1)
    assert decision.memory.error_count == before + 1
    assert decision.memory.interval == 1800
    assert (decision.failure.code, decision.failure.at) == (code, NOW)
    assert f"{before + 1} error" in decision.reason


def test_backoff_stops_at_eight_doublings():
    """A feed polled every second is still asked within minutes after many errors."""
    memory = replace(MEMORY, interval=None, error_count=50)
    assert seconds(decide(memory, error=WebError("no"), least=1, most=5, chance=0.5)) == 256


@pytest.mark.parametrize(
    ("status", "headers", "wait", "words"),
    [
        (404, {}, 3240, "1 error in a row: the server answered 404"),
        (429, {}, 3600, "without Retry-After"),
        (503, {"retry_after": "7200"}, 7200, "Retry-After 7200 s"),
        (429, {"retry_after": http(hours=2)}, 7200, "Retry-After"),
        (429, {"retry_after": http(hours=3), "date": http(hours=1)}, 7200, "Retry-After"),
        (503, {"retry_after": "999999999"}, 86_400, "Retry-After"),
        (503, {"retry_after": "5"}, 3240, "1 error"),
        (500, {"retry_after": "7200"}, 7200, "Retry-After"),
        (300, {}, 3240, "300"),
    ],
)
def test_refusals_are_obeyed(status, headers, wait, words):
    """Not before what Retry-After says, in both its forms."""
    decision = decide(answer=answer(status, **headers))
    assert seconds(decision) == wait
    assert words in decision.reason
    assert decision.failure.code == f"http_{status}"
    assert decision.memory.state == "active"


def test_gone_is_confirmed_once():
    """410 twice in a row ends the polling."""
    first = decide(answer=answer(410))
    assert first.memory.state == "active"
    assert first.next_poll_at is not None
    second = decide(first.memory, answer(410))
    assert (second.memory.state, second.next_poll_at, second.failure.code) == ("gone", None, "http_410")


@pytest.mark.parametrize(
    ("first", "second", "url"),
    [
        (((301, "a"), (308, "b")), ((301, "a"), (308, "b")), "https://new.example/feed"),
        (((301, "a"), (302, "b")), ((301, "a"), (302, "b")), URL),
        (((301, "a"),), (), URL),
        (((307, "a"),), ((301, "a"),), URL),
    ],
)
def test_permanent_moves_are_believed_the_second_time(first, second, url):
    """Only when every redirect of the chain is permanent, twice in a row, to the same place."""
    memory = MEMORY
    for hops in (first, second):
        memory = decide(
            memory, answer(304, hops=hops, url="https://new.example/feed" if hops else URL)
        ).memory
    assert memory.url == url


def test_a_failure_between_two_moves_starts_again():
    """In a row means in a row."""
    moved = answer(304, hops=((301, "a"),), url="https://new.example/feed")
    memory = decide(answer=moved).memory
    assert memory.moved_to == "https://new.example/feed"
    memory = decide(memory, error=WebError("no")).memory
    assert decide(memory, moved).memory.url == URL


def test_feed_error_with_its_answer_is_a_failure():
    """HTML at a known feed's URL backs off, and what the feed was stays."""
    error = FeedError("the answer is an HTML page", code="feed_html")
    decision = decide(answer=answer(200, retry_after="9999"), error=error, chance=0.5)
    assert (decision.failure.code, seconds(decision)) == ("feed_html", 3600)
    assert decision.memory.entry_times == HOURLY


def test_a_poll_without_outcome_is_a_mistake():
    """Neither answer nor error can only be a caller's fault."""
    with pytest.raises(ValueError, match="an answer, an error"):
        decide()
