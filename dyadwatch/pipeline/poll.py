"""poll: asks feeds that are due for their entries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from dyadwatch import feeds
from dyadwatch.errors import DyadwatchError, HostBusy, WebError
from dyadwatch.feeds import cadence
from dyadwatch.model.feeds import ClaimedFeed, FeedDecision, FeedMemory, ListRule, ParsedFeed
from dyadwatch.model.steps import Step
from dyadwatch.model.web import Response
from dyadwatch.pipeline import discovery
from dyadwatch.pipeline import push as pushing
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.crawl_gate import Admit
from dyadwatch.pipeline.worker_pool import save_apart, work_through
from dyadwatch.store import entries, hubs
from dyadwatch.store import poll as rows
from dyadwatch.store.entries import Shown
from dyadwatch.store.poll import Polled
from dyadwatch.store.postponing import postpone

_log = structlog.get_logger(__name__)

_LIMIT = 10 * 2**20  # bytes of a feed, decoded
_DEADLINE = 20.0  # seconds for one answer, redirects included
_CHILDREN = 3  # sitemaps of an index that are read, the newest


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a poll came to: an answer (with what was parsed, unless it is unchanged), an error, or both; or `found`, the
    feed that an HTML page means, and `named`, all that it names; or `busy` seconds until the host may be asked."""

    at: datetime
    response: Response | None = None
    parsed: ParsedFeed | None = None
    error: DyadwatchError | None = None
    found: str | None = None
    named: tuple[str, ...] = ()
    busy: float | None = None


def run(context: StepContext, seconds: float) -> int:
    """Polls what is due for about `seconds`. Returns how many feeds were polled, hubs asked and pushes read."""

    def claim(limit: int, busy: Collection[str]) -> Sequence[ClaimedFeed]:
        with context.store.begin() as db:
            return rows.claim(db, limit=limit, busy=busy)

    def polls(left: float) -> int:
        return work_through(
            claim,
            lambda feed: _ask(context, feed),
            lambda group: save_apart(lambda part: _save(context, part), lambda _: _spoilt(), group),
            threads=context.limits.threads,
            per_host=rows.PER_HOST,
            seconds=left,
            stopping=context.stopping,
        )

    return pushing.alongside(context, seconds, polls)


def _ask(context: StepContext, feed: ClaimedFeed) -> _Outcome:
    memory = feed.memory
    admit = context.crawl_gate.feed(feed.source)
    response = None
    try:
        headers = feeds.request_headers(memory, datetime.now(UTC))
        response = context.web.get(memory.url, headers=headers, limit=_LIMIT, deadline=_DEADLINE, admit=admit)
        parsed = None
        if 200 <= response.status < 300 and not cadence.unchanged(memory, response):
            parsed = _with_children(context, admit, _parsed(context, response, memory.list_rule))
        return _Outcome(at=response.received_at, response=response, parsed=parsed)
    except HostBusy as error:
        return _Outcome(at=datetime.now(UTC), busy=error.wait)
    except WebError as error:
        return _Outcome(at=datetime.now(UTC), error=error)
    except DyadwatchError as error:
        return _unread(context, memory, response, admit, error)
    except Exception:
        _log.exception("poll failed unexpectedly", feed=feed.id, url=memory.url)
        return _spoilt()


def _unread(
    context: StepContext, memory: FeedMemory, response: Response | None, admit: Admit, error: DyadwatchError
) -> _Outcome:
    """A body that is no feed. Where an address never was one and is an HTML page, the page may name the feed."""
    now = datetime.now(UTC)
    if response is None or error.code != "feed_html" or memory.kind != "unknown":
        return _Outcome(at=now, response=response, error=error)
    try:
        found, named = discovery.find(context, response, admit)
    except HostBusy as busy:
        return _Outcome(at=now, busy=busy.wait)
    return _Outcome(at=now, response=response, error=error, found=found, named=named)


def _parsed(context: StepContext, response: Response, rule: ListRule | None) -> ParsedFeed:
    return context.sandbox.call(
        feeds.parse,
        response.body,
        url=response.url,
        content_type=response.headers.get("content-type"),
        now=response.received_at,
        list_rule=rule,
    )


def _with_children(context: StepContext, admit: Admit, parsed: ParsedFeed) -> ParsedFeed:
    """A sitemap index with the entries of its newest sitemaps. One that cannot be read leaves the others; where none
    can, its error is raised."""
    entries = list(parsed.entries)
    failure: DyadwatchError | None = None
    for child in parsed.children[:_CHILDREN]:
        try:
            response = context.web.get(child, limit=_LIMIT, deadline=_DEADLINE, admit=admit)
            if response.status == 200:
                entries += _parsed(context, response, None).entries
        except HostBusy:
            raise
        except DyadwatchError as error:
            failure = error
    if failure is not None and not entries:
        raise failure
    return replace(parsed, entries=tuple(entries)) if parsed.children else parsed


def _spoilt() -> _Outcome:
    error = DyadwatchError("An unexpected error, see the log", code="internal_error")
    return _Outcome(at=datetime.now(UTC), error=error)


def _decided(context: StepContext, feed: ClaimedFeed, outcome: _Outcome, new: int) -> FeedDecision:
    if outcome.found is not None:
        return discovery.decision(feed.memory, outcome.found, outcome.at)
    decided = cadence.decide(
        feed.memory,
        response=outcome.response,
        error=outcome.error,
        parsed=outcome.parsed,
        new_entries=new,
        now=outcome.at,
        poll_min=context.limits.poll_min,
        poll_max=context.limits.poll_max,
        random=context.random.random,
    )
    return discovery.proposed(decided, outcome.named)


def _save(context: StepContext, group: Sequence[tuple[ClaimedFeed, _Outcome]]) -> None:
    with context.store.begin() as db:
        asked = [(feed, outcome) for feed, outcome in group if outcome.busy is None]
        for feed, outcome in group:
            if outcome.busy is not None:
                postpone(db, "feeds", feed, outcome.at + timedelta(seconds=outcome.busy))
        shown = entries.recognise(
            db, {feed.id: outcome.parsed.entries for feed, outcome in asked if outcome.parsed}
        )
        polled = [_polled(context, feed, outcome, shown.get(feed.id)) for feed, outcome in asked]
        saved = rows.save_all(db, polled)
        if context.limits.public_url:
            hubs.ensure(db, _named(polled, saved))
    for feed, outcome in asked:
        _log.info(
            "polled",
            feed=feed.id,
            url=feed.memory.url,
            status=outcome.response.status if outcome.response else None,
            new=shown[feed.id].new if feed.id in shown else 0,
            saved=feed.id in saved,
            error=outcome.error.code if outcome.error else None,
        )
    if shown:
        context.hint(Step.FETCH)


def _polled(context: StepContext, feed: ClaimedFeed, outcome: _Outcome, shown: Shown | None) -> Polled:
    decided = _decided(context, feed, outcome, shown.new if shown else 0)
    status = outcome.response.status if outcome.response else None
    return Polled(feed=feed, decision=decided, status=status, at=outcome.at, shown=shown)


def _named(polled: Sequence[Polled], saved: frozenset[int]) -> dict[int, tuple[str, str] | None]:
    """The hub and topic that each feed names, None where it names one no more."""
    return {
        one.feed.id: (memory.hub, memory.topic) if memory.hub and memory.topic else None
        for one in polled
        if one.feed.id in saved and ((memory := one.decision.memory).hub or one.feed.memory.hub)
    }
