"""Finds the feed behind an address that turned out to be an HTML page."""

from dataclasses import dataclass, replace
from datetime import datetime

from dyadwatch import feeds
from dyadwatch.errors import FeedError, HostBusy, TooCostly, WebError
from dyadwatch.model.failures import Failure
from dyadwatch.model.feeds import FeedDecision, FeedMemory
from dyadwatch.model.web import Admit, Response
from dyadwatch.pipeline import feed_documents
from dyadwatch.pipeline.context import StepContext

_GUESSES = 4  # usual addresses that are tried where a page names no feed


@dataclass(frozen=True, slots=True)
class Discovery:
    """`url` is the feed that a page clearly means, None where there is none or a person must choose among
    `candidates`, the URLs of all that it names."""

    url: str | None = None
    candidates: tuple[str, ...] = ()


def discover(context: StepContext, page: Response, admit: Admit) -> Discovery:
    """The feeds that an HTML page names. Where it names none, the usual addresses of its host are tried."""
    candidates = context.sandbox.call_until(
        context.until,
        feeds.discover,
        page.body,
        url=page.url,
        content_type=page.headers.get("content-type"),
        link_header=page.headers.get("link"),
    )
    if candidates:
        return Discovery(feeds.choose(candidates), tuple(feed.url for feed in candidates))
    for guess in feeds.guesses(page.url)[:_GUESSES]:
        if _is_feed(context, guess, admit):
            return Discovery(guess, (guess,))
    return Discovery()


def _is_feed(context: StepContext, url: str, admit: Admit) -> bool:
    try:
        response = feed_documents.request(context, FeedMemory(url), admit)
        return response.status == 200 and bool(feed_documents.parse(context, response).entries)
    except HostBusy:
        raise
    except (WebError, FeedError, TooCostly):
        return False


def move(memory: FeedMemory, url: str, now: datetime) -> FeedDecision:
    """The feed's address becomes the discovered `url`, which is due at once."""
    moved = replace(memory, url=url, etag=None, last_modified=None, body_hash=None, proposals=())
    return FeedDecision(moved, now, f"the page at {memory.url} names this feed")


def propose(decision: FeedDecision, candidates: tuple[str, ...]) -> FeedDecision:
    """A failed poll's decision, which leaves the choice among several `candidates` to the operator."""
    if not candidates or decision.failure is None:
        return decision
    failure = Failure(
        "feed_html_several",
        f"the address is an HTML page that names {len(candidates)} feeds: choose one of its proposals",
        decision.failure.at,
    )
    return replace(decision, memory=replace(decision.memory, proposals=candidates), failure=failure)
