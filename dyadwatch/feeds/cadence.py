"""What a poll's outcome means: what to remember, when to ask again, and why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from statistics import median

from dyadwatch import backoff
from dyadwatch.errors import DyadwatchError, FeedError
from dyadwatch.feeds.hints import DAY, HOUR, clamp, fresh_for, retry_after
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, FeedMemory, ParsedFeed
from dyadwatch.model.web import Answer

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
REMEMBERED_TIMES = 20
# Days without a new entry, and by how much a feed is then asked less often.
_QUIET = ((30, 8.0), (14, 4.0), (7, 2.0))
_MOST_DOUBLINGS = 8
_GROWTH = 1.5  # of the interval of a feed just added, from poll to poll, until its rhythm is reached
# Faults of the way rather than of the feed weigh half: their backoff doubles every second time only.
_LIGHT = frozenset({"dns_failed", "timeout", "deadline_exceeded"})
_PERMANENT = frozenset({301, 308})
_MOST_VALIDATOR = 1_024


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The operator's limits of a polling interval, seconds, and the source of chance."""

    least: float
    most: float
    random: Callable[[], float]


def request_headers(memory: FeedMemory) -> dict[str, str]:
    """Accept, and what makes the request conditional, byte for byte as the server gave it."""
    headers = {"Accept": ACCEPT}
    if memory.etag is not None:
        headers["If-None-Match"] = memory.etag
    if memory.last_modified is not None:
        headers["If-Modified-Since"] = memory.last_modified
    return headers


def body_hash(body: bytes) -> str:
    """SHA-256 (hex) of a decoded body, as FeedMemory.body_hash remembers it."""
    return sha256(body).hexdigest()


def unchanged(memory: FeedMemory, answer: Answer) -> bool:
    """True where the answer brings nothing to parse: 304, or the bytes of the last time."""
    return answer.status == 304 or (_ok(answer) and memory.body_hash == body_hash(answer.body))


def decide(  # noqa: PLR0913 - all that a poll's outcome depends on, by keyword
    memory: FeedMemory,
    *,
    answer: Answer | None,
    error: DyadwatchError | None,
    parsed: ParsedFeed | None,
    new_entries: int,
    now: datetime,
    poll_min: float,
    poll_max: float,
    random: Callable[[], float],
) -> FeedDecision:
    """What a poll's outcome means for the feed's row.

    Either `answer` (with `parsed`, unless it is `unchanged` or no success) or `error` is given, or a FeedError
    together with the answer whose body it is about. `poll_min` and `poll_max` bound the interval in seconds; what
    the publisher asks for (max-age, Expires, ttl, Retry-After) wins over both, never sooner and at most a day later.
    `random` gives numbers in [0, 1).
    """
    bounds = _Bounds(poll_min, poll_max, random)
    if error is not None:
        if isinstance(error, FeedError):
            # What could not be read must be sent again in full.
            memory = replace(memory, etag=None, last_modified=None, body_hash=None)
        return _failed(memory, answer, Failure(error.code, error.detail, now), now, bounds)
    if answer is None:
        raise ValueError("a poll has an answer, an error, or both")
    if answer.status == 304 or _ok(answer):
        return _succeeded(memory, answer, parsed, new_entries, now, bounds)
    failure = Failure(f"http_{answer.status}", f"the server answered {answer.status}", now)
    if answer.status == 410:
        return _gone(memory, answer, failure, now, bounds)
    return _failed(memory, answer, failure, now, bounds)


def _ok(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _succeeded(
    memory: FeedMemory,
    answer: Answer,
    parsed: ParsedFeed | None,
    new_entries: int,
    now: datetime,
    bounds: _Bounds,
) -> FeedDecision:
    kept = _moved(_validated(memory, answer, parsed), answer)
    if parsed is not None:
        times = _entry_times(memory, parsed, new_entries, now)
        kept = replace(kept, kind=parsed.kind, ttl=parsed.ttl, entry_times=times)
    interval, reason = _adaptive(kept.entry_times, memory.interval, new_entries, now, bounds)
    kept = replace(kept, error_count=0, interval=interval)
    wait = interval
    for seconds, words in _hints(kept, answer):
        if seconds > wait:
            wait, reason = seconds, words
    wait *= 1 + 0.1 * bounds.random()
    return FeedDecision(kept, now + timedelta(seconds=wait), reason)


def _validated(memory: FeedMemory, answer: Answer, parsed: ParsedFeed | None) -> FeedMemory:
    """Validators of a whole 200 (none clears them) and those that a 304 carries; none of a document cut off."""
    etag, modified = _validator(answer, "etag"), _validator(answer, "last-modified")
    if answer.status == 304:
        return replace(memory, etag=etag or memory.etag, last_modified=modified or memory.last_modified)
    if parsed is not None and not parsed.complete:
        return replace(memory, etag=None, last_modified=None, body_hash=None)
    return replace(memory, etag=etag, last_modified=modified, body_hash=body_hash(answer.body))


def _validator(answer: Answer, name: str) -> str | None:
    value = answer.headers.get(name)
    return value if value and len(value) <= _MOST_VALIDATOR else None


def _moved(memory: FeedMemory, answer: Answer) -> FeedMemory:
    """A chain of permanent redirects, twice in a row to the same place, is the feed's new URL."""
    if (
        not answer.hops
        or any(status not in _PERMANENT for status, _ in answer.hops)
        or answer.url == memory.url
    ):
        return replace(memory, moved_to=None)
    if memory.moved_to == answer.url:
        return replace(memory, url=answer.url, moved_to=None)
    return replace(memory, moved_to=answer.url)


def _entry_times(
    memory: FeedMemory, parsed: ParsedFeed, new_entries: int, now: datetime
) -> tuple[datetime, ...]:
    """The last 20 times of entries, oldest first; where entries have no dates, when new ones were found."""
    dated = [date for entry in parsed.entries if (date := entry.published_at or entry.updated_at) is not None]
    if not dated:
        times = [*memory.entry_times, now] if new_entries else [*memory.entry_times]
    else:
        times = sorted(min(date, now) for date in dated)
    return tuple(times[-REMEMBERED_TIMES:])


def _adaptive(
    times: tuple[datetime, ...], last: float | None, new_entries: int, now: datetime, bounds: _Bounds
) -> tuple[float, str]:
    """The interval in seconds within the operator's bounds, and why."""
    if len(times) < 2:
        base = bounds.least if last is None or new_entries else 2 * last
        return _within(base, "too few dated entries to tell a rhythm", bounds)
    gap = median((later - earlier).total_seconds() for earlier, later in pairwise(times))
    reason = f"half the median gap of {len(times)} entries"
    silence = (now - times[-1]).total_seconds() / DAY
    days, factor = next(((days, factor) for days, factor in _QUIET if silence >= days), (0, 1.0))
    if factor > 1:
        reason = f"{reason}, {factor:.0f} times that after {days} quiet days"
    told = gap / 2 * factor
    # The dates of old entries are a publisher's word; a feed just added is watched closely before it is believed.
    believed = bounds.least if last is None else _GROWTH * last
    if believed < told:
        return _within(believed, f"growing towards {reason}", bounds)
    return _within(told, reason, bounds)


def _within(seconds: float, reason: str, bounds: _Bounds) -> tuple[float, str]:
    if seconds < bounds.least:
        return bounds.least, f"{reason}, at least {bounds.least:g} s"
    if seconds > bounds.most:
        return bounds.most, f"{reason}, at most {bounds.most:g} s"
    return seconds, reason


def _hints(memory: FeedMemory, answer: Answer) -> list[tuple[float, str]]:
    hints = [fresh] if (fresh := fresh_for(answer)) else []
    if memory.ttl:
        hints.append((clamp(memory.ttl), f"the feed asks for {memory.ttl:g} s between polls"))
    return hints


def _gone(
    memory: FeedMemory, answer: Answer, failure: Failure, now: datetime, bounds: _Bounds
) -> FeedDecision:
    """410: asked once more, and when the poll before has failed too, never again."""
    if memory.error_count == 0:
        return _failed(memory, answer, failure, now, bounds)
    kept = replace(memory, state="gone", error_count=memory.error_count + 1, moved_to=None)
    return FeedDecision(kept, None, "the publisher says that the feed is gone (410)", failure)


def _failed(
    memory: FeedMemory, answer: Answer | None, failure: Failure, now: datetime, bounds: _Bounds
) -> FeedDecision:
    """The interval doubles with every error in a row, eight times at most and never beyond a day; a server's own
    Retry-After, and an hour after 429 and 503 without one, is not-before."""
    count = memory.error_count + 1
    factor = 2**0.5 if failure.code in _LIGHT else 2.0
    usual = memory.interval or bounds.least
    steps = min(count, _MOST_DOUBLINGS)
    wait = backoff.delay(steps, first=usual * factor, factor=factor, most=DAY, random=bounds.random)
    reason = f"{count} error{'s' if count > 1 else ''} in a row: {failure.detail}"
    asked = _asked_to_wait(answer)
    if asked is not None and asked[0] > wait:
        wait, reason = asked[0] * (1 + 0.1 * bounds.random()), asked[1]
    kept = replace(memory, error_count=count, moved_to=None)
    return FeedDecision(kept, now + timedelta(seconds=wait), reason, failure)


def _asked_to_wait(answer: Answer | None) -> tuple[float, str] | None:
    if answer is None or _ok(answer):
        return None
    asked = retry_after(answer)
    if asked is not None:
        return asked, f"Retry-After {asked:.0f} s"
    return (HOUR, f"{answer.status} without Retry-After: an hour") if answer.status in (429, 503) else None
