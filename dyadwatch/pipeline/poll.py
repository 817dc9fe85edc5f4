"""poll: reads the feeds that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from dyadwatch.errors import FeedError, HostBusy, TooCostly
from dyadwatch.feeds import cadence
from dyadwatch.model.entries import EntryChanges
from dyadwatch.model.feeds import ClaimedFeed, ParsedFeed
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline import discovery, feed_documents, network_step
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.discovery import Discovery
from dyadwatch.pipeline.worker_pool import Attempt
from dyadwatch.store import Connection, entries, hub_subscriptions
from dyadwatch.store import feeds as rows
from dyadwatch.store.feeds import PollResult

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Poll:
    """What a feed's server sent: `parsed` unless it is unchanged or no success,
    or why it is `unreadable`, with the feeds `discovered` in its place."""

    response: Response
    parsed: ParsedFeed | None = None
    unreadable: FeedError | TooCostly | None = None
    discovered: Discovery | None = None


_PollAttempt = Attempt[ClaimedFeed, _Poll]


def run(context: StepContext, seconds: float) -> int:
    """Polls the feeds that are due for about `seconds`. Returns how many were polled."""
    return network_step.run(
        context,
        seconds,
        queue=rows.QUEUE,
        claim=rows.claim,
        attempt=_attempt,
        save=_save,
    )


def _attempt(context: StepContext, feed: ClaimedFeed) -> _Poll:
    admit = context.crawl_gate.feed(feed.source, context.until)
    is_first = feed.memory.polled_at is None
    response = feed_documents.request(context, feed.memory, admit, is_first=is_first)
    if not 200 <= response.status < 300 or cadence.is_unchanged(feed.memory, response):
        return _Poll(response)
    try:
        parsed = feed_documents.parse(context, response, feed.memory.list_rule)
        return _Poll(response, feed_documents.with_child_sitemaps(context, parsed, admit))
    except (FeedError, TooCostly) as error:
        # An address that never was a feed and is an HTML page may name the feed.
        if error.code == "feed_html" and feed.memory.kind == "unknown":
            discovered = discovery.discover(context, response, admit)
            return _Poll(response, unreadable=error, discovered=discovered)
        return _Poll(response, unreadable=error)


def _decide(context: StepContext, attempt: _PollAttempt, changes: EntryChanges | None) -> PollResult:
    feed, poll = attempt.row, attempt.result
    now = poll.response.received_at if poll else attempt.ended_at
    discovered = poll.discovered if poll else None
    if discovered and discovered.url:
        decision = discovery.move(feed.memory, discovered.url, now)
    else:
        outcome = cadence.Outcome(
            now,
            response=poll.response if poll else None,
            error=poll.unreadable if poll else attempt.error,
            parsed=poll.parsed if poll else None,
            new_entries=changes.new if changes else 0,
        )
        limits = context.limits
        bounds = cadence.Bounds(limits.poll_min, limits.poll_max, context.random.random)
        decision = cadence.decide(feed.memory, outcome, bounds)
        if discovered:
            decision = discovery.propose(decision, discovered.candidates)
    return PollResult(feed, decision, status=poll.response.status if poll else None, at=now, changes=changes)


def _save(context: StepContext, attempts: Sequence[_PollAttempt]) -> None:
    with context.store.begin() as db:
        answered = _defer_busy(db, attempts)
        parsed = {one.row.id: one.result.parsed for one in answered if one.result and one.result.parsed}
        changes = entries.compare(db, {feed: document.entries for feed, document in parsed.items()})
        polled = [_decide(context, attempt, changes.get(attempt.row.id)) for attempt in answered]
        saved = rows.save_polls(db, polled)
        if context.limits.public_url:
            hub_subscriptions.ensure(db, _hubs([poll for poll in polled if poll.feed.id in saved]))
    for poll in polled:
        _log_poll(poll, saved=poll.feed.id in saved)
    if changes:
        context.hint(Step.FETCH)


def _log_poll(poll: PollResult, *, saved: bool) -> None:
    failure = poll.decision.failure
    _log.info(
        "polled",
        feed=poll.feed.id,
        url=poll.feed.memory.url,
        status=poll.status,
        new=poll.changes.new if poll.changes else 0,
        saved=saved,
        error=failure.code if failure else None,
    )


def _defer_busy(db: Connection, attempts: Sequence[_PollAttempt]) -> list[_PollAttempt]:
    """Defers the feeds whose host is busy. Returns the other attempts."""
    for attempt in attempts:
        if isinstance(attempt.error, HostBusy):
            until = attempt.ended_at + timedelta(seconds=attempt.error.wait)
            rows.defer(db, attempt.row, until, ahead=attempt.error.ahead, behind=attempt.error.behind)
    return [attempt for attempt in attempts if not isinstance(attempt.error, HostBusy)]


def _hubs(polled: Sequence[PollResult]) -> dict[int, tuple[str, str] | None]:
    """The WebSub hub and topic that each feed names now, None where it names none any more."""
    return {
        poll.feed.id: (memory.hub, memory.topic) if memory.hub and memory.topic else None
        for poll in polled
        if (memory := poll.decision.memory).hub or poll.feed.memory.hub
    }
