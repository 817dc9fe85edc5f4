"""Finding the feed behind an address that is an HTML page."""

from dataclasses import replace
from datetime import datetime

from dyadwatch import feeds
from dyadwatch.errors import FeedError, HostBusy, TooCostly, WebError
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, FeedMemory
from dyadwatch.model.web import Response
from dyadwatch.pipeline.context import StepContext
from dyadwatch.pipeline.crawl_gate import Admit

_LIMIT = 10 * 2**20  # bytes
_DEADLINE = 20.0  # seconds
_GUESSES = 4  # usual addresses that are tried where a page names no feed


def find(context: StepContext, response: Response, admit: Admit) -> tuple[str | None, tuple[str, ...]]:
    """The feed that the page of `response` clearly means, and all that it names. Where it names none, the usual
    addresses of its host are tried."""
    named = context.sandbox.call(
        feeds.discover,
        response.body,
        url=response.url,
        content_type=response.headers.get("content-type"),
        link_header=response.headers.get("link"),
    )
    if named:
        return feeds.choose(named), tuple(feed.url for feed in named)
    for guess in feeds.guesses(response.url)[:_GUESSES]:
        if _is_feed(context, guess, admit):
            return guess, (guess,)
    return None, ()


def _is_feed(context: StepContext, url: str, admit: Admit) -> bool:
    try:
        response = context.web.get(
            url, headers=feeds.request_headers(FeedMemory(url)), limit=_LIMIT, deadline=_DEADLINE, admit=admit
        )
        if response.status != 200:
            return False
        parsed = context.sandbox.call(
            feeds.parse,
            response.body,
            url=response.url,
            content_type=response.headers.get("content-type"),
            now=response.received_at,
        )
    except HostBusy:
        raise
    except (WebError, FeedError, TooCostly):
        return False
    return bool(parsed.entries)


def decision(memory: FeedMemory, found: str, now: datetime) -> FeedDecision:
    """The feed's row from now on asks the address that was found, at once."""
    moved = replace(memory, url=found, etag=None, last_modified=None, body_hash=None, proposals=())
    return FeedDecision(moved, now, f"the page at {memory.url} names this feed")


def proposed(decided: FeedDecision, named: tuple[str, ...]) -> FeedDecision:
    """The page names several feeds, and it is for the operator to choose."""
    if not named or decided.failure is None:
        return decided
    failure = Failure(
        "feed_html_several",
        f"the address is an HTML page that names {len(named)} feeds: choose one of its proposals",
        decided.failure.at,
    )
    return replace(decided, memory=replace(decided.memory, proposals=named), failure=failure)
