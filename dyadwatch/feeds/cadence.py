"""What a poll's outcome means: what to remember, when to poll again, and why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from dyadwatch import backoff, walls
from dyadwatch.errors import DyadwatchError, FeedError
from dyadwatch.feeds import formats, rhythm, websub
from dyadwatch.feeds.caching import DAY, HOUR, clamp, fresh_for, retry_after, states_freshness
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, FeedMemory, ParsedFeed
from dyadwatch.model.web import Response

_MAX_DOUBLINGS = 8  # of an interval after failures
_JITTER = 0.05  # of an interval, later only
_PUSHED_FACTOR = 6.0  # of the interval while a hub pushes: polling is the fallback then
_PUSH_DELAY = timedelta(minutes=5)
# Faults of the network rather than of the feed: their backoff doubles only every second time.
_LIGHT = frozenset({"dns_failed", "deadline_exceeded"})
_PERMANENT = frozenset({301, 308})
_MAX_VALIDATOR = 1_024  # characters
_MAX_UNCHANGED = timedelta(days=7)  # of 304 alone; then one request is unconditional
_Changes = dict[str, Any]  # of fields of a FeedMemory


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a poll that ended `at`: a `response` (with `parsed`, unless it is unchanged or no
    success), an `error`, or a FeedError together with the response whose body it is about."""

    at: datetime
    response: Response | None = None
    error: DyadwatchError | None = None
    parsed: ParsedFeed | None = None
    new_entries: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The operator's limits of a polling interval in seconds, and the source of randomness: numbers in
    [0, 1)."""

    minimum: float
    maximum: float
    random: Callable[[], float]


def request_headers(memory: FeedMemory, now: datetime | None = None) -> dict[str, str]:
    """Accept, and the validators that make the request conditional, byte for byte as the server sent them.

    With `now`, a feed that has answered only 304 for a week is requested unconditionally once: some servers
    answer 304 forever.
    """
    headers = {"Accept": formats.ACCEPT}
    if now is not None and memory.whole_at is not None and _is_whole_overdue(memory.whole_at, now):
        return headers
    if memory.etag is not None:
        headers["If-None-Match"] = memory.etag
    if memory.last_modified is not None:
        headers["If-Modified-Since"] = memory.last_modified
    return headers


def _is_whole_overdue(whole_at: datetime, now: datetime) -> bool:
    """Whether the feed has answered only 304 for a week since it last sent the whole document."""
    return now - whole_at >= _MAX_UNCHANGED


def body_hash(body: bytes) -> str:
    """SHA-256 (hex) of a decoded body, as FeedMemory.body_hash remembers it."""
    return sha256(body).hexdigest()


def is_unchanged(memory: FeedMemory, response: Response) -> bool:
    """Whether the response brings nothing to parse: 304, or the same bytes as last time."""
    return response.status == 304 or (_ok(response) and memory.body_hash == body_hash(response.body))


def decide(memory: FeedMemory, outcome: Outcome, bounds: Bounds) -> FeedDecision:
    """What a poll's outcome means for the feed's row. What the publisher asks for (max-age, Expires, ttl,
    Retry-After) wins over both bounds, never sooner and at most a day later."""
    response, error, now = outcome.response, outcome.error, outcome.at
    if error is not None:
        if isinstance(error, FeedError):
            # A document that could not be read must be sent again in full.
            memory = replace(memory, etag=None, last_modified=None, body_hash=None)
        return _after_failure(memory, response, Failure(error.code, error.detail, now), now, bounds)
    if response is None:
        raise ValueError("a poll has a response, an error, or both")
    if response.status == 304 or _ok(response):
        return _after_success(memory, response, outcome, bounds)
    detail = f"the server answered {response.status}"
    if walls.is_challenge(response.headers):
        detail = f"the server answered {response.status}: it lets browsers in and no programs"
    failure = Failure(f"http_{response.status}", detail, now)
    if response.status == 410:
        return _after_gone(memory, response, failure, now, bounds)
    return _after_failure(memory, response, failure, now, bounds)


def _ok(response: Response) -> bool:
    return 200 <= response.status < 300


def _after_success(memory: FeedMemory, response: Response, outcome: Outcome, bounds: Bounds) -> FeedDecision:
    parsed, new_entries, now = outcome.parsed, outcome.new_entries, outcome.at
    observations = {} if parsed is None else _observations(memory, response, parsed, new_entries, now)
    new_memory = replace(
        memory,
        error_count=0,
        last_status=response.status,
        new_share=rhythm.share(memory, new_entries, now),
        watched_since=memory.watched_since or now,
        polled_at=now,
        **_validators(memory, response, parsed, now),
        **_redirect_changes(memory, response),
        **observations,
    )
    interval, reason = _interval(new_memory, now, bounds)
    share = rhythm.rescale(new_memory.new_share, memory.interval, interval)
    new_memory = replace(new_memory, interval=interval, new_share=share)
    wait = interval
    for seconds, words in _hints(new_memory):
        if seconds > wait:
            wait, reason = seconds, words
    due, reason = _after_skipped_hours(
        new_memory, now + timedelta(seconds=wait * (1 + _JITTER * bounds.random())), reason
    )
    return FeedDecision(new_memory, due, reason)


def _observations(
    memory: FeedMemory, response: Response, parsed: ParsedFeed, new_entries: int, now: datetime
) -> _Changes:
    """What the document says about itself, and what its entries add to the rhythm."""
    observed = rhythm.observe(memory, parsed, new_entries, now)
    hub, topic = websub.discover(response.headers, parsed, response.url) or (None, None)
    return {
        "kind": parsed.kind,
        "ttl": parsed.ttl,
        "hub": hub,
        "topic": topic,
        "skip_hours": parsed.skip_hours,
        "skip_days": parsed.skip_days,
        "entry_times": observed.entry_times,
        "hours": observed.hours,
        "push_until": None if _hub_missed(memory, parsed, new_entries, now) else memory.push_until,
    }


def _interval(memory: FeedMemory, now: datetime, bounds: Bounds) -> tuple[float, str]:
    """The operator's fixed interval, else the rhythm's, six times that while a hub pushes; and why."""
    if memory.fixed_interval is not None:
        return max(memory.fixed_interval, 1.0), f"fixed at {memory.fixed_interval:g} s by the operator"
    seconds, reason = rhythm.wait(memory, now, minimum=bounds.minimum, maximum=bounds.maximum)
    if memory.push_until is not None and memory.push_until > now:
        reason = f"a hub pushes what is new; {_PUSHED_FACTOR:g} times {reason}"
        return min(bounds.maximum, _PUSHED_FACTOR * seconds), reason
    return seconds, reason


def _hub_missed(memory: FeedMemory, parsed: ParsedFeed, new_entries: int, now: datetime) -> bool:
    """Whether a poll found what the hub should have pushed: new entries older than its usual delay."""
    if memory.push_until is None or not new_entries:
        return False
    dates = [date for entry in parsed.entries if (date := entry.published_at or entry.updated_at) is not None]
    newest = sorted(dates, reverse=True)[:new_entries]
    return not newest or any(now - date > _PUSH_DELAY for date in newest)


def _after_skipped_hours(memory: FeedMemory, due: datetime, reason: str) -> tuple[datetime, str]:
    """`due`, or a time in the next hour (UTC) that the feed does not ask to skip; a feed that lists them all
    is ignored."""
    hours, days = set(memory.skip_hours), set(memory.skip_days)
    hours = set() if len(hours) >= 24 else hours
    days = set() if len(days) >= 7 else days
    at = due.astimezone(UTC)
    if at.hour not in hours and at.weekday() not in days:
        return due, reason
    while at.hour in hours or at.weekday() in days:
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    # The same minute as in the skipped hour, so that feeds do not all come back at the start of one.
    minutes = timedelta(minutes=due.minute, seconds=due.second)
    return at + minutes, f"{reason}, past the hours or days that the feed asks to skip"


def _validators(memory: FeedMemory, response: Response, parsed: ParsedFeed | None, now: datetime) -> _Changes:
    """Validators and freshness: those of a complete 200 replace the old ones, those of a 304 update them, and
    a truncated document clears them."""
    etag, modified = _validator(response, "etag"), _validator(response, "last-modified")
    if response.status == 304:
        # Still 304 to an unconditional request (see request_headers): the next attempt is a week away.
        full_attempt = memory.whole_at is None or _is_whole_overdue(memory.whole_at, now)
        return {
            "etag": etag or memory.etag,
            "last_modified": modified or memory.last_modified,
            "max_age": fresh_for(response) if states_freshness(response) else memory.max_age,
            "whole_at": now if full_attempt else memory.whole_at,
        }
    if parsed is not None and not parsed.complete:
        return {"etag": None, "last_modified": None, "body_hash": None, "max_age": fresh_for(response)}
    return {
        "etag": etag,
        "last_modified": modified,
        "body_hash": body_hash(response.body),
        "max_age": fresh_for(response),
        "whole_at": now,
    }


def _validator(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value if value and len(value) <= _MAX_VALIDATOR else None


def _redirect_changes(memory: FeedMemory, response: Response) -> _Changes:
    """Permanent redirects that lead to the same place twice in a row give the feed its new URL."""
    permanent = response.hops and all(status in _PERMANENT for status, _ in response.hops)
    if not permanent or response.url == memory.url:
        return {"moved_to": None}
    if memory.moved_to == response.url:
        return {"url": response.url, "moved_to": None}
    return {"moved_to": response.url}


def _hints(memory: FeedMemory) -> list[tuple[float, str]]:
    hints = []
    if memory.max_age:
        hints.append((memory.max_age, f"fresh for {memory.max_age:g} s, the last answer says"))
    if memory.ttl:
        hints.append((clamp(memory.ttl), f"the feed asks for {memory.ttl:g} s between polls"))
    return hints


def _after_gone(
    memory: FeedMemory, response: Response, failure: Failure, now: datetime, bounds: Bounds
) -> FeedDecision:
    """410 Gone: polled once more, and never again after a second one."""
    if memory.last_status != 410:
        return _after_failure(memory, response, failure, now, bounds)
    new_memory = replace(
        memory, state="gone", error_count=memory.error_count + 1, moved_to=None, polled_at=now
    )
    return FeedDecision(new_memory, None, "the publisher says that the feed is gone (410)", failure)


def _after_failure(
    memory: FeedMemory, response: Response | None, failure: Failure, now: datetime, bounds: Bounds
) -> FeedDecision:
    """The interval doubles with every error in a row (by the square root of two with a light one), at most
    eight times and up to a day before jitter. Not before the server's Retry-After, or an hour after a 429 or
    503 without one."""
    count = memory.error_count + 1
    factor = 2**0.5 if failure.code in _LIGHT else 2.0
    usual = memory.fixed_interval or memory.interval or bounds.minimum
    steps = min(count, _MAX_DOUBLINGS)
    wait = backoff.delay(steps, first=usual * factor, factor=factor, maximum=DAY, random=bounds.random)
    reason = f"{failure.detail}; errors in a row: {count}"
    not_before = _not_before(response)
    if not_before is not None and not_before[0] > wait:
        wait, reason = not_before[0] * (1 + _JITTER * bounds.random()), not_before[1]
    status = response.status if response is not None else memory.last_status
    new_memory = replace(memory, error_count=count, moved_to=None, last_status=status, polled_at=now)
    due, reason = _after_skipped_hours(new_memory, now + timedelta(seconds=wait), reason)
    return FeedDecision(new_memory, due, reason, failure)


def _not_before(response: Response | None) -> tuple[float, str] | None:
    if response is None or _ok(response):
        return None
    seconds = retry_after(response)
    if seconds is not None:
        return seconds, f"Retry-After {seconds:.0f} s"
    return (
        (HOUR, f"{response.status} without Retry-After: an hour") if response.status in (429, 503) else None
    )
